"""What plugin authors test with: a virtual clock, a channel, a server, contract suites."""

from tactful.runtime.clock import JumpClock
from tactful.testing.channels import RecordingChannel
from tactful.testing.contracts import (
    AudienceContract,
    ChannelContract,
    DeskContract,
    ObserverContract,
    PolicyContract,
    ThrottleContract,
    WordsContract,
)
from tactful.testing.contracts.paced import Sent
from tactful.testing.hooks import HookServer, RecordingIntake, serving_hooks
from tactful.testing.samples import ODD_TEXTS, sample_case, sample_message
from tactful.testing.servers import Answer, Request, Server, serving

__all__ = [
    "ODD_TEXTS",
    "Answer",
    "AudienceContract",
    "ChannelContract",
    "DeskContract",
    "HookServer",
    "JumpClock",
    "ObserverContract",
    "PolicyContract",
    "RecordingChannel",
    "RecordingIntake",
    "Request",
    "Sent",
    "Server",
    "ThrottleContract",
    "WordsContract",
    "sample_case",
    "sample_message",
    "serving",
    "serving_hooks",
]

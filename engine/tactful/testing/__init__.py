"""What plugin authors test with: a virtual clock, a channel, a server, contract suites."""

from tactful.runtime.clock import JumpClock
from tactful.testing.audiences import AudienceContract
from tactful.testing.channels import RecordingChannel
from tactful.testing.servers import Answer, Request, Server, serving

__all__ = [
    "Answer",
    "AudienceContract",
    "JumpClock",
    "RecordingChannel",
    "Request",
    "Server",
    "serving",
]

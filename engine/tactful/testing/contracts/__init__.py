"""What every plugin of a kind keeps, as tests: derive a class whose name begins with `Test`."""

from tactful.testing.contracts.audiences import AudienceContract
from tactful.testing.contracts.channels import ChannelContract
from tactful.testing.contracts.desks import DeskContract
from tactful.testing.contracts.observers import ObserverContract
from tactful.testing.contracts.policies import PolicyContract
from tactful.testing.contracts.throttles import ThrottleContract
from tactful.testing.contracts.words import WordsContract

__all__ = [
    "AudienceContract",
    "ChannelContract",
    "DeskContract",
    "ObserverContract",
    "PolicyContract",
    "ThrottleContract",
    "WordsContract",
]

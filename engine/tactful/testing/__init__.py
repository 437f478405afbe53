"""What plugin authors test with: a virtual clock, a recording channel, contract suites."""

from tactful.runtime.clock import JumpClock
from tactful.testing.audiences import AudienceContract
from tactful.testing.channels import RecordingChannel

__all__ = ["AudienceContract", "JumpClock", "RecordingChannel"]

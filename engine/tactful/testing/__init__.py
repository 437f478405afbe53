"""What plugin authors test with: a virtual clock, a recording channel."""

from tactful.runtime.clock import JumpClock
from tactful.testing.channels import RecordingChannel

__all__ = ["JumpClock", "RecordingChannel"]

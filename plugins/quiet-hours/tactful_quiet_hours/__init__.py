"""The policy `quiet_hours`: messages wait for the hours of the state their reader lives in."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_quiet_hours.policy import QuietHoursPolicy
from tactful_quiet_hours.settings import QuietHoursSettings

__all__ = ["QuietHoursPolicy", "QuietHoursSettings"]

tactful_api = 1


@hookimpl
def tactful_policies(host: PluginHost) -> Iterable[QuietHoursPolicy]:
    """Supply the policy."""
    return (QuietHoursPolicy(host.settings(QuietHoursSettings)),)

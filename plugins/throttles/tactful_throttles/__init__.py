"""The throttles of this plugin, and those of its settings with names of their own."""

from collections.abc import Iterable

from tactful.guard.strategies import Strategy
from tactful.plugins import PluginHost, hookimpl
from tactful_throttles.settings import ThrottleSettings

__all__ = ["ThrottleSettings"]


@hookimpl
def tactful_throttles(host: PluginHost) -> Iterable[Strategy]:
    """Supply the strategies, each as it is and under the names that the settings give."""
    return host.settings(ThrottleSettings).strategies()

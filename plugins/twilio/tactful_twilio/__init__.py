"""The channel `twilio`: text messages, picture messages and calls through Twilio."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_twilio.channel import TwilioChannel
from tactful_twilio.settings import TwilioSettings

__all__ = ["TwilioChannel", "TwilioSettings"]


@hookimpl
def tactful_channels(host: PluginHost) -> Iterable[TwilioChannel]:
    """Supply the channel of the configured account."""
    return (TwilioChannel(host.settings(TwilioSettings), host.hook_url),)

"""The channel `smtp`: e-mail over SMTP, signed, with a pleasant look, and its bounces traced."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_smtp.channel import SmtpChannel
from tactful_smtp.settings import SmtpSettings

__all__ = ["SmtpChannel", "SmtpSettings"]


@hookimpl
def tactful_channels(host: PluginHost) -> Iterable[SmtpChannel]:
    """Supply the channel for the server that the configuration names."""
    return (SmtpChannel.of(host),)

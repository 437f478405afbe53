"""The channel `outbox`: every medium, delivered to rows and files on this machine, no network."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_outbox.channel import OutboxChannel
from tactful_outbox.mailbox import Delivered, Mailbox, read
from tactful_outbox.settings import OutboxSettings

__all__ = ["Delivered", "OutboxChannel", "OutboxSettings", "read"]


@hookimpl
def tactful_channels(host: PluginHost) -> Iterable[OutboxChannel]:
    """Supply the outbox, in the plugin's own data folder."""
    settings = host.settings(OutboxSettings)
    return (OutboxChannel(Mailbox(host.data_folder, files=settings.files), settings),)

"""The channel `webchat`: messages in a chat on the company's own pages, and what people answer."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_webchat.channel import WebchatChannel
from tactful_webchat.house import House, wall_clock
from tactful_webchat.settings import WebchatSettings

__all__ = ["WebchatChannel", "WebchatSettings"]


@hookimpl
def tactful_channels(host: PluginHost) -> Iterable[WebchatChannel]:
    """Supply the chat, with its queue in the plugin's own data folder."""
    settings = host.settings(WebchatSettings)
    own = host.hook_url("socket")
    return (WebchatChannel(House(host.data_folder, settings, own, wall_clock)),)

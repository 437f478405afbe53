"""The audience `http`: recipients from a web address that answers with JSON, JSON lines or CSV."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_http.audience import HttpAudience
from tactful_http.settings import HttpSettings

__all__ = ["HttpAudience", "HttpSettings"]


@hookimpl
def tactful_audiences(host: PluginHost) -> Iterable[HttpAudience]:
    """Supply the reader of web addresses."""
    return (HttpAudience(host.settings(HttpSettings)),)

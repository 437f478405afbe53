"""The desk `desk_webhook`: hand-offs by signed webhooks, and what a help desk does with them."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_desk_webhook.desk import WebhookDesk
from tactful_desk_webhook.settings import WebhookSettings

__all__ = ["WebhookDesk", "WebhookSettings"]


@hookimpl
def tactful_desks(host: PluginHost) -> Iterable[WebhookDesk]:
    """Supply the desk for the address that the configuration names."""
    return (WebhookDesk(host.settings(WebhookSettings)),)

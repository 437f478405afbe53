"""The desk `desk_email`: mails hand-offs, with their conversation, to those who answer them."""

from collections.abc import Iterable

from tactful.plugins import PluginHost, hookimpl
from tactful_desk_email.desk import EmailDesk
from tactful_desk_email.settings import EmailSettings

__all__ = ["EmailDesk", "EmailSettings"]


@hookimpl
def tactful_desks(host: PluginHost) -> Iterable[EmailDesk]:
    """Supply the desk for the mail server that the configuration names."""
    return (EmailDesk(host.settings(EmailSettings), host.config_folder),)

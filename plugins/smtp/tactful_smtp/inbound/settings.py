"""The settings of `[plugins.smtp.inbound]`: where returned and answered mail arrives."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tactful.errors import ValueUnreadable
from tactful.plugins import Secret
from tactful.values import Duration

_PORTS = {"implicit": 993, "starttls": 143, "none": 143}


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImapSettings(_Table):
    """`[plugins.smtp.inbound.imap]`: a mailbox that is looked into `every` so often.

    Mail that is unread is read, and marked so when its signals are durable.
    """

    host: str
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    user: str
    password: Secret
    folder: str = "INBOX"
    every: Duration = Duration.parse("30 seconds")

    @model_validator(mode="after")
    def _is_safe(self) -> "ImapSettings":
        if self.tls == "none" and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueUnreadable(
                f"a password would go to {self.host} unencrypted",
                help='Take tls = "implicit" or "starttls".',
            )
        return self

    @property
    def server(self) -> tuple[str, int]:
        """The server's name and port."""
        return self.host, self.port or _PORTS[self.tls]


class ServerSettings(_Table):
    """`[plugins.smtp.inbound.lmtp]` or `.smtp`: a server of our own, which mail is handed to.

    The one for SMTP takes mail for the domain of `return_path` and for `domains` only.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)]
    domains: tuple[str, ...] = ()


class InboundSettings(_Table):
    """`[plugins.smtp.inbound]`: any of these, or several. `maildir` is a folder."""

    maildir: str = ""
    imap: ImapSettings | None = None
    lmtp: ServerSettings | None = None
    smtp: ServerSettings | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no mail arrives anywhere."""
        return not (self.maildir or self.imap or self.lmtp or self.smtp)

"""The settings of the plugin: the server, how to log in, who signs, how mail looks."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from tactful.errors import ValueUnreadable
from tactful.plugins import Secret
from tactful.values import SECOND, Duration
from tactful_smtp.inbound.settings import InboundSettings
from tactful_smtp.schedule import DEFAULT as DEFAULT_WAITS

Tls = Literal["implicit", "starttls", "opportunistic", "none"]
Unsubscribe = Literal["auto", "always", "never"]

_PORTS: Mapping[Tls, int] = {"implicit": 465, "starttls": 587, "opportunistic": 25, "none": 25}
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Timeouts(Struct, frozen=True):
    """How many seconds to wait: the minima of RFC 5321, section 4.5.3.2."""

    mail: float = 300.0
    rcpt: float = 300.0
    data: float = 120.0
    block: float = 180.0
    dot: float = 600.0


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _domain(text: str) -> str:
    plain = text.strip().rstrip(".").lower()
    if not _DOMAIN.fullmatch(plain):
        raise ValueUnreadable(f"`{text}` is not a domain", help="Write for example example.com.")
    return plain


class DkimKey(_Table):
    """One of `[[plugins.smtp.dkim]]`: the key that signs for a domain and those below it."""

    domain: str
    selector: Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")]
    key: Secret

    _is_a_domain = field_validator("domain")(_domain)


class Brand(_Table):
    """`[plugins.smtp.brand]`: how mail looks. `logo` is a web address; `layout` a file."""

    name: str = ""
    colour: str = "#0f766e"
    logo: str = ""
    footer: str = ""
    unsubscribe: str = ""
    layout: str = ""

    @field_validator("colour")
    @classmethod
    def _is_a_colour(cls, value: str) -> str:
        if not _COLOUR.fullmatch(value):
            raise ValueUnreadable(f"`{value}` is not a colour", help="Write for example #0f766e.")
        return value

    @field_validator("logo")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not value.startswith("https://"):
            raise ValueUnreadable(
                f"`{value}` is not a picture on the web", help="It begins with https://."
            )
        return value


class TimeoutSettings(_Table):
    """`[plugins.smtp.timeouts]`: the minima of RFC 5321, section 4.5.3.2.

    A shorter `dot` makes in doubt what a slow server would still have taken.
    """

    connect: Duration = Duration.parse("30 seconds")
    greeting: Duration = Duration.parse("5 minutes")
    mail: Duration = Duration.parse("5 minutes")
    rcpt: Duration = Duration.parse("5 minutes")
    data: Duration = Duration.parse("2 minutes")
    block: Duration = Duration.parse("3 minutes")
    dot: Duration = Duration.parse("10 minutes")

    @property
    def of_a_dialogue(self) -> Timeouts:
        """The timeouts of one message, in seconds."""
        return Timeouts(
            mail=self.mail.span / SECOND,
            rcpt=self.rcpt.span / SECOND,
            data=self.data.span / SECOND,
            block=self.block.span / SECOND,
            dot=self.dot.span / SECOND,
        )


class SmtpSettings(_Table):
    """`[plugins.smtp]`: the server that takes our mail, and what mail is like.

    `connections` are open at once, at most; each is closed after `idle` without use, and after
    `reuse` in any case. A server that asks for it is left alone for `rest`, then for twice as long,
    and so on; a mail that was not taken is tried again after each of `retry_after`. `ehlo` is our
    name, `source` our own address on the network. Bounces go to `return_path`: a domain, or an
    address whose server keeps what stands behind a `+`. `domains` are those that mail comes from,
    for `tactful doctor`, and `resolver` is whom it asks about them: `192.0.2.53` or, with a port,
    `192.0.2.53:53`. `inbound` is where mail comes back to us.
    """

    host: str
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    tls: Tls = "starttls"
    ca: str = ""
    allow_unencrypted: bool = False
    user: str = ""
    password: Secret | None = None
    connections: Annotated[int, Field(ge=1, le=1_000)] = 3
    idle: Duration = Duration.parse("30 seconds")
    reuse: Duration = Duration.parse("5 minutes")
    ehlo: str = ""
    source: str = ""
    return_path: str = ""
    token_secret: Secret | None = None
    rest: Duration = Duration.parse("30 seconds")
    retry_after: tuple[Duration, ...] = Field(default=DEFAULT_WAITS, min_length=1)
    timeouts: TimeoutSettings = TimeoutSettings()
    html: bool = True
    markdown: bool = True
    unsubscribe: Unsubscribe = "auto"
    brand: Brand = Brand()
    dkim: tuple[DkimKey, ...] = ()
    domains: tuple[str, ...] = ()
    resolver: str = ""
    inbound: InboundSettings = InboundSettings()

    @field_validator("host", "ehlo")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if any(sign.isspace() or not sign.isprintable() or sign in "/@" for sign in value):
            raise ValueUnreadable(
                f"`{value}` is not the name of a server", help="Write for example smtp.example.com."
            )
        return value

    @field_validator("source")
    @classmethod
    def _is_an_ip_address(cls, value: str) -> str:
        try:
            return str(ip_address(value)) if value else ""
        except ValueError as error:
            raise ValueUnreadable(
                f"`{value}` is not an address of this machine", help="Write for example 192.0.2.7."
            ) from error

    @field_validator("domains")
    @classmethod
    def _are_domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_domain(one) for one in value)

    @field_validator("resolver")
    @classmethod
    def _is_a_resolver(cls, value: str) -> str:
        host, _, port = value.rpartition(":") if value.count(":") == 1 else (value, "", "53")
        try:
            if value and not (ip_address(host) and 1 <= int(port) <= 65_535):
                raise ValueError(value)
        except ValueError as error:
            raise ValueUnreadable(
                f"`{value}` is not the address of a DNS server",
                help="Write for example 192.0.2.53.",
            ) from error
        return value

    @field_validator("return_path")
    @classmethod
    def _takes_bounces(cls, value: str) -> str:
        local, _, domain = value.rpartition("@")
        if value and ("+" in local or any(s.isspace() or s in '<>"' for s in local)):
            raise ValueUnreadable(
                f"`{value}` cannot take bounces", help="Write for example bounces.example.com."
            )
        return f"{local or 'bounce'}@{_domain(domain)}" if value else ""

    @model_validator(mode="before")
    @classmethod
    def _an_empty_host_is_none(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("host") == "":
            return {name: one for name, one in value.items() if name != "host"}
        return value

    @model_validator(mode="after")
    def _is_safe(self) -> "SmtpSettings":
        here = self.is_this_machine or self.allow_unencrypted
        if self.tls == "none" and not here:
            raise ValueUnreadable(
                f"mail to {self.host} would not be encrypted",
                help='Take tls = "starttls", or say allow_unencrypted = true if the network is '
                "yours.",
            )
        if bool(self.user) != (self.password is not None):
            raise ValueUnreadable(
                "`user` and `password` belong together",
                help='Write password = { env = "SMTP_PASSWORD" }.',
            )
        if self.user and self.tls in ("none", "opportunistic") and not here:
            raise ValueUnreadable(
                "a password is only sent over a connection that is surely encrypted",
                help='Take tls = "starttls" or "implicit".',
            )
        return self

    @property
    def is_this_machine(self) -> bool:
        """Whether the server runs on this machine, so that nobody can listen."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def sending_domains(self) -> tuple[str, ...]:
        """The domains that mail comes from, as far as the settings tell."""
        return tuple(dict.fromkeys([*self.domains, *(key.domain for key in self.dkim)]))

    @property
    def server(self) -> tuple[str, int]:
        """The server's name and port."""
        return self.host, self.port or _PORTS[self.tls]

"""The settings of the desk, `[plugins.desk_email]`: the mail server, and who gets which queue."""

from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tactful.errors import ValueUnreadable
from tactful.guard.addresses import AddressProblem, read_email
from tactful.plugins import Secret

Tls = Literal["implicit", "starttls", "none"]
Addresses = Annotated[tuple[str, ...], Field(min_length=1)]

_PORTS: Mapping[Tls, int] = {"implicit": 465, "starttls": 587, "none": 25}


def _address(text: str) -> str:
    read = read_email(text)
    if isinstance(read, AddressProblem):
        raise ValueUnreadable(f"`{text}` is no mail address: {read.reason}", help=read.help)
    if read.smtputf8:
        raise ValueUnreadable(
            f"`{text}` has letters before the `@` that many mail servers do not take",
            help="Take an address of plain letters for the desk.",
        )
    return f"{read.address.rpartition('@')[0]}@{read.domain.encode('idna').decode('ascii')}"


class EmailSettings(BaseModel):
    """`to` gets the hand-offs; a queue in `queues` has addresses of its own.

    `sender` is whom they are from: an address, or `Acme Care <care@example.com>`. `ca` is a file of
    certificates to trust instead of the system's, counted from `tactful.toml`.
    """

    model_config = ConfigDict(frozen=True)

    host: str
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    tls: Tls = "starttls"
    ca: str = ""
    user: str = ""
    password: Secret | None = None
    sender: str
    to: Addresses
    queues: dict[str, Addresses] = {}

    @field_validator("host")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not value or any(s.isspace() or not s.isprintable() or s in "/@" for s in value):
            raise ValueUnreadable(
                f"`{value}` is not the name of a server", help="Write for example smtp.example.com."
            )
        return value

    @field_validator("sender")
    @classmethod
    def _is_a_mailbox(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueUnreadable("a sender is one line of ordinary characters")
        _address(parseaddr(value)[1])
        return value

    @field_validator("to")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_address(one) for one in value))

    @field_validator("queues")
    @classmethod
    def _have_addresses(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {queue: cls._are_addresses(to) for queue, to in value.items()}

    @model_validator(mode="after")
    def _is_safe(self) -> "EmailSettings":
        if self.tls == "none" and not self.is_this_machine:
            raise ValueUnreadable(
                f"conversations would travel unencrypted to {self.host}",
                help='Take tls = "starttls" or "implicit".',
            )
        if bool(self.user) != (self.password is not None):
            raise ValueUnreadable(
                "`user` and `password` belong together",
                help='Write password = { env = "DESK_PASSWORD" }.',
            )
        return self

    @property
    def is_this_machine(self) -> bool:
        """Whether the server runs on this machine, so that nobody can listen."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def server(self) -> tuple[str, int]:
        """The server's name and port."""
        return self.host, self.port or _PORTS[self.tls]

    @property
    def mailbox(self) -> tuple[str, str]:
        """The display name and the address of the sender."""
        name, address = parseaddr(self.sender)
        return name, _address(address)

    def recipients(self, queue: str) -> tuple[str, ...]:
        """Return who gets the hand-offs of a queue."""
        return self.queues.get(queue, self.to)

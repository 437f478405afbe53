"""What flows may name as a source of recipients: what each takes, and which hosts are allowed."""

import re
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from msgspec import Struct

from tactful.errors import ValueUnreadable

Option = Literal["query", "token", "sheet"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?P<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(?P<port>\d+))?")


class Takes(Struct, frozen=True):
    """What one kind of source takes from a flow.

    `place`: a file in the flow's folder, or a web address. `options` are the lines that may stand
    below, `needed` those of them without which nothing can be read.
    """

    place: Literal["file", "address"] = "file"
    options: tuple[Option, ...] = ()
    needed: tuple[Option, ...] = ()


class Host(NamedTuple):
    """A host that flows may reach. Without a port: at the usual ports of http and https."""

    name: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `grid.example.com` or `127.0.0.1:8123`. Raises `ValueUnreadable`."""
        found = _HOST.fullmatch(text.strip().lower())
        port = int(found["port"]) if found and found["port"] else None
        if found is None or not (port is None or 0 < port < 65_536):
            raise ValueUnreadable(
                f"`{text}` is not a host",
                help='Write the host alone, for example "grid.example.com" or "127.0.0.1:8123".',
            )
        return cls(found["name"].strip("[]"), port)


class Address(NamedTuple):
    """The parts of a web address that decide whether it may be reached."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a web address. Raises `ValueUnreadable` when it is none, or carries a password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise _no_address(url) from error
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or re.search(r"\s", url):
            raise _no_address(url)
        if "@" in parts.netloc:
            raise ValueUnreadable(
                "a web address here holds no name and no password",
                help="Write `token from secret NAME` below the line of the audience instead.",
            )
        return cls(parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme])

    @property
    def named(self) -> str:
        """The host as `tactful.toml` names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along: it is encrypted, or stays on this machine."""
        here = self.host in ("localhost", "::1") or re.fullmatch(r"127(\.\d+){3}", self.host)
        return self.scheme == "https" or bool(here)


def _no_address(url: str) -> ValueUnreadable:
    return ValueUnreadable(
        f"`{url}` is not a web address",
        help="Write it in full, for example `https://grid.example.com/people.json`.",
    )


class Hosts(Struct, frozen=True):
    """The hosts that flows may reach: none, unless the configuration allows some."""

    allowed: frozenset[Host] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Return the hosts of `[network] allow`. Raises `ValueUnreadable`."""
        return cls(frozenset(Host.parse(text) for text in texts))

    def allow(self, address: Address) -> bool:
        """Return whether an address may be reached."""
        usual = address.port == _DEFAULT_PORTS[address.scheme]
        exact = Host(address.host, address.port) in self.allowed
        return exact or (usual and Host(address.host, None) in self.allowed)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(_read_hosts)


def _read_hosts(value: object) -> Hosts:
    if isinstance(value, Hosts):
        return value
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueUnreadable(
            "this is not a list of hosts", help='Write for example ["grid.example.com"].'
        )
    return Hosts.of(value)

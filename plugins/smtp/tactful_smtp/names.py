"""Asks the DNS, for `tactful doctor`: texts, mail servers, and whether a name is there at all."""

from collections.abc import Sequence
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.resolver
from anyio import to_thread
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

_SECONDS = 5.0


class NotAsked(Exception):
    """The DNS gave no answer, so nothing is known."""


class Names:
    """A resolver: the one at this address and port, else that of the system."""

    def __init__(self, resolver: str = "") -> None:
        self._at = resolver
        self._resolver: dns.asyncresolver.Resolver | None = None

    async def texts(self, name: str) -> Sequence[str]:
        """Return the TXT records of a name. Raises `NotAsked`."""
        found = await self._ask(name, "TXT")
        return [
            b"".join(one.strings).decode("utf-8", errors="replace")
            for one in found
            if isinstance(one, TXT)
        ]

    async def mail_servers(self, name: str) -> Sequence[str]:
        """Return the mail servers of a name (MX); a null MX is none. Raises `NotAsked`."""
        found = await self._ask(name, "MX")
        servers = [str(one.exchange).rstrip(".") for one in found if isinstance(one, MX)]
        return [one for one in servers if one]

    async def is_there(self, name: str) -> bool:
        """Say whether a name has an address. Raises `NotAsked`."""
        return bool(await self._ask(name, "A") or await self._ask(name, "AAAA"))

    async def _ask(self, name: str, kind: str) -> Sequence[object]:
        if self._resolver is None:
            self._resolver = await to_thread.run_sync(self._make)
        try:
            answer = await self._resolver.resolve(name, kind, lifetime=_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise NotAsked(f"the DNS gave no answer about {name}") from error
        return list(answer)

    def _make(self) -> dns.asyncresolver.Resolver:
        """Make the resolver. Blocks: it reads how the system resolves names."""
        if not self._at:
            try:
                return dns.asyncresolver.Resolver()
            except dns.resolver.NoResolverConfiguration as error:
                raise NotAsked("this machine knows no server of the DNS") from error
        resolver = dns.asyncresolver.Resolver(configure=False)
        host, _, port = self._at.rpartition(":") if self._at.count(":") == 1 else (self._at, "", "")
        resolver.nameservers = [str(ip_address(host))]
        resolver.port = int(port or 53)
        return resolver

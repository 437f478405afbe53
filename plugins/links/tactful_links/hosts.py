"""Reads the host out of what people and lists write for it: defanged, in a URL, with punycode."""

import re

from tactful.rulebook import links_in, read

_DEFANGED = (("[.]", "."), ("(.)", "."), ("{.}", "."), ("[dot]", "."), ("(dot)", "."), ("[:]", ":"))
_SCHEME = re.compile(r"[a-z]{2,10}://", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")


def host_of(written: str) -> str | None:
    """Return a host in small letters with punycode decoded; None where none is written."""
    text = written.strip().strip("\"'")
    for defanged, plain in _DEFANGED:
        text = text.replace(defanged, plain)
    text = _SCHEME.sub("", text, count=1)
    found = links_in(read(f"https://{text}")) if text else ()
    host = found[0].host if found else ""
    return host if _HOST.fullmatch(host) else None


def above(host: str) -> tuple[str, ...]:
    """Return a host and all domains above it that have a point: `a.b.ie` and `b.ie`."""
    labels = host.split(".")
    return tuple(".".join(labels[place:]) for place in range(max(len(labels) - 1, 1)))


def belongs_to(host: str, domains: frozenset[str]) -> bool:
    """Return whether a host is one of some domains, or below one."""
    return not domains.isdisjoint(above(host))

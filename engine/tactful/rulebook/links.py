"""Finds the links of a text: scheme, host, and the domain that somebody registered.

Where a registrable domain begins says the Public Suffix List (publicsuffix.org), as the package
`publicsuffixlist` brings it along; nothing is fetched.
"""

from functools import cache, lru_cache
from typing import Protocol

from msgspec import Struct

from tactful.rulebook.reading import Reading


class Link(Struct, frozen=True, kw_only=True):
    """One link of a text, and where it stands.

    `scheme` is empty where the text writes none. `host` is in small letters, with punycode
    (`xn--…`) decoded; `domain` is the part of it that somebody registered (`example.co.uk`), or the
    host itself where that is a number. `user` is what stands before an `@` in it, which readers
    take for the host.
    """

    scheme: str
    host: str
    domain: str
    path: str
    start: int
    end: int
    user: str = ""
    punycode: bool = False


def links_in(reading: Reading) -> tuple[Link, ...]:
    """Return the links of a text, in order."""
    return tuple(
        _link(word, *reading.span(start, end))
        for kind, word, start, end in reading.tokens
        if kind == "link"
    )


def _link(word: str, start: int, end: int) -> Link:
    scheme, found, rest = word.partition("://")
    if not found:
        scheme, rest = "", word
    for place, char in enumerate(rest):
        if char in "/?#\\":
            address, path = rest[:place], rest[place:]
            break
    else:
        address, path = rest, ""
    user, _, host = address.rpartition("@")
    host = host.partition(":")[0].strip(".")
    shown, punycode = _decoded(host)
    return Link(
        scheme=scheme,
        host=shown,
        domain=registrable(host if punycode else shown),
        path=path,
        start=start,
        end=end,
        user=user,
        punycode=punycode,
    )


def _decoded(host: str) -> tuple[str, bool]:
    """Return a host with punycode decoded, and whether there was any."""
    if "xn--" not in host:
        return host, False
    labels: list[str] = []
    for label in host.split("."):
        if label.startswith("xn--"):
            try:
                labels.append(label[4:].encode("ascii").decode("punycode"))
                continue
            except (UnicodeError, ValueError, OverflowError):
                pass  # no valid punycode: shown as it is
        labels.append(label)
    return ".".join(labels), True


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the part of a host that somebody registered; a host that has none, as it is.

    The list is read at the first call, so a policy calls it once before it serves.
    """
    if host.replace(".", "").isdigit():
        return host
    return _suffixes().privatesuffix(host) or host


class _Suffixes(Protocol):
    def privatesuffix(self, domain: str) -> str | None: ...


@cache
def _suffixes() -> _Suffixes:
    from publicsuffixlist import PublicSuffixList  # reads its list: only when a text has a link

    suffixes: _Suffixes = PublicSuffixList()
    return suffixes

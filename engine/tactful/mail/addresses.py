"""Finds mail addresses in fields and in running text."""

import re
from collections.abc import Iterator

# A quoted local part may hold nearly anything (RFC 5321, section 4.1.2). Lengths as in section
# 4.5.3.1, with room for those who do not keep to it.
_LOCAL = r"(?:\"[^\"\r\n]{1,64}\"|[\w!#$%&'*+/=?^`{|}~.-]{1,160})"
_DOMAIN = r"(?:[\w-]{1,63}(?:\.[\w-]{1,63}){0,12}|\[[0-9A-Fa-f.:]{3,45}\])"
_ADDRESS = re.compile(rf"(?<![\w@]){_LOCAL}@{_DOMAIN}")
_X400 = re.compile(
    r"^\s*(?:rfc[-/]?822|utf-8|smtp|unknown|x-actual-recipient)\s*;\s*", re.IGNORECASE
)


def addresses(text: str) -> Iterator[str]:
    """Yield the addresses in a text, in their order, with their domains in small letters."""
    for match in _ADDRESS.finditer(text):
        yield same(match[0])


def same(address: str) -> str:
    """Return the form in which two spellings of one address are equal."""
    local, at, domain = address.strip("'`.").rpartition("@")
    return f"{local.lstrip('=')}{at}{domain.lower().rstrip('.-_')}"


def field_address(value: str) -> str:
    """Return the address of a report's field such as `rfc822; jo@example.org`; else empty.

    Some wrap it in angle brackets, and some leave the type away.
    """
    return next(addresses(_X400.sub("", value)), "")

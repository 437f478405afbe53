"""Writes header lines of a mail so that they are safe and legal: RFC 5322, RFC 2047, RFC 6532.

What comes from data cannot break out of its line. Plain ASCII, nearly all there is, goes a short
way.
"""

import re
from email.header import Header
from email.utils import quote

_NOT_IN_LINES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_WIDTH = 76
_NEEDS_QUOTES = re.compile(r"[^A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED = re.compile(r"\\(.)")


def line(text: str) -> str:
    """Return a text without anything that ends a line or is no character at all."""
    return _NOT_IN_LINES.sub(" ", text).strip()


def header(name: str, text: str) -> bytes:
    """Return an unstructured header, such as a subject, in encoded words where it needs them."""
    value = line(text)
    plain = value.isascii() and len(name) + 2 + len(value) <= _WIDTH and "=?" not in value
    return _written(name, value if plain else _encoded(name, value))


def mailbox(name: str, display: str, address: str) -> bytes:
    """Return a header with one mailbox: `From: Acme Care <care@example.com>`."""
    shown = line(display)
    address = line(address)
    if not shown:
        return _written(name, address)
    if not shown.isascii() or "=?" in shown or len(shown) > _WIDTH // 2:
        shown = _encoded(name, shown)
    elif _NEEDS_QUOTES.search(shown):
        shown = f'"{quote(shown)}"'
    between = " " if len(name) + len(shown.rpartition("\n")[2]) + len(address) < _WIDTH else "\r\n "
    return _written(name, f"{shown}{between}<{address}>")


def raw(name: str, value: str) -> bytes:
    """Return a header whose value we made ourselves."""
    return _written(name, value)


def split_mailbox(text: str) -> tuple[str, str]:
    """Return the display name and the address of `Acme Care <care@example.com>`."""
    plain = line(text)
    if not plain.endswith(">") or "<" not in plain:
        return "", plain
    name, _, address = plain[:-1].rpartition("<")
    quoted = _QUOTED.fullmatch(name.strip())
    return (_ESCAPED.sub(r"\1", quoted[1]) if quoted else name).strip(), address.strip()


def _encoded(name: str, value: str) -> str:
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    words = Header(value, charset, header_name=name, maxlinelen=_WIDTH)
    return words.encode(linesep="\r\n")


def _written(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode()

"""Builds the body of a mail from its parts: text, HTML, files (RFC 2045, RFC 2046).

Every part is plain ASCII on the wire, in short lines: servers on the way never have to convert it,
which would break its signature (RFC 6376, section 5.3).
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote as percent

from msgspec import Struct

from tactful_smtp.headers import line

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_LONG_LINE = re.compile(r"[^\n]{77}")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


class Part(Struct, frozen=True):
    """A part of a body: its headers, and its content with CRLF line ends."""

    headers: bytes
    content: bytes


def text_part(text: str, subtype: str = "plain") -> Part:
    """Return a part of text, in the encoding that is shortest for it. Half signs it has none."""
    lines = _LINE_ENDS.sub("\n", text).rstrip("\n") + "\n"
    data = lines.encode()
    kind = f"Content-Type: text/{subtype}; charset="
    if lines.isascii() and not _LONG_LINE.search(lines):
        encoding, content = "7bit", data
    elif _is_mostly_ascii(data):
        encoding, content = "quoted-printable", b2a_qp(data, istext=True)
    else:
        encoding, content = "base64", encodebytes(data)
    charset = "us-ascii" if encoding == "7bit" else "utf-8"
    headers = f"{kind}{charset}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return Part(headers.encode(), content.replace(b"\n", b"\r\n"))


def file_part(name: str, media_type: str, content: bytes) -> Part:
    """Return a part that is a file, under its name (RFC 2183, RFC 2231)."""
    shown = line(name).replace("\\", "_").replace('"', "_") or "file"
    kind = media_type if _TYPE.fullmatch(media_type) else "application/octet-stream"
    if shown.isascii():
        named = f'filename="{shown}"'
    else:
        named = f"filename*=utf-8''{percent(shown, safe='')}"
    headers = (
        f"Content-Type: {kind}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {named}\r\n"
    )
    return Part(headers.encode(), encodebytes(content).replace(b"\n", b"\r\n"))


def joined(kind: str, parts: Sequence[Part], seed: str) -> Part:
    """Return parts in one, `mixed` or `alternative`. One part alone stays as it is.

    The same `seed` gives the same boundary, so every attempt of a message has the same bytes.
    """
    if len(parts) == 1:
        return parts[0]
    boundary = sha256(f"{kind} {seed}".encode()).hexdigest()[:32]
    mark = f"=_{boundary}".encode()
    pieces: list[bytes] = []
    for part in parts:
        pieces += [b"--", mark, b"\r\n", part.headers, b"\r\n", part.content]
    pieces += [b"--", mark, b"--\r\n"]
    headers = f'Content-Type: multipart/{kind};\r\n boundary="{mark.decode()}"\r\n'
    return Part(headers.encode(), b"".join(pieces))


def dots_doubled(content: bytes) -> bytes:
    """Return a mail as it goes over the wire: a leading dot stands twice (RFC 5321 4.5.2)."""
    if not content.startswith(b".") and b"\n." not in content:
        return content
    return _LEADING_DOT.sub(b"..", content)


def _is_mostly_ascii(data: bytes) -> bool:
    beyond = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return beyond * 6 < len(data)

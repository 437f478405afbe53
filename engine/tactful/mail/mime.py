"""Takes a mail apart, within bounds: its headers, its texts and reports, and what it encloses."""

import binascii
import quopri
import re
from codecs import lookup
from html import unescape

from msgspec import Struct

from tactful.mail.headers import Headers, MediaType, read_headers

MOST_BYTES = 2_000_000  # of a mail; reports stand before the mail they return
MOST_PARTS = 64
MOST_DEPTH = 8
MOST_TEXT = 128_000  # characters of one part

REPORTS = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report")

# Tables of letters only: some of Python's codecs are not for text, and some take very long.
_CHARSET = re.compile(
    r"(?:utf|us|ascii|latin|iso|windows|cp|koi8|shift|s?jis|euc|gb|big5|ks_c|mac)"
)
_SLOW = {"utf_7", "utf-7"}

_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|hr|p)\b[^<>]{0,200}>", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<(style|script|head|title)\b|</(?:style|script|head|title)\s*>", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{0,4000}>")


class Part(Struct, frozen=True):
    """One leaf: `text` is decoded, and HTML without its tags."""

    media_type: str
    text: str


class Mail(Struct, frozen=True):
    """A mail apart. `enclosed` are the headers of mails inside it; only reports are read on."""

    headers: Headers
    media_type: MediaType
    parts: list[Part]
    enclosed: list[Headers]

    def texts(self, *media_types: str) -> list[str]:
        """Return the texts of the parts of some types, in their order."""
        return [part.text for part in self.parts if part.media_type in media_types]


def take_apart(data: bytes) -> Mail:
    """Take a mail apart, whatever it is: what cannot be read is text."""
    data = data[:MOST_BYTES].replace(b"\r\n", b"\n").lstrip(b"\n")
    headers, body = _split(data)
    mail = Mail(headers, MediaType(headers.get("content-type")), [], [])
    _walk(mail, headers, body, 0)
    return mail


def _split(data: bytes) -> tuple[Headers, bytes]:
    end = data.find(b"\n\n")
    block = data if end < 0 else data[:end]
    lines = _decode(block[:MOST_TEXT], "utf-8").split("\n")
    headers, taken = read_headers(lines)
    if taken >= len(lines):
        return headers, b"" if end < 0 else data[end + 2 :]
    rest = data.split(b"\n", taken)[-1]  # a line that is no header ended the block early
    return headers, rest


def _walk(mail: Mail, headers: Headers, body: bytes, depth: int) -> None:
    if len(mail.parts) + len(mail.enclosed) >= MOST_PARTS:
        return
    kind = MediaType(headers.get("content-type"))
    boundary = kind.parameter("boundary")
    if kind.name.startswith("multipart/") and boundary and depth < MOST_DEPTH:
        pieces = _pieces(body, boundary) or _pieces(body, _seen_boundary(body))
        if pieces:
            for piece in pieces:
                _walk(mail, *_split_part(piece), depth + 1)
            return
    plain = _transferred(body, headers.get("content-transfer-encoding"))
    if kind.name in REPORTS or not kind.name.startswith(("message/", "text/rfc822")):
        if kind.name.startswith(("text/", "message/", "multipart/")):
            mail.parts.append(_leaf(kind, plain))
        return
    inner, rest = _split(plain.lstrip(b"\n"))
    mail.enclosed.append(inner)
    if MediaType(inner.get("content-type")).name == "multipart/report" and depth < MOST_DEPTH:
        _walk(mail, inner, rest, depth + 1)  # a notice that was passed on


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """Return what stands between the lines of a boundary (RFC 2046), also without the last one."""
    if not boundary:
        return []
    mark = re.escape(b"--" + boundary.encode("utf-8", "replace"))
    lines = list(re.finditer(rb"^" + mark + rb"(--)?[ \t]*$", body, re.MULTILINE))[:MOST_PARTS]
    pieces = []
    for index, line in enumerate(lines):
        if line[1]:
            break
        end = lines[index + 1].start() if index + 1 < len(lines) else len(body)
        pieces.append(body[line.end() + 1 : end])
    return pieces


def _seen_boundary(body: bytes) -> str:
    """Return the boundary that is used where another was announced: gateways rewrite headers."""
    match = re.search(rb"^--(\S{1,200})[ \t]*\n(?=Content-[A-Za-z-]{1,40}:)", body, re.MULTILINE)
    return match[1].decode("utf-8", "replace") if match else ""


def _split_part(piece: bytes) -> tuple[Headers, bytes]:
    if piece.startswith(b"\n"):  # a part without headers
        return Headers({}), piece[1:]
    return _split(piece)


def _leaf(kind: MediaType, data: bytes) -> Part:
    text = _decode(data[: MOST_TEXT * 4], kind.parameter("charset"))[:MOST_TEXT]
    if kind.name.startswith("multipart/"):  # one that has no parts is text after all
        return Part("text/plain", text)
    return Part(kind.name, _without_tags(text) if kind.name == "text/html" else text)


def _transferred(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            clean = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
            try:
                return binascii.a2b_base64(clean[: len(clean) // 4 * 4])
            except binascii.Error:
                return body
        case "quoted-printable":
            return quopri.decodestring(body)
        case _:
            return body


def _decode(data: bytes, charset: str) -> str:
    for name in (charset.strip().lower(), "utf-8"):
        if _CHARSET.match(name) and name not in _SLOW:
            try:
                lookup(name)
                return data.decode(name, "replace" if name == charset else "strict")
            except (LookupError, ValueError):
                continue
    return data.decode("latin-1")


def _without_tags(text: str) -> str:
    text = _BREAK.sub("\n", _shown(text))
    return unescape(_TAG.sub("", text)).replace("\xa0", " ")


def _shown(text: str) -> str:
    """Return HTML without what no reader sees: its head, styles and scripts."""
    shown, end, hidden = [], 0, False
    for match in _HIDDEN.finditer(text):
        if match[1] and not hidden:
            shown.append(text[end : match.start()])
            hidden = True
        elif not match[1]:
            hidden, end = False, match.end()
    return " ".join([*shown, "" if hidden else text[end:]])

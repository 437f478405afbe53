"""Reads the headers of a mail, of an enclosed one, or of a list of fields, as they are in the wild.

What is not a header line ends the block. Everything is bounded: whoever knows our address may send
us anything.
"""

import re
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

MOST_FIELDS = 500
MOST_VALUE = 8_000  # characters of one field's value; the rest of it is left out

_FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:[ \t]*(.*)")


class Headers:
    """Fields by small name; of a repeated one, `get` knows the first and `all` every one."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def all(self, name: str) -> list[str]:
        """Return every value of a field, unfolded, as it stands there."""
        return self._fields.get(name, [])

    def get(self, name: str) -> str:
        """Return the first value of a field, unfolded; empty when there is none."""
        found = self.all(name)
        return found[0] if found else ""

    def words(self, name: str) -> str:
        """Return a value for people: with encoded words (RFC 2047) in plain letters."""
        value = self.get(name)
        if "=?" not in value:
            return value
        try:
            return str(make_header(decode_header(value)))
        except (HeaderParseError, LookupError, ValueError):
            return value


def read_headers(lines: list[str]) -> tuple[Headers, int]:
    """Read a block of header lines; return it, and the number of lines it takes with its end."""
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    for index, line in enumerate(lines):
        if not line.strip():
            return Headers(fields), index + 1
        if line[0] in " \t" and last is not None:
            if len(last[-1]) < MOST_VALUE:
                last[-1] = f"{last[-1]} {line.strip()[:MOST_VALUE]}"
            continue
        match = _FIELD.match(line)
        if match is None:
            if index == 0 and line.startswith(("From ", ">From ")):  # the first line in a mbox
                continue
            return Headers(fields), index
        if len(fields) >= MOST_FIELDS:
            last = None
            continue
        last = fields.setdefault(match[1].lower(), [])
        if len(last) < MOST_FIELDS:
            last.append(match[2].strip()[:MOST_VALUE])
    return Headers(fields), len(lines)


class MediaType:
    """What a Content-Type says: the type in small letters, and its parameters."""

    def __init__(self, value: str) -> None:
        self._message = Message()
        self._message["Content-Type"] = value[:2_000] or "text/plain"
        self.name = self._message.get_content_type()

    def parameter(self, name: str) -> str:
        """Return a parameter's value; empty when there is none."""
        found = self._message.get_param(name)
        if isinstance(found, tuple):
            found = found[2]
        return found or ""

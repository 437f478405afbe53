"""Counts the SMS segments of a text as Twilio counts and bills them.

A text whose characters are all in the GSM 03.38 alphabet travels in septets, any other text in
16-bit code units (3GPP TS 23.038). One segment holds 140 octets; each of several loses 6 octets to
the header that joins them (3GPP TS 23.040). Twilio never cuts an escaped character, nor what a
reader sees as one character, at a segment's edge (TwilioDevEd/message-segment-calculator).
"""

import re
from functools import cache
from typing import Any, Literal

import msgspec

Encoding = Literal["GSM-7", "UCS-2"]

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = "\f^{}\\[~]|€"

_is_basic = re.compile(f"[{re.escape(_BASIC)}]*").fullmatch
_is_gsm = re.compile(f"[{re.escape(_BASIC + _ESCAPED)}]*").fullmatch
_escapes = re.compile(f"[{re.escape(_ESCAPED)}]").finditer

# Latin, Greek and Cyrillic letters, dashes, quotes, currencies: one unit each, none joins another.
_is_single = re.compile(
    "[\n -~\xa0-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*"
).fullmatch

_GSM_ALONE, _GSM_JOINED = 160, 153
_UCS_ALONE, _UCS_JOINED = 70, 67
_ROOM = {"GSM-7": (_GSM_ALONE, _GSM_JOINED), "UCS-2": (_UCS_ALONE, _UCS_JOINED)}
_HEADER_BITS = 48


class Segments(msgspec.Struct, frozen=True):
    """What a text needs on the air: `units` are septets of GSM-7 or 16-bit units of UCS-2."""

    encoding: Encoding
    segments: int
    units: int

    @property
    def bits(self) -> int:
        """How many bits travel, with the headers that join several segments (6 octets each)."""
        width = 7 if self.encoding == "GSM-7" else 16
        return self.units * width + (_HEADER_BITS * self.segments if self.segments > 1 else 0)

    @property
    def room(self) -> int:
        """How many units each of its segments holds."""
        alone, joined = _ROOM[self.encoding]
        return alone if self.segments == 1 else joined


def count(text: str) -> Segments:
    """Count the segments of `text`; an empty text is one segment.

    A line break written CR LF costs two units and may fall apart at an edge, as at Twilio.
    """
    if _is_basic(text):
        size = len(text)
        return Segments("GSM-7", 1 if size <= _GSM_ALONE else -(-size // _GSM_JOINED), size)
    if _is_gsm(text):
        return _count_escaped(text)
    return _count_wide(text)


def _count_escaped(text: str) -> Segments:
    """Count a GSM-7 text with characters of the extension table, which cost two septets each."""
    places = [found.start() for found in _escapes(text)]
    size = len(text) + len(places)
    if size <= _GSM_ALONE:
        return Segments("GSM-7", 1, size)
    lost = 0  # septets left empty because an escape sequence did not fit in front of an edge
    for earlier, place in enumerate(places):
        if (place + earlier + lost) % _GSM_JOINED == _GSM_JOINED - 1:
            lost += 1
    return Segments("GSM-7", -(-(size + lost) // _GSM_JOINED), size)


def _count_wide(text: str) -> Segments:
    """Count a UCS-2 text, keeping grapheme clusters whole."""
    size = _units(text)
    if size <= _UCS_ALONE:
        return Segments("UCS-2", 1, size)
    if _is_single(text):
        return Segments("UCS-2", -(-size // _UCS_JOINED), size)
    segments, used = 1, 0
    for cluster in _clusters().findall(text):
        width = _units(cluster)
        if used + width > _UCS_JOINED:
            # A cluster longer than a segment (stacked accents) has to be cut: nothing can hold it.
            segments += (used > 0) + (width - 1) // _UCS_JOINED
            used = (width - 1) % _UCS_JOINED + 1
        else:
            used += width
    return Segments("UCS-2", segments, size)


def cut(text: str) -> tuple[str, ...]:
    """Return the part of `text` that each of its segments carries."""
    counted = count(text)
    if counted.segments == 1:
        return (text,)
    gsm = counted.encoding == "GSM-7"
    parts: list[str] = []
    part, used = "", 0
    for cluster in text if gsm else _clusters().findall(text):
        width = units(cluster, counted.encoding)
        # What no segment can hold whole begins a new one and is cut inside.
        pieces = cluster if width > counted.room else (cluster,)
        if used + width > counted.room and used:
            parts.append(part)
            part, used = "", 0
        for piece in pieces:
            width = units(piece, counted.encoding)
            if used + width > counted.room:
                parts.append(part)
                part, used = "", 0
            part, used = part + piece, used + width
    return (*parts, part)


def outside(text: str) -> dict[str, list[int]]:
    """Return the characters that are not in the GSM-7 alphabet, each with its places in `text`.

    Any one of them makes the whole text travel as UCS-2.
    """
    found: dict[str, list[int]] = {}
    for place, char in enumerate(text):
        if not _is_gsm(char):
            found.setdefault(char, []).append(place)
    return found


def units(text: str, encoding: Encoding) -> int:
    """Return how many units of an encoding a text takes; for GSM-7, one that is all of it."""
    if encoding == "GSM-7":
        return len(text) + sum(char in _ESCAPED for char in text)
    return _units(text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _clusters() -> Any:
    """Return the pattern of one grapheme cluster.

    Twilio's splitter is older than the rule that keeps an Indic conjunct together (GB9c of UAX 29,
    Unicode 15.1): a consonant always begins a cluster there. `regex` is imported only when a
    message first needs it.
    """
    import regex

    return regex.compile(r"\r|\p{InCB=Consonant}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\X")

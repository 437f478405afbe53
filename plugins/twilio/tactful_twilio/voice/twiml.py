"""Writes TwiML, the document that Twilio's voice follows (https://www.twilio.com/docs/voice/twiml)."""

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from msgspec import Struct

MEDIA_TYPE = "text/xml; charset=utf-8"
NOTHING = b'<?xml version="1.0" encoding="UTF-8"?><Response />'
"""A document that does nothing: the answer to a message."""

LONGEST_INLINE = 4_000
"""So many characters may a document have that goes along with the call (API reference, Twiml)."""
_LONGEST_SAY = 3_000  # Twilio's limit for one Say is 4,096, and some voices take less

# What XML 1.0 cannot hold, however it is escaped (section 2.2, production Char).
_not_xml = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").sub
_sentence_end = re.compile(r"(?<=[.!?…。！？])\s+|\n+")


class Say(Struct, frozen=True):
    """Something to be said, in a language as Twilio names it, by a voice or by Twilio's choice."""

    text: str
    language: str
    voice: str | None = None


class Ask(Struct, frozen=True):
    """Something said while keys are listened for; one key ends it, and is posted to `action`."""

    said: tuple[Say, ...]
    action: str
    seconds: int


class HangUp(Struct, frozen=True):
    """The end of a call."""


Verb = Say | Ask | HangUp


def document(*verbs: Verb) -> bytes:
    """Return a TwiML document. Text that XML cannot hold is left out, the rest is escaped."""
    response = Element("Response")
    for verb in verbs:
        match verb:
            case Say():
                response.extend(_says(verb))
            case Ask():
                response.append(_gather(verb))
            case HangUp():
                response.append(Element("Hangup"))
    written: str = ElementTree.tostring(response, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{written}'.encode()


def _gather(ask: Ask) -> Element:
    gather = Element(
        "Gather",
        input="dtmf",
        numDigits="1",
        finishOnKey="",  # so that # and * are keys like others
        timeout=str(ask.seconds),
        method="POST",
        action=_plain(ask.action),
    )
    for say in ask.said:
        gather.extend(_says(say))
    return gather


def _says(say: Say) -> Iterator[Element]:
    named = {"language": say.language} | ({"voice": _plain(say.voice)} if say.voice else {})
    for part in _parts(_plain(say.text).strip()):
        element = Element("Say", named)
        element.text = part
        yield element


def _parts(text: str) -> Sequence[str]:
    """Cut a text between sentences, or else anywhere, into pieces that Twilio says."""
    if len(text) <= _LONGEST_SAY:
        return [text] if text else []
    parts = [""]
    for sentence in _sentence_end.split(text):
        for start in range(0, len(sentence), _LONGEST_SAY):
            piece = sentence[start : start + _LONGEST_SAY]
            if len(parts[-1]) + len(piece) >= _LONGEST_SAY:
                parts.append("")
            parts[-1] = f"{parts[-1]} {piece}".lstrip()
    return [part for part in parts if part]


def _plain(text: str) -> str:
    return _not_xml("", text)

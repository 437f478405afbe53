"""Knows what stands in a cell for nothing, and what nobody can see in it."""

import re

LONGEST = 10_000

_BLANK_WORDS = (
    "- -- --- – — . .. ... / // n/a n.a. n.a na #n/a #na null (null) <null> [null] nil none <na> "
    "nan nat undefined ? ?? ??? unknown tbd tba tbc \\n 0000-00-00"
)
_ERROR_WORDS = "#n/a #na #ref! #value! #name? #div/0! #null! #num! #spill! #calc!"
_BLANKS = frozenset((*_BLANK_WORDS.split(), "0000-00-00 00:00:00"))
_LETTERS = frozenset({"na", "none", "nil", "nan", "nat"})
"""Blanks that can also be a key, a country or a language."""
_ERRORS = frozenset(_ERROR_WORDS.split())

# Marks without a width: soft hyphens, joiners, directions, byte order marks. Phone books and web
# pages leave them in what is copied. Within a text some of them belong to the spelling.
_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_unseen = re.compile(f"[{_UNSEEN}]")
_AROUND = "\u200b\u200e\u200f\u2060\ufeff"
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


def tidy(text: str) -> str:
    """Return what a cell says, without the spaces and unseen marks around it.

    `="007"` is how a spreadsheet keeps digits a text: it says `007`.
    """
    text = text.strip()
    if text.startswith('="') and (found := _FORMULA.fullmatch(text)):
        text = found[1].replace('""', '"').strip()
    if text and (text[0] in _AROUND or text[-1] in _AROUND):
        text = text.strip(_AROUND).strip()
    return text


def bare(text: str) -> str:
    """Return a tidy value that is no text without any unseen mark, and without the apostrophe

    with which spreadsheets keep digits a text.
    """
    if not text.isascii():
        text = _unseen.sub("", text).strip()
    quoted = text[:1] == "'" and (text[1:2].isalnum() or text[1:2] == "+")
    return text[1:] if quoted else text


def is_blank(text: str) -> bool:
    """Return whether a cell of numbers, days or addresses says that there is nothing: `n/a`."""
    return len(text) < 20 and (text.casefold() in _BLANKS or is_error(text))


def is_blank_name(text: str) -> bool:
    """Return whether a key, country or language says that there is nothing; `NA` is Namibia."""
    return is_blank(text) and text.casefold() not in _LETTERS


def is_error(text: str) -> bool:
    """Return whether a spreadsheet could not compute a cell: `#REF!`."""
    return text.startswith("#") and text.casefold() in _ERRORS


def unusable(text: str) -> tuple[str, str] | None:
    """Return code and reason when no message can carry a text, or None."""
    if len(text) > LONGEST:
        return "too_long", f"it has more than {LONGEST:,} characters"
    found = _UNUSABLE.search(text)
    if found is None:
        return None
    what = "a NUL" if found[0] == "\0" else f"U+{ord(found[0]):04X}, which is no character of text"
    return "bad_text", f"it holds {what}"

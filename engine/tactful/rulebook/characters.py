"""How single characters are folded: their case, their accents, what is invisible, what looks alike.

The rules come from Unicode's own data (normal form KC, categories, names). The table of lookalikes
is our own, written after the shapes that common fonts draw: letters of other scripts that a reader
takes for a Latin one. It is smaller than Unicode's list of confusables on purpose, since it is
asked only for words that mix scripts.
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

Evasion = Literal["invisible", "styled", "mixed_script", "leet", "spaced", "joined", "swapped"]
"""How a word was hidden: characters nobody sees, fancy letters, letters of another script, digits
and signs for letters, letters apart, words run together, letters changed over."""

_LOOKALIKES = (
    "аɑαаａ:a в:b ЬьƄ:b сϲᴄс:c ԁɗ:d еєҽɛε:e ғ:f ɡց:g һнհ:h іıɩιӏ:i јϳ:j кκ:k ʟ:l мᴍ:m пոηո:n "
    "оοоօσө:o рρр:p ԛզ:q гᴦ:r ѕʂ:s тτ:t υսц:u νѵ:v ԝωш:w хχ:x уүγყ:y ᴢ:z"
)

LOOKALIKES: Mapping[str, str] = {
    char: group[-1]
    for group in _LOOKALIKES.split()
    for char in group[:-2]
    if not char.isascii() and unicodedata.normalize("NFKC", char) == char
}
"""Letters of other scripts, in small, and the Latin letter that each is taken for."""

LEET: Mapping[str, str] = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "g",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "il",
    "+": "t",
    "€": "e",
    "£": "l",
}
"""Digits and signs that are written for letters, and for which."""

_LATIN_END = 0x250  # up to here the letters are Latin ones, with and without accents
_MORE_LATIN = range(0x1E00, 0x1F00)
_STYLED = (
    range(0x1D400, 0x1D800),  # mathematical letters
    range(0x2460, 0x2500),  # in circles and brackets
    range(0x1F100, 0x1F1E6),  # in squares; flags are no letters
    range(0xFF21, 0xFF5B),  # wide letters
    range(0x1D00, 0x1DC0),  # small capitals
)
_SMALL_CAPITAL_CODES = (
    "a1d00 b299 c1d04 d1d05 e1d07 fa730 g262 h29c i26a j1d0a k1d0b l29f m1d0d n274 o1d0f p1d18 "
    "r280 sa731 t1d1b u1d1c v1d20 w1d21 y28f z1d22"
)
_SMALL_CAPITALS = {int(pair[1:], 16): pair[0] for pair in _SMALL_CAPITAL_CODES.split()}


@lru_cache(maxsize=8192)
def fold_character(char: str) -> tuple[str, Evasion | None]:
    """Return what a character is read as (nothing, one or several), and whether that hides it.

    Small letters, Latin ones without their accents; compatibility forms as what they stand for.
    """
    code = ord(char)
    if code < 128:
        return char.lower(), None
    category = unicodedata.category(char)
    if category == "Cf" or char == "\u034f":
        return "", "invisible"
    if category == "Mn" and code in range(0x300, 0x370):
        return "", None
    if code in range(0xFE00, 0xFE10) or code in range(0xE0100, 0xE01F0):
        return "", None  # they choose the look of an emoji
    if category == "Zs":
        return " ", None
    small = _SMALL_CAPITALS.get(code)
    if small is not None:
        return small, "styled"
    folded = unicodedata.normalize("NFKC", char).casefold()
    if code < _LATIN_END or code in _MORE_LATIN:
        folded = "".join(
            part
            for part in unicodedata.normalize("NFKD", folded)
            if not unicodedata.combining(part)
        )
        return folded.translate(_PLAIN), None
    hides = any(code in block for block in _STYLED) and folded.isascii() and folded.isalpha()
    return folded, "styled" if hides else None


_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})
"""Latin letters whose sign is part of them, so that they have no accent to lose."""

"""A text as a human reads it: folded to plain small letters, with the place of every character.

What hides words from a machine and not from a reader is undone: invisible characters, fancy
letters, letters of other scripts. What may be meant otherwise (`4` for `a`, letters apart) is
left to the rule book, which knows the words it looks for.
"""

import re
from array import array
from functools import lru_cache
from itertools import chain, repeat

from msgspec import Struct

from tactful.rulebook.characters import LOOKALIKES, Evasion, fold_character
from tactful.rulebook.tokens import Token, tokens_of

_ODD_WORD = re.compile(r"(?:[^\W\d_]|['’])+")
_LOOKALIKE = str.maketrans(dict(LOOKALIKES))
_OTHER_LETTER = re.compile(r"[^\W\d_a-z]")
_LATIN_LETTER = re.compile(r"[a-z]")
_LOOKALIKE_WORD = re.compile(rf"[a-z{''.join(LOOKALIKES)}]+")


MOST_UNDONE = 100
"""So many places are told; more of them say nothing new."""


class Undone(Struct, frozen=True):
    """One thing that hid a word, and from which to which character of the text."""

    kind: Evasion
    start: int
    end: int


class Reading:
    """A text, folded and cut into tokens.

    `undone` is what hid words in it. `places` holds, for each folded character, where it stands in
    the text; it is None where both are alike.
    """

    __slots__ = ("folded", "places", "text", "tokens", "undone")

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: array[int] | None = None
        self.undone: tuple[Undone, ...] = ()
        if text.isascii():
            self.folded = text.lower()
        else:
            self._fold()
        self.tokens: list[Token] = tokens_of(self.folded)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return from where to where in the text some folded characters stand."""
        if self.places is None or start >= end:
            return start, end
        return self.places[start], self.places[end - 1] + 1

    def _fold(self) -> None:
        read_as = {char: fold_character(char) for char in set(self.text)}
        undone: list[Undone] = []
        hiding = "".join(char for char, (_, hides) in read_as.items() if hides is not None)
        if hiding:
            self._find_hidden(hiding, undone)
        self.folded = self.text.translate({ord(char): told for char, (told, _) in read_as.items()})
        if any(len(told) != 1 for told, _ in read_as.values()):
            lengths = {char: len(told) for char, (told, _) in read_as.items()}
            times = map(lengths.__getitem__, self.text)
            places = chain.from_iterable(map(repeat, range(len(self.text)), times))
            self.places = array("L", places)
        self._read_lookalikes(undone)
        self.undone = tuple(sorted(undone, key=lambda one: (one.start, one.end)))

    def _find_hidden(self, hiding: str, undone: list[Undone]) -> None:
        """Note where characters stand that hide a word: invisible ones, and fancy letters."""
        for match in re.finditer(f"[{re.escape(hiding)}]+", self.text):
            start, end = match.span()
            hides = fold_character(self.text[start])[1]
            if hides is not None and (hides != "invisible" or self._splits_a_word(start, end)):
                undone.append(Undone(hides, start, end))
            if len(undone) == MOST_UNDONE:
                return

    def _splits_a_word(self, start: int, end: int) -> bool:
        """Return whether invisible characters stand between two plain letters or digits.

        Elsewhere they have work to do: they join emoji, or Arabic and Indic letters.
        """
        return _is_plain(self.text[start - 1 : start]) and _is_plain(self.text[end : end + 1])

    def _read_lookalikes(self, undone: list[Undone]) -> None:
        """Read words that mix scripts as the Latin ones they look like.

        A word of nothing but lookalikes counts where most letters of the text are Latin.
        """
        if _OTHER_LETTER.search(self.folded) is None:
            return
        latin = len(_LATIN_LETTER.findall(self.folded))
        mostly_latin = latin > 2 * len(_OTHER_LETTER.findall(self.folded))
        parts: list[str] = []
        done = 0
        begun = len(undone)
        for match in _ODD_WORD.finditer(self.folded):
            word = match.group()
            if word.isascii() or _LOOKALIKE_WORD.fullmatch(word) is None:
                continue
            if _LATIN_LETTER.search(word) is None and not (mostly_latin and len(word) > 2):
                continue
            start, end = match.span()
            parts += (self.folded[done:start], word.translate(_LOOKALIKE))
            done = end
            undone.append(Undone("mixed_script", *self.span(start, end)))
            if len(undone) - begun == MOST_UNDONE:  # then the rest is not worth a closer look
                self.folded = "".join(parts) + self.folded[done:].translate(_LOOKALIKE)
                return
        self.folded = "".join(parts) + self.folded[done:]


def _is_plain(char: str) -> bool:
    return char.isalnum() and char.isascii()


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Return a text as a human reads it. The last ones are kept: several policies ask for them."""
    return Reading(text)


def fold(text: str) -> str:
    """Return a text in plain small letters, as the words of rules are compared."""
    return text.lower() if text.isascii() else Reading(text).folded

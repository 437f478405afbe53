"""Finds words that a text hides: digits for letters, letters apart, words run together or misspelt.

What is found is only another way to read the text, beside the plain one; whether it matters is for
the rules. So only words that rules look for are tried, and only where the plain word is none of
them.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import product
from typing import TypeVar

from msgspec import Struct

from tactful.rulebook.characters import LEET, Evasion
from tactful.rulebook.tokens import Token

T = TypeVar("T")

_MOST_FORMS = 16
_MOST_KNOWN = 20_000
_MOST_SPLITS = 200  # words run together are looked for in so many unknown ones of a text
_LONGEST_WORD = 24
_LONGEST_JOIN = 60
_SMALL_WORDS = (
    "a i we you he she it they the to all are is am be of in on at my our your their his her for "
    "and or so do not no this that these those such as if who was were will can with from by me us "
    "them him what how"
)
_SMALL = frozenset(_SMALL_WORDS.split())


class Ways(Struct, frozen=True):
    """Other ways to read a text.

    `others` are words for tokens of the text as it is. `tokens` is a second row of tokens, in which
    letters apart are joined and words run together are parted; None where there are none. `kinds`
    says, by the place in the folded text, how a word was hidden.
    """

    others: dict[int, tuple[str, ...]]
    tokens: list[Token] | None
    kinds: dict[int, Evasion]


class Hidden:
    """Knows the words of a book, and finds them where they are hidden.

    `guessed` are words worth a guess where they are misspelt or run together with others.
    """

    def __init__(
        self, knows: Callable[[str], bool], vocabulary: Collection[str], guessed: Collection[str]
    ) -> None:
        self._knows = knows
        self._guessed = frozenset(guessed)
        # Short words fit everywhere, so only the most usual of them count.
        self._parts = _SMALL | self._guessed | {word for word in vocabulary if len(word) > 2}
        self._by_shape: dict[tuple[str, int], list[str]] = {}
        self._misspelt: dict[str, str] = {}
        for word in sorted(self._guessed):
            self._by_shape.setdefault((word[0], len(word)), []).append(word)
            for wrong in _misspellings(word):
                self._misspelt.setdefault(wrong, word)
        self._split: dict[str, tuple[str, ...] | None] = {}
        self._forms: dict[str, tuple[str, ...]] = {}

    def ways(self, tokens: Sequence[Token]) -> Ways:
        """Return the other ways to read some tokens."""
        others: dict[int, tuple[str, ...]] = {}
        kinds: dict[int, Evasion] = {}
        replaced: dict[int, tuple[int, tuple[str, ...]]] = {}  # first -> the token behind, words
        letters = 0
        splits = 0
        for index, (kind, word, start, _) in enumerate(tokens):
            if kind == "word":
                if len(word) == 1:
                    letters += 1
                    continue
                if letters >= 3:
                    self._join(tokens, index - 1, replaced, kinds)
                letters = 0
                if len(word) > 3 and not self._knows(word):
                    right = self._misspelt.get(word)
                    if right is not None:
                        others[index] = (right,)
                        kinds[start] = "swapped"
                    elif len(word) > 4:
                        parts = self._split.get(word, ())
                        if parts == () and splits < _MOST_SPLITS:
                            splits += 1
                            parts = self.split(word)
                        if parts:
                            replaced[index] = (index + 1, parts)
                            kinds[start] = "joined"
            elif kind == "code" or kind == "masked":
                if letters >= 3:
                    self._join(tokens, index - 1, replaced, kinds)
                letters = 0
                if not self._knows(word):
                    forms = self._forms.get(word)
                    if forms is None:
                        forms = self.plain_forms(word)
                        self._remember(self._forms, word, forms)
                    if forms:
                        others[index] = forms
                        kinds[start] = "leet"
            elif kind != "end" or tokens[index][1] != ".":
                if letters >= 3:
                    self._join(tokens, index - 1, replaced, kinds)
                letters = 0
        if letters >= 3:
            self._join(tokens, len(tokens) - 1, replaced, kinds)
        return Ways(others, _replace(tokens, replaced) if replaced else None, kinds)

    def plain_forms(self, word: str) -> tuple[str, ...]:
        """Return the words that a word with digits or signs for letters may be."""
        letters = sum(char.isalpha() for char in word)
        if 2 * letters < len(word) or len(word) > _LONGEST_WORD:
            return ()
        if "*" in word:
            return tuple(
                right
                for right in self._by_shape.get((word[0], len(word)), ())
                if all(here in ("*", there) for here, there in zip(word, right, strict=True))
            )
        choices = [LEET.get(char, char) for char in word]
        count = 1
        for choice in choices:
            count *= len(choice)
        if count > _MOST_FORMS:
            return ()
        forms = ("".join(form) for form in product(*choices))
        return tuple(form for form in forms if form.isalpha() and self._knows(form))

    def split(self, word: str) -> tuple[str, ...] | None:
        """Return the known words that a word is run together from, one of them worth hiding."""
        parts = self._parted(word) if len(word) <= _LONGEST_JOIN else None
        if parts is not None and (len(parts) < 2 or self._guessed.isdisjoint(parts)):
            parts = None
        self._remember(self._split, word, parts)
        return parts

    @staticmethod
    def _remember(known: dict[str, T], word: str, found: T) -> None:
        """Keep what a word was found to be, up to a bound."""
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[word] = found

    def _parted(self, word: str) -> tuple[str, ...] | None:
        """Return the fewest known words that make a word."""
        best: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(word) + 1):
            found: tuple[str, ...] | None = None
            for start in range(max(0, end - _LONGEST_WORD), end):
                before = best[start]
                if before is not None and word[start:end] in self._parts:
                    parts = (*before, word[start:end])
                    if found is None or len(parts) < len(found):
                        found = parts
            best.append(found)
        return best[-1]

    def _join(
        self,
        tokens: Sequence[Token],
        last: int,
        replaced: dict[int, tuple[int, tuple[str, ...]]],
        kinds: dict[int, Evasion],
    ) -> None:
        """Read the letters that end at a token as one word or several."""
        while tokens[last][0] == "end":
            last -= 1
        first = last
        while first > 0 and (
            _is_letter(tokens[first - 1])
            or (tokens[first - 1][1] == "." and first > 1 and _is_letter(tokens[first - 2]))
        ):
            first -= 1
        word = "".join(token[1] for token in tokens[first : last + 1] if token[0] == "word")
        # "I h a t e": the first letter may be a word of its own.
        for skip in (0, 1):
            rest = word[skip:]
            if len(rest) < 3 or (skip and word[0] not in "ai"):
                continue
            parts = (rest,) if self._knows(rest) else self.split(rest)
            if parts:
                words = (word[0], *parts) if skip else parts
                replaced[first] = (last + 1, words)
                kinds[tokens[first][2]] = "spaced"
                return


def _is_letter(token: Token) -> bool:
    return token[0] == "word" and len(token[1]) == 1


def _replace(
    tokens: Sequence[Token], replaced: dict[int, tuple[int, tuple[str, ...]]]
) -> list[Token]:
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        if index in replaced:
            behind, words = replaced[index]
            start, end = tokens[index][2], tokens[behind - 1][3]
            found += [("word", word, start, end) for word in words]
            index = behind
        else:
            found.append(tokens[index])
            index += 1
    return found


def _misspellings(word: str) -> list[str]:
    """Return a word with two letters changed over, or one left out; the first letter stays."""
    if len(word) < 4:
        return []
    swapped = [
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in range(1, len(word) - 1)
        if word[place] != word[place + 1]
    ]
    if len(word) < 5:
        return swapped
    return swapped + [word[:place] + word[place + 1 :] for place in range(1, len(word) - 1)]

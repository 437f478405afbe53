"""Finds all patterns of a book in one walk over the tokens, in time that only their number sets.

A bit-parallel automaton (Shift-And, with optional places as in Navarro and Raffinot, "Flexible
Pattern Matching in Strings", 2002, section 4.2): each step of each pattern is one bit of a whole
number, and each token moves all patterns on at once. There is nothing to try again, so no text
can make it slow.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from tactful.rulebook.patterns import Pattern, Step
from tactful.rulebook.tokens import Token

MOST_HITS = 8
"""So many places of one pattern are told in one text."""

_MOST_KNOWN = 20_000


class Hit(Struct, frozen=True):
    """A pattern, by its number, and the first and last token of what fits it."""

    pattern: int
    first: int
    last: int


class Machine:
    """All patterns of a book, ready to be looked for."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = patterns
        self._words: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._kinds: dict[str, int] = {}
        self._begins = self._ends = self._optional = 0
        self._blocks = self._block_ends = 0
        self._within = self._across = 0
        self._ending: dict[int, int] = {}
        bit = 0
        for number, pattern in enumerate(patterns):
            bit = self._lay_out(number, pattern, bit)
        self._lengths = tuple(sorted({len(prefix) for prefix in self._prefixes}))
        self._known: dict[str, int] = {}
        self.vocabulary = frozenset(self._words)
        """The words that the patterns name in full."""

    def _lay_out(self, number: int, pattern: Pattern, bit: int) -> int:
        """Give each step of a pattern its bit; return the next free one."""
        self._begins |= 1 << bit
        for place, step in enumerate(pattern):
            here = 1 << bit
            if step.optional:
                self._optional |= here
                if not pattern[place - 1].optional:
                    self._blocks |= here >> 1
                if not pattern[place + 1].optional:
                    self._block_ends |= here
            if step.gap:
                self._within |= here
                if step.crosses:
                    self._across |= here
            for word in step.words:
                self._words[word] = self._words.get(word, 0) | here
            for prefix in step.prefixes:
                self._prefixes[prefix] = self._prefixes.get(prefix, 0) | here
            for kind in step.kinds:
                self._kinds[kind] = self._kinds.get(kind, 0) | here
            bit += 1
        self._ends |= 1 << (bit - 1)
        self._ending[bit - 1] = number
        return bit

    def knows(self, word: str) -> bool:
        """Return whether any pattern looks for a word, in full or by its beginning."""
        return self._mask_of(word) != 0

    def _mask_of(self, word: str) -> int:
        """Return the steps that a word fits. Words are remembered, up to a bound."""
        known = self._known.get(word)
        if known is not None:
            return known
        mask = self._words.get(word, 0)
        size = len(word)
        for length in self._lengths:
            if length > size:
                break
            mask |= self._prefixes.get(word[:length], 0)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[word] = mask
        return mask

    def find(self, tokens: Sequence[Token], others: Mapping[int, tuple[str, ...]]) -> list[Hit]:
        """Return where patterns fit. `others` are further words that tokens may be read as."""
        state = 0
        open_ends = self._ends
        begins, optional, kinds = self._begins, self._optional, self._kinds
        blocks, block_ends = self._blocks, self._block_ends
        within, across = self._within, self._across
        any_kind, end_kind, known = kinds.get("any", 0), kinds.get("end", 0), self._known
        hits: list[Hit] = []
        told: dict[int, int] = {}
        for index, (kind, word, _, _) in enumerate(tokens):
            gaps = within
            if kind == "word":
                mask = known.get(word)
                if mask is None:
                    mask = self._mask_of(word)
                mask |= any_kind
            elif kind == "end":
                mask = end_kind
                gaps = across
            else:
                mask = kinds.get(kind, 0) | self._mask_of(word) | any_kind
                if kind in ("phone", "short"):
                    mask |= kinds.get("number", 0)
            if index in others:
                for other in others[index]:
                    mask |= self._mask_of(other)
            if state:
                state = ((state << 1) | begins) & (mask | gaps)
            elif mask:
                state = begins & mask
            if not state:
                continue
            filled = state | block_ends
            state |= optional & ~((filled - blocks) ^ filled)
            ended = state & open_ends
            while ended:
                bit = ended.bit_length() - 1
                ended ^= 1 << bit
                number = self._ending[bit]
                told[number] = told.get(number, 0) + 1
                if told[number] == MOST_HITS:
                    open_ends ^= 1 << bit
                hits.append(Hit(number, self._first(number, tokens, others, index), index))
        return hits

    def _first(
        self, number: int, tokens: Sequence[Token], others: Mapping[int, tuple[str, ...]], last: int
    ) -> int:
        """Return the token where what ends at `last` begins: the nearest that fits."""
        places = {last}
        steps = self._patterns[number]
        for step in reversed(steps):
            reached = {
                p - 1 for p in places if p >= 0 and _fits(step, tokens[p], others.get(p, ()))
            }
            places = reached | places if step.optional else reached
        return max(places, default=last - 1) + 1


def _fits(step: Step, token: Token, others: Iterable[str]) -> bool:
    kind, word = token[0], token[1]
    if step.gap:
        return kind != "end" or step.crosses
    if kind in step.kinds or ("any" in step.kinds and kind != "end"):
        return True
    if "number" in step.kinds and kind in ("phone", "short"):
        return True
    if kind == "end":
        return False
    return any(
        said in step.words or any(said.startswith(prefix) for prefix in step.prefixes)
        for said in (word, *others)
    )

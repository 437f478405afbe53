"""The grammar at work: tokens of a text, and what they make by its rules.

One regular expression made of the grammar's terminals, and a loop over its tables. Both keep
nothing between two files, so threads share them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from tactful.language.tables import Rule, tables
from tactful.language.tokens import Token


class Branch(msgspec.Struct):
    """A rule of the grammar and what it was made of."""

    rule: str
    children: list["Branch | Token"]


# ---- tokens -------------------------------------------------------------------------------------


@cache
def _any_token() -> tuple["re.Pattern[str]", frozenset[str]]:
    """Return the pattern of all terminals, and those that are passed over."""
    return re.compile(tables().pattern), frozenset(tables().ignored)


def tokens_in(rows: Iterable[str]) -> Iterator[Token]:
    """Split the rows of a text, in which nothing spans rows, into tokens. Takes any text.

    Every row ends with a token `_NL`.
    """
    pattern, ignored = _any_token()
    find = pattern.finditer
    for number, row in enumerate(rows, 1):
        for found in find(row):
            kind = found.lastgroup or ""
            if kind not in ignored:
                yield Token(kind, found[0], number, found.start() + 1, found.end() + 1)
        end = len(row) + 1
        yield Token("_NL", "\n", number, end, end)


# ---- rules --------------------------------------------------------------------------------------

Make = Callable[[list[Any]], Any]


class _Reduce(NamedTuple):
    """What to do when a rule is complete: how much it takes, what it makes, and its name.

    A rule that only stands for its one part makes nothing.
    """

    size: int
    make: Make | None
    name: str


_END = Token("$END", "", 0, 0, 0)
Move = int | _Reduce


@cache
def _moves() -> Sequence[Mapping[str, Move]]:
    """Return for each state what a token or a finished rule leads to: a state, or a `_Reduce`."""
    reduces = [_Reduce(rule.size, _maker(rule), rule.origin) for rule in tables().rules]
    return [
        {symbol: to if to >= 0 else reduces[-1 - to] for symbol, to in row.items()}
        for row in tables().moves
    ]


def _maker(rule: Rule) -> Make | None:
    name, taken, opened = rule.name, rule.taken, frozenset(rule.opened)
    if rule.size == 1 and taken == [0] and not opened and rule.stands_for_one:
        return None

    def make(parts: list[Any]) -> Any:
        if opened:
            kept: list[Any] = []
            for place in taken:
                if place in opened:
                    kept += parts[place].children
                else:
                    kept.append(parts[place])
        else:
            kept = [parts[place] for place in taken]
        return kept[0] if rule.stands_for_one and len(kept) == 1 else Branch(name, kept)

    return make


def parse(start: str, tokens: Iterable[Token]) -> Branch | None:
    """Parse tokens by a rule of the grammar. Returns None when they do not fit it."""
    moves, entry = _moves(), tables().entries[start]
    state, end = entry.start, entry.end
    states, values = [state], list[Any]()
    for token in chain(tokens, (_END,)):
        kind = token.kind
        while (move := moves[state].get(kind)).__class__ is _Reduce:
            size, make, name = move
            if make is None:
                del states[-1]
            elif size:
                values[-size:] = (make(values[-size:]),)
                del states[-size:]
            else:
                values.append(make([]))
            state = moves[states[-1]][name]  # type: ignore[assignment]
            states.append(state)
            if state == end:
                parsed: Branch = values[-1]
                return parsed
        if move is None:
            return None
        state = move  # type: ignore[assignment]
        states.append(state)
        values.append(token)
    return None


class Reader:
    """Takes tokens one by one and can say what may come next."""

    def __init__(self, start: str) -> None:
        entry = tables().entries[start]
        self._states = [entry.start]
        self._end = entry.end

    def feed(self, token: Token) -> None:
        """Take the next token, which must be of a kind that is accepted."""
        after = self._after(token.kind)
        assert after is not None
        self._states = after

    def accepts(self) -> frozenset[str]:
        """Return the kinds of token that may come next; `$END` is the end."""
        return frozenset(
            kind for kind in _moves()[self._states[-1]] if self._after(kind) is not None
        )

    def _after(self, kind: str) -> list[int] | None:
        """Return the states behind a token of this kind, None when it cannot come."""
        states = list(self._states)
        while isinstance(move := _moves()[states[-1]].get(kind), _Reduce):
            if move.size:
                del states[-move.size :]
            behind = _moves()[states[-1]][move.name]
            assert isinstance(behind, int)
            states.append(behind)
            if behind == self._end:
                return states
        return None if move is None else [*states, move]

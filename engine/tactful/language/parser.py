"""The grammar at work. Lark is imported here and nowhere else.

Lark reads the grammar, and makes of it the terminals and the LALR tables. What runs for each token
is ours, because a file has thousands: one regular expression made of Lark's terminals, and a loop
over Lark's tables. Both keep nothing between two files, so threads share one parser.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import lark
import msgspec

from tactful.language.grammar import grammar_text
from tactful.language.tokens import Token


class Branch(msgspec.Struct):
    """A rule of the grammar and what it was made of; Lark builds these as its trees."""

    rule: str
    children: list["Branch | Token"]


class _OurOwnTokens(lark.lexer.Lexer):
    """Stands where Lark asks for a lexer; building its own would cost more than reading a file."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
        raise NotImplementedError("tokens come from `tokens_in`")


def build_parser(*, strict: bool = False) -> lark.Lark:
    """Build a parser. With `strict`, it has Lark's own lexer, and a conflict in the grammar raises

    (needs `interegular`).
    """
    return lark.Lark(
        grammar_text(),
        parser="lalr",
        lexer="basic" if strict else _OurOwnTokens,
        start=["start", "condition_tokens"],
        maybe_placeholders=False,
        propagate_positions=False,
        tree_class=Branch,
        strict=strict,
    )


_parser = cache(build_parser)


# ---- tokens -------------------------------------------------------------------------------------


@cache
def _any_token() -> tuple["re.Pattern[str]", frozenset[str]]:
    """Return Lark's terminals as one pattern, tried in the order of its basic lexer, and those

    that are passed over.
    """
    parser = _parser()
    terminals = sorted(
        parser.terminals,
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    pattern = "|".join(f"(?P<{one.name}>{one.pattern.to_regexp()})" for one in terminals)
    return re.compile(pattern), frozenset(parser.ignore_tokens)


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


class _Reduce(NamedTuple):
    """What to do when a rule is complete: how much it takes, what it makes, and its name.

    A rule that only stands for its one part makes nothing.
    """

    size: int
    make: Callable[[list[Any]], Any] | None
    name: str


class _Tables(NamedTuple):
    """Lark's tables for one start rule: for each state, what a token or a finished rule leads to.

    A number is the next state, all else a `_Reduce`.
    """

    moves: Sequence[Mapping[str, Any]]
    start: int
    end: int


_END = Token("$END", "", 0, 0, 0)


@cache
def _tables(start: str) -> _Tables:
    conf: Any = _parser().parse_interactive(start=start).parser_state.parse_conf
    numbers = {state: number for number, state in enumerate(conf.states)}

    def move(target: Any) -> int | _Reduce:
        if not isinstance(target, lark.grammar.Rule):
            return numbers[target]
        size, make = len(target.expansion), conf.callbacks[target]
        part = Branch("", [])
        stands_for_it = size == 1 and make([part]) is part
        return _Reduce(size, None if stands_for_it else make, str(target.origin.name))

    moves = [
        {str(symbol): move(target) for symbol, (_, target) in row.items()}
        for row in conf.states.values()
    ]
    return _Tables(moves, numbers[conf.start_state], numbers[conf.end_state])


def parse(start: str, tokens: Iterable[Token]) -> Branch | None:
    """Parse tokens by a rule of the grammar. Returns None when they do not fit it."""
    moves, state, end = _tables(start)
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
            state = moves[states[-1]][name]
            states.append(state)
            if state == end:
                parsed: Branch = values[-1]
                return parsed
        if move is None:
            return None
        state = move
        states.append(state)
        values.append(token)
    return None


class Reader:
    """Takes tokens one by one and can say what may come next."""

    def __init__(self, start: str) -> None:
        self._interactive: Any = _parser().parse_interactive(start=start)

    def feed(self, token: Token) -> None:
        """Take the next token, which must be of a kind that is accepted."""
        self._interactive.feed_token(token)

    def accepts(self) -> frozenset[str]:
        """Return the kinds of token that may come next; `$END` is the end."""
        return frozenset(self._interactive.accepts())

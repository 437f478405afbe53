"""The grammar at work. Lark is imported here and nowhere else.

A parser keeps state while it works, so each thread has its own; building one takes some 100 ms.
"""

import threading
from collections.abc import Iterable
from typing import Any

import lark
import msgspec

from tactful.language.grammar import grammar_text
from tactful.language.tokens import Token


class Branch(msgspec.Struct):
    """A rule of the grammar and what it was made of; Lark builds these as its trees."""

    rule: str
    children: list["Branch | Token"]


class Unexpected(Exception):
    """A token cannot stand here. `accepts` holds the kinds that could."""

    def __init__(self, accepts: frozenset[str]) -> None:
        super().__init__()
        self.accepts = accepts


_local = threading.local()


def build_parser(*, strict: bool = False) -> lark.Lark:
    """Build a parser. With `strict`, a conflict in the grammar raises (needs `interegular`)."""
    return lark.Lark(
        grammar_text(),
        parser="lalr",
        lexer="basic",
        start=["start", "condition_tokens"],
        maybe_placeholders=False,
        propagate_positions=False,
        tree_class=Branch,
        strict=strict,
    )


def _parser() -> lark.Lark:
    parser: lark.Lark | None = getattr(_local, "parser", None)
    if parser is None:
        parser = _local.parser = build_parser()
    return parser


def tokens_in(text: str) -> Iterable[Token]:
    """Split a text, in which nothing spans lines, into tokens. Takes any text."""
    reading: Any = _parser().parse_interactive(text, start="start")
    for token in reading.lexer_thread.lex(reading.parser_state):
        line, column = token.line or 0, token.column or 0
        yield Token(token.type, str(token), line, column, column + len(token))


def parse_lines(tokens: Iterable[Token]) -> Branch:
    """Parse the lines of a file; `layout` has made sure that they fit the grammar."""
    reader: Any = _parser().parse_interactive(start="start")
    feed = reader.parser_state.feed_token
    for token in tokens:
        feed(token)
    parsed: Branch = reader.feed_eof()
    return parsed


class Reader:
    """Takes tokens one by one and can say what may come next."""

    def __init__(self, start: str) -> None:
        self._interactive: Any = _parser().parse_interactive(start=start)

    def feed(self, token: Token) -> None:
        """Take the next token. Raises `Unexpected`."""
        try:
            self._interactive.feed_token(token)
        except lark.exceptions.UnexpectedToken:
            raise Unexpected(self.accepts()) from None

    def accepts(self) -> frozenset[str]:
        """Return the kinds of token that may come next; `$END` is the end."""
        return frozenset(self._interactive.accepts())

    def finish(self) -> Branch:
        """Return what was read. Raises `Unexpected` when it stops too early."""
        try:
            parsed: Branch = self._interactive.feed_eof()
        except lark.exceptions.UnexpectedToken:
            raise Unexpected(self.accepts()) from None
        return parsed

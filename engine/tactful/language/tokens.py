"""The words and signs of a line, each with its place in the file."""

from collections.abc import Sequence

import msgspec

from tactful.language.diagnostics import Span


class Token(msgspec.Struct, frozen=True, gc=False):
    """One word, text, number or sign. `kind` is the name of its terminal in the grammar.

    The token of a text block stands where its first three quotes do; `text` is its content and
    `starts` says at which line and column of the file each line of the content begins.
    """

    kind: str
    text: str
    line: int
    column: int
    end_column: int
    starts: tuple[tuple[int, int], ...] = ()

    @property
    def type(self) -> str:
        """The kind, under the name by which the parser asks for it."""
        return self.kind

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.line, self.column, self.line, self.end_column)


Item = Token | tuple[Token, ...]
"""A value of a line as written: one token, or several joined by commas."""


def first_of(item: Item) -> Token:
    """Return the first token of an item."""
    return item[0] if isinstance(item, tuple) else item


def last_of(item: Item) -> Token:
    """Return the last token of an item."""
    return item[-1] if isinstance(item, tuple) else item


def tokens_of(item: Item) -> tuple[Token, ...]:
    """Return all tokens of an item."""
    return item if isinstance(item, tuple) else (item,)


def span_of(first: Item, last: Item | None = None) -> Span:
    """Return the stretch from the start of one item to the end of another (or of itself)."""
    start, end = first_of(first), last_of(last if last is not None else first)
    return Span(start.line, start.column, end.line, end.end_column)


QUOTES = '"“”„'
"""The quotes around a text."""

OTHER_QUOTES = {
    "'": "'", "‘": "’", "’": "’", "‚": "‘’", "«": "»", "»": "«", "‹": "›", "`": "`´", "´": "´",
}  # fmt: skip
"""Signs that open a text elsewhere, but not here, and what closes it there."""


def bare_of_quotes(written: str) -> str:
    """Return a text without the other quotes around it, if it has them on both ends."""
    closing = OTHER_QUOTES.get(written[:1], "")
    if len(written) > 2 and written[-1] in closing:
        return written[1:-1].strip()
    return written


def content_of(token: Token) -> str:
    """Return the text that a token holds, without the quotes and escapes of a text on one line."""
    return unescape(token.text[1:-1]) if token.kind == "STRING" else token.text


def unescape(text: str) -> str:
    r"""Undo the two escapes of a text on one line: `\"` and `\\`."""
    if "\\" not in text:
        return text
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("\\", '"'):
            at += 1
        out.append(text[at])
        at += 1
    return "".join(out)


def as_written(tokens: Sequence[Token]) -> str:
    """Return tokens of one line as they were written, a stretch of space as one space."""
    out, end = "", tokens[0].column
    for token in tokens:
        out += (" " if token.column > end else "") + token.text
        end = token.end_column
    return out


def items_as_written(items: Sequence[Item]) -> str:
    """Return items of one line as they were written, with the commas in their lists."""
    tokens: list[Token] = []
    for item in items:
        for token in tokens_of(item):
            comma = isinstance(item, tuple) and token is not item[-1]
            text, end = (f"{token.text},", token.end_column + 1) if comma else (token.text, 0)
            tokens.append(
                msgspec.structs.replace(token, text=text, end_column=end or token.end_column)
            )
    return as_written(tokens)


_LONGEST_PHRASE = 6


def leading_words(items: Sequence[Item]) -> list[str]:
    """Return the words without quotes at the start of a line, in small letters."""
    words: list[str] = []
    for item in items[:_LONGEST_PHRASE]:
        if not isinstance(item, Token) or item.kind != "WORD":
            break
        words.append(item.text.lower())
    return words

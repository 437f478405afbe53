"""Text to lines: what stands on each line, and which lines belong to it. No word means anything."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from tactful.language.diagnostics import Edit, Fix, Span
from tactful.language.layout import arrange
from tactful.language.parser import Branch, parse
from tactful.language.report import Report
from tactful.language.texts import CLOSED, OPEN, ReadsAsCommand, lift_texts
from tactful.language.tokens import (
    Item,
    Token,
    first_of,
    items_as_written,
    last_of,
    leading_words,
    tokens_of,
)

LineShape = Literal["plain", "opener", "inline", "hollow", "colonless", "text"]


class Line(msgspec.Struct, frozen=True):
    """One line. `condition` holds the flat tokens behind `when`, None without one.

    `lead` are the words it begins with, in small letters.
    """

    shape: LineShape
    items: tuple[Item, ...]
    condition: tuple[Token, ...] | None
    when: Token | None
    children: tuple["Line", ...]
    lead: tuple[str, ...] = ()

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens of the line itself."""
        said = tuple(token for item in self.items for token in tokens_of(item))
        return said + ((self.when,) if self.when else ()) + (self.condition or ())

    @property
    def first(self) -> Token:
        """The first token of the line."""
        return first_of(self.items[0]) if self.items else self.when or self.tokens[0]

    @property
    def last(self) -> Token:
        """The last token of the line."""
        return self.condition[-1] if self.condition else self.when or last_of(self.items[-1])

    @property
    def span(self) -> Span:
        """The whole line."""
        first, last = self.first, self.last
        return Span(first.line, first.column, last.line, last.end_column)

    def written(self, span: Span) -> str:
        """Return what is written in a stretch of this line."""
        held = (*self.items, *(self.condition or ()))
        parts = [tuple(token for token in tokens_of(item) if _within(token, span)) for item in held]
        inside = [part for part in parts if part]
        return items_as_written(inside) if inside else ""

    def starting(self, at: int) -> "Line":
        """Return this line without its first items."""
        items = self.items[at:]
        return msgspec.structs.replace(self, items=items, lead=tuple(leading_words(items)))

    def walk(self) -> Iterator["Line"]:
        """Yield this line and all lines below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def _within(token: Token, span: Span) -> bool:
    return token.line == span.line and span.column <= token.column < span.end_column


def normalise(text: str) -> list[str]:
    """Return the lines of a file, free of byte order mark, CR and our own private signs."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace(CLOSED, "\ufffd").replace(OPEN, "\ufffd").split("\n")


def read_lines(
    text: str, report: Report, reads_as_command: ReadsAsCommand, *, wary: bool = False
) -> tuple[Line, ...]:
    """Return the lines of a file. Mistakes of layout go to the report; nothing raises."""
    lines = normalise(text)
    if _tell_mail_quoting(lines, report):
        return ()
    left, texts = lift_texts(lines, report, reads_as_command, wary=wary)
    parsed = parse("start", arrange(left, texts, report))
    assert parsed is not None, "what layout lets through fits the grammar"
    read = _lines(parsed.children)
    if _tell_flat(read, lines, report):
        return ()
    return read


def _lines(parts: list[Branch | Token]) -> tuple[Line, ...]:
    return tuple(_line(part) for part in parts if isinstance(part, Branch))


def _line(branch: Branch) -> Line:
    first, *rest = branch.children
    if branch.rule == "text":
        assert isinstance(first, Token)
        below = _lines(rest[0].children) if rest and isinstance(rest[0], Branch) else ()
        return Line("text", (first,), None, None, below)
    assert isinstance(first, Branch)
    items: list[Item] = []
    when, condition = None, None
    for part in first.children:
        if isinstance(part, Token):
            items.append(part)
        elif part.rule == "list":
            items.append(_tokens(part))
        else:
            when, *flat = _flat(part)
            condition = tuple(flat)
    children: tuple[Line, ...] = ()
    for part in rest:
        if isinstance(part, Branch):
            children = _lines(part.children) if part.rule == "block" else (_line(part),)
    shape: LineShape = branch.rule  # type: ignore[assignment]
    return Line(shape, tuple(items), condition, when, children, tuple(leading_words(items)))


def _tokens(branch: Branch) -> tuple[Token, ...]:
    return tuple(part for part in branch.children if isinstance(part, Token))


def _flat(condition: Branch) -> list[Token]:
    """Return the tokens of a condition one after the other, the commas of its lists put back."""
    flat: list[Token] = []
    for part in condition.children:
        if isinstance(part, Token):
            flat.append(part)
            continue
        for number, token in enumerate(_tokens(part)):
            if number:
                flat.append(Token("COMMA", ",", token.line, token.column, token.column))
            flat.append(token)
    return flat


def _tell_mail_quoting(lines: list[str], report: Report) -> bool:
    """Tell when nearly every line begins with the mark of a mail reply."""
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    marked = [(number, line) for number, line in filled if line.lstrip().startswith(">")]
    if len(marked) <= 0.8 * len(filled):
        return False
    edits = []
    for number, line in marked:
        start = len(line) - len(line.lstrip())
        end = start + len(line[start:]) - len(line[start:].lstrip(">"))
        end += line[end : end + 1] == " "
        edits.append(Edit(Span(number, start + 1, number, end + 1), ""))
    report.add(
        "TF107",
        "every line begins with `>`: this was copied out of a mail reply",
        edits[0].span,
        "mark of the mail program",
        fix=Fix("safe", "remove the `>` marks", tuple(edits)),
    )
    return True


def _tell_flat(read: tuple[Line, ...], lines: list[str], report: Report) -> bool:
    """Tell when lines should hold others, and no line of the file is indented."""
    hollow = [line for line in read if line.shape == "hollow"]
    if len(hollow) < 3 or any(line.shape in ("opener", "colonless") for line in read):
        return False
    report.add(
        "TF110",
        "all indentation is gone from this file",
        hollow[0].span,
        "lines should be indented below this one",
        help=(
            "Mail and ticket systems often drop the spaces at the start of lines.",
            "Get the file again as an attachment, or indent by two spaces what belongs under "
            "each line that ends with a colon.",
        ),
    )
    return True

"""Finds the comments of a file, which the grammar passes over, by where its tokens end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tactful.language.parser import tokens_in
from tactful.language.report import Report
from tactful.language.shape import normalise
from tactful.language.texts import FENCE, lift_texts
from tactful.language.tokens import Token

_COMMENT = re.compile(r"[\s\u200b]*(#.*)")


@dataclass(frozen=True, slots=True)
class Margins:
    """What stands in a file besides its words: its rows as written, and its comments by row."""

    rows: Sequence[str]
    comments: Mapping[int, str]

    def is_blank(self, row: int) -> bool:
        """Return whether a row of the file, counted from 1, has nothing on it."""
        return 1 <= row <= len(self.rows) and not self.rows[row - 1].strip()

    def width(self, row: int) -> int:
        """Return how far a row is indented, as the layout counts it."""
        line = self.rows[row - 1]
        return len(line[: len(line) - len(line.lstrip())].expandtabs(2))

    def closing_row(self, text: Token) -> int:
        """Return the row on which a text block ends."""
        if FENCE.search(self.rows[text.line - 1], text.column + 2):
            return text.line
        return (text.starts[-1][0] if text.starts else text.line) + 1


def margins_of(text: str) -> Margins:
    """Return the rows and comments of a file in which every message text is closed."""
    rows = normalise(text)
    left, texts = lift_texts(rows, Report(""), lambda _: False, wary=False)
    ends: dict[int, int] = {}
    for token in tokens_in(left):
        if token.kind != "_NL":
            ends[token.line] = token.end_column
    comments: dict[int, str] = {}
    for row, line in enumerate(left, 1):
        _note(comments, row, line[ends.get(row, 1) - 1 :])
    margins = Margins(rows, comments)
    for token in texts.values():
        closing = margins.closing_row(token)
        if closing != token.line:
            _note(comments, token.line, rows[token.line - 1][token.column + 2 :])
            _note(comments, closing, rows[closing - 1].lstrip()[3:])
    return margins


def _note(comments: dict[int, str], row: int, behind: str) -> None:
    found = _COMMENT.fullmatch(behind)
    if found:
        comments[row] = found[1].rstrip()

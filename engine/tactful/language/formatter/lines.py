"""Writes the lines of a file in the one form that all flows have."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

import msgspec

from tactful.language.comments import Margins
from tactful.language.diagnostics import Span
from tactful.language.formatter.pieces import (
    WIDEST,
    Piece,
    command_width,
    joined,
    laid_out,
    line_pieces,
)
from tactful.language.shape import Line
from tactful.language.tokens import Token
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable

_FENCE = '"""'


class Writer:
    """Writes one file. Every comment is written once, and blank rows never double."""

    def __init__(
        self,
        margins: Margins,
        nodes: Mapping[Span, Node],
        forms: Mapping[tuple[int, int], str],
    ) -> None:
        self._margins = margins
        self._nodes = nodes
        self._forms = forms
        self._left = dict(sorted(margins.comments.items()))
        self._out: list[str] = []
        self._widths: list[int] = []
        """How far the last line and those that hold it were indented, from the outside in."""

    def write(self, lines: Sequence[Line]) -> str:
        """Return the text of the file."""
        self._block(lines, 0)
        self._lead(0, None, spaced=bool(lines and lines[-1].children))
        return "".join(f"{row}\n" for row in self._out)

    def _block(self, lines: Sequence[Line], depth: int) -> None:
        before: Line | None = None
        for line in lines:
            spaced = depth == 0 and before is not None
            behind_block = spaced and before is not None and bool(before.children)
            before_block = spaced and bool(line.children)
            self._lead(depth, line.first.line, spaced=behind_block, parted=before_block)
            self._line(line, depth)
            before = line

    # ---- what stands above a line ---------------------------------------------------------------

    def _lead(self, depth: int, row: int | None, *, spaced: bool, parted: bool = False) -> None:
        """Write the comments above a row, or with None those at the end of the file.

        `spaced`: a blank row must come first of what stands at the depth of the line. `parted`:
        one must come above the line and the comments that touch it.
        """
        above = takewhile(lambda at: row is None or at < row, self._left)
        rows = [(at, self._depth_of(at, depth)) for at in above]
        if row is not None:
            rows.append((row, depth))
        blank = {at for at, _ in rows if self._margins.is_blank(at - 1)}
        level = [at for at, deep in rows if deep == depth]
        if spaced and level:
            blank.add(level[0])
        if parted:
            touching = level[-1]
            for at in reversed(level):
                touching = at
                if at in blank:
                    break
            blank.add(touching)
        for at, deep in rows:
            if at in blank and self._out and not self._opens_block(deep):
                self._out.append("")
            if at != row:
                self._out.append("  " * deep + self._left.pop(at))
                self._widths = [*self._widths[:deep], self._margins.width(at)]

    def _depth_of(self, row: int, least: int) -> int:
        """Return how deep a comment stands: in the innermost block that begins at its margin."""
        width = self._margins.width(row)
        fitting = [d for d in range(least + 1, len(self._widths)) if self._widths[d] <= width]
        return max(fitting, default=least)

    def _opens_block(self, depth: int) -> bool:
        """Return whether the next row is the first of a block."""
        return len(self._widths) == depth

    # ---- a line ---------------------------------------------------------------------------------

    def _line(self, line: Line, depth: int) -> None:
        width = self._margins.width(line.first.line)
        if depth:  # what stood behind a colon has no margin of its own
            width = max(width, self._widths[depth - 1] + 1)
        self._widths = [*self._widths[:depth], width]
        if line.shape == "text":
            self._text(line.first, depth)
            return
        pieces = self._pieces(line)
        text = self._block_text(line)
        margin = "  " * depth
        if line.shape == "inline":
            whole = self._on_one_row(line)
            if whole is not None and len(margin) + command_width(whole) <= WIDEST:
                self._out.append(margin + joined(whole) + self._comment(whole[-1].row))
                return
        holds = bool(line.children) or (text is not None and self._takes_text(line))
        if text is not None and not self._takes_text(line):
            pieces.append(Piece(_FENCE, text.line))
        self._out += laid_out(pieces, margin, ":" if holds else "", self._left)
        for row in range(pieces[0].row, pieces[-1].row):
            self._left.pop(row, None)
        self._out[-1] += self._comment(line.last.line)
        if text is not None and holds:
            self._text(text, depth + 1)
            self._widths.append(width + 1)
        elif text is not None:
            self._inside(text, depth + 1)
            self._out.append(margin + _FENCE + self._comment(self._margins.closing_row(text)))
        self._block(line.children, depth + 1)

    def _pieces(self, line: Line) -> list[Piece]:
        node = self._nodes.get(line.span)
        loose = node is not None and not isinstance(node.word, Unreadable)
        if self._block_text(line) is not None:
            line = msgspec.structs.replace(line, items=line.items[:-1])
        return line_pieces(line, self._forms, loose=loose)

    def _block_text(self, line: Line) -> Token | None:
        """Return the text block at the end of a line, if it cannot be a text in quotes there."""
        text = _text_of(line)
        if text is None or self._takes_text(line):
            return text
        return text if any(sign in text.text for sign in '\n"\\') else None

    def _takes_text(self, line: Line) -> bool:
        """Return whether a text may stand below a line, as a block of its own."""
        node = self._nodes.get(line.span)
        return node is not None and node.word.block is not None and node.word.block.text

    def _on_one_row(self, line: Line) -> list[Piece] | None:
        """Return a line and the short command behind it, if one row can hold them."""
        pieces = self._pieces(line)
        if line.shape == "inline":
            behind = self._on_one_row(line.children[0])
            if behind is None:
                return None
            pieces[-1].text += ":"
            behind[0].gap = " "
            pieces += behind
        elif line.children or self._block_text(line) is not None:
            return None
        rows = range(pieces[0].row, pieces[-1].row)
        return None if any(row in self._left for row in rows) else pieces

    def _comment(self, row: int) -> str:
        comment = self._left.pop(row, None)
        return f"  {comment}" if comment else ""

    # ---- texts ----------------------------------------------------------------------------------

    def _text(self, text: Token, depth: int) -> None:
        margin = "  " * depth
        self._out.append(margin + _FENCE + self._comment(text.line))
        self._inside(text, depth)
        self._out.append(margin + _FENCE + self._comment(self._margins.closing_row(text)))

    def _inside(self, text: Token, depth: int) -> None:
        content = text.text.split("\n") if text.starts else []
        self._out += [("  " * depth + row).rstrip() for row in content]


def _text_of(line: Line) -> Token | None:
    """Return the text block that is opened at the end of a line."""
    last = line.items[-1] if line.items else None
    return last if isinstance(last, Token) and last.kind == "TEXT" else None

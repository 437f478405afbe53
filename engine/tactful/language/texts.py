"""Lifts message texts, which stand between lines with three quotes, out of a file.

What is left has no token that spans lines, so the time to read it grows with its length only.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tactful.language.diagnostics import Edit, Fix, Label, Span
from tactful.language.report import Report
from tactful.language.tokens import QUOTES, Token

CLOSED, OPEN = "\ue000", "\ue001"
"""Signs of the private area that stand in a line for a text, and for one never closed."""

ReadsAsCommand = Callable[[str], bool]
_MOST_SUSPECTS = 200
_LONGEST_SUSPECT = 300
FENCE = re.compile(f"[{QUOTES}]{{3}}")


@dataclass(frozen=True, slots=True)
class _Opening:
    """Where three quotes open a text, what stands behind them, and whether anything before."""

    row: int
    fence: int
    behind: str
    alone: bool
    margin: int

    @property
    def span(self) -> Span:
        return Span(self.row + 1, self.fence + 1, self.row + 1, self.fence + 4)


Rows = Sequence[tuple[int, str]]
"""Lines of a text with their numbers."""


def lift_texts(
    lines: Sequence[str], report: Report, reads_as_command: ReadsAsCommand, *, wary: bool
) -> tuple[list[str], dict[int, Token]]:
    """Return the lines without their texts, and the texts as tokens by the line they begin on.

    A text that is never closed ends before the first line that reads as a command. `wary` looks
    for such lines in closed texts, too: their closing quotes may belong to a later text.
    """
    return _Lifter(lines, report, reads_as_command, wary).lift()


class _Lifter:
    def __init__(
        self,
        lines: Sequence[str],
        report: Report,
        reads_as_command: ReadsAsCommand,
        wary: bool,
    ) -> None:
        self.lines = lines
        self.report = report
        self.reads_as_command = reads_as_command
        self.wary = wary
        self.left = list(lines)
        self.texts: dict[int, Token] = {}
        self.closers = [row for row, line in enumerate(lines) if _closes(line)]
        self.suspects_left = _MOST_SUSPECTS

    def lift(self) -> tuple[list[str], dict[int, Token]]:
        row = 0
        while row < len(self.lines):
            line = self.lines[row]
            fence = find_fence(line)
            if fence is None:
                row += 1
                continue
            margin = _width(_margin(line))
            alone = not line[:fence].strip()
            opening = _Opening(row, fence, line[fence + 3 :], alone, margin)
            again = FENCE.search(opening.behind)
            row = self.on_one_line(opening, again) if again else self.over_lines(opening)
        return self.left, self.texts

    def on_one_line(self, opening: _Opening, again: re.Match[str]) -> int:
        """Take a text that is opened and closed on one line, which is forgiven."""
        inner, rest = opening.behind[: again.start()], opening.behind[again.end() :]
        self.put(opening, inner.rstrip(), (), CLOSED, rest)
        return opening.row + 1

    def over_lines(self, opening: _Opening) -> int:
        """Take a text over several lines, and return the row on which reading goes on."""
        start = opening.row + 1
        at = bisect_left(self.closers, start)
        end = self.closers[at] if at < len(self.closers) else len(self.lines)
        closed = end < len(self.lines)
        suspect = self.suspect(opening, range(start, end)) if self.wary or not closed else None
        if suspect is not None:
            end, closed = suspect, False
        rows = [(row + 1, self.lines[row]) for row in range(start, end)]
        head = ""
        if opening.behind.strip() and not opening.behind.lstrip().startswith("#"):
            head = opening.behind.rstrip()
        if not closed:
            while rows and not rows[-1][1].strip():
                rows.pop()
            _tell_open(self.report, opening, self.lines, rows, suspect)
        self.put(opening, head, rows, CLOSED if closed else OPEN, "")
        after = end + 1 if closed else end
        self.left[start:after] = [""] * (after - start)
        return after

    def suspect(self, opening: _Opening, rows: range) -> int | None:
        """Return the first line of a text that reads as a command outside of it."""
        for row in rows:
            body = self.lines[row].strip()
            width = _width(_margin(self.lines[row]))
            beside = width == opening.margin and (not opening.alone or ":" in body)
            if not body or len(body) > _LONGEST_SUSPECT or not (width < opening.margin or beside):
                continue
            if not self.suspects_left:
                return None
            self.suspects_left -= 1
            if self.reads_as_command(body):
                return row
        return None

    def put(self, opening: _Opening, head: str, rows: Rows, sign: str, rest: str) -> None:
        """Leave a sign in the place of a text, every column as it was, and keep its token.

        `head` is what stands behind the opening quotes on their own line.
        """
        line, fence = self.lines[opening.row], opening.fence
        gap = " " * (len(line) - fence - 3 - len(rest))
        self.left[opening.row] = f"{line[:fence]}{sign}  {gap}{rest}"
        self.texts[opening.row + 1] = _token(
            opening, head, rows, "TEXT" if sign == CLOSED else "OPEN_TEXT"
        )


def find_fence(line: str) -> int | None:
    """Return where three quotes open a text on a line, stepping over quoted texts and comments."""
    if FENCE.search(line) is None:
        return None
    at = 0
    while at < len(line):
        sign = line[at]
        if sign == "#":
            return None
        if sign not in QUOTES:
            at += 1
            continue
        if _is_fence(line[at : at + 3]):
            return at
        closers = '"' if sign == '"' else '"“”'
        at += 1
        while at < len(line) and line[at] not in closers:
            at += 2 if line[at] == "\\" else 1
        at += 1
    return None


def _is_fence(text: str) -> bool:
    return len(text) == 3 and all(sign in QUOTES for sign in text)


def _closes(line: str) -> bool:
    body = line.strip()
    return _is_fence(body[:3]) and (not body[3:].strip() or body[3:].lstrip().startswith("#"))


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _width(margin: str) -> int:
    return len(margin.expandtabs(2))


def _token(opening: _Opening, head: str, rows: Rows, kind: str) -> Token:
    """Return a text as a token; each line loses the margin of the block, and no more."""
    margin = opening.margin
    if not opening.alone:
        margin = min((_width(_margin(row)) for _, row in rows if row.strip()), default=0)
    content, starts = list[str](), list[tuple[int, int]]()
    if head:
        content.append(head.lstrip())
        starts.append((opening.row + 1, opening.fence + 4 + len(head) - len(head.lstrip())))
    for number, row in rows:
        cut = 0
        while cut < len(row) and row[cut].isspace() and _width(row[: cut + 1]) <= margin:
            cut += 1
        content.append(row[cut:])
        starts.append((number, cut + 1))
    span = opening.span
    return Token(kind, "\n".join(content), span.line, span.column, span.end_column, tuple(starts))


def _tell_open(
    report: Report,
    opening: _Opening,
    lines: Sequence[str],
    rows: Rows,
    suspect: int | None,
) -> None:
    last = rows[-1][0] if rows else opening.row + 1
    also: tuple[Label, ...] = ()
    if suspect is not None:
        row = lines[suspect]
        start, end = len(_margin(row)) + 1, len(row.rstrip()) + 1
        place = Span(suspect + 1, start, suspect + 1, end)
        also = (Label(place, "this is not message text any more"),)
    end_of_last = len(lines[last - 1]) + 1
    closing = Edit(
        Span(last, end_of_last, last, end_of_last), "\n" + _margin(lines[opening.row]) + '"""'
    )
    report.add(
        "TF102",
        "this message text is never closed",
        opening.span,
        "the text starts here",
        help=('Put `"""` on a line of its own where the message ends.',),
        fix=Fix("ask", f'insert `"""` after line {last}', (closing,)),
        also=also,
    )

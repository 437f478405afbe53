"""Lifts message texts, which stand between lines with three quotes, out of a file.

What is left has no token that spans lines, so the time to read it grows with its length only.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tactful.language.diagnostics import Edit, Fix, Label, Span
from tactful.language.report import Report
from tactful.language.tokens import QUOTES, Token

CLOSED, OPEN = "\ue000", "\ue001"
"""Signs of the private area that stand in a line for a text, and for one never closed."""

ReadsAsCommand = Callable[[str], bool]
_MOST_SUSPECTS = 200
_FENCE = re.compile(f"[{QUOTES}]{{3}}")


@dataclass(frozen=True, slots=True)
class _Text:
    opening: Span
    margin: int
    rows: tuple[tuple[int, str], ...]
    closed: bool


def lift_texts(
    lines: Sequence[str], report: Report, reads_as_command: ReadsAsCommand, *, wary: bool
) -> tuple[list[str], dict[int, Token]]:
    """Return the lines without their texts, and the texts as tokens by the line they begin on.

    A text that is never closed ends before the first line that reads as a command. `wary` looks
    for such lines in closed texts, too: their closing quotes may belong to a later text.
    """
    left, texts = list(lines), {}
    suspects = _MOST_SUSPECTS
    at = 0
    while at < len(lines):
        fence = find_fence(lines[at])
        if fence is None:
            at += 1
            continue
        margin = _width(lines[at][: len(lines[at]) - len(lines[at].lstrip())])
        opening = Span(at + 1, fence + 1, at + 1, fence + 4)
        behind = lines[at][fence + 3 :]
        own_line = not lines[at][:fence].strip()
        rest = ""
        again = _FENCE.search(behind)
        if again:
            inner, rest = behind[: again.start()], behind[again.end() :]
            _tell_layout(report, opening, inner)
            text = _Text(opening, margin, ((at + 1, " " * (fence + 3) + inner),), True)
            end = at + 1
        else:
            end = at + 1
            while end < len(lines) and not _closes(lines[end]):
                end += 1
            closed = end < len(lines)
            suspect = None
            if wary or not closed:
                for row in range(at + 1, end):
                    body = lines[row].strip()
                    width = _width(_margin(lines[row]))
                    outside = width < margin or (width == margin and (not own_line or ":" in body))
                    if suspects and body and outside:
                        suspects -= 1
                        if reads_as_command(body):
                            suspect = row
                            break
            if suspect is not None:
                end, closed = suspect, False
            rows = [(row + 1, lines[row]) for row in range(at + 1, end)]
            if behind.strip() and not behind.lstrip().startswith("#"):
                if closed:
                    _tell_layout(report, opening, behind)
                rows.insert(0, (at + 1, " " * (fence + 3) + behind))
            if not closed:
                while rows and not rows[-1][1].strip():
                    rows.pop()
                _tell_open(report, opening, lines, rows, suspect)
            text = _Text(opening, margin, tuple(rows), closed)
            for row in range(at + 1, end + 1 if closed else end):
                left[row] = ""
            end = end + 1 if closed else end
        gap = " " * (len(lines[at]) - fence - 3 - len(rest))
        left[at] = f"{lines[at][:fence]} {CLOSED if text.closed else OPEN} {gap}{rest}"
        texts[at + 1] = _token(text, own_line)
        at = max(end, at + 1)
    return left, texts


def find_fence(line: str) -> int | None:
    """Return where three quotes open a text on a line, stepping over quoted texts and comments."""
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


def _token(text: _Text, own_line: bool) -> Token:
    """Return a text as a token; each line loses the margin of the block, and no more."""
    margin = text.margin
    if not own_line:
        inside = [_width(_margin(row)) for _, row in text.rows if row.strip()]
        margin = min(inside, default=0)
    content, starts = [], []
    for number, row in text.rows:
        cut = 0
        while cut < len(row) and row[cut].isspace() and _width(row[: cut + 1]) <= margin:
            cut += 1
        content.append(row[cut:])
        starts.append((number, cut + 1))
    span = text.opening
    kind = "TEXT" if text.closed else "OPEN_TEXT"
    return Token(kind, "\n".join(content), span.line, span.column, span.end_column, tuple(starts))


def _tell_layout(report: Report, opening: Span, inner: str) -> None:
    report.add(
        "TF106",
        "three quotes stand alone at the end of their line",
        opening,
        "nothing may follow them",
        help=("Begin the text on the next line and close it with three quotes on a line.",)
        if inner.strip()
        else (),
    )


def _tell_open(
    report: Report,
    opening: Span,
    lines: Sequence[str],
    rows: Sequence[tuple[int, str]],
    suspect: int | None,
) -> None:
    last = rows[-1][0] if rows else opening.line
    also: tuple[Label, ...] = ()
    if suspect is not None:
        row = lines[suspect]
        start, end = len(_margin(row)) + 1, len(row.rstrip()) + 1
        place = Span(suspect + 1, start, suspect + 1, end)
        also = (Label(place, "this is not message text any more"),)
    end_of_last = len(lines[last - 1]) + 1
    closing = Edit(
        Span(last, end_of_last, last, end_of_last), "\n" + _margin(lines[opening.line - 1]) + '"""'
    )
    report.add(
        "TF102",
        "this message text is never closed",
        opening,
        "the text starts here",
        help=('Put `"""` on a line of its own where the message ends.',),
        fix=Fix("ask", f'insert `"""` after line {last}', (closing,)),
        also=also,
    )

"""Reads the rows of a CSV file one by one; a row that cannot be read takes no other with it."""

import csv
from collections import deque
from collections.abc import Callable, Iterator

from tactful.runtime.ports import Row, RowProblem
from tactful_csv.layout import REPLACEMENT, Layout

LONGEST = 131_072  # characters of a row; also what Python's reader allows for one cell

_NEVER_CLOSED = "a quote is opened and never closed"
_REASONS = (
    ("unexpected end of data", _NEVER_CLOSED),
    ("expected after", "a quote stands within a cell; there it is written twice"),
)
_DAMAGE = {"\0": "a NUL", REPLACEMENT: "a character that cannot be read"}


class _TooLong(Exception):
    """A row has more than `LONGEST` characters."""


class _Lines:
    """Hands out the lines of a file, remembers those of the row under way, and takes some back."""

    def __init__(self, readline: Callable[[int], str]) -> None:
        self._readline = readline
        self._returned: deque[str] = deque()
        self._size = 0
        self.row: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._readline(LONGEST)
        if not line:
            raise StopIteration
        self.number += 1
        self.row.append(line)
        self._size += len(line)
        if self._size >= LONGEST:
            self._skip_rest(line)
            raise _TooLong
        return line

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.row.clear()
        self._size = 0

    def take_back(self) -> None:
        """Take back all lines of the row but its first: each may be a good row by itself."""
        self._returned.extendleft(reversed(self.row[1:]))
        self.number -= len(self.row[1:])

    def _skip_rest(self, piece: str) -> None:
        while len(piece) == LONGEST and not piece.endswith(("\n", "\r")):
            piece = self._readline(LONGEST)


def records(readline: Callable[[int], str], layout: Layout) -> Iterator[Row | RowProblem]:
    """Yield every row of data; empty lines do not count. Messages name the line of the file."""
    lines = _Lines(readline)
    for _ in range(layout.header_lines):
        next(lines)
    columns = layout.columns
    reader = _reader(lines, layout)
    number = 0
    while True:
        lines.begin_row()
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            number += 1
            yield RowProblem(number, "", f"line {line}: {_reason(error)}")
            lines.take_back()
            reader = _reader(lines, layout)
            continue
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        number += 1
        problem = _problem(cells, columns, lines.row)
        if problem:
            column, code, reason = problem
            yield RowProblem(number, column, f"line {line}: {reason}", code)
            continue
        if len(lines.row) > 1:
            cells = [cell.replace("\r\n", "\n") for cell in cells]
        yield Row(number, dict(zip(columns, cells, strict=False)))


def _reader(lines: _Lines, layout: Layout) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=layout.separator, strict=True)


def _problem(
    cells: list[str], columns: tuple[str, ...], lines: list[str]
) -> tuple[str, str, str] | None:
    """Return column, code and reason when a row is damaged or ragged, or None."""
    for sign, what in _DAMAGE.items():
        if any(sign in line for line in lines):
            hit = next((at for at, cell in enumerate(cells) if sign in cell), 0)
            column = columns[hit] if hit < len(columns) else f"column {hit + 1}"
            return column, "bad_text", f"it holds {what}"
    have, want = len(cells), len(columns)
    if have < want:
        reason = f"the row has {have} cells and the header {want}"
        return columns[have], "ragged_row", reason
    if have > want and any(cells[want:]):  # spreadsheets pad rows with empty cells
        reason = f"the row has {have} cells and the header {want}; is a text not in quotes?"
        return f"column {want + 1}", "ragged_row", reason
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, _TooLong):
        return f"the row has more than {LONGEST:,} characters; perhaps {_NEVER_CLOSED}"
    text = str(error)
    return next((reason for part, reason in _REASONS if part in text), text)

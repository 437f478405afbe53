"""Finds out how a whole column writes its days or numbers, where single cells read two ways.

`01/12/2026` may be the first of December or the twelfth of January. When another cell of the
column can only be read day first, and none only month first, so is this one, and that is told.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct

from tactful.graph.model import Column
from tactful.runtime.audience.cells.days import Order, order_of
from tactful.runtime.audience.cells.nothing import bare, tidy
from tactful.runtime.audience.cells.numbers import Point, point_of
from tactful.runtime.ports import Finding, Row

Way = Order | Point

_KINDS: dict[str, Callable[[str], Way | None]] = {
    "date": order_of,
    "time": order_of,
    "number": point_of,
    "money": point_of,
}
_SAID: dict[Way, tuple[str, str]] = {
    "day first": ("days", "day first"),
    "month first": ("days", "month first"),
    ".": ("numbers", "with a point before the decimals"),
    ",": ("numbers", "with a comma before the decimals"),
}


class _Sample(Struct):
    """The first cell of its kind, and how many there are."""

    text: str
    row: int
    count: int = 1


class Habit:
    """How one column writes. `way` is None while nothing is decided."""

    def __init__(self, name: str, header: str, shows: Callable[[str], Way | None]) -> None:
        self.name = name
        self.header = header
        self.way: Way | None = None
        self._shows = shows
        self._seen: dict[Way, _Sample] = {}

    def look(self, row: Row) -> bool:
        """Take note of a cell; return whether it reads two ways."""
        text = bare(tidy(row.cells.get(self.header, "")))
        way = self._shows(text) if text else None
        if way is None:
            return False
        sample = self._seen.get(way)
        if sample is None:
            self._seen[way] = _Sample(text, row.number)
        else:
            sample.count += 1
        return way == "both"

    def decide(self) -> Finding | None:
        """Settle how the column writes, and return what to tell of it."""
        doubtful = self._seen.get("both")
        clear = [way for way in self._seen if way != "both"]
        if doubtful is None or not clear:
            return None
        self.way = clear[0] if len(clear) == 1 else "both"
        if self.way == "both" or (self.way == "." and "." in doubtful.text):
            return None
        what, how = _SAID[self.way]
        proof = self._seen[self.way]
        return Finding(
            "warning",
            "guessed_reading",
            f"`{self.name}`: {what} such as {doubtful.text} were read {how} "
            f"({_cells(doubtful.count)}): {proof.text} in row {proof.row} can only be read so",
            help="If that is wrong, write the column in a form that reads one way.",
        )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


class Habits:
    """How the columns of an audience write."""

    def __init__(self) -> None:
        self._all: list[Habit] = []

    def of(self, column: Column, header: str | None) -> Habit | None:
        """Return what is to be found out about a column, if there is anything."""
        shows = _KINDS.get(column.type)
        return self.learn(column.name, header, shows) if shows and header is not None else None

    def learn(self, name: str, header: str, shows: Callable[[str], Way | None]) -> Habit:
        """Find out how a column writes what `shows` looks at."""
        habit = Habit(name, header, shows)
        self._all.append(habit)
        return habit

    def look(self, rows: Iterable[object]) -> bool:
        """Take note of rows; return whether a cell of them reads two ways."""
        if not self._all:
            return False
        found = [habit.look(row) for row in rows if isinstance(row, Row) for habit in self._all]
        return any(found)

    def decide(self) -> list[Finding]:
        """Settle how each column writes, and return what to tell of it."""
        found = [habit.decide() for habit in self._all]
        return [finding for finding in found if finding is not None]


def order_by(habit: Habit | None) -> Order | None:
    """Return in which order a column writes its days."""
    way = habit.way if habit else None
    return way if way in ("day first", "month first", "both") else None


def point_by(habit: Habit | None) -> Point | None:
    """Return with which mark a column begins decimals."""
    way = habit.way if habit else None
    return way if way in (".", ",", "both") else None

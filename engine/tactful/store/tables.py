"""How rows become SQL and come back: all rows of a group in one statement, as one JSON array.

One statement, because `sqlite3` lets go of the interpreter's lock at every step of a statement: row
by row, a busy loop beside the store makes it hundreds of times slower. What all rows of a group
agree on (a launch, a state, what is still empty) is bound once instead of travelling in each: the
rows of one campaign differ in few columns, and taking values out of JSON is most of the work.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, Generic, Self, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from tactful.guard.folding import fold
from tactful.store.contract import GroupRefused
from tactful.store.rows import (
    ConsentRow,
    EventRow,
    InboxRow,
    JourneyRow,
    LaneRow,
    LaunchRow,
    OrderRow,
    RecipientRow,
    RevisionRow,
    SendRow,
    SignalRow,
    StandingRow,
    SuppressionRow,
)
from tactful.values import Instant

R = TypeVar("R", bound=Struct)

# SQLite cuts a JSON text at a NUL without a word, so none may get that far.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

_encode = msgspec.json.Encoder().encode
_lists = msgspec.json.Decoder(list[list[Any]]).decode


def as_json(values: Iterable[Any]) -> str:
    """Return values as the JSON array that the statements here take. Raises `GroupRefused`."""
    try:
        text = _encode([*values])
    except UnicodeEncodeError as error:
        raise GroupRefused(f"a text is not Unicode: {error.reason}") from error
    if b"\\u0000" in text and _NUL.search(text):
        raise GroupRefused("a text holds a NUL character")
    return text.decode()


class Table(Generic[R]):
    """The statements of one table, whose columns are the fields of its rows.

    `given` columns are numbered by the database where a row says 0, `fixed` ones never change,
    `flags` are true or false.
    """

    def __init__(
        self,
        name: str,
        row: type[R],
        *,
        given: str = "",
        fixed: Collection[str] = (),
        flags: Collection[str] = (),
    ) -> None:
        self.name = f'"{name}"'
        self._row = row
        self._columns = row.__struct_fields__
        self._given, self._fixed, self._flags = given, fixed, flags
        self._is_array = row.__struct_config__.array_like
        self._decode = msgspec.json.Decoder(list[row]).decode  # type: ignore[valid-type]

    def insert(
        self, connection: sqlite3.Connection, rows: Collection[R], tail: str = ""
    ) -> sqlite3.Cursor:
        """Insert rows; `tail` ends the statement: ON CONFLICT, RETURNING."""
        varying, values = self._split(rows)
        return connection.execute(self._insert(varying, tail), values)

    def upsert(self, connection: sqlite3.Connection, rows: Collection[R]) -> None:
        """Insert rows, or replace those whose `id` is there."""
        changes = ", ".join(f'"{c}" = excluded."{c}"' for c in self._columns[1:])
        self.insert(connection, rows, f"ON CONFLICT (id) DO UPDATE SET {changes}")

    def update(self, connection: sqlite3.Connection, rows: Collection[R]) -> None:
        """Replace rows by `id`, but for the columns that never change."""
        varying, values = self._split(rows)
        connection.execute(self._update(varying), values)

    def json(self, alias: str) -> str:
        """Return the expression that makes of a row, known as `alias`, a JSON array."""
        return f"json_array({', '.join(self._read(alias, c) for c in self._columns)})"

    def select(self, rest: str) -> str:
        """Return the query whose one answer is all rows of `SELECT … rest` as a JSON array."""
        return f"SELECT json_group_array({self.json('x')}) FROM (SELECT {self.name}.* {rest}) x"

    def rows(self, connection: sqlite3.Connection, select: str, *values: Any) -> list[R]:
        """Return the rows that a query made by `select` finds."""
        text = connection.execute(select, values).fetchone()[0]
        if self._is_array:
            return self._decode(text)
        return [self._row(*row) for row in _lists(text)]

    def _split(self, rows: Collection[R]) -> tuple[tuple[int, ...], list[Any]]:
        """Return the places of the columns that travel in JSON, and what a statement binds.

        That is the JSON first, then for each other column the value that all rows have. The first
        column always travels, so that JSON has as many elements as there are rows.
        """
        columns = [*zip(*map(astuple, rows), strict=True)]
        alike = [i > 0 and c[0] == c[-1] and c.count(c[0]) == len(c) for i, c in enumerate(columns)]
        varying = tuple(i for i, is_alike in enumerate(alike) if not is_alike)
        shared = [c[0] for c, is_alike in zip(columns, alike, strict=True) if is_alike]
        as_json(shared)  # what is bound keeps to the same rules as what travels
        text = as_json(zip(*(columns[i] for i in varying), strict=True))
        return varying, [text, *shared]

    def _values(self, varying: tuple[int, ...]) -> Iterator[str]:
        """Yield the expression of each column, with what `_split` returns."""
        bound = 1
        for place, column in enumerate(self._columns):
            if place in varying:
                value = f"value ->> {varying.index(place)}"
            else:
                bound += 1
                value = f"?{bound}"
            yield f"nullif({value}, 0)" if column == self._given else value

    @lru_cache(1_000)  # noqa: B019 (tables live as long as the process)
    def _insert(self, varying: tuple[int, ...], tail: str) -> str:
        names = ", ".join(f'"{c}"' for c in self._columns)
        values = ", ".join(self._values(varying))
        return (
            f"INSERT INTO {self.name} ({names}) SELECT {values} FROM json_each(?1)"
            f" WHERE true {tail}"
        )

    @lru_cache(1_000)  # noqa: B019
    def _update(self, varying: tuple[int, ...]) -> str:
        changes = ", ".join(
            f'"{c}" = {value}'
            for c, value in zip(self._columns, self._values(varying), strict=True)
            if c != "id" and c not in self._fixed
        )
        return (
            f"UPDATE {self.name} SET {changes} FROM json_each(?1)"
            f" WHERE {self.name}.id = value ->> 0"
        )

    def _read(self, alias: str, column: str) -> str:
        name = f'{alias}."{column}"'
        return f"json(iif({name}, 'true', 'false'))" if column in self._flags else name


class NewRecipient(RecipientRow, frozen=True, array_like=True, gc=False):
    """A recipient as it is inserted. `folded` is its mail address folded, where that differs."""

    folded: str | None = None

    @classmethod
    def of(cls, row: RecipientRow) -> Self:
        """Make one of a row."""
        return cls(*(*astuple(row), _folded(row.email)))


class NewSignal(SignalRow, frozen=True):
    """A signal as it is inserted. `folded` is its address folded, where that differs."""

    folded: str | None = None

    @classmethod
    def of(cls, row: SignalRow) -> Self:
        """Make one of a row."""
        return cls(*(*astuple(row), _folded(row.address)))


def _folded(address: str | None) -> str | None:
    folded = fold(address) if address else None
    return folded if folded != address else None


class NewData(Struct, frozen=True):
    """What of a recipient may change."""

    id: int
    data: str
    digest: str


class NewJourney(Struct, frozen=True):
    """The journey of a recipient, where it stands until it begins."""

    id: int
    launch: int
    due: Instant | None
    ended: str | None


RECIPIENT = Table("recipient", RecipientRow)
NEW_RECIPIENT = Table("recipient", NewRecipient)
NEW_DATA = Table("recipient", NewData)
NEW_JOURNEY = Table("journey", NewJourney)
JOURNEY = Table("journey", JourneyRow)
SEND = Table(
    "send",
    SendRow,
    fixed=("journey", "launch", "step", "index", "visit", "attempt", "channel", "to"),
)
EVENT = Table("event", EventRow)
LANE = Table("lane", LaneRow)
STANDING = Table("standing", StandingRow)
LAUNCH = Table("launch", LaunchRow, flags=("live",))
REVISION = Table("revision", RevisionRow)
SIGNAL = Table("signal", SignalRow, given="id")
NEW_SIGNAL = Table("signal", NewSignal, given="id")
ORDER = Table("order", OrderRow, given="id")
SUPPRESSION = Table("suppression", SuppressionRow)
CONSENT = Table("consent", ConsentRow, flags=("given",))
INBOX = Table("inbox", InboxRow, given="id")

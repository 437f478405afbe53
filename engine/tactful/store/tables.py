"""How rows become SQL and come back: a whole group of rows travels as one JSON array.

One statement for all rows of a table, because `sqlite3` lets go of the interpreter's lock at every
step of a statement: row by row, a busy loop beside the store makes it hundreds of times slower.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

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
    SuppressionRow,
)

R = TypeVar("R", bound=Struct)

# SQLite cuts a JSON text at a NUL without a word, so none may get that far.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

_encode = msgspec.json.Encoder().encode
_lists = msgspec.json.Decoder(list[list[Any]]).decode


def as_json(rows: Iterable[Any]) -> str:
    """Return rows as the JSON array that the statements here take. Raises `GroupRefused`."""
    plain = [_plain(row) for row in rows]
    try:
        text = _encode(plain)
    except UnicodeEncodeError as error:
        raise GroupRefused(f"a text is not Unicode: {error.reason}") from error
    if b"\\u0000" in text and _NUL.search(text):
        raise GroupRefused("a text holds a NUL character")
    return text.decode()


def _plain(row: Any) -> Any:
    is_object = isinstance(row, Struct) and not row.__struct_config__.array_like
    return msgspec.structs.astuple(row) if is_object else row


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
        self.insert = self._insert()
        self.upsert = self._insert(
            "ON CONFLICT (id) DO UPDATE SET "
            + ", ".join(f'"{c}" = excluded."{c}"' for c in self._columns[1:])
        )
        self.update = self._update()

    def insert_unless(self, conflict: str) -> str:
        """Return the statement that inserts rows but those in `conflict` with what is there."""
        return self._insert(f"ON CONFLICT {conflict} DO NOTHING")

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

    def _insert(self, conflict: str = "") -> str:
        names = ", ".join(f'"{c}"' for c in self._columns)
        values = ", ".join(
            f"nullif(value ->> {place}, 0)" if c == self._given else f"value ->> {place}"
            for place, c in enumerate(self._columns)
        )
        return (
            f"INSERT INTO {self.name} ({names}) SELECT {values} FROM json_each(?)"
            f" WHERE true {conflict}"
        )

    def _update(self) -> str:
        moving = [c for c in self._columns if c != "id" and c not in self._fixed]
        taken = ", ".join(
            f'value ->> {place} AS "{c}"'
            for place, c in enumerate(self._columns)
            if c not in self._fixed
        )
        changes = ", ".join(f'"{c}" = new."{c}"' for c in moving)
        return (
            f"WITH new AS MATERIALIZED (SELECT {taken} FROM json_each(?))"
            f" UPDATE {self.name} SET {changes} FROM new WHERE {self.name}.id = new.id"
        )

    def _read(self, alias: str, column: str) -> str:
        name = f'{alias}."{column}"'
        return f"json(iif({name}, 'true', 'false'))" if column in self._flags else name


RECIPIENT = Table("recipient", RecipientRow)
JOURNEY = Table("journey", JourneyRow)
SEND = Table(
    "send",
    SendRow,
    fixed=("journey", "launch", "step", "index", "visit", "attempt", "channel", "to"),
)
EVENT = Table("event", EventRow)
LANE = Table("lane", LaneRow)
LAUNCH = Table("launch", LaunchRow, flags=("live",))
REVISION = Table("revision", RevisionRow)
SIGNAL = Table("signal", SignalRow, given="id")
ORDER = Table("order", OrderRow, given="id")
SUPPRESSION = Table("suppression", SuppressionRow)
CONSENT = Table("consent", ConsentRow, flags=("given",))
INBOX = Table("inbox", InboxRow, given="id")

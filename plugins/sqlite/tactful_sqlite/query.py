"""One query of one database: only read, within a limit of time, its values as text."""

import difflib
import math
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import AudienceSource, Row, RowProblem
from tactful.values import SECOND, Duration

_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_LOCKED_SECONDS = 5.0
_LONGEST_VALUE = 10_000_000  # bytes of a value, and of a row: far more than a message can hold
_MEANT_ENOUGH = 0.6

_MAY = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_MISSING = re.compile(r"no such (table|column): (?:\w+\.)?(\S+)")


class Damaged(bytes):
    """A text that is not UTF-8."""


class Query:
    """A query under way. Its methods block, and are called by one thread at a time."""

    def __init__(self, source: AudienceSource, limit: Duration) -> None:
        self._path = Path(source.path)
        self._where = f"line {source.lines['query']}: " if "query" in source.lines else ""
        self._limit = limit
        self._left = limit.span / SECOND
        self._until = 0.0
        self._number = 0
        self._connection = self._open()
        try:
            self._cursor = self._begin(str(source.options.get("query", "")))
            self.columns = self._named()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def fetch(self, most: int) -> list[Row | RowProblem]:
        """Return the next rows, none at the end. Raises `AudienceInvalid`."""
        with self._working():
            found = self._cursor.fetchmany(most)
        rows = [self._row(number, values) for number, values in enumerate(found, self._number + 1)]
        self._number += len(rows)
        return rows

    def _row(self, number: int, values: Sequence[Any]) -> Row | RowProblem:
        cells = {}
        for column, value in zip(self.columns, values, strict=True):
            if isinstance(value, Damaged):
                return RowProblem(number, column, "it is not UTF-8", "bad_text")
            if isinstance(value, bytes):
                return RowProblem(number, column, "it holds bytes (a BLOB), not text", "bad_text")
            cells[column] = _text(value)
        return Row(number, cells)

    # ---- opening --------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise AudienceInvalid(
                f"the audience {self._path} cannot be read: there is no such file",
                help="Check the path after `audience from sqlite`.",
            )
        try:
            connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode=ro",
                uri=True,
                timeout=_LOCKED_SECONDS,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        try:
            connection.text_factory = _decoded
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
            connection.execute("PRAGMA query_only = 1")
            connection.execute("PRAGMA trusted_schema = 0")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            connection.set_authorizer(_authorized)
            connection.set_progress_handler(self._is_late, _STEPS)
        except sqlite3.Error as error:
            connection.close()
            raise self._unreadable(error) from error
        return connection

    def _unreadable(self, error: sqlite3.Error) -> AudienceInvalid:
        return AudienceInvalid(
            f"the audience {self._path} cannot be read: {error}",
            help="It must be a SQLite database that you may read, and that nobody has locked.",
        )

    def _begin(self, text: str) -> sqlite3.Cursor:
        with self._working():
            return self._connection.execute(text)

    def _named(self) -> tuple[str, ...]:
        if self._cursor.description is None:
            raise AudienceInvalid(
                f"{self._where}the query gives no rows",
                help="Write a query that begins with select.",
            )
        names = tuple(column[0] for column in self._cursor.description)
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise AudienceInvalid(
                f"{self._where}the query has two columns named `{twice}`",
                help=f"Give one of them another name: `… as {twice}_2`.",
            )
        return names

    # ---- working --------------------------------------------------------------------------------

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Count the time of the database, and tell its errors in words."""
        began = time.monotonic()
        self._until = began + self._left
        try:
            yield
        except sqlite3.Error as error:
            raise self._told(error) from error
        except sqlite3.Warning as error:  # Python 3.11 tells several statements so
            raise self._told(sqlite3.ProgrammingError(str(error))) from error
        finally:
            self._left -= time.monotonic() - began

    def _is_late(self) -> bool:
        return time.monotonic() > self._until

    def _told(self, error: sqlite3.Error) -> AudienceInvalid:
        text = str(error)
        if "interrupted" in text:
            return AudienceInvalid(
                f"{self._where}the query has worked for {self._limit} and is not done",
                help='Give it an index, or more time: `time_limit = "5 minutes"` '
                "under `[plugins.sqlite]`.",
            )
        if any(word in text for word in ("not authorized", "authorization denied", "prohibited")):
            return AudienceInvalid(
                f"{self._where}the query does more than read",
                help="An audience is read with one select; nothing else is allowed.",
            )
        if "one statement at a time" in text:
            return AudienceInvalid(
                f"{self._where}the query has more than one statement",
                help="An audience is read with one select.",
            )
        return AudienceInvalid(
            f"{self._where}the query cannot be run: {text}",
            help=self._meant(text) or "Try it in the sqlite3 shell first.",
        )

    def _meant(self, text: str) -> str:
        """Say which table or column may be meant."""
        missing = _MISSING.match(text)
        if missing is None:
            return ""
        known = self._names(missing[1])
        near = difflib.get_close_matches(missing[2], known, 1, _MEANT_ENOUGH)
        if near:
            return f"Did you mean `{near[0]}`?"
        return f"There are the {missing[1]}s {', '.join(known[:12])}." if known else ""

    def _names(self, kind: str) -> list[str]:
        self._connection.set_authorizer(None)
        tables = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name"
        columns = (
            "SELECT DISTINCT c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
            " WHERE t.type IN ('table', 'view') ORDER BY 1"
        )
        try:
            found = self._connection.execute(tables if kind == "table" else columns)
            return [name for (name,) in found if isinstance(name, str)]
        except sqlite3.Error:
            return []


def _authorized(action: int, *what: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _MAY else sqlite3.SQLITE_DENY


def _decoded(text: bytes) -> str | Damaged:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return Damaged(text)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case float() if math.isfinite(value) and "e" in repr(value):
            return f"{value:.0f}" if value.is_integer() and abs(value) < 1e40 else repr(value)
    return str(value)

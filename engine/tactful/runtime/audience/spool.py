"""Keeps rows on disk while all of an audience must be seen before the first can be judged.

The file is temporary, has no name that others could open, and is gone with the process.
"""

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

T = TypeVar("T", bound=Struct)

_PAGES = 2_000  # of 4 kB: so much stays in memory


class Temporary:
    """A database that lies on disk, has no name, and is gone when it is closed.

    It is opened by the first call, and used by worker threads in turn, never by two at once.
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._file: sqlite3.Connection | None = None

    @property
    def file(self) -> sqlite3.Connection:
        """The open database, with its table."""
        if self._file is None:
            self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._file.execute("pragma journal_mode = off")
            self._file.execute("pragma synchronous = off")
            self._file.execute(f"pragma cache_size = {_PAGES}")
            self._file.execute(f"create table {self._table}")
        return self._file

    def close(self) -> None:
        """Give the disk space back."""
        if self._file is not None:
            self._file.close()


class Spool(Generic[T]):
    """Rows of a few kinds, in the order in which they were put."""

    def __init__(self, *kinds: type[T]) -> None:
        self._numbers = {kind: number for number, kind in enumerate(kinds)}
        self._kinds = kinds
        self._kept = Temporary("items (at integer primary key, kind int, data blob)")

    def put(self, items: Iterable[T]) -> None:
        """Keep some more."""
        file = self._kept.file
        file.execute("begin")
        file.executemany(
            "insert into items (kind, data) values (?, ?)",
            ((self._numbers[type(item)], _packed(item)) for item in items),
        )
        file.execute("commit")

    def chunks(self, size: int) -> Iterator[list[T]]:
        """Yield all that is kept, some at a time."""
        found = self._kept.file.execute("select kind, data from items order by at")
        while rows := found.fetchmany(size):
            yield [_unpacked(data, self._kinds[kind]) for kind, data in rows]

    def close(self) -> None:
        """Give the disk space back."""
        self._kept.close()


def _packed(item: Struct) -> bytes:
    # Marshal, unlike JSON, also keeps a text with half a surrogate pair, which is told later on.
    return marshal.dumps(msgspec.to_builtins(item))


def _unpacked(data: bytes, kind: type[T]) -> T:
    return msgspec.convert(marshal.loads(data), kind)

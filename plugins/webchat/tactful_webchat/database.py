"""The database of the chat: what was said, who has muted it, and what the engine is still to hear.

One SQLite file in the plugin's folder, readable by its owner only. What is committed is durable.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tactful.values import Instant

FILE_NAME = "webchat.db"

# `rev` grows with every change, so a page asks for all that is newer than what it has. `mark` is
# the same when a message comes again: that of a send, or of what a visitor wrote. `untold` are the
# signals for the engine, in their order.
_SCHEMA = """
create table if not exists message (
    number integer primary key,
    id text not null,
    mark text not null unique,
    rev integer not null unique,
    key text not null,
    mine integer not null,
    by text not null,
    text text not null,
    locale text,
    at integer not null,
    until integer,
    state text not null,
    attempt text
);
create index if not exists message_of_key on message (key, rev);
create index if not exists message_waiting on message (until)
    where state in ('waiting', 'received');
create index if not exists message_of_attempt on message (attempt);
create table if not exists muted (key text primary key) without rowid;
create table if not exists untold (
    number integer primary key autoincrement,
    kind text not null,
    signal text not null
);
"""


class Database:
    """The database of one folder. Its methods block, and are called by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self._open is not None or (self._folder / FILE_NAME).exists()

    def connection(self) -> sqlite3.Connection:
        """Return the connection; the first time, open it and make what is missing."""
        if self._open is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / FILE_NAME
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite's own take its mode
            opened = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            opened.execute("pragma journal_mode = wal")
            opened.execute("pragma synchronous = full")
            opened.execute("pragma busy_timeout = 5000")
            opened.execute("pragma secure_delete = on")  # what is deleted was about people
            opened.executescript(_SCHEMA)
            self._open = opened
        return self._open

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Do what stands in the block in one transaction."""
        connection = self.connection()
        connection.execute("begin immediate")
        try:
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")

    def next_rev(self, connection: sqlite3.Connection, now: Instant) -> int:
        """Return a new revision: the time, or one more than the last, where that is later.

        A page learns nothing from it about others, as it would from a count.
        """
        last = connection.execute("select max(rev) from message").fetchone()[0] or 0
        return max(now, last + 1)

    def close(self) -> None:
        """Close it, if it was opened."""
        if self._open is not None:
            self._open.close()
            self._open = None

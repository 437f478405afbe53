"""Keeps what was delivered: one row an attempt in SQLite, and beside it a file for people.

The row is what counts: a message is delivered when its row is committed. Files follow; those that a
killed process still owed are written when the mailbox is opened next.
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from tactful.runtime.ports import Attachment, Message
from tactful.values import Instant
from tactful_outbox.files import write_file

MOST_AT_ONCE = 1_000
"""The most messages of one commit, and so the most files that a killed process can owe."""

_DATABASE = "outbox.db"

_SCHEMA = """
create table if not exists message (
    id integer primary key,
    attempt text not null unique,
    token text not null,
    campaign text not null,
    launch text not null,
    key text not null,
    channel text not null,
    "to" text not null,
    sender text not null,
    subject text,
    text text not null,
    segments integer not null,
    permitted_at integer not null,
    expires_at integer,
    calls integer not null default 1
)
"""
# Columns that older outboxes do not have; the keys of a call and the files stand in one text each.
_ADDED = {
    "leave": "text",
    "keys": "text not null default ''",
    "any_key": "integer not null default 0",
    "locale": "text",
    "attachments": "text not null default '[]'",
}

_Attachments = tuple[Attachment, ...]
_FIELDS = Message.__struct_fields__
_COLUMNS = ", ".join(f'"{field}"' for field in _FIELDS)
_INSERT = (
    f"insert into message ({_COLUMNS}) values ({', '.join('?' * len(_FIELDS))})"
    " on conflict (attempt) do update set calls = calls + 1"
)


class Delivered(Struct, frozen=True):
    """One message as it arrived. `calls` counts how often its attempt was handed over: once."""

    message: Message
    calls: int

    @property
    def key(self) -> str:
        """The recipient's key."""
        return self.message.key

    @property
    def at(self) -> Instant:
        """When it was permitted, by the clock of the engine."""
        return self.message.permitted_at


class Mailbox:
    """The outbox of one folder. Its methods block, and are called by one thread at a time."""

    def __init__(self, folder: Path, *, files: bool = True) -> None:
        self.folder = folder
        self._files = files
        self._open: sqlite3.Connection | None = None

    def store(self, messages: Sequence[Message]) -> None:
        """Store up to `MOST_AT_ONCE` messages in one commit, then write their files."""
        connection = self._connection()
        connection.execute("begin immediate")
        try:
            connection.executemany(_INSERT, [_values(message) for message in messages])
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
        if self._files:
            for message in messages:
                write_file(self.folder, message)

    def holds(self, attempt: str) -> bool:
        """Say whether an attempt has arrived."""
        if not (self.folder / _DATABASE).exists():
            return False
        rows = self._connection().execute("select 1 from message where attempt = ?", (attempt,))
        return rows.fetchone() is not None

    def close(self) -> None:
        """Close the database, if it was opened."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / _DATABASE
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite's own take its mode
            self._open = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._open.execute("pragma journal_mode = wal")
            self._open.execute("pragma synchronous = normal")
            _bring_up_to_date(self._open)
            if self._files:
                self._write_owed_files(self._open)
        return self._open

    def _write_owed_files(self, connection: sqlite3.Connection) -> None:
        last = _select(connection, f"order by id desc limit {MOST_AT_ONCE}")
        for delivered in last:
            write_file(self.folder, delivered.message, again=False)


def read(folder: Path) -> list[Delivered]:
    """Return everything in the outbox of a folder, in the order of its arrival."""
    path = folder / _DATABASE
    if not path.exists():
        return []
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        _bring_up_to_date(connection)
        return list(_select(connection, "order by id"))
    finally:
        connection.close()


def _select(connection: sqlite3.Connection, tail: str) -> Iterable[Delivered]:
    for *fields, calls in connection.execute(f"select {_COLUMNS}, calls from message {tail}"):
        values = dict(zip(_FIELDS, fields, strict=True))
        values |= {
            "keys": tuple(values["keys"].split()),
            "any_key": bool(values["any_key"]),
            "attachments": msgspec.json.decode(values["attachments"], type=_Attachments),
        }
        yield Delivered(Message(**values), calls)


def _values(message: Message) -> list[object]:
    told = {field: getattr(message, field) for field in _FIELDS}
    told["keys"] = " ".join(message.keys)
    told["attachments"] = msgspec.json.encode(message.attachments).decode()
    return list(told.values())


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    connection.execute(_SCHEMA)
    known = {row[1] for row in connection.execute("pragma table_info(message)").fetchall()}
    for column, type_ in _ADDED.items():
        if column not in known:
            connection.execute(f"alter table message add column {column} {type_}")

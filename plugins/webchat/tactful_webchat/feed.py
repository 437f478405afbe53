"""What a page is told: all of its visitor's messages that are newer than what it has."""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from tactful.values import MILLISECOND, Instant
from tactful_webchat.database import Database
from tactful_webchat.protocol import Item, Items
from tactful_webchat.states import OPEN

_MOST = 100
"""The most messages of one text; the rest follows in the next."""

_OPEN = f"({', '.join(repr(state) for state in OPEN)})"
_COLUMNS = "id, mine, by, text, locale, at, state, until, rev"
_Row = tuple[str, int, str, str, str | None, int, str, int | None, int]


class Asked(Struct, frozen=True):
    """What a page asks for: messages of these keys, changed after `after`, said since `since`.

    A page that has nothing yet gets the last `history` that are over, and all that wait.
    """

    keys: tuple[str, ...]
    after: int
    since: Instant
    history: int


def feed(database: Database, asked: Asked, now: Instant) -> Items:
    """Return the next messages for a page. Nothing that has expired unseen is among them."""
    connection = database.connection()
    rows = _changed(connection, asked, now) if asked.after else _all(connection, asked, now)
    marks = ", ".join("?" * len(asked.keys))
    muted = connection.execute(f"select 1 from muted where key in ({marks})", asked.keys).fetchone()
    return Items(
        [_item(row, now) for row in rows],
        max((row[-1] for row in rows), default=asked.after),
        muted is not None,
    )


def _changed(connection: sqlite3.Connection, asked: Asked, now: Instant) -> Sequence[_Row]:
    marks = ", ".join("?" * len(asked.keys))
    return connection.execute(
        f"select {_COLUMNS} from message where key in ({marks}) and rev > ? and at >= ?"
        f" and (state = 'seen' or (state in {_OPEN} and until > ?)) order by rev limit {_MOST}",
        (*asked.keys, asked.after, asked.since, now),
    ).fetchall()


def _all(connection: sqlite3.Connection, asked: Asked, now: Instant) -> Sequence[_Row]:
    marks = ", ".join("?" * len(asked.keys))
    over = connection.execute(
        f"select {_COLUMNS} from message where key in ({marks}) and state = 'seen' and at >= ?"
        " order by at desc, number desc limit ?",
        (*asked.keys, asked.since, asked.history),
    ).fetchall()
    waiting = connection.execute(
        f"select {_COLUMNS} from message where key in ({marks}) and state in {_OPEN} and until > ?",
        (*asked.keys, now),
    ).fetchall()
    return sorted([*over, *waiting], key=lambda row: row[-1])


def _item(row: _Row, now: Instant) -> Item:
    id, mine, by, text, locale, at, state, until, _ = row
    waits = state in OPEN and until is not None
    return Item(
        id=id,
        mine=bool(mine),
        by=by,
        text=text,
        lang=locale,
        at=at // MILLISECOND,
        seen=state == "seen",
        left=(until - now) // MILLISECOND if waits and until is not None else None,
    )

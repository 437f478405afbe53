"""What writes to a SQLite store: a group of changes, and the small additions of other commands.

Functions here take a connection and leave the transaction to their caller.
"""

import sqlite3
from collections.abc import Sequence

from tactful.errors import StoreInvalid
from tactful.store.contract import Group, GroupRefused
from tactful.store.rows import OrderRow, SignalRow
from tactful.store.tables import (
    CONSENT,
    EVENT,
    INBOX,
    JOURNEY,
    LANE,
    LAUNCH,
    ORDER,
    RECIPIENT,
    REVISION,
    SEND,
    SIGNAL,
    SUPPRESSION,
    as_json,
)
from tactful.values import Span

# The journey of a recipient stands where its row says until it begins.
_NEW_JOURNEYS = """INSERT INTO journey (id, launch, due, ended)
    SELECT value ->> 0, value ->> 1, value ->> 10, value ->> 11 FROM json_each(?)"""

_LIFT = """DELETE FROM suppression WHERE (address, "group") IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(?))"""

_NEW_SIGNALS = SIGNAL.insert_unless("(dedup) WHERE dedup IS NOT NULL")
_NEW_SUPPRESSIONS = SUPPRESSION.insert_unless('(address, "group")')

_NEW_NAMES = """INSERT INTO name (text) SELECT value FROM json_each(?) WHERE true
    ON CONFLICT DO NOTHING"""
_NUMBERS = "SELECT name.text, name.id FROM json_each(?) CROSS JOIN name ON name.text = value"

_EXPIRE_SOONER = """UPDATE journey SET due = entered_at + ?1
    WHERE launch = ?2 AND ended IS NULL AND (due IS NULL OR due > entered_at + ?1)
    AND entered_at IS NOT NULL"""


def apply(connection: sqlite3.Connection, group: Group) -> None:
    """Write a group, with one statement for each kind of change."""
    if group.recipients:
        rows = as_json(group.recipients)
        connection.execute(RECIPIENT.insert, (rows,))
        connection.execute(_NEW_JOURNEYS, (rows,))
    for statement, changes in (
        (JOURNEY.update, group.journeys.values()),
        (SEND.insert, group.new_sends.values()),
        (SEND.update, group.sends.values()),
        (EVENT.insert, group.events),
        (LANE.upsert, group.lanes.values()),
        (LAUNCH.upsert, group.launches.values()),
        (REVISION.insert, group.revisions),
        (_NEW_SIGNALS, group.signals),
        (SIGNAL.update, group.taken_signals.values()),
        (ORDER.insert, group.orders),
        (ORDER.update, group.applied_orders.values()),
        (_LIFT, group.lifted),
        (_NEW_SUPPRESSIONS, group.suppressions),
        (CONSENT.insert, group.consents),
        (INBOX.insert, group.inbox),
        (INBOX.update, group.closed_inbox.values()),
    ):
        if changes:
            connection.execute(statement, (as_json(changes),))


def append_order(connection: sqlite3.Connection, order: OrderRow) -> int:
    """Add an order, and return its number."""
    return _number(connection, ORDER.insert, order) or 0


def append_signal(connection: sqlite3.Connection, signal: SignalRow) -> int | None:
    """Add a signal, and return its number; None when it came before."""
    return _number(connection, _NEW_SIGNALS, signal)


def _number(connection: sqlite3.Connection, insert: str, row: OrderRow | SignalRow) -> int | None:
    found = connection.execute(f"{insert} RETURNING id", (as_json([row]),)).fetchall()
    return found[0][0] if found else None


def intern(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, int]:
    """Return the number of each name, giving one to those that have none."""
    wanted = as_json(dict.fromkeys(names))
    connection.execute(_NEW_NAMES, (wanted,))
    return dict(connection.execute(_NUMBERS, (wanted,)).fetchall())


def expire_sooner(connection: sqlite3.Connection, launch: int, span: Span) -> None:
    """Bring each live journey's `due` forward to its entry plus `span` at the latest."""
    connection.execute(_EXPIRE_SOONER, (span, launch))


def cause(error: Exception) -> Exception:
    """Return what a failed write tells its caller: `GroupRefused` when a row is to blame."""
    match error:
        case GroupRefused() | StoreInvalid():
            return error
        case sqlite3.IntegrityError() | sqlite3.DataError():
            told: Exception = GroupRefused(f"a row breaks a rule of the store: {error}")
        case sqlite3.Error():
            told = StoreInvalid(f"The store could not be written: {error}")
        case _:
            told = GroupRefused(f"a row cannot be written: {error!r}")
    told.__cause__ = error
    return told

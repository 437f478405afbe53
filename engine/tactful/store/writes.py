"""What writes to a SQLite store: a group of changes, and the small additions of other commands.

Functions here take a connection and leave the transaction to their caller.
"""

import sqlite3
from collections.abc import Sequence

from tactful.errors import StoreInvalid
from tactful.guard.folding import fold
from tactful.store.contract import Group, GroupRefused
from tactful.store.rows import OrderRow, SignalRow, StandingRow, in_folded_form
from tactful.store.tables import (
    CONSENT,
    EVENT,
    INBOX,
    JOURNEY,
    LANE,
    LAUNCH,
    NEW_DATA,
    NEW_JOURNEY,
    NEW_RECIPIENT,
    NEW_SIGNAL,
    ORDER,
    REVISION,
    SEND,
    SIGNAL,
    STANDING,
    SUPPRESSION,
    NewData,
    NewJourney,
    NewRecipient,
    NewSignal,
    as_json,
)
from tactful.values import Span

_LIFT = """DELETE FROM suppression WHERE (address, "group") IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(?))"""

_UNLESS_REPEATED = "ON CONFLICT (dedup) WHERE dedup IS NOT NULL DO NOTHING"
_UNLESS_SUPPRESSED = 'ON CONFLICT (address, "group") DO NOTHING'

_OR_REPLACED = 'ON CONFLICT (observer, "group", sender) DO UPDATE SET ' + ", ".join(
    f'"{column}" = excluded."{column}"' for column in StandingRow.__struct_fields__[3:]
)

_NEW_NAMES = """INSERT INTO name (text) SELECT value FROM json_each(?) WHERE true
    ON CONFLICT DO NOTHING"""
_NUMBERS = "SELECT name.text, name.id FROM json_each(?) CROSS JOIN name ON name.text = value"

_EXPIRE_SOONER = """UPDATE journey SET due = entered_at + ?1
    WHERE launch = ?2 AND ended IS NULL AND (due IS NULL OR due > entered_at + ?1)
    AND entered_at IS NOT NULL"""


def apply(connection: sqlite3.Connection, group: Group) -> None:
    """Write a group, with one statement for each kind of change."""
    if group.recipients:
        NEW_RECIPIENT.insert(connection, [*map(NewRecipient.of, group.recipients)])
        news = [NewJourney(r.id, r.launch, r.due, r.ended) for r in group.recipients]
        NEW_JOURNEY.insert(connection, news)
    if group.refreshed:
        refreshed = [NewData(r.id, r.data, r.digest) for r in group.refreshed.values()]
        NEW_DATA.update(connection, refreshed)
    if group.journeys:
        JOURNEY.update(connection, group.journeys.values())
    if group.new_sends:
        SEND.insert(connection, group.new_sends.values())
    if group.sends:
        SEND.update(connection, group.sends.values())
    if group.events:
        EVENT.insert(connection, group.events)
    if group.lanes:
        LANE.upsert(connection, group.lanes.values())
    if group.standings:
        STANDING.insert(connection, group.standings.values(), _OR_REPLACED)
    if group.launches:
        LAUNCH.upsert(connection, group.launches.values())
    if group.revisions:
        REVISION.insert(connection, group.revisions)
    if group.signals:
        NEW_SIGNAL.insert(connection, [*map(NewSignal.of, group.signals)], _UNLESS_REPEATED)
    if group.taken_signals:
        SIGNAL.update(connection, group.taken_signals.values())
    if group.orders:
        ORDER.insert(connection, group.orders)
    if group.applied_orders:
        ORDER.update(connection, group.applied_orders.values())
    if group.lifted:
        lifted = [(fold(address), name) for address, name in group.lifted]
        connection.execute(_LIFT, (as_json(lifted),))
    if group.suppressions:
        suppressions = [*map(in_folded_form, group.suppressions)]
        SUPPRESSION.insert(connection, suppressions, _UNLESS_SUPPRESSED)
    if group.consents:
        CONSENT.insert(connection, [*map(in_folded_form, group.consents)])
    if group.inbox:
        INBOX.insert(connection, group.inbox)
    if group.closed_inbox:
        INBOX.update(connection, group.closed_inbox.values())


def append_order(connection: sqlite3.Connection, order: OrderRow) -> int:
    """Add an order, and return its number."""
    return int(ORDER.insert(connection, [order], "RETURNING id").fetchall()[0][0])


def append_signal(connection: sqlite3.Connection, signal: SignalRow) -> int | None:
    """Add a signal, and return its number; None when it came before."""
    tail = f"{_UNLESS_REPEATED} RETURNING id"
    found = NEW_SIGNAL.insert(connection, [NewSignal.of(signal)], tail).fetchall()
    return int(found[0][0]) if found else None


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

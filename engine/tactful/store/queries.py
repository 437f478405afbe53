"""The reads of a SQLite store but those of the hot path, each a function of a connection.

The engine's store and the client beside it share them.
"""

import sqlite3
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from tactful.guard.folding import fold
from tactful.journey.lifecycle import RANKS
from tactful.store.contract import MOST_REPLIES, Counts, Known, News, Opened
from tactful.store.rows import (
    ConsentRow,
    EventRow,
    InboxRow,
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
from tactful.store.tables import (
    CONSENT,
    EVENT,
    INBOX,
    LANE,
    LAUNCH,
    ORDER,
    RECIPIENT,
    REVISION,
    SEND,
    SIGNAL,
    STANDING,
    SUPPRESSION,
    as_json,
)
from tactful.values import Instant

Logged = tuple[int, EventRow, str | None, SendRow | None]
Line = tuple[int, EventRow]
"""A line of the event log with its number."""

PIECE = 1_000  # numbers of the event log in one read, so that no read holds a snapshot for long

_events = msgspec.json.Decoder(list[Logged]).decode

_lines = msgspec.json.Decoder(list[Line]).decode
_numbered = msgspec.json.Decoder(list[tuple[int, str]]).decode

LAUNCHES = LAUNCH.select("FROM launch ORDER BY id")
REVISIONS = REVISION.select("FROM revision ORDER BY id")
STANDINGS = STANDING.select('FROM standing ORDER BY observer, "group", sender')
LANES = LANE.select("FROM lane ORDER BY id")
_NEXT = ("recipient", "send", "launch", "revision", "lane")
# The log is in the order of time but for a few rows, so its latest moment is near its end.
_LATEST = "SELECT max(at) FROM (SELECT at FROM event ORDER BY id DESC LIMIT 1000)"

KEYS = """SELECT r.key, r.id, r.row, r.digest FROM json_each(?) a
    CROSS JOIN recipient r ON r.launch = ? AND r.key = a.value"""
JOURNEY_OF = "SELECT id FROM recipient WHERE launch = ? AND key = ?"

ASKED = (
    SEND.select(
        """, row_number() OVER (PARTITION BY send.journey ORDER BY permitted_at DESC, send.id DESC)
        AS place
    FROM (SELECT id, phone AS address FROM recipient WHERE phone = ?1
        UNION SELECT id, email FROM recipient
            WHERE email IS NOT NULL AND coalesce(folded, email) = ?3
        UNION SELECT recipient.id, recipient.key FROM launch
            CROSS JOIN recipient ON recipient.launch = launch.id AND recipient.key = ?1) AS mine
    CROSS JOIN send ON send.journey = mine.id
    WHERE send."to" = mine.address AND send.permitted_at IS NOT NULL
        AND (send."to" = ?1 OR send.channel = 'email')
        AND send.channel IN (SELECT value FROM json_each(?2))
    ORDER BY permitted_at DESC, send.id DESC"""
    )
    + " WHERE place = 1"
)
SENDS = SEND.select("FROM json_each(?) a CROSS JOIN send ON send.id = a.value")
RECENT_SENDS = SEND.select("FROM send WHERE permitted_at >= ? ORDER BY permitted_at, id")
BY_STATE = SEND.select("FROM send WHERE state = ? ORDER BY id LIMIT ?")
UNSETTLED = ("sending", "in doubt")
BY_UNSETTLED = SEND.select(
    """FROM send WHERE state = ? AND state IN ('sending', 'in doubt') ORDER BY id LIMIT ?"""
)

NEW_SIGNALS = SIGNAL.select("FROM signal WHERE taken_at IS NULL ORDER BY id LIMIT ?")
NEW_ORDERS = ORDER.select('FROM "order" WHERE applied_at IS NULL ORDER BY id LIMIT ?')
ORDERS = ORDER.select('FROM "order" ORDER BY id')
ONE_ORDER = ORDER.select('FROM "order" WHERE id = ?')
ONE_SIGNAL = SIGNAL.select("FROM signal WHERE id = ?")

LIVE = "SELECT count(*) FROM journey WHERE launch = ? AND ended IS NULL"
LIVE_JOURNEYS = """SELECT json_group_array(id) FROM (SELECT id FROM journey
    WHERE launch = ? AND ended IS NULL AND id > ? ORDER BY id LIMIT ?)"""

DATA_OF = """SELECT json_group_array(json_array(j.id, r.data)) FROM (SELECT id FROM journey
    WHERE launch = ? AND ended IS NULL AND id > ? ORDER BY id LIMIT ?) j
    CROSS JOIN recipient r ON r.id = j.id"""

_JOURNEY_COUNTS = """SELECT coalesce(ended, 'live'), count(*) FROM journey WHERE launch = ?
    GROUP BY 1"""
_SEND_COUNTS = """SELECT channel, state, count(*) FROM send WHERE launch = ?
    GROUP BY channel, state"""
_PAID = ", ".join(f"'{state}'" for state in RANKS)
_COSTS = f"""SELECT cost, count(*) FROM send WHERE launch = ? AND cost IS NOT NULL
    AND state IN ({_PAID}) GROUP BY cost"""
_ANSWERED = "SELECT count(DISTINCT journey) FROM event WHERE launch = ? AND event = 'reply'"
# Beside max(), SQLite takes the other columns from the row that has it: the last reason counts.
_HELD = """SELECT data ->> 'by', data ->> 'reason', count(*), min(due) FROM (
        SELECT s.due AS due, e.data AS data, max(e.id) FROM send s
        LEFT JOIN event e ON e.send = s.id AND e.event = 'held'
        WHERE s.launch = ? AND s.state = 'queued' AND s.due IS NOT NULL GROUP BY s.id)
    GROUP BY 1, 2 ORDER BY 4"""

_EVENTS = f"""SELECT json_group_array(json_array(e.id, {EVENT.json("e")}, r.key,
        json(iif(s.id IS NULL, 'null', {SEND.json("s")}))))
    FROM (SELECT * FROM event WHERE id > ?1 AND id <= ?2 AND launch IS coalesce(?3, launch)
        AND journey IS coalesce(?4, journey) ORDER BY id) e
    LEFT JOIN recipient r ON r.id = e.journey LEFT JOIN send s ON s.id = e.send"""

_LINES = f"""SELECT json_group_array(json_array(e.id, {EVENT.json("e")}))
    FROM (SELECT * FROM event WHERE id > ?1 AND id <= ?2
        AND event IN (SELECT value FROM json_each(?3)) ORDER BY id) e"""
_AT = "SELECT at FROM event WHERE id > ? ORDER BY id LIMIT 1"

RECIPIENTS = RECIPIENT.select("FROM json_each(?) a CROSS JOIN recipient ON recipient.id = a.value")
NAMES = "SELECT name.id, name.text FROM json_each(?) CROSS JOIN name ON name.id = value"
SUPPRESSIONS = SUPPRESSION.select('FROM suppression ORDER BY address, "group"')
REPLIES = SIGNAL.select(
    """FROM signal WHERE coalesce(folded, address) = ? AND at >= ? AND kind = 'reply'
    ORDER BY at DESC, id DESC LIMIT ?"""
)
SUPPRESSIONS_OF = SUPPRESSION.select('FROM suppression WHERE address = ? ORDER BY "group"')
CONSENTS = CONSENT.select("FROM consent ORDER BY id")
CONSENTS_OF = CONSENT.select("FROM consent WHERE address = ? ORDER BY id")
INBOX_ALL = INBOX.select("FROM inbox ORDER BY id")
INBOX_OPEN = INBOX.select("FROM inbox WHERE state = 'open' ORDER BY id")


class Held(Struct, frozen=True):
    """Sends that wait for one reason: how many, and when the first may go on.

    `by` None: another attempt of what the channel declared not sent.
    """

    by: str | None
    reason: str | None
    sends: int
    until: Instant


def opened(connection: sqlite3.Connection) -> Opened:
    """Say what is in a store, as `Store.open`."""
    free = {
        f"next_{'journey' if table == 'recipient' else table}": connection.execute(
            f"SELECT coalesce(max(id), 0) + 1 FROM {table}"
        ).fetchone()[0]
        for table in _NEXT
    }
    return Opened(
        launches=launches(connection),
        revisions=revisions(connection),
        lanes=lanes(connection),
        last_at=latest(connection),
        standings=standings(connection),
        salt=connection.execute("SELECT value FROM salt").fetchone()[0],
        **free,
    )


def launches(connection: sqlite3.Connection) -> tuple[LaunchRow, ...]:
    """Return all launches, oldest first."""
    return tuple(LAUNCH.rows(connection, LAUNCHES))


def revisions(connection: sqlite3.Connection) -> tuple[RevisionRow, ...]:
    """Return all revisions of graphs and guards, oldest first."""
    return tuple(REVISION.rows(connection, REVISIONS))


def lanes(connection: sqlite3.Connection) -> tuple[LaneRow, ...]:
    """Return all paces."""
    return tuple(LANE.rows(connection, LANES))


def standings(connection: sqlite3.Connection) -> tuple[StandingRow, ...]:
    """Return how the senders stand that observers watch."""
    return tuple(STANDING.rows(connection, STANDINGS))


def latest(connection: sqlite3.Connection) -> Instant | None:
    """Return the latest moment of the event log."""
    at: Instant | None = connection.execute(_LATEST).fetchone()[0]
    return at


def changed(connection: sqlite3.Connection) -> int:
    """Return a number that moves when another connection has written."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def keys(connection: sqlite3.Connection, launch: int, keys: Sequence[str]) -> dict[str, Known]:
    """Return what is known of those keys that the launch has already."""
    found = connection.execute(KEYS, (as_json(keys), launch)).fetchall()
    return {key: Known(*rest) for key, *rest in found}


def journey_of(connection: sqlite3.Connection, launch: int, key: str) -> int | None:
    """Return the journey of a key, if the launch has it."""
    found = connection.execute(JOURNEY_OF, (launch, key)).fetchone()
    return found and int(found[0])


def asked(
    connection: sqlite3.Connection, address: str, channels: Sequence[str]
) -> tuple[SendRow, ...]:
    """Return the last permitted send of each journey to an address, as `Store.asked`."""
    return tuple(SEND.rows(connection, ASKED, address, as_json(channels), fold(address)))


def sends(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[SendRow, ...]:
    """Return these rows of the ledger, in the order asked for."""
    return tuple(SEND.rows(connection, SENDS, as_json(ids)))


def by_state(
    connection: sqlite3.Connection, state: str, limit: int = 10_000
) -> tuple[SendRow, ...]:
    """Return the ledger rows in a state, oldest first."""
    query = BY_UNSETTLED if state in UNSETTLED else BY_STATE
    return tuple(SEND.rows(connection, query, state, limit))


def recent(connection: sqlite3.Connection, since: Instant) -> tuple[SendRow, ...]:
    """Return the attempts that were permitted since a moment, in the order of their permits."""
    return tuple(SEND.rows(connection, RECENT_SENDS, since))


def news(connection: sqlite3.Connection, limit: int = 500) -> News:
    """Return signals not yet taken and orders not yet applied, oldest first."""
    return News(
        signals=tuple(SIGNAL.rows(connection, NEW_SIGNALS, limit)),
        orders=tuple(ORDER.rows(connection, NEW_ORDERS, limit)),
    )


def orders(connection: sqlite3.Connection) -> tuple[OrderRow, ...]:
    """Return all orders, oldest first."""
    return tuple(ORDER.rows(connection, ORDERS))


def order(connection: sqlite3.Connection, number: int) -> OrderRow | None:
    """Return one order."""
    return next(iter(ORDER.rows(connection, ONE_ORDER, number)), None)


def signal(connection: sqlite3.Connection, number: int) -> SignalRow | None:
    """Return one signal."""
    return next(iter(SIGNAL.rows(connection, ONE_SIGNAL, number)), None)


def live(connection: sqlite3.Connection, launch: int) -> int:
    """Count the journeys of a launch that have not ended."""
    return int(connection.execute(LIVE, (launch,)).fetchone()[0])


def live_journeys(
    connection: sqlite3.Connection, launch: int, after: int, limit: int
) -> tuple[int, ...]:
    """Return numbers of live journeys of a launch greater than `after`, in order."""
    text = connection.execute(LIVE_JOURNEYS, (launch, after, limit)).fetchone()[0]
    return tuple(msgspec.json.decode(text, type=list[int]))


def data_of(
    connection: sqlite3.Connection, launch: int, after: int, limit: int
) -> tuple[tuple[int, str], ...]:
    """Return numbers and data of live journeys of a launch greater than `after`, in order."""
    text = connection.execute(DATA_OF, (launch, after, limit)).fetchone()[0]
    return tuple(_numbered(text))


def counts(connection: sqlite3.Connection, launch: int) -> Counts:
    """Say how a launch stands. Reads all its rows: not for the hot path."""
    sends: dict[str, dict[str, int]] = {}
    for channel, state, count in connection.execute(_SEND_COUNTS, (launch,)).fetchall():
        sends.setdefault(channel, {})[state] = count
    return Counts(
        journeys=dict(connection.execute(_JOURNEY_COUNTS, (launch,)).fetchall()),
        sends=sends,
        answered=connection.execute(_ANSWERED, (launch,)).fetchone()[0],
        costs=dict(connection.execute(_COSTS, (launch,)).fetchall()),
    )


def held(connection: sqlite3.Connection, launch: int) -> tuple[Held, ...]:
    """Say why queued sends of a launch wait, soonest first. Reads the whole event log."""
    return tuple(Held(*row) for row in connection.execute(_HELD, (launch,)).fetchall())


def last_event(connection: sqlite3.Connection) -> int:
    """Return the number of the last event."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0])


def events(
    connection: sqlite3.Connection, launch: int | None, journey: int | None, after: int
) -> list[Logged]:
    """Return those of the next `PIECE` events that are of this launch and journey."""
    values = (after, after + PIECE, launch, journey)
    return _events(connection.execute(_EVENTS, values).fetchone()[0])


def lines(
    connection: sqlite3.Connection, events: Sequence[str], after: int, last: int
) -> list[Line]:
    """Return the lines of these events with numbers above `after`, up to `last`."""
    return _lines(connection.execute(_LINES, (after, last, as_json(events))).fetchone()[0])


def number_before(connection: sqlite3.Connection, at: Instant) -> int:
    """Return the number up to which the log is earlier than a moment, but for a few lines."""
    low, high = 0, last_event(connection)
    while low < high:
        middle = (low + high) // 2
        found = connection.execute(_AT, (middle,)).fetchone()
        if found is not None and found[0] < at:
            low = middle + 1
        else:
            high = middle
    return low


def recipients(connection: sqlite3.Connection, journeys: Sequence[int]) -> dict[int, RecipientRow]:
    """Return the recipients of these journeys."""
    rows = RECIPIENT.rows(connection, RECIPIENTS, as_json(journeys))
    return {row.id: row for row in rows}


def names(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the names behind interned numbers."""
    return dict(connection.execute(NAMES, (as_json(ids),)).fetchall())


def suppressions(
    connection: sqlite3.Connection, address: str | None = None
) -> tuple[SuppressionRow, ...]:
    """Return suppressions, of one address or all."""
    if address is None:
        return tuple(SUPPRESSION.rows(connection, SUPPRESSIONS))
    return tuple(SUPPRESSION.rows(connection, SUPPRESSIONS_OF, fold(address)))


def replies(connection: sqlite3.Connection, address: str, since: int) -> tuple[SignalRow, ...]:
    """Return what an address has replied from a moment on, oldest first; the newest."""
    return tuple(SIGNAL.rows(connection, REPLIES, fold(address), since, MOST_REPLIES))[::-1]


def consents(connection: sqlite3.Connection, address: str | None = None) -> tuple[ConsentRow, ...]:
    """Return consent records, of one address or all, oldest first."""
    if address is None:
        return tuple(CONSENT.rows(connection, CONSENTS))
    return tuple(CONSENT.rows(connection, CONSENTS_OF, fold(address)))


def inbox(connection: sqlite3.Connection, *, open_only: bool = True) -> tuple[InboxRow, ...]:
    """Return hand-offs and unclaimed replies, oldest first."""
    return tuple(INBOX.rows(connection, INBOX_OPEN if open_only else INBOX_ALL))

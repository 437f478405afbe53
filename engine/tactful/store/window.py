"""The reads of the hot path: what is due, what waits in a lane, with the facts a guard needs.

A window costs a fixed number of statements, however many rows it has.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tactful.guard.folding import fold
from tactful.store.contract import Scan
from tactful.store.rows import JourneyRow, Loaded, RecipientRow, SendRow
from tactful.store.tables import JOURNEY, RECIPIENT, SEND, as_json
from tactful.values import Instant

Pair = tuple[RecipientRow, JourneyRow]

_pairs = msgspec.json.Decoder(list[Pair]).decode
_texts = msgspec.json.Decoder(list[tuple[str, str]]).decode
_numbers = msgspec.json.Decoder(list[tuple[str, int]]).decode

# CROSS JOIN keeps the order of its tables: from the few rows that are asked for to the many.
_PAIR = f"SELECT json_group_array(json_array({RECIPIENT.json('r')}, {JOURNEY.json('j')}))"

_DUE_JOURNEYS = """FROM journey WHERE due IS NOT NULL AND ended IS NULL"""
_DUE_SENDS = """FROM send WHERE state = 'queued' AND due IS NOT NULL"""

DUE_PAIRS = f"""{_PAIR}
    FROM (SELECT * {_DUE_JOURNEYS} AND due <= ? ORDER BY due, id LIMIT ?) j
    CROSS JOIN recipient r ON r.id = j.id"""
DUE_SENDS = SEND.select(f"{_DUE_SENDS} AND due <= ? ORDER BY due, id LIMIT ?")
NEXT_JOURNEY = f"SELECT due {_DUE_JOURNEYS} ORDER BY due, id LIMIT 1 OFFSET ?"
NEXT_SEND = f"SELECT due {_DUE_SENDS} ORDER BY due, id LIMIT 1 OFFSET ?"

PAIRS = f"""{_PAIR}
    FROM json_each(?) a CROSS JOIN journey j ON j.id = a.value
    CROSS JOIN recipient r ON r.id = j.id"""

LANE_SENDS = SEND.select(
    """FROM send WHERE state = 'queued' AND due IS NULL AND lane = ? AND prio = ?
    ORDER BY since, journey, id LIMIT ?"""
)
WAITING = """SELECT lane, prio, count(*) FROM send
    WHERE state = 'queued' AND due IS NULL AND lane IS NOT NULL GROUP BY lane, prio"""

OPEN_SENDS = SEND.select(
    """FROM json_each(?) a CROSS JOIN send ON send.journey = a.value
    WHERE send.state IN ('queued', 'sending') ORDER BY send.id"""
)
SUPPRESSED = """SELECT json_group_array(json_array(s.address, s."group"))
    FROM json_each(?) a CROSS JOIN suppression s ON s.address = a.value"""
_RECENT = """SELECT a.value AS address, count(*) AS n FROM json_each(?1) a
    CROSS JOIN recipient r ON {is_of}
    CROSS JOIN send s ON s.journey = r.id AND s."to" = r.{kind} AND s.permitted_at >= ?2
    GROUP BY a.value"""
_OF_PHONE = _RECENT.format(kind="phone", is_of="r.phone = a.value")
_OF_EMAIL = _RECENT.format(
    kind="email", is_of="r.email IS NOT NULL AND coalesce(r.folded, r.email) = a.value"
)
RECENT = f"""SELECT json_group_array(json_array(address, n)) FROM (
    {_OF_PHONE} UNION ALL {_OF_EMAIL})"""


def scan(connection: sqlite3.Connection, now: Instant, since: Instant, limit: int) -> Scan:
    """Return what is due, as `Store.scan`."""
    pairs = _pairs(_text(connection, DUE_PAIRS, now, limit))
    sends = SEND.rows(connection, DUE_SENDS, now, limit)
    rest = (
        *connection.execute(NEXT_JOURNEY, (len(pairs),)),
        *connection.execute(NEXT_SEND, (len(sends),)),
    )
    due = {pair[0].id for pair in pairs}
    others = {send.journey for send in sends} - due
    loaded = _loaded(connection, pairs + _found(connection, others), since)
    return Scan(
        journeys=tuple(loaded[pair[0].id] for pair in pairs),
        sends=tuple((send, loaded[send.journey]) for send in sends),
        next_due=min((row[0] for row in rest), default=None),
    )


def lane(
    connection: sqlite3.Connection, lane: int, prio: int, since: Instant, limit: int
) -> tuple[tuple[SendRow, Loaded], ...]:
    """Return the first held sends of a lane and class, as `Store.lane`."""
    sends = SEND.rows(connection, LANE_SENDS, lane, prio, limit)
    pairs = _found(connection, {send.journey for send in sends})
    loaded = _loaded(connection, pairs, since)
    return tuple((send, loaded[send.journey]) for send in sends)


def waiting(connection: sqlite3.Connection) -> dict[int, dict[int, int]]:
    """Count the held sends by lane and class, as `Store.waiting`."""
    counts: dict[int, dict[int, int]] = {}
    for number, prio, count in connection.execute(WAITING).fetchall():
        counts.setdefault(number, {})[prio] = count
    return counts


def load(
    connection: sqlite3.Connection, journeys: Sequence[int], since: Instant
) -> tuple[Loaded, ...]:
    """Return these journeys in the order asked for, as `Store.load`."""
    return tuple(_loaded(connection, _found(connection, dict.fromkeys(journeys)), since).values())


def _found(connection: sqlite3.Connection, journeys: Iterable[int]) -> list[Pair]:
    wanted = as_json(journeys)
    return _pairs(_text(connection, PAIRS, wanted)) if wanted != "[]" else []


def _loaded(connection: sqlite3.Connection, pairs: list[Pair], since: Instant) -> dict[int, Loaded]:
    """Add the guard's facts to journeys: three statements for all of them."""
    if not pairs:
        return {}
    mail: dict[str | None, str] = {r.email: fold(r.email) for r, _ in pairs if r.email is not None}
    addresses = as_json({*mail.values(), *(r.phone for r, _ in pairs if r.phone is not None)})
    suppressed: dict[str | None, list[str]] = {}
    for address, group in _texts(_text(connection, SUPPRESSED, addresses)):
        suppressed.setdefault(address, []).append(group)
    recent: dict[str | None, int] = dict(_numbers(_text(connection, RECENT, addresses, since)))
    sends: dict[int, list[SendRow]] = {}
    for send in SEND.rows(connection, OPEN_SENDS, as_json([r.id for r, _ in pairs])):
        sends.setdefault(send.journey, []).append(send)
    return {
        recipient.id: Loaded(
            recipient,
            journey,
            tuple(sorted(suppressed.get(recipient.phone, ()))),
            tuple(sorted(suppressed.get(mail.get(recipient.email), ()))),
            recent.get(recipient.phone, 0),
            recent.get(mail.get(recipient.email), 0),
            tuple(sends.get(recipient.id, ())),
        )
        for recipient, journey in pairs
    }


def _text(connection: sqlite3.Connection, query: str, *values: Any) -> str:
    return str(connection.execute(query, values).fetchone()[0])

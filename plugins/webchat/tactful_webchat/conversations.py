"""What is said between a company and its visitors, kept in the database; every change is durable.

What the engine must hear of a change is written in the same transaction.
"""

import sqlite3
from collections.abc import Sequence
from secrets import token_urlsafe
from typing import Literal

from msgspec import Struct

from tactful.runtime.inbound import Signal
from tactful.runtime.ports import Message
from tactful.values import SECOND, Instant, Span
from tactful_webchat import untold
from tactful_webchat.database import Database
from tactful_webchat.states import OPEN, State, may_become

GRACE: Span = 10 * SECOND
"""A page may say this late that it has shown a message in time."""

_OPEN = f"({', '.join(repr(state) for state in OPEN)})"

DeliveredWhen = Literal["seen", "received"]


class Placed(Struct, frozen=True):
    """A message that is in the queue: its id, and whether it counts as delivered."""

    id: str
    delivered: bool


class Conversations:
    """All conversations. Its methods block, and are called by one thread at a time."""

    def __init__(self, database: Database, delivered_when: DeliveredWhen) -> None:
        self._database = database
        self._received_is_delivered = delivered_when == "received"

    # ---- from the engine ------------------------------------------------------------------------

    def place(self, message: Message, until: Instant, now: Instant) -> Placed | None:
        """Put a message into the queue of its visitor; None when the visitor has muted the chat.

        The same send is in the queue once, however often it is attempted.
        """
        with self._database.change() as connection:
            if _is_muted(connection, [message.to]):
                return None
            rev = self._database.next_rev(connection, now)
            mark = f"send:{message.token}"
            row = connection.execute(
                "select id, state from message where mark = ?", (mark,)
            ).fetchone()
            if row is None:
                id, said = token_urlsafe(12), (message.to, message.sender, message.text)
                connection.execute(
                    "insert into message (id, mark, rev, key, mine, by, text, locale, at,"
                    " until, attempt, state)"
                    " values (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, 'waiting')",
                    (id, mark, rev, *said, message.locale, now, until, message.attempt),
                )
                return Placed(id, delivered=False)
            id, state = row
            if state in ("expired", "muted"):
                state = "waiting"
            connection.execute(
                "update message set attempt = ?, until = ?, state = ?, rev = ? where mark = ?",
                (message.attempt, until, state, rev, mark),
            )
            return Placed(id, self._is_delivered(state))

    def find(self, attempt: str) -> Placed | None:
        """Return what is in the queue under an attempt."""
        if not self._database.exists:
            return None
        row = (
            self._database.connection()
            .execute("select id, state from message where attempt = ?", (attempt,))
            .fetchone()
        )
        return None if row is None else Placed(row[0], self._is_delivered(row[1]))

    # ---- from a page ----------------------------------------------------------------------------

    def shown(self, keys: Sequence[str], ids: Sequence[str], *, seen: bool, now: Instant) -> bool:
        """Note that a page has messages, or has shown them; return whether that is news."""
        new: State = "seen" if seen else "received"
        changed = False
        with self._database.change() as connection:
            for id in ids:
                row = connection.execute(
                    "select number, state, attempt from message"
                    f" where not mine and id = ? and key in ({_marks(keys)})",
                    (id, *keys),
                ).fetchone()
                if row is None or not may_become(row[1], new):
                    continue
                number, state, attempt = row
                changed = True
                connection.execute(
                    "update message set state = ?, rev = ? where number = ?",
                    (new, self._database.next_rev(connection, now), number),
                )
                if self._is_delivered(new) and not self._is_delivered(state):
                    untold.note(connection, untold.delivered(attempt))
        return changed

    def reply(self, keys: Sequence[str], id: str, text: str, last: str, now: Instant) -> bool:
        """Keep what a visitor wrote, once for each id; return whether it is new.

        It goes to whom the last message that they had seen was for.
        """
        mark = f"reply:{keys[0]}:{id}"
        with self._database.change() as connection:
            known = connection.execute("select 1 from message where mark = ?", (mark,))
            if known.fetchone():
                return False
            answered = _answered(connection, keys, last)
            key, to, attempt = answered or (keys[0], "", None)
            connection.execute(
                "insert into message (id, mark, rev, key, mine, by, text, at, state)"
                " values (?, ?, ?, ?, 1, '', ?, ?, 'seen')",
                (id, mark, self._database.next_rev(connection, now), key, text, now),
            )
            untold.note(connection, untold.reply(mark, key, text, attempt, to))
        return True

    def mute(self, keys: Sequence[str], *, on: bool, now: Instant) -> bool:
        """Mute the chat for a visitor, or unmute it; return whether it was not so before.

        What still waits is not shown any more.
        """
        changed = False
        with self._database.change() as connection:
            for key in keys:
                if _is_muted(connection, [key]) == on:
                    continue
                changed = True
                if on:
                    connection.execute("insert into muted (key) values (?)", (key,))
                else:
                    connection.execute("delete from muted where key = ?", (key,))
                # First the opt-out: what comes of the messages below must find it there.
                untold.note(connection, untold.opted(key, out=on))
                if on:
                    rows = connection.execute(
                        f"select number, state, attempt from message"
                        f" where key = ? and state in {_OPEN}",
                        (key,),
                    ).fetchall()
                    self._end(connection, rows, "muted", "the visitor has muted the chat", now)
        return changed

    # ---- time -----------------------------------------------------------------------------------

    def expire(self, now: Instant) -> Instant | None:
        """End what was not shown in time; return when to look again, None when nothing waits."""
        if not self._database.exists:
            return None
        over = now - GRACE
        connection = self._database.connection()
        select = f"from message where state in {_OPEN} and until"
        if connection.execute(f"select 1 {select} <= ? limit 1", (over,)).fetchone():
            with self._database.change():
                rows = connection.execute(
                    f"select number, state, attempt {select} <= ?", (over,)
                ).fetchall()
                self._end(connection, rows, "expired", "no page showed it in time", now)
        next_over = connection.execute(f"select min(until) {select} is not null").fetchone()[0]
        return None if next_over is None else next_over + GRACE

    def forget(self, before: Instant) -> None:
        """Delete what was said before a moment and is over."""
        if self._database.exists:
            with self._database.change() as connection:
                connection.execute(
                    f"delete from message where at < ? and state not in {_OPEN}", (before,)
                )

    # ---- what the engine must hear --------------------------------------------------------------

    def untold(self, most: int) -> list[tuple[int, Signal]]:
        """Return the first signals that the engine does not have, with their numbers."""
        return untold.first(self._database.connection(), most) if self._database.exists else []

    def told(self, numbers: Sequence[int]) -> None:
        """Note that the engine has signals."""
        with self._database.change() as connection:
            untold.told(connection, numbers)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _is_delivered(self, state: State) -> bool:
        return state == "seen" or (state == "received" and self._received_is_delivered)

    def _end(
        self,
        connection: sqlite3.Connection,
        rows: Sequence[tuple[int, State, str]],
        new: State,
        reason: str,
        now: Instant,
    ) -> None:
        for number, state, attempt in rows:
            connection.execute(
                "update message set state = ?, rev = ? where number = ?",
                (new, self._database.next_rev(connection, now), number),
            )
            if not self._is_delivered(state):
                untold.note(connection, untold.undelivered(attempt, reason))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _is_muted(connection: sqlite3.Connection, keys: Sequence[str]) -> bool:
    found = connection.execute(f"select 1 from muted where key in ({_marks(keys)})", tuple(keys))
    return found.fetchone() is not None


def _answered(
    connection: sqlite3.Connection, keys: Sequence[str], last: str
) -> tuple[str, str, str | None] | None:
    """Return the key, the sender and the attempt that a reply after message `last` is to.

    The attempt is certain only where a later message was sent that the visitor had not seen: then
    the engine, which goes by the last message sent, would take the wrong one.
    """
    row = connection.execute(
        "select number, key, by, attempt from message"
        f" where not mine and id = ? and key in ({_marks(keys)})",
        (last, *keys),
    ).fetchone()
    if row is None:
        return None
    number, key, by, attempt = row
    later = connection.execute(
        "select 1 from message where not mine and key = ? and number > ? limit 1", (key, number)
    ).fetchone()
    return key, by, attempt if later else None

"""Signals that the engine must still hear: written with what caused them, told in their order."""

import sqlite3
from collections.abc import Sequence
from uuid import uuid4

import msgspec

from tactful.runtime.inbound import DeliveryStatus, OptedIn, OptedOut, PersonReply, Signal
from tactful.runtime.ports import Medium

_KINDS: dict[str, type[Signal]] = {
    "status": DeliveryStatus,
    "reply": PersonReply,
    "out": OptedOut,
    "in": OptedIn,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_CHAT: Medium = "chat"


def note(connection: sqlite3.Connection, signal: Signal) -> None:
    """Write a signal down, in the transaction of its cause."""
    connection.execute(
        "insert into untold (kind, signal) values (?, ?)",
        (_NAMES[type(signal)], msgspec.json.encode(signal).decode()),
    )


def first(connection: sqlite3.Connection, most: int) -> list[tuple[int, Signal]]:
    """Return the first of those that are not told yet, with their numbers."""
    rows = connection.execute(
        "select number, kind, signal from untold order by number limit ?", (most,)
    ).fetchall()
    return [(number, msgspec.json.decode(text, type=_KINDS[kind])) for number, kind, text in rows]


def told(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Forget signals that the engine has."""
    connection.executemany("delete from untold where number = ?", [(one,) for one in numbers])


def delivered(attempt: str) -> Signal:
    """Return the signal that an attempt has arrived."""
    return DeliveryStatus(attempt=attempt, status="delivered", dedup=f"{attempt}:delivered")


def undelivered(attempt: str, reason: str) -> Signal:
    """Return the signal that an attempt will not arrive any more."""
    return DeliveryStatus(
        attempt=attempt,
        status="undelivered",
        dedup=f"{attempt}:undelivered",
        reason=reason,
    )


def reply(mark: str, key: str, text: str, attempt: str | None, to: str) -> Signal:
    """Return the signal that a visitor wrote; the same mark is the same reply."""
    return PersonReply(channel=_CHAT, address=key, text=text, dedup=mark, attempt=attempt, to=to)


def opted(key: str, *, out: bool) -> Signal:
    """Return the signal that a visitor has muted the chat, or taken that back.

    The page has said so already, so there is nothing to confirm.
    """
    dedup = f"mute:{uuid4().hex}"
    if out:
        return OptedOut(channel=_CHAT, address=key, dedup=dedup, text="muted", answered=True)
    return OptedIn(channel=_CHAT, address=key, dedup=dedup, text="unmuted", answered=True)

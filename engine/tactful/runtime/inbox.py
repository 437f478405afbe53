"""Puts what no line of a flow waits for before a person."""

from tactful.runtime.active import Live
from tactful.runtime.engine import Engine
from tactful.store.rows import InboxRow
from tactful.values import Instant


def to_inbox(
    engine: Engine, live: Live | None, note: str, channel: str, address: str, now: Instant
) -> None:
    """Have a person look at a reply; of a journey, where it is known."""
    engine.group.rows.inbox.append(
        InboxRow(
            id=0,
            at=now,
            kind="reply",
            launch=live.active.row.id if live else None,
            journey=live.id if live else None,
            queue="inbox",
            priority="normal",
            note=note,
            address=address,
            channel=channel,
        )
    )

"""Messages that no step of a flow asked for: built-in answers, and what people at a desk write."""

from tactful.guard.folding import fold
from tactful.guard.segments import count
from tactful.runtime.active import Live
from tactful.runtime.engine import Engine
from tactful.runtime.opengroup import BEYOND_STEPS
from tactful.store.rows import SendRow
from tactful.values import Instant, Span


def queue_unasked(
    engine: Engine,
    live: Live,
    *,
    step: int,
    channel: str,
    to: str,
    text: str,
    subject: str | None,
    prio: int,
    within: Span,
    now: Instant,
) -> SendRow:
    """Add a message to the ledger beyond the steps of its journey; it is still to be routed.

    It leaves `within` that time, or not at all. Each is a visit of its own, so none is ever taken
    for another.
    """
    active = live.active
    number = engine.decider.ledger.number()
    row = SendRow(
        id=number,
        journey=live.id,
        launch=active.row.id,
        step=step,
        index=BEYOND_STEPS,
        visit=number,
        attempt=1,
        channel=channel,
        to=_as_listed(live, channel, to),
        sender=active.senders.get(channel, ""),
        text=text,
        subject=subject,
        segments=count(text).segments if channel == "sms" else 1,
        state="queued",
        lane=active.lane_of(channel, live.values).row.id,
        prio=prio,
        since=now,
        expires_at=now + within,
    )
    return engine.decider.ledger.add(live, row)


def _as_listed(live: Live, channel: str, address: str) -> str:
    """Return an address as the row of the audience writes it, if it is that of the row."""
    listed = live.address(channel)
    return listed if listed and fold(listed) == fold(address) else address

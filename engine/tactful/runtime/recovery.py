"""Recovery: a send that a crash left `sending` is reconciled, or in doubt; never just repeated."""

import anyio

from tactful.runtime import throttling
from tactful.runtime.claims import RECENT
from tactful.runtime.engine import Engine
from tactful.runtime.faults import fault_of, sound, storable
from tactful.runtime.ports import Accepted, Channel, Message, Refused, Retry, SendOutcome, Unknown
from tactful.runtime.workers import message_of
from tactful.store.rows import SendRow
from tactful.values import Instant, Span

RECONCILE_SECONDS = 30.0
STOPPED = "the engine stopped while it was being sent"


async def recover(engine: Engine, call_timeout: Span | None) -> int:
    """Settle every send that a crash left `sending`; returns how many there were.

    `call_timeout` bounds how long such a call can have lasted after its permit; None when engine
    time does not tell (a clock that ran fast).
    """
    now = engine.clock.now()
    for lane in engine.lanes.values():
        if lane.throttle is not None:
            limit = call_timeout if call_timeout is not None else now
            throttling.close_open(lane, now, limit)
            engine.group.touch_lane(lane)
    rows = await engine.store.by_state("sending")
    for row in rows:
        last = now if call_timeout is None else (row.permitted_at or 0) + call_timeout
        await _settle(engine, row, min(now, last), now)
    await engine.flush()
    return len(rows)


async def _settle(engine: Engine, row: SendRow, ended_at: Instant, now: Instant) -> None:
    for loaded in await engine.store.load([row.journey], now - RECENT):
        live = engine.hand.take(loaded)
        if live is None:
            continue
        row = live.sends.setdefault((row.index, row.visit), row)
        channel = live.active.channels[row.channel]
        found = await _reconcile(channel, message_of(live, row))
        engine.outcomes.found(live, row, found, ended_at, now)


async def _reconcile(channel: Channel, message: Message) -> SendOutcome:
    """Ask a channel what became of a lost answer; what it cannot tell stays in doubt."""
    try:
        with anyio.fail_after(RECONCILE_SECONDS):
            outcome = await channel.reconcile(message)
    except BaseException as error:
        told = f"{STOPPED}; asked what became of it, {channel.name} failed: {fault_of(error)}"
        return Unknown(storable(told))
    outcome = sound(outcome)
    if isinstance(outcome, Accepted):
        return outcome
    if isinstance(outcome, Refused | Retry):
        return Retry(0, "it had not reached the channel when the engine stopped")
    return Unknown(STOPPED)

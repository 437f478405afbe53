"""Fall-backs: what waits when its sender is stopped, and for which the flow has another way."""

from typing import TYPE_CHECKING

from tactful.guard.standing import stops
from tactful.runtime.active import Active
from tactful.runtime.claims import RECENT
from tactful.runtime.decider import FALL_BACKS, falls_back
from tactful.values import Instant

if TYPE_CHECKING:
    from tactful.runtime.engine import Engine

BATCH = 500


async def take_fall_backs(engine: "Engine", now: Instant) -> None:
    """Have what waits for senders that were stopped judged again, where its flow falls back."""
    while engine.watching.stopping:
        active = engine.watching.stopping.pop()
        if _may_fall_back(engine, active):
            await _judge_again(engine, active, now)


def _may_fall_back(engine: "Engine", active: Active) -> bool:
    """Whether a step of any revision of a campaign falls back on a channel that is stopped."""
    stopped = {name for name, stand in active.stands.standings.items() if stops(stand)}
    return any(
        step.channel in stopped and any(arm.outcome in FALL_BACKS for arm in step.arms)
        for revision in engine.revisions.values()
        if revision.graph.campaign == active.row.campaign
        for step, _, _ in revision.texts.values()
    )


async def _judge_again(engine: "Engine", active: Active, now: Instant) -> None:
    after = 0
    while True:
        engine.submit(now)
        engine.let_go()
        numbers = await engine.store.live_journeys(active.row.id, after, BATCH)
        if not numbers:
            return
        for loaded in await engine.store.load(numbers, now - RECENT):
            live = engine.hand.take(loaded)
            for row in [*live.sends.values()] if live is not None else ():
                waits = row.state == "queued" and row.due is None
                if live is not None and waits and falls_back(live, row):
                    engine.decider.route(live, row, now)
        after = numbers[-1]

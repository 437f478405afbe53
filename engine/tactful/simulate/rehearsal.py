"""A rehearsal: the whole campaign on the virtual clock, by the engine that runs it for real."""

from collections.abc import AsyncIterable, Callable, Mapping
from typing import Any

from msgspec import Struct

from tactful.graph.model import Campaign
from tactful.guard.standing import Observer
from tactful.guard.strategies import Strategy
from tactful.plugins.answers import Answers
from tactful.plugins.config import Limits, Prices
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.clock import JumpClock
from tactful.runtime.facts import House
from tactful.runtime.judging import NO_HOUSE
from tactful.runtime.loading import Loading, Out, load_in_time
from tactful.runtime.logline import LogLines
from tactful.runtime.observing import NO_OBSERVERS
from tactful.runtime.paces import PaceFor, no_pace
from tactful.runtime.ports import Policy
from tactful.runtime.session import NO_POLICIES, Session, open_session
from tactful.simulate.behaviour import Behaviour
from tactful.simulate.pretend import PretendChannel
from tactful.store.memory import MemoryStore
from tactful.store.rows import EventRow, SendRow
from tactful.values import Instant, Span

Watch = Callable[[EventRow, str | None, SendRow | None], None]
Line = Callable[[dict[str, Any]], None]


class Rehearsed(Struct, frozen=True):
    """What a rehearsal came to: rows read, recipients that joined, and the rows that are out.

    `held` says for how long each pace let messages wait, where several hold.
    """

    rows: int
    joined: int
    outs: tuple[Out, ...]
    started_at: Instant
    finished_at: Instant
    held: Mapping[str, Span] = {}


async def rehearse(
    campaign: Campaign,
    recipients: AsyncIterable[Recipient | OutRow],
    *,
    start: Instant,
    behaviour: Behaviour,
    strategies: Mapping[str, Strategy],
    limits: Limits,
    prices: Prices | None = None,
    policies: Mapping[str, Policy] = NO_POLICIES,
    house: House = NO_HOUSE,
    observers: Mapping[str, Observer] = NO_OBSERVERS,
    pace_for: PaceFor = no_pace,
    answers: Answers | None = None,
    watch: Watch | None = None,
    line: Line | None = None,
    full: bool = False,
) -> Rehearsed:
    """Run a campaign from `start` to its end in virtual time, in memory; nothing leaves.

    `observers` watch its senders as they would those of a live launch.

    `watch` gets every event as it happens, `line` every line of the event log.
    """
    told: list[Watch] = [watch] if watch is not None else []
    store = MemoryStore(log=lambda event, key, send: [tell(event, key, send) for tell in told])
    clock = JumpClock(start)
    pretend = PretendChannel(behaviour, clock)
    session = await open_session(
        store,
        lambda latest: clock,
        channel_for=lambda medium, through, live: pretend,
        strategies=strategies,
        limits=limits,
        prices=prices,
        policies=policies,
        house=house,
        look=False,
        pace_for=pace_for,
        observers=observers,
        staffed=False,
    )
    session.engine.watching.rehearsing = True
    if answers is not None:
        session.engine.answers = answers
    if line is not None:
        told.append(_lines(session, line, full=full))
    pretend.attach(session.incoming)
    active = await session.begin(campaign, flow_path="", audience_path="", live=False, now=start)
    loading = Loading(session, active, keep_outs=True)

    async def load() -> None:
        await loading.load(recipients)

    load_in_time(session.engine, active, load)
    await session.engine.run(lambda: active.row.state == "finished")
    return Rehearsed(
        loading.rows,
        loading.joined,
        tuple(sorted(loading.outs, key=lambda out: out.row)),
        start,
        clock.now(),
        session.engine.pacing.held,
    )


def _lines(session: Session, line: Line, *, full: bool) -> Watch:
    lines = LogLines(session.launches, session.revisions, session.names, full=full)

    def tell(event: EventRow, key: str | None, send: SendRow | None) -> None:
        line(lines.line(event, key, send))

    return tell

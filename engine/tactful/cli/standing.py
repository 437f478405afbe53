"""How the launches of a store stand, gathered beside the engine that may be running them."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from tactful.cli.alerted import AlertTold, alerts_of
from tactful.cli.asking import UNDER_WAY, wall_clock
from tactful.cli.senders import SenderWord, word_of
from tactful.errors import TactfulError
from tactful.graph.model import Guards
from tactful.guard.addresses import mask
from tactful.guard.pace import Wait, WindowThrottle
from tactful.guard.strategies import WINDOW
from tactful.runtime.costs import shown, sums
from tactful.runtime.grouplanes import lines_of
from tactful.runtime.inbox_load import InboxLoad, conversations
from tactful.runtime.progress import Progress, progress_by
from tactful.store.client import StoreClient
from tactful.store.lock import owner_of
from tactful.store.queries import Held
from tactful.store.rows import LaneRow, LaunchRow, RevisionRow, SendRow
from tactful.values import Instant


class LaneStanding(Struct, frozen=True):
    """A pace: its limit, slots in use now, sends that wait, and when the next may leave.

    `part` is the value it goes by, if it goes by one (`region=Dublin`). `problem` says why nothing
    leaves, where something that it needs cannot be used.
    `limit`, `busy` and `next` are None where the pace is kept in a way that only its plugin knows.
    `said` is the limit as the flow or the configuration says it; nobody waits in a pace that holds
    `beside` others. `held_by` is the pace that lets the next one wait longest, where there are
    several, until `held_until` (None: until a call has ended).
    """

    group: str
    waits: int
    limit: str | None = None
    slots: int | None = None
    busy: int | None = None
    next: Instant | None = None
    part: str = ""
    problem: str = ""
    said: str = ""
    beside: bool = False
    held_by: str = ""
    held_until: Instant | None = None


class Doubt(Struct, frozen=True):
    """A send of which nobody knows whether it left."""

    attempt: int
    recipient: str
    channel: str
    to: str
    since: Instant | None
    reason: str | None


class LaunchStanding(Struct, frozen=True):
    """How one launch stands. `interrupted` sends were under way when an engine was killed.

    `every` is how often its audience is read again, if it is.
    `costs` are sums as people read them, `budget` is what they may come to.
    `crowded` says why nothing new leaves while the inbox is too full.
    """

    launch: LaunchRow
    progress: Progress
    open_inbox: int
    lanes: tuple[LaneStanding, ...]
    held: tuple[Held, ...]
    doubts: tuple[Doubt, ...]
    interrupted: int
    every: str | None = None
    costs: tuple[str, ...] = ()
    budget: str | None = None
    crowded: str | None = None


class StoreStanding(Struct, frozen=True):
    """How a store stands. `orders` and `signals` have not been taken up yet.

    `senders` are those that are not healthy, that have figures, or whose observer cannot be asked.
    `paces` are those of senders and accounts, over all campaigns. `alerts` are of the last day.
    """

    url: str
    engine: str | None
    orders: int
    signals: int
    launches: tuple[LaunchStanding, ...]
    senders: tuple[SenderWord, ...] = ()
    paces: tuple[LaneStanding, ...] = ()
    alerts: tuple[AlertTold, ...] = ()


def standing(
    client: StoreClient, launches: Sequence[LaunchRow], *, full: bool = False
) -> StoreStanding:
    """Say how these launches of a store stand."""
    engine, news = owner_of(client.path), client.news()
    revisions = {row.id: row for row in client.revisions()}
    doubted = client.by_state("in doubt")
    sending = client.by_state("sending")
    now = max(wall_clock(), client.latest() or 0)
    return StoreStanding(
        url=client.url,
        engine=engine,
        orders=len(news.orders),
        signals=len(news.signals),
        launches=tuple(
            _launch(
                client,
                launch,
                revisions.get(launch.guards),
                _doubts(client, (row for row in doubted if row.launch == launch.id), full),
                0 if engine else sum(row.launch == launch.id for row in sending),
                now,
            )
            for launch in launches
        ),
        senders=_senders(client),
        paces=tuple(_plain(row, 0) for row in client.lanes() if not row.campaign and row.said),
        alerts=alerts_of(client, now),
    )


def _senders(client: StoreClient) -> tuple[SenderWord, ...]:
    return tuple(
        word_of(row)
        for row in client.standings()
        if row.standing != "healthy" or row.problem or row.gauges
    )


def _launch(
    client: StoreClient,
    launch: LaunchRow,
    guards: RevisionRow | None,
    doubts: tuple[Doubt, ...],
    interrupted: int,
    now: Instant,
) -> LaunchStanding:
    counts = client.counts(launch.id)
    under_way = launch.state in UNDER_WAY
    return LaunchStanding(
        launch=launch,
        progress=progress_by(launch, counts),
        open_inbox=sum(item.launch == launch.id for item in conversations(client.inbox())),
        lanes=_lanes(client, launch, guards, now) if under_way else (),
        held=client.held(launch.id) if under_way else (),
        crowded=_crowded(client, guards) if under_way else None,
        doubts=doubts,
        interrupted=interrupted,
        every=_every(guards),
        costs=tuple(map(shown, sums(counts.costs))),
        budget=_budget(guards),
    )


def _every(guards: RevisionRow | None) -> str | None:
    """Return how often an audience is read again, as the newest form of its campaign says."""
    if guards is None:
        return None
    every = msgspec.json.decode(guards.data)["audience"].get("every")
    return None if every is None else str(every)


def _budget(guards: RevisionRow | None) -> str | None:
    if guards is None:
        return None
    budget: str | None = msgspec.json.decode(guards.data)["guards"].get("budget")
    return budget


def _crowded(client: StoreClient, guards: RevisionRow | None) -> str | None:
    """Return how full the inbox is, when it is fuller than a launch allows."""
    if guards is None:
        return None
    hold = Guards.model_validate(msgspec.json.decode(guards.data)["guards"]).hold_inbox
    count = InboxLoad(client.inbox()).beyond(hold)
    if hold is None or not count:
        return None
    return f"{count:,} conversations wait for people, more than {hold.above:,}"


def _doubts(client: StoreClient, rows: Iterable[SendRow], full: bool) -> tuple[Doubt, ...]:
    found = [*rows]
    people = client.recipients([row.journey for row in found])
    return tuple(
        Doubt(
            attempt=row.id,
            recipient=people[row.journey].key,
            channel=row.channel,
            to=row.to if full else mask(row.to),
            since=row.permitted_at,
            reason=row.reason,
        )
        for row in found
    )


def _lanes(
    client: StoreClient, launch: LaunchRow, guards: RevisionRow | None, now: Instant
) -> tuple[LaneStanding, ...]:
    waiting = client.waiting()
    declared = _declared(guards)
    return tuple(
        _lane(row, sum(waiting.get(row.id, {}).values()), declared, now)
        for row in client.lanes()
        if row.campaign == launch.campaign and (row.strategy or not row.rule)
    )


def _declared(guards: RevisionRow | None) -> Guards:
    """Return the guards of a launch, as far as the store has them."""
    if guards is None:
        return Guards(purpose="service")
    return Guards.model_validate(msgspec.json.decode(guards.data)["guards"])


def _plain(row: LaneRow, waits: int) -> LaneStanding:
    return LaneStanding(
        group=row.group,
        waits=waits,
        part=row.part,
        problem=row.problem,
        said=row.said,
        beside=bool(row.rule) or not row.campaign,
        held_by=row.held_by if waits else "",
        held_until=row.held_until if waits else None,
    )


def _lane(row: LaneRow, waits: int, guards: Guards, now: Instant) -> LaneStanding:
    stands = _plain(row, waits)
    lines = lines_of(guards, row.group)
    named = {line.limit.rule: line for line in (lines.own, *lines.others) if line is not None}
    line = named.get(row.rule)
    if row.strategy != WINDOW.name or line is None or not row.state:
        return stands
    rate = line.limit.rate
    throttle = WindowThrottle(rate)
    try:
        state = throttle.load(row.state.encode())
    except TactfulError:
        return stands
    _, permits, answer = throttle.take_many(state, now, [1] * rate.count)
    until = answer.until if isinstance(answer, Wait) and not permits else None
    return msgspec.structs.replace(
        stands,
        limit=str(rate),
        slots=rate.count,
        busy=rate.count - len(permits),
        next=until if waits else None,
    )

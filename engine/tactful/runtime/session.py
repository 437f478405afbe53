"""A session: one engine over one store, with its launches opened, resumed or begun."""

import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio
import msgspec

from tactful.errors import PluginInvalid, StoreInvalid
from tactful.graph.model import Campaign, StepGraph
from tactful.guard.standing import Observer
from tactful.guard.strategies import Strategy
from tactful.plugins.config import Limits, Prices
from tactful.runtime.absent import AbsentChannel
from tactful.runtime.active import Active, Revision
from tactful.runtime.audience.rereading import OpenAgain, Rereading
from tactful.runtime.clock import Clock
from tactful.runtime.costs import Costs
from tactful.runtime.engine import Engine
from tactful.runtime.facts import House
from tactful.runtime.inbox_load import InboxLoad
from tactful.runtime.incoming import Incoming
from tactful.runtime.judging import NO_HOUSE
from tactful.runtime.observing import NO_OBSERVERS
from tactful.runtime.orders import Orders, Start
from tactful.runtime.paces import PaceFor, Paces, no_pace
from tactful.runtime.policies import Policies
from tactful.runtime.ports import Channel, Message, Policy
from tactful.runtime.signals import Signals
from tactful.runtime.workers import message_of
from tactful.store.contract import Opened, Store
from tactful.store.rows import LaunchRow, RevisionRow
from tactful.values import Instant

_replace = msgspec.structs.replace

UNDER_WAY = ("loading", "running", "paused")
ANSWER_STEP = "built-in answer"
PERSON_STEP = "answer of a person"

NO_POLICIES: Mapping[str, Policy] = {}

ChannelFor = Callable[[str, str | None, bool], Channel | None]
"""(medium, the name after `through`, whether the launch really sends) → the channel for it.

It raises `PluginInvalid` when this engine may not run such a launch.
"""


class Session:
    """Everything that runs over one store. Make one with `open_session`."""

    def __init__(
        self,
        engine: Engine,
        opened: Opened,
        *,
        channel_for: ChannelFor,
        strategies: Mapping[str, Strategy],
        limits: Limits,
        prices: Prices | None = None,
        policies: Mapping[str, Policy] = NO_POLICIES,
        house: House = NO_HOUSE,
        look: bool,
        start: Start | None = None,
        files: Path | None = None,
        open_again: OpenAgain | None = None,
        pace_for: PaceFor = no_pace,
    ) -> None:
        self.engine = engine
        self.incoming = Incoming(
            engine,
            Signals(engine, self.reopen),
            Orders(engine, self.adopt, self.reopen, start),
            look=look,
        )
        engine.intake = self.incoming
        self.rereading = Rereading(self, open_again)
        self.launches = {row.id: row for row in opened.launches}
        self.revisions = {row.id: row for row in opened.revisions}
        self.names: dict[int, str] = {}
        self._digests = {(row.kind, row.campaign, row.digest): row.id for row in opened.revisions}
        self.paces = Paces(
            engine,
            opened.lanes,
            opened.next_lane,
            strategies,
            limits.call_timeout.span,
            pace_for,
        )
        self._next_launch = opened.next_launch
        self._next_revision = opened.next_revision
        self.next_journey = opened.next_journey
        self._channel_for = channel_for
        self._limits = limits
        self._prices = prices if prices is not None else Prices()
        self._policies = Policies(policies, house, engine.decider.book)
        self._files = files
        self._reopening = anyio.Lock()

    # ---- launches -------------------------------------------------------------------------------

    def last_launch(self, campaign: str) -> LaunchRow | None:
        """Return the newest launch of a campaign, finished or not."""
        rows = (row for row in self.launches.values() if row.campaign == campaign)
        last = max(rows, key=lambda row: row.number, default=None)
        active = self.engine.actives.get(last.id) if last is not None else None
        return active.row if active is not None else last

    def all_launches(self) -> list[LaunchRow]:
        """Return all launches of the store, those that are over too."""
        return [*self.launches.values()]

    async def prepare(self) -> None:
        """Get ready to run: pace, built-in steps, and all launches that are under way."""
        numbers = await self._intern([ANSWER_STEP, PERSON_STEP])
        self.engine.answer_step = numbers[ANSWER_STEP]
        self.engine.person_step = numbers[PERSON_STEP]
        self.paces.waiting = await self.engine.store.waiting()
        records, required = await self.engine.store.consents(), self._limits.require_consent
        self.engine.decider.book.fill(records, required=required)
        unsettled: set[int] = set()
        for state in ("sending", "in doubt"):
            unsettled |= {row.launch for row in await self.engine.store.by_state(state)}
        for row in list(self.launches.values()):
            if row.state in UNDER_WAY:
                form = campaign_of(row, self.revisions)
                self.rereading.leave(await self.open_launch(row, form, stand_in=True))
            elif row.id in unsettled:
                await self.reopen(row.id)

    async def reopen(self, launch: int) -> Active | None:
        """Return a launch of which something is heard again; None when there is no such.

        One that is over gets no more people, but its statuses, replies and opt-outs still count.
        """
        async with self._reopening:
            active, row = self.engine.actives.get(launch), self.launches.get(launch)
            if active is not None or row is None:
                return active
            active = await self.open_launch(row, campaign_of(row, self.revisions), stand_in=True)
            active.stays_open = False
            newest = self.last_launch(row.campaign)
            if newest is not None and newest.id in self.engine.actives:
                await self._pace(self.engine.actives[newest.id])  # what they share stays its own
            return active

    async def message(self, attempt: int) -> Message | None:
        """Return the message of an attempt as its channel got it; None when there is no such."""
        store = self.engine.store
        for row in await store.sends([attempt]):
            await self.reopen(row.launch)
            for loaded in await store.load([row.journey], 0):
                live = self.engine.hand.make(loaded)
                if live is not None:
                    return message_of(live, row)
        return None

    async def begin(
        self, campaign: Campaign, *, flow_path: str, audience_path: str, live: bool, now: Instant
    ) -> Active:
        """Begin the next launch of a campaign; its audience is still to be loaded.

        Raises `PluginInvalid`, and begins nothing, when no channel can carry it.
        """
        last = self.last_launch(campaign.graph.campaign)
        revision, guards = self._keep(campaign, now)
        row = LaunchRow(
            id=self._next_launch,
            campaign=campaign.graph.campaign,
            number=last.number + 1 if last else 1,
            state="loading",
            revision=revision,
            guards=guards,
            flow_path=flow_path,
            audience_path=audience_path,
            started_at=now,
            live=live,
            starts_at=_later(campaign.starts_at, now),
        )
        self._next_launch += 1
        active = await self.open_launch(row, campaign)
        # Only now: a launch that no channel can carry must not stay behind, under way for ever.
        self.launches[row.id] = row
        self.engine.group.rows.launches[row.id] = row
        return active

    async def adopt(self, active: Active, campaign: Campaign, now: Instant) -> bool:
        """Let a launch under way take a newer form: guards for all, the graph for who enters now.

        Returns whether anything changed. Journeys under way keep the revision they began with.
        Raises `PluginInvalid`, and changes nothing, when no channel can carry it.
        """
        revision, guards = self._keep(campaign, now)
        await self._open_revisions(campaign.graph.campaign)
        channels = self._channels(active.row, campaign)
        shorter = campaign.guards.expires_after.span < active.expires_after
        changed = (active.row.revision, active.row.guards) != (revision, guards)
        active.row = _replace(active.row, revision=revision, guards=guards)
        if active.row.state == "loading" and not active.row.rows:
            starts_at = _later(campaign.starts_at, now)
            changed = changed or starts_at != active.row.starts_at
            active.row = _replace(active.row, starts_at=starts_at)
        active.adopt(campaign, guards, self._limits.per_address_per_day)
        self._connect(active, channels)
        await self._pace(active)
        self.rereading.adopt(active)
        if changed:
            self.launches[active.row.id] = active.row
            self.engine.group.rows.launches[active.row.id] = active.row
        if shorter:
            self.engine.submit(now)
            await self.engine.store.expire_sooner(active.row.id, active.expires_after)
            self.engine.scan_at(now)
        return changed

    def _keep(self, campaign: Campaign, now: Instant) -> tuple[int, int]:
        graph = campaign.graph
        floating = campaign.model_dump(mode="json", exclude={"graph"})
        data = json.dumps(floating, separators=(",", ":"))
        return (
            self._keep_one("graph", graph.campaign, graph.revision, graph.model_dump_json(), now),
            self._keep_one("guards", graph.campaign, campaign.guards.digest, data, now),
        )

    def _keep_one(self, kind: str, campaign: str, digest: str, data: str, now: Instant) -> int:
        known = self._digests.get((kind, campaign, digest))  # type: ignore[arg-type]
        if known is not None and (kind == "graph" or self.revisions[known].data == data):
            return known
        row = RevisionRow(
            id=self._next_revision,
            kind=kind,  # type: ignore[arg-type]
            campaign=campaign,
            digest=digest,
            data=data,
            at=now,
        )
        self._next_revision += 1
        self.revisions[row.id] = row
        self._digests[row.kind, campaign, digest] = row.id
        self.engine.group.rows.revisions.append(row)
        return row.id

    async def open_launch(
        self, row: LaunchRow, campaign: Campaign, *, stand_in: bool = False
    ) -> Active:
        """Have the engine run a launch: its revisions, channels, paces and counts.

        With `stand_in`, one whose channel is not here is held; without, that is `PluginInvalid`.
        """
        limit = self._limits.per_address_per_day
        active = Active(row, campaign, row.guards, limit, Costs(self._prices))
        active.files = self._files
        counts = await self.engine.store.counts(row.id)
        active.ends.update(counts.journeys)
        active.journeys = active.ends.pop("live", 0)
        for some in counts.sends.values():
            active.tally.update(some)
        active.open_sends = active.tally["queued"] + active.tally["sending"]
        active.answered = counts.answered
        for cost, times in counts.costs.items():
            active.spent.add(cost, times)
        await self._open_revisions(row.campaign)
        self._connect(active, self._channels(row, campaign, stand_in=stand_in))
        await self._pace(active)
        self.rereading.adopt(active)
        self.engine.actives[row.id] = active
        return active

    def _channels(
        self, row: LaunchRow, campaign: Campaign, *, stand_in: bool = False
    ) -> dict[str, Channel]:
        """Return the channel of each medium that a journey of a launch may use."""
        through = {sender.channel: sender.through for sender in campaign.guards.senders}
        found: dict[str, Channel] = {}
        for medium in self._media(row.campaign):
            try:
                found[medium] = self._channel_of(row, medium, through.get(medium))
            except PluginInvalid as error:
                if not stand_in:
                    raise
                found[medium] = AbsentChannel(medium, error.message)
        return found

    def _channel_of(self, row: LaunchRow, medium: str, through: str | None) -> Channel:
        channel = self._channel_for(medium, through, row.live)
        if channel is None:
            raise PluginInvalid(
                f"no channel can carry {medium} for {row.name}",
                help="Install the plugin that the flow names after `through`, "
                "or the outbox (pip install tactful-outbox).",
            )
        return channel

    def _media(self, campaign: str) -> list[str]:
        """Return the media of all revisions of a campaign: old journeys keep theirs."""
        graphs = [one.graph for one in self.engine.revisions.values()]
        mine = [graph.channels for graph in graphs if graph.campaign == campaign]
        return list(dict.fromkeys(itertools.chain.from_iterable(mine)))

    def _connect(self, active: Active, channels: Mapping[str, Channel]) -> None:
        active.channels.update(channels)
        for channel in channels.values():
            self.engine.use_channel(channel)

    async def _open_revisions(self, campaign: str) -> None:
        """Make programs of every revision of a campaign that a journey may be pinned to."""
        for row in list(self.revisions.values()):
            mine = row.kind == "graph" and row.campaign == campaign
            if mine and row.id not in self.engine.revisions:
                graph = StepGraph.model_validate_json(row.data)
                names = {step.id for step in graph.steps} | {step.stage for step in graph.steps}
                numbers = await self._intern(sorted(names))
                self.engine.revisions[row.id] = Revision(row.id, graph, numbers)

    async def _intern(self, names: list[str]) -> dict[str, int]:
        numbers = await self.engine.store.intern(names)
        self.names |= {number: name for name, number in numbers.items()}
        return numbers

    # ---- pace -----------------------------------------------------------------------------------

    async def _pace(self, active: Active) -> None:
        """Give a launch the lanes and policies of its campaign, as its newest guards say."""
        media = self._media(active.row.campaign)
        await self.paces.give(active, media, self.launches)
        if missing := self._policies.seat(active, media):
            self.paces.hold(active, missing)
        self.engine.watching.give(active, self.engine.clock.now())
        if active.absent:
            self.paces.hold(active, active.absent)


def campaign_of(row: LaunchRow, revisions: Mapping[int, RevisionRow]) -> Campaign:
    """Return the form of a campaign that who joins a launch takes. Raises `StoreInvalid`."""
    try:
        graph, guards = revisions[row.revision], revisions[row.guards]
    except KeyError as error:
        raise StoreInvalid(f"the store has lost the revision of {row.name}") from error
    floating = json.loads(guards.data)
    return Campaign(graph=StepGraph.model_validate_json(graph.data), **floating)


def _later(at: Instant | None, now: Instant) -> Instant | None:
    """Return when a launch starts, if that is still to come."""
    return at if at is not None and at > now else None


async def open_session(
    store: Store,
    clock_at: Callable[[Instant], Clock],
    *,
    channel_for: ChannelFor,
    strategies: Mapping[str, Strategy],
    limits: Limits,
    prices: Prices | None = None,
    policies: Mapping[str, Policy] = NO_POLICIES,
    house: House = NO_HOUSE,
    look: bool = True,
    start: Start | None = None,
    files: Path | None = None,
    open_again: OpenAgain | None = None,
    pace_for: PaceFor = no_pace,
    observers: Mapping[str, Observer] = NO_OBSERVERS,
    staffed: bool = True,
) -> Session:
    """Open a store and make an engine over it. `clock_at` gets the latest moment the store knows.

    `look` says whether other processes may write to the store meanwhile. `files` is the folder of
    what its messages carry. `open_again` opens the audience of a launch once more; without it,
    every audience is read once. `pace_for` tells what pace a sender has of its own. `staffed` says
    whether people work on the inbox meanwhile: without them, no campaign holds for it.
    """
    opened = await store.open()
    called = [row.permitted_at or 0 for row in await store.by_state("sending")]
    latest = max(opened.last_at or 0, *called, 0)  # a permit is in no log until its call has ended
    engine = Engine(store, clock_at(latest), opened, max_open=limits.max_open)
    engine.watching.use(observers)
    session = Session(
        engine,
        opened,
        channel_for=channel_for,
        strategies=strategies,
        limits=limits,
        prices=prices,
        policies=policies,
        house=house,
        look=look,
        start=start,
        files=files,
        open_again=open_again,
        pace_for=pace_for,
    )
    if staffed:
        engine.inbox = InboxLoad(await store.inbox())
    await session.prepare()
    return session

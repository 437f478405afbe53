"""The engine: one loop that claims what is due, decides, has it made durable, and lets it leave.

Each turn: take in signals and orders; decide what is due; give out free slots; submit the group;
rest until something happens or is due. Reads stand behind the groups submitted before them, so no
decision is made on a row that an earlier one has changed.
"""

import heapq
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import anyio
from anyio.abc import TaskGroup

from tactful.guard.judge import Verdict
from tactful.plugins.answers import Answers
from tactful.runtime.active import Active, Flight, Live, Revision
from tactful.runtime.claims import RECENT, WINDOW, Claims
from tactful.runtime.clock import JUMP_WORTH_TELLING, Clock, JumpClock
from tactful.runtime.decider import Decider
from tactful.runtime.fallbacks import take_fall_backs
from tactful.runtime.gone import GoneAddresses
from tactful.runtime.hand import Hand
from tactful.runtime.inbox_load import InboxLoad
from tactful.runtime.lane import Lane
from tactful.runtime.lanes import pick
from tactful.runtime.ledger import Ledger, in_lane
from tactful.runtime.misconfigured import Misconfigured, held_back
from tactful.runtime.observing import Watching
from tactful.runtime.opengroup import OpenGroup
from tactful.runtime.outcomes import Outcomes
from tactful.runtime.pacing import Heads, Pacing
from tactful.runtime.policies import ask
from tactful.runtime.ports import Channel, SendOutcome
from tactful.runtime.rest import rest_really, rest_virtually
from tactful.runtime.workers import Workers
from tactful.store.contract import Group, Opened, Store
from tactful.store.rows import Loaded, SendRow
from tactful.values import SECOND, Instant, Span

Intake = Callable[[Instant], Awaitable[None]]
Work = Callable[[], Coroutine[Any, Any, None]]


class Engine:
    """Runs launches of one store.

    `max_open` bounds what is permitted and not yet durable again; so memory, and what a crash can
    leave in doubt. `intake` takes signals and orders in, when the store has new ones. `inbox` is
    there when people work on what waits for them; else no campaign holds for them.
    """

    def __init__(self, store: Store, clock: Clock, opened: Opened, *, max_open: int = 1000) -> None:
        self.store = store
        self.clock = clock
        self.actives: dict[int, Active] = {}
        self.revisions: dict[int, Revision] = {}
        self.lanes: dict[int, Lane] = {}
        self.hand = Hand(self.actives, self.revisions)
        self.group = OpenGroup()
        self.decider = Decider(self.group, Ledger(self.group, opened.next_send, self.lanes))
        self.pacing = Pacing(self.decider)
        self.gone = GoneAddresses(self.group, self.hand)
        self.misconfigured = Misconfigured(self.group)
        self.watching = Watching(self.group, opened.standings, opened.salt)
        self.outcomes = Outcomes(
            self.decider, self.pacing, self.gone, self.misconfigured, self.watching
        )
        self.intake: Intake | None = None
        self.inbox: InboxLoad | None = None
        self.answers = Answers()
        self.answer_step = 0
        self.person_step = 0
        self.loading = 0
        self._max_open = max_open
        self._workers: dict[str, Workers] = {}
        self._served = 0
        self._submitted = 0
        self._durable = 0
        self._committing = 0
        self.claims = Claims(self)
        self._next_signal: Instant | None = None
        self._awake = anyio.Event()
        self._failure: BaseException | None = None
        self._tasks: TaskGroup | None = None
        self._beside: list[Work] = []
        self._timers: list[tuple[Instant, int, Work]] = []
        self._timer_numbers = itertools.count()
        self._draining = False
        self._drift: Span = 0
        if isinstance(clock, JumpClock):
            clock.on_sleep = self.wake

    # ---- running --------------------------------------------------------------------------------

    async def run(self, done: Callable[[], bool]) -> None:
        """Run until `done`, or until `drain` was asked for and nothing is in flight any more."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            for workers in self._workers.values():
                workers.start(tasks)
            for work in self._beside:
                tasks.start_soon(work)
            while not done():
                await self.turn()
                if self._draining and not self.open:
                    break
            await self.flush()
            tasks.cancel_scope.cancel()

    def at_start(self, work: Work) -> None:
        """Run something beside the loop, such as the reading of an audience, from the start."""
        self._beside.append(work)
        if self._tasks is not None:
            self.spawn(work)

    def call_at(self, at: Instant, work: Work) -> None:
        """Run something beside the loop, once a moment has come."""
        heapq.heappush(self._timers, (at, next(self._timer_numbers), work))
        self.wake()

    def _ring(self, now: Instant) -> None:
        while self._timers and self._timers[0][0] <= now:
            self.spawn(heapq.heappop(self._timers)[2])

    def spawn(self, work: Work) -> None:
        """Run something beside the loop, while it runs."""
        assert self._tasks is not None
        self._tasks.start_soon(work)

    def drain(self) -> None:
        """Permit nothing more, wait for what is in flight, and stop."""
        self._draining = True
        self.pacing.closed = True
        self.wake()

    def wake(self) -> None:
        """End the loop's rest."""
        self._awake.set()

    def use_channel(self, channel: Channel) -> None:
        """Have a channel ready; each gets workers of its own."""
        if channel.name in self._workers:
            return
        workers = Workers(
            channel,
            self.clock,
            recheck=self._recheck,
            landed=self._landed,
            stopped=self._stopped,
        )
        self._workers[channel.name] = workers
        if self._tasks is not None:
            workers.start(self._tasks)

    @property
    def open(self) -> int:
        """How many messages are permitted and have no answer yet."""
        called = sum(workers.open for workers in self._workers.values())
        return called + self._committing + len(self.pacing.ready)

    @property
    def has_room(self) -> bool:
        """Whether more may be permitted before something has its answer."""
        return self.open < self._max_open

    async def turn(self) -> None:
        """One round of the loop."""
        if self._failure is not None:
            raise self._failure
        self._awake = anyio.Event()
        now = self.clock.now()
        self._watch_clock(now)
        for workers in self._workers.values():
            workers.cut_off()
        if self.intake is not None:
            await self.intake(now)
        if not self._draining:
            self._ring(now)
            self.watching.pass_time(now)
            await take_fall_backs(self, now)
            await self._claim(now)
            await self._mind_inbox(now)
            await self._serve(now)
        self._finish(now)
        self.submit(now)
        await self._rest()

    async def _mind_inbox(self, now: Instant) -> None:
        """Let campaigns hold while the inbox is fuller than they allow."""
        if self.inbox is None:
            return
        holding = any(active.guards.hold_inbox for active in self.actives.values())
        if self.inbox.stale and holding:
            self.inbox.renew(await self.store.inbox())
        self.inbox.settle(self.actives.values(), self.group, now)

    def _watch_clock(self, now: Instant) -> None:
        drift = self.clock.drift()
        if abs(drift - self._drift) > JUMP_WORTH_TELLING:
            moved = round((drift - self._drift) / SECOND)
            self._drift = drift
            self.group.log_launch(None, "signal", now, kind="clock moved", seconds=moved)

    def let_go(self) -> None:
        """Forget the journeys of which everything is durable and at rest, before a read."""
        if not self.claims.open:
            self.hand.let_go(self._durable)

    # ---- turns ----------------------------------------------------------------------------------

    def scan_at(self, at: Instant) -> None:
        """Have the store looked through for what is due at a moment at the latest."""
        self.claims.scan_at(at)

    async def _claim(self, now: Instant) -> None:
        room = self._max_open - self.open
        if room > 0:
            await self.claims.have_turns(now, room)
            await self._ask_policies(now)

    async def _ask_policies(self, now: Instant) -> None:
        while self.decider.asking:  # a refusal may lead to a send that is to be judged, too
            asking, self.decider.asking = self.decider.asking, []
            newest = {row.id: (live, row) for live, row in asking}  # one may have come up twice
            for live, row, verdict in await ask([*newest.values()], now):
                self.decider.judged(live, row, verdict, now)

    # ---- pace -----------------------------------------------------------------------------------

    async def _serve(self, now: Instant) -> None:
        self.pacing.settle_arrivals(now)
        lanes = [*self.lanes.values()]
        while lanes := [lane for lane in lanes if self._may_serve(lane, now)]:
            lanes.sort(key=lambda lane: (lane.classes[0], lane.served))  # they may share a pace
            lanes = [lane for lane in lanes if await self._serve_once(lane, now)]

    def _may_serve(self, lane: Lane, now: Instant) -> bool:
        if not lane.classes or lane.holds or self.open >= self._max_open:
            return False
        return lane.wake is None or lane.wake <= now

    async def _serve_once(self, lane: Lane, now: Instant) -> bool:
        """Let those leave whose turn it is; False when there is no slot, or nobody who may."""
        slots = self.pacing.free(lane, now, min(lane.waits, WINDOW, self._max_open - self.open))
        if not slots:
            return False
        self._served += 1
        lane.served = self._served
        self.submit(now)
        self.let_go()
        heads: Heads = {}
        found = 0
        for prio in lane.classes:
            rows = await self.store.lane(lane.row.id, prio, now - RECENT, slots)
            heads[prio] = self._heads(rows)
            found += len(rows)
        chosen, _ = pick(heads, slots, lane.since_first)
        before = lane.waits
        for _, (live, row) in chosen:
            self.decider.route(live, row, now)
        self.pacing.give_turns(lane, {row.id for _, (_, row) in chosen}, now)
        await self._ask_policies(now)
        return bool(found) and lane.waits < before

    def _heads(self, rows: Iterable[tuple[SendRow, Loaded]]) -> list[tuple[Live, SendRow]]:
        heads = []
        for row, loaded in rows:
            live = self.hand.take(loaded)
            if live is not None:
                mine = live.sends.get((row.index, row.visit))
                if mine is not None and mine.id == row.id and in_lane(mine):
                    heads.append((live, mine))
        return heads

    def _finish(self, now: Instant) -> None:
        """Close the launches of which nothing is left."""
        ended, self.group.ended = self.group.ended, set()
        for active in ended:
            if active.finished:
                active.close(now)
                self.group.rows.launches[active.row.id] = active.row

    # ---- groups ---------------------------------------------------------------------------------

    def submit(self, now: Instant) -> None:
        """Close the open group and ask for it to be durable; its messages leave when it is."""
        self.pacing.settle_arrivals(now)
        flights, self.pacing.ready = self.pacing.ready, []
        number = self.group.seq
        group, lives = self.group.take()
        if not group:
            self.group.seq = number
            return
        if self.inbox is not None:
            self.inbox.note(group)
        self._submitted = number
        self.hand.settle(lives, number)

        def durable(error: BaseException | None) -> None:
            self._durable = number
            self._committing -= len(flights)
            if error is not None:
                self._failure = self._failure or error
            else:
                self._dispatch(flights)
            self.wake()

        self._committing += len(flights)
        self.store.submit(group, durable)

    def put(self, group: Group) -> None:
        """Ask for a group of somebody else's to be durable, before whatever is submitted later."""

        def done(error: BaseException | None) -> None:
            if error is not None:
                self._failure = self._failure or error
                self.wake()

        self.store.submit(group, done)

    def _dispatch(self, flights: list[Flight]) -> None:
        by_channel: dict[str, list[Flight]] = {}
        for flight in flights:
            by_channel.setdefault(flight.channel.name, []).append(flight)
        for name, some in by_channel.items():
            self._workers[name].put(some)

    async def flush(self) -> None:
        """Make everything decided so far durable."""
        self.submit(self.clock.now())
        while self._durable < self._submitted and self._failure is None:
            self._awake = anyio.Event()
            await self._awake.wait()
        if self._failure is not None:
            raise self._failure

    # ---- what workers report --------------------------------------------------------------------

    def _recheck(self, flight: Flight) -> Verdict | None:
        now = self.clock.now()
        if not self.decider.forbidden(flight.live, flight.send, now):
            live, send = flight.live, flight.send
            return held_back(live.active, send) or self.decider.outdated(live, send, now)
        verdict = self.decider.verdict(flight.live, flight.send, now)
        return verdict if verdict.decision in ("refuse", "hold") else None

    def _landed(
        self, flight: Flight, outcome: SendOutcome, called_at: Instant, ended_at: Instant
    ) -> None:
        self.outcomes.landed(flight, outcome, called_at, ended_at)
        self.wake()

    def _stopped(self, flight: Flight, verdict: Verdict) -> None:
        self.outcomes.withdrawn(flight, verdict, self.clock.now())
        self.wake()

    @property
    def _has_turns(self) -> bool:
        return self.claims.waiting and self.has_room and not self._draining

    # ---- rest -----------------------------------------------------------------------------------

    def signal_at(self, at: Instant | None) -> None:
        """Tell when the next scripted signal is due."""
        self._next_signal = at

    def _next(self) -> Instant | None:
        moments = [self._next_signal]
        if self.has_room and not self._draining:
            moments += [self.claims.due, self.watching.due]
            moments += [at for at, _, _ in self._timers[:1]]
            moments += [
                lane.wake for lane in self.lanes.values() if lane.classes and not lane.holds
            ]
        return min((at for at in moments if at is not None), default=None)

    async def _rest(self) -> None:
        if self._awake.is_set() or self._has_turns:
            await anyio.lowlevel.checkpoint()
        elif isinstance(self.clock, JumpClock):
            await rest_virtually(self.clock, self._awake, self._under_way, self._moments)
        else:
            await rest_really(self.clock, self._awake, self._next())

    def _under_way(self) -> bool:
        """Whether anything takes real time now; a virtual clock stands still then."""
        moving = sum(workers.moving for workers in self._workers.values())
        asleep = self.clock.sleeping if isinstance(self.clock, JumpClock) else 0
        busy = bool(self.loading) or self.claims.looking
        return busy or self._durable < self._submitted or moving > asleep

    def _moments(self) -> Iterable[Instant | None]:
        """Yield what a virtual clock may jump to."""
        yield self._next()
        if isinstance(self.clock, JumpClock):
            yield self.clock.next_waking
        for workers in self._workers.values():
            yield workers.deadline

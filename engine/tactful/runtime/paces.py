"""The paces of all campaigns of a store, and those of senders and accounts over all campaigns."""

from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec.structs import replace

from tactful.errors import ConfigInvalid
from tactful.graph.channels import group_of
from tactful.graph.model import Sender
from tactful.guard.strategies import Limit, SenderPace, Strategy
from tactful.plugins.accounts import plain
from tactful.runtime import throttling
from tactful.runtime.active import Active
from tactful.runtime.engine import Engine
from tactful.runtime.faults import fault_of
from tactful.runtime.grouplanes import GroupLanes
from tactful.runtime.lane import Lane
from tactful.runtime.seeding import Past, Unseeded, seed
from tactful.store.rows import LaneRow, LaunchRow
from tactful.values import Instant, Rate, Span

PaceFor = Callable[[str, str, str], tuple[SenderPace, ...]]
"""(medium, the name after `through`, the sender's address) → the paces that hold for the sender."""


def no_pace(medium: str, through: str, sender: str) -> tuple[SenderPace, ...]:
    """Return that a sender has no pace of its own."""
    return ()


def own_pace(through: str, sender: str, rate: Rate) -> SenderPace:
    """Return the pace of a sender that its channel's plugin tells."""
    said = f"the pace of the sender {sender} by {through}: {rate}, in segments"
    limit = Limit(said, rate, counts="segments")
    return SenderPace(f"{through} {sender}", limit, frozenset([plain(sender)]))


class Paces:
    """Keeps the lanes of all campaigns of a store; `waiting` counts who waits in each, by class.

    `unseeded` are new paces that must be told what has left already.
    """

    def __init__(
        self,
        engine: Engine,
        rows: tuple[LaneRow, ...],
        next_lane: int,
        strategies: Mapping[str, Strategy],
        call_timeout: Span,
        pace_for: PaceFor = no_pace,
    ) -> None:
        self._engine = engine
        self._pace_for = pace_for
        self._rows = {(row.campaign, row.group, row.part, row.rule): row for row in rows}
        self._next = next_lane
        self._strategies = strategies
        self._call_timeout = call_timeout
        self.waiting: dict[int, dict[int, int]] = {}
        engine.watching.slowed = self.give_senders
        self.unseeded: list[Unseeded] = []

    async def give(
        self, active: Active, media: list[str], launches: Mapping[int, LaunchRow]
    ) -> None:
        """Give a launch the lanes of its campaign, at the limits of its newest guards.

        New paces are told what has left already, of these launches.
        """
        for group in dict.fromkeys(group_of(channel) for channel in media):
            active.lanes[group] = GroupLanes(self, active, group, self._call_timeout)
        self.give_senders(active)
        await self._seed(launches)

    def give_senders(self, active: Active) -> None:
        """Give a launch the paces of its senders: their own, or a slower one they are slowed to."""
        active.sender_lanes = {}
        for sender in reversed(active.guards.senders):
            try:
                lanes = self._sender_lanes(sender, active.stands.of(sender.channel).slow)
            except ConfigInvalid:
                raise
            except (Exception, SystemExit) as error:
                who = f"the channel `{sender.through}` cannot say the pace of its sender"
                self.hold(active, f"{who}: {fault_of(error)}")
            else:
                if lanes:
                    active.sender_lanes[sender.channel] = lanes

    def _sender_lanes(self, sender: Sender, slow: Rate | None) -> tuple[Lane, ...]:
        """Return the lanes of a sender and its account, whatever campaigns send from it.

        One that is slowed has one more, which counts from when that is so.
        """
        address = sender.address
        lanes = [
            self.pace("", one.name, one.limit, Past(senders=one.senders))
            for one in self._pace_for(sender.channel, sender.through, address)
        ]
        if slow is not None:
            limit = Limit(f"{address} is slowed to {slow}", slow, counts="segments", rule="slow")
            lanes.append(self.pace("", f"{sender.through} {address}", limit, None))
        return tuple(lanes)

    def pace(
        self,
        campaign: str,
        group: str,
        limit: Limit,
        past: Past | Instant | None,
        part: str = "",
    ) -> Lane:
        """Return a pace in whose lane nobody waits.

        A new one has to be told what has left in the `past`, and is closed until that is done; or
        it is closed until a moment.
        """
        lane = self.lane(campaign, group, part, limit.strategy, limit.rule)
        is_new = lane.throttle is None
        counts = lane.row.strategy == limit.strategy and bool(lane.row.state or not is_new)
        self.begin(lane, limit, limit.strategy)
        if isinstance(past, Past) and not counts:
            lane.closed_until = self.now() + self._call_timeout + limit.rate.per.span
            self.unseeded.append(Unseeded(lane, limit, past))
        elif not isinstance(past, Past) and not counts:
            lane.closed_until = past
        elif is_new:  # what an earlier run left open is over
            throttling.close_open(lane, self.now(), self._call_timeout)
        return lane

    async def _seed(self, launches: Mapping[int, LaunchRow]) -> None:
        unseeded, self.unseeded = self.unseeded, []
        if unseeded:
            engine, now = self._engine, self.now()
            engine.submit(now)
            await seed(engine.store, unseeded, launches, now, self._call_timeout)
            for one in unseeded:
                engine.group.touch_lane(one.lane)

    def hold(self, active: Active, problem: str) -> None:
        """Let nothing of a launch leave, and note why."""
        for lanes in active.lanes.values():
            for lane in lanes:
                lane.hold(problem)
                self._engine.group.touch_lane(lane)

    def now(self) -> Instant:
        """Return the present moment."""
        return self._engine.clock.now()

    def parts(self, campaign: str, group: str) -> list[str]:
        """Return the values by which a group of a campaign has lanes already."""
        return [
            part for one, its, part, rule in self._rows if (one, its, rule) == (campaign, group, "")
        ]

    def knows(self, campaign: str, group: str, limit: Limit) -> bool:
        """Whether a campaign has kept a limit of this kind already."""
        return any(
            (one, its, rule) == (campaign, group, limit.rule) and row.strategy == limit.strategy
            for (one, its, _, rule), row in self._newest()
        )

    def forget(self, campaign: str, group: str, kept: Collection[str]) -> None:
        """Let paces of a campaign that hold no more count nothing, so that none is believed later.

        `kept` are those that still hold.
        """
        for (one, its, part, rule), row in [*self._newest()]:
            if (one, its) == (campaign, group) and rule and rule not in kept and row.strategy:
                lane = self.lane(one, its, part, "", rule)
                lane.throttle, lane.state = None, None
                lane.row = replace(row, strategy="", state="", problem="")
                self._engine.group.touch_lane(lane)

    def _newest(self) -> Iterator[tuple[tuple[str, str, str, str], LaneRow]]:
        for key, row in self._rows.items():
            lane = self._engine.lanes.get(row.id)
            yield key, row if lane is None else lane.row

    def begin(self, lane: Lane, limit: Limit | None, strategy: str) -> None:
        """Have a lane keep a limit from now on; None: it has no pace."""
        lane.throttle = None
        lane.wake = None
        before = lane.row
        lane.hold("")
        lane.row = replace(lane.row, said=limit.said if limit is not None else "")
        if limit is None:
            if lane.row.strategy != strategy:
                lane.state, lane.row = None, replace(lane.row, strategy=strategy, state="")
        elif strategy not in self._strategies:
            lane.hold(f"the throttle `{strategy}` is not installed")
        else:
            lane.counts = limit.counts
            at = self._strategies[strategy].at
            throttling.begin(lane, lambda: at(limit.rate), strategy)
        if lane.row != before:
            self._engine.group.touch_lane(lane)

    def lane(self, campaign: str, group: str, part: str, strategy: str, rule: str = "") -> Lane:
        """Return a lane, made when there is none."""
        row = self._rows.get((campaign, group, part, rule))
        if row is None:
            row = LaneRow(self._next, campaign, group, strategy, "", part=part, rule=rule)
            self._next += 1
            self._rows[campaign, group, part, rule] = row
            self._engine.group.rows.lanes[row.id] = row
        lane = self._engine.lanes.get(row.id)
        if lane is None:
            lane = self._engine.lanes[row.id] = Lane(row, self.waiting.get(row.id, {}))
        return lane

"""The lanes of a campaign: one pace for each group of channels, or for each value of a column."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tactful.graph.channels import group_of
from tactful.graph.model import Guards, Sender
from tactful.graph.texts import show
from tactful.guard.groups import default_rate
from tactful.guard.pace import WindowState
from tactful.guard.strategies import WINDOW, Strategy
from tactful.runtime import throttling
from tactful.runtime.active import Active, Lane
from tactful.runtime.engine import Engine
from tactful.runtime.faults import fault_of
from tactful.store.rows import LaneRow
from tactful.values import Instant, Rate, Span

MOST_PARTS = 1_000
"""More values than this have no pace of their own: they share the one of rows without a value."""


def rule_of(guards: Guards, group: str) -> tuple[str, Rate | None, str | None]:
    """Return strategy, limit and column of a group's pace: those of its strictest line."""
    rules = [rule for rule in guards.throttles if group_of(rule.channel) == group]
    if not rules:
        return "window", default_rate(group), None
    strictest = min(rules, key=lambda rule: rule.rate.count / rule.rate.per.span)
    return strictest.strategy, strictest.rate, strictest.per


class GroupLanes:
    """The lanes of one group of a campaign, which appear as their values do.

    `column` None: there is one. Rows without a value share the general one.
    """

    def __init__(self, paces: "Paces", active: Active, group: str, call_timeout: Span) -> None:
        self._paces, self._active, self._group = paces, active, group
        self._strategy, self._rate, self.column = rule_of(active.guards, group)
        self._call_timeout = call_timeout
        parts = paces.parts(active.row.campaign, group)
        self._lanes = {part: self._open(part) for part in parts}
        self.general = self._lanes.get("") or self._open("")
        self._lanes[""] = self.general
        self._keep_off()

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes.values())

    def of(self, values: Mapping[str, Any]) -> Lane:
        """Return the lane of a recipient with these values."""
        if self.column is None:
            return self.general
        value = show(values.get(self.column)).strip()
        if not value:
            return self.general
        part = f"{self.column}={value}"
        lane = self._lanes.get(part)
        if lane is None:
            if len(self._lanes) > MOST_PARTS:
                return self.general
            lane = self._lanes[part] = self._open(part)
            lane.closed_until = self.general.closed_until
            lane.hold(lane.row.problem or self.general.row.problem)
        return lane

    def _open(self, part: str) -> Lane:
        lane = self._paces.lane(self._active.row.campaign, self._group, part, self._strategy)
        was = lane.row.strategy
        self._paces.begin(lane, self._strategy, self._rate)
        lane.paused = self._active.row.is_paused
        lane.crowded = self._active.crowded
        lane.stopped = self._active.stands.stopped(self._group)
        if self._rate is not None and was != self._strategy:  # it cannot count what left before
            lane.closed_until = self._paces.now() + self._call_timeout + self._rate.per.span
        return lane

    def _keep_off(self) -> None:
        """Open no lane before what went by other lanes, under another rule, is a period old."""
        if self._rate is None:
            return
        mine = f"{self.column}=" if self.column is not None else None
        others = [
            lane
            for part, lane in self._lanes.items()
            if (mine is not None and not part.startswith(mine)) or (mine is None and part)
        ]
        now = self._paces.now()
        ends = [_last_end(lane.state, now + self._call_timeout) for lane in others]
        last = max((end for end in ends if end is not None), default=None)
        if last is None:
            return
        for lane in self._lanes.values():
            lane.closed_until = max(last + self._rate.per.span, lane.closed_until or 0)


def sender_group(sender: Sender) -> str:
    """Return how the lane of a sender is named in the store."""
    return f"{sender.through} {sender.address}"


def _last_end(state: Any, open_end: Instant) -> Instant | None:
    """Return when the last send of a lane ended, or may end; None when there was none."""
    if state is None:
        return None
    if not isinstance(state, WindowState):  # only its plugin knows
        return open_end
    if state.open:
        return open_end
    return state.ends[-1] if state.ends else state.forgotten


PaceFor = Callable[[str, str, str], Rate | None]
"""(medium, the name after `through`, the sender's address) → the sender's own pace, if any."""


def no_pace(medium: str, through: str, sender: str) -> Rate | None:
    """Return that a sender has no pace of its own."""
    return None


class Paces:
    """Keeps the lanes of all campaigns of a store; `waiting` counts who waits in each, by class."""

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
        self._rows = {(row.campaign, row.group, row.part): row for row in rows}
        self._next = next_lane
        self._strategies = strategies
        self._call_timeout = call_timeout
        self.waiting: dict[int, dict[int, int]] = {}
        engine.watching.slowed = self.give_senders

    def give(self, active: Active, media: list[str]) -> None:
        """Give a launch the lanes of its campaign, at the limits of its newest guards."""
        for group in dict.fromkeys(group_of(channel) for channel in media):
            active.lanes[group] = GroupLanes(self, active, group, self._call_timeout)
        self.give_senders(active)

    def give_senders(self, active: Active) -> None:
        """Give a launch the paces of its senders: their own, or a slower one they are slowed to."""
        active.sender_lanes = {}
        for sender in reversed(active.guards.senders):
            try:
                lane = self._sender_lane(sender, active.stands.of(sender.channel).slow)
            except (Exception, SystemExit) as error:
                who = f"the channel `{sender.through}` cannot say the pace of its sender"
                self.hold(active, f"{who}: {fault_of(error)}")
            else:
                if lane is not None:
                    active.sender_lanes[sender.channel] = lane

    def _sender_lane(self, sender: Sender, slow: Rate | None) -> Lane | None:
        """Return the one lane of a sender, whatever campaigns send from it; None without a pace."""
        own = self._pace_for(sender.channel, sender.through, sender.address)
        paces = [rate for rate in (own, slow) if rate is not None]
        rate = min(paces, key=lambda one: one.count / one.per.span, default=None)
        if rate is None:
            return None
        lane = self.lane("", sender_group(sender), "", WINDOW.name)
        is_new = lane.throttle is None
        self.begin(lane, WINDOW.name, rate)
        if is_new:  # what an earlier run left open is over
            throttling.close_open(lane, self.now(), self._call_timeout)
        return lane

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
        return [part for one, its, part in self._rows if (one, its) == (campaign, group)]

    def begin(self, lane: Lane, strategy: str, rate: Rate | None) -> None:
        """Have a lane keep a limit from now on; None: it has no pace."""
        lane.throttle = None
        lane.wake = None
        before = lane.row
        lane.hold("")
        if rate is not None and strategy not in self._strategies:
            lane.hold(f"the throttle `{strategy}` is not installed")
        elif rate is not None:
            throttling.begin(lane, lambda: self._strategies[strategy].at(rate), strategy)
        if lane.row != before:
            self._engine.group.touch_lane(lane)

    def lane(self, campaign: str, group: str, part: str, strategy: str) -> Lane:
        """Return a lane, made when there is none."""
        row = self._rows.get((campaign, group, part))
        if row is None:
            row = LaneRow(self._next, campaign, group, strategy, "", part=part)
            self._next += 1
            self._rows[campaign, group, part] = row
            self._engine.group.rows.lanes[row.id] = row
        lane = self._engine.lanes.get(row.id)
        if lane is None:
            lane = self._engine.lanes[row.id] = Lane(row, self.waiting.get(row.id, {}))
        return lane

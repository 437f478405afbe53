"""The lanes of one group of channels of a campaign, and the paces that its lines set.

All lines of a group hold together. The sends of a group wait in one lane, or in one for each value
of the columns that its lines go by. A lane has a pace of its own; the other lines hold beside it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tactful.graph.channels import group_of
from tactful.graph.model import Guards, ThrottleRule
from tactful.graph.texts import show
from tactful.guard.groups import default_rate
from tactful.guard.pace import WindowState
from tactful.guard.strategies import WINDOW, Limit
from tactful.runtime.active import Active
from tactful.runtime.lane import Lane
from tactful.runtime.seeding import Past
from tactful.values import Instant, Span

if TYPE_CHECKING:
    from tactful.runtime.paces import Paces

MOST_PARTS = 1_000
"""More values than this have no pace of their own: they share the one of rows without a value."""


class Line(Struct, frozen=True):
    """One line about a group: its limit, and the column that it goes by, if it goes by one."""

    limit: Limit
    per: str | None = None


class Lines(Struct, frozen=True):
    """The lines about a group: the one that is its lanes' own, and those that hold beside it.

    `own` None: its lanes have no pace of their own. `columns` are those that lines go by.
    """

    own: Line | None
    others: tuple[Line, ...] = ()
    columns: tuple[str, ...] = ()


def lines_of(guards: Guards, group: str) -> Lines:
    """Return the lines of a flow about a group, or the default pace where it has none."""
    rules = [rule for rule in guards.throttles if group_of(rule.channel) == group]
    if not rules:
        rate = default_rate(group)
        return Lines(None if rate is None else Line(Limit(f"{group}: {rate}", rate)))
    columns = tuple(sorted({rule.per for rule in rules if rule.per is not None}))
    fitting = [
        rule
        for rule in rules
        if rule.counts == "messages" and [*columns] == ([rule.per] if rule.per else [])
    ]
    own = min(fitting, key=_strictness, default=None)
    numbers: Counter[str] = Counter()
    others = []
    for rule in sorted(rules, key=lambda rule: (rule.rate.per.span, rule.rate.count)):
        if rule is not own:
            kind = f"{rule.strategy} {rule.counts} {rule.per or ''}".rstrip()
            numbers[kind] += 1
            others.append(Line(_limit(rule, f"{kind} {numbers[kind]}"), rule.per))
    return Lines(Line(_limit(own), own.per) if own is not None else None, tuple(others), columns)


def _strictness(rule: ThrottleRule) -> tuple[bool, float]:
    """Order rules: a window first, as what it counts holds under any limit; then the strictest."""
    return rule.strategy != WINDOW.name, rule.rate.count / rule.rate.per.span


def _limit(rule: ThrottleRule, name: str = "") -> Limit:
    said = f"throttle {rule.channel} {rule.said}"
    return Limit(said, rule.rate, rule.strategy, rule.counts, name)


class GroupLanes:
    """The lanes of one group of a campaign, which appear as their values do.

    Rows without a value of any column share the general one.
    """

    def __init__(self, paces: "Paces", active: Active, group: str, call_timeout: Span) -> None:
        self._paces, self._active, self._group = paces, active, group
        self._lines = lines_of(active.guards, group)
        self._call_timeout = call_timeout
        self._closed: dict[str, Instant] = {}
        campaign = active.row.campaign
        parts = paces.parts(campaign, group)
        self._lanes = {part: self._open(part) for part in parts}
        self.general = self._lanes.get("") or self._open("")
        self._lanes[""] = self.general
        last = self._last_end(self)
        self._keep_off()
        paces.forget(campaign, group, {line.limit.rule for line in self._lines.others})
        for line in self._lines.others:
            if last is not None and not paces.knows(campaign, group, line.limit):
                self._closed[line.limit.rule] = last + line.limit.rate.per.span
            self._beside(line, "")
        if not self._lines.columns:
            self.general.beside = tuple(self._beside(line, "") for line in self._lines.others)

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes.values())

    @property
    def paces(self) -> Iterator[Lane]:
        """The lanes with all paces that hold beside them, each once."""
        return iter(dict.fromkeys(pace for lane in self for pace in (lane, *lane.beside)))

    def of(self, values: Mapping[str, Any]) -> Lane:
        """Return the lane of a recipient with these values."""
        if not self._lines.columns:
            return self.general
        parts = {column: _part(column, values) for column in self._lines.columns}
        part = ", ".join(part for part in parts.values() if part)
        lane = self._lanes.get(part)
        if lane is None:
            if len(self._lanes) > MOST_PARTS:
                lane, parts = self.general, {}
            else:
                lane = self._lanes[part] = self._open(part)
                lane.closed_until = self.general.closed_until
                lane.hold(lane.row.problem or self.general.row.problem)
        if not lane.beside and self._lines.others:
            lane.beside = tuple(
                self._beside(line, parts.get(line.per or "", "")) for line in self._lines.others
            )
        return lane

    def _open(self, part: str) -> Lane:
        own = self._lines.own
        # A lane whose pace counts nothing any more must not be believed when it counts again.
        strategy = own.limit.strategy if own else "" if self._lines.others else WINDOW.name
        lane = self._paces.lane(self._active.row.campaign, self._group, part, strategy)
        was = lane.row.strategy
        self._paces.begin(lane, own.limit if own else None, strategy)
        lane.beside = ()
        lane.paused = self._active.row.is_paused
        lane.crowded = self._active.crowded
        lane.stopped = self._active.stands.stopped(self._group)
        if own is not None and was != strategy:  # it cannot count what left before
            lane.closed_until = self._paces.now() + self._call_timeout + own.limit.rate.per.span
        return lane

    def _beside(self, line: Line, part: str) -> Lane:
        """Return the pace of a line that holds beside that of the lanes."""
        campaign, group, limit = self._active.row.campaign, self._group, line.limit
        if line.per is None:
            return self._paces.pace(campaign, group, limit, Past(campaign=campaign, group=group))
        closed_until = self._closed.get(limit.rule)
        return self._paces.pace(campaign, group, limit, closed_until, part)

    def _keep_off(self) -> None:
        """Open no lane before what went by other lanes, under another rule, is a period old."""
        own = self._lines.own
        if own is None:
            return
        mine = f"{own.per}=" if own.per is not None else None
        others = [
            lane
            for part, lane in self._lanes.items()
            if (mine is not None and not part.startswith(mine)) or (mine is None and part)
        ]
        last = self._last_end(others)
        if last is None:
            return
        for lane in self._lanes.values():
            lane.closed_until = max(last + own.limit.rate.per.span, lane.closed_until or 0)

    def _last_end(self, lanes: Iterable[Lane]) -> Instant | None:
        """Return when the last send of some lanes ended, or may end; None when there was none."""
        now = self._paces.now()
        ends = [_last_end(lane, now + self._call_timeout) for lane in lanes]
        return max((end for end in ends if end is not None), default=None)


def _part(column: str, values: Mapping[str, Any]) -> str:
    value = show(values.get(column)).strip()
    return f"{column}={value}" if value else ""


def _last_end(lane: Lane, open_end: Instant) -> Instant | None:
    """Return when the last send of a lane ended, or may end; None when there was none."""
    state = lane.state
    if not isinstance(state, WindowState):  # only its plugin knows
        return open_end if lane.row.state else None
    if state.open:
        return open_end
    return state.ends[-1] if state.ends else state.forgotten

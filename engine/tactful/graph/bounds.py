"""The most messages one person can get on each channel, whatever they answer and whatever fails.

A journey is a chain of legs. A leg runs until the journey ends or takes a counted jump (`go to …
at most`), and the next leg starts where that jump leads. What one leg can send is found in one
pass over the steps, because without counted jumps they form no loop; which legs follow each other
is tried out over all ways to spend the jumps.

Conditions are not looked at: every line of a branch counts as possible, and so does passing by a
counted jump, for a late answer may have used it up. Lines of `at any time` add up.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product

from tactful.graph.model import Channel, GoTo, Parallel, Repeat, Run, Send, StepGraph, StepIndex
from tactful.graph.rings import rings
from tactful.graph.walk import Walk, counted_jumps, onward, walk

FALLS = -1
"""A leg's end: the lines of its block are done, so whatever holds the block goes on."""
DONE = -2
"""A leg's end: it jumped away, and the lines there are done."""
STOPS = -3
"""A leg's end: a `stop` line."""

Leg = Mapping[int, int]
"""The most messages on the way to each end of a leg; a step's index stands for its jump."""

MOST_WAYS = 1_000
"""How many ways to spend the jumps are tried before the simpler, never smaller sum is taken."""

_EMPTY: Leg = {FALLS: 0}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most messages per channel.

    Not `exact`: there were too many ways to spend the jumps, or branches side by side can jump, so
    the simpler sum was taken, which is never too small.
    """

    most: Mapping[Channel, int]
    exact: bool


def most_messages(graph: StepGraph, walked: Walk | None = None) -> Bounds:
    """Return the most messages one person can get on each channel of the graph.

    Raises `ValueError` when some journey may not end; `walk` tells where.
    """
    walked = walked or walk(graph)
    if not walked.ends:
        raise ValueError("a journey that may never end has no most messages")
    jumps = counted_jumps(graph)
    exact = True
    most = {}
    for channel in graph.channels:
        legs, apart = _legs(graph, walked.order, channel)
        chains = _Chains(graph, jumps, legs, apart)
        most[channel] = chains.most_from(graph.entry) + sum(
            line.at_most * chains.most_from(line.when.to) for line in graph.any_time
        )
        exact = exact and chains.exact
    return Bounds(most, exact)


# ---- one leg ------------------------------------------------------------------------------------


def _legs(
    graph: StepGraph, order: Iterable[StepIndex], channel: Channel
) -> tuple[dict[StepIndex, Leg], bool]:
    """Return the leg that starts at each step, and whether a branch of a `parallel` may jump."""
    legs: dict[StepIndex, Leg] = {}
    apart = False

    def leg(at: StepIndex | None) -> Leg:
        return _EMPTY if at is None else legs[at]

    for index in order:
        step = graph.steps[index]
        ways = onward(step)
        ahead = leg(ways[0]) if len(ways) == 1 else _best(map(leg, ways))
        match step:
            case Send():
                here = _after(1, ahead) if step.channel == channel else ahead
            case GoTo(at_most=None):
                here = _jumped(leg(step.target))
            case GoTo():
                here = _best(({index: 0}, ahead))
            case Repeat():
                here = _repeated(leg(step.body), step.times, ahead)
            case Run():
                here = _repeated(leg(step.target), 1, ahead)
            case Parallel():
                branches = [leg(branch) for branch in step.branches]
                apart = apart or any(end >= 0 for branch in branches for end in branch)
                here = _side_by_side(branches, ahead)
            case _:
                here = ahead if ways else {STOPS: 0}
        legs[index] = here
    return legs, apart


def _best(legs: Iterable[Leg]) -> Leg:
    best: dict[int, int] = {}
    for leg in legs:
        for end, sent in leg.items():
            if sent >= best.get(end, 0):
                best[end] = sent
    return best


def _after(sent: int, leg: Leg) -> Leg:
    return {end: sent + more for end, more in leg.items()}


def _jumped(leg: Leg) -> Leg:
    ended = {end: sent for end, sent in leg.items() if end != FALLS}
    if FALLS in leg:
        ended[DONE] = max(leg[FALLS], ended.get(DONE, 0))
    return ended


def _repeated(body: Leg, times: int, ahead: Leg) -> Leg:
    """Return a leg that does `body` so many times, unless it ends in there, and goes on."""
    if times < 1:
        return ahead
    falls = body.get(FALLS)
    ended = {end: sent for end, sent in body.items() if end != FALLS}
    if falls is None:
        return ended
    return _best((_after(falls * (times - 1), ended), _after(falls * times, ahead)))


def _side_by_side(branches: Sequence[Leg], ahead: Leg) -> Leg:
    """Return a leg that does all branches and goes on, or is stopped by one of them.

    A jump stays within its branch, so that branch is done wherever the jump ends.
    """
    done = [_most(branch, stopped=False) for branch in branches]
    stopped = [branch.get(STOPS) for branch in branches]
    all_of = [max(ends) for ends in zip(done, (s or 0 for s in stopped), strict=True)]
    legs: list[Leg] = []
    if all(any(end != STOPS for end in branch) for branch in branches):
        legs.append(_after(sum(done), ahead))
    legs += [
        {STOPS: sum(all_of) - most + stop}
        for stop, most in zip(stopped, all_of, strict=True)
        if stop is not None
    ]
    return _best(legs)


def _most(leg: Leg, *, stopped: bool = True) -> int:
    """Return the most messages over all ends, those after a `stop` only when told so."""
    return max((sent for end, sent in leg.items() if stopped or end != STOPS), default=0)


# ---- chains of legs -----------------------------------------------------------------------------


class _Chains:
    """Finds the best chain of legs over all ways to spend the counted jumps."""

    def __init__(
        self,
        graph: StepGraph,
        jumps: Sequence[StepIndex],
        legs: Mapping[StepIndex, Leg],
        apart: bool,
    ) -> None:
        self._legs = legs
        self._target: dict[int, StepIndex | None] = {}
        self._limit: dict[int, int] = {}
        for index in jumps:
            step = graph.steps[index]
            if index in legs and isinstance(step, GoTo) and step.at_most is not None:
                self._target[index] = step.target
                self._limit[index] = step.at_most
        self._apart = apart
        self.exact = True

    def most_from(self, start: StepIndex | None) -> int:
        """Return the most messages of a journey that starts at `start` with all jumps unspent."""
        first = self._leg(start)
        if self._apart:
            self.exact = False
            return _most(first) + sum(
                limit * _most(self._leg(self._target[jump])) for jump, limit in self._limit.items()
            )
        if not any(end >= 0 for end in first):
            return _most(first)
        leads = {
            at: dict.fromkeys(self._target[jump] for jump in self._jumps(at))
            for at in self._starts(start)
        }
        ring = rings(leads)
        back = sorted(
            {
                jump
                for at in leads
                for jump in self._jumps(at)
                if ring[self._target[jump]] == ring[at]
            }
        )
        starts = sorted(leads, key=lambda at: ring[at])
        if len(starts) * math.prod(self._limit[jump] + 1 for jump in back) > MOST_WAYS:
            return self._never_smaller(starts, frozenset(back))
        return self._tried_out(start, starts, back)

    def _leg(self, at: StepIndex | None) -> Leg:
        return _EMPTY if at is None else self._legs[at]

    def _jumps(self, at: StepIndex | None) -> Iterator[int]:
        return (end for end in self._leg(at) if end >= 0)

    def _last(self, at: StepIndex | None) -> int:
        """Return the most messages of a last leg, which ends without a jump."""
        return max((sent for end, sent in self._leg(at).items() if end < 0), default=0)

    def _starts(self, start: StepIndex | None) -> list[StepIndex | None]:
        """Return every place where a leg can start, once a journey is at `start`."""
        starts = {start: None}
        ahead = [start]
        for at in ahead:
            for jump in self._jumps(at):
                target = self._target[jump]
                if target not in starts:
                    starts[target] = None
                    ahead.append(target)
        return ahead

    def _tried_out(
        self, start: StepIndex | None, starts: Sequence[StepIndex | None], back: Sequence[int]
    ) -> int:
        """Return the most messages over all ways to spend the jumps that lead `back`.

        Any other jump is taken once at the most, whatever its limit.
        """
        best: dict[tuple[StepIndex | None, tuple[int, ...]], int] = {}
        for left in product(*(range(self._limit[jump] + 1) for jump in back)):
            spent = {
                jump: (*left[:place], left[place] - 1, *left[place + 1 :])
                for place, jump in enumerate(back)
            }
            for at in starts:
                most = self._last(at)
                for jump in self._jumps(at):
                    then = spent.get(jump, left)
                    if min(then, default=0) >= 0:
                        most = max(most, self._leg(at)[jump] + best[self._target[jump], then])
                best[at, left] = most
        return best[start, tuple(self._limit[jump] for jump in back)]

    def _never_smaller(self, starts: Sequence[StepIndex | None], back: Set[int]) -> int:
        """Return the sum of the best leg to each jump, times its limit, and of the best last leg.

        It is exact when all jumps lead to one place, where every chain can take them all.
        """
        self.exact = self.exact and len(starts) == 1
        to_jumps: dict[int, int] = {}
        for at in starts:
            for jump in self._jumps(at):
                to_jumps[jump] = max(self._leg(at)[jump], to_jumps.get(jump, 0))
        times = {jump: self._limit[jump] if jump in back else 1 for jump in to_jumps}
        return sum(sent * times[jump] for jump, sent in to_jumps.items()) + max(
            map(self._last, starts)
        )

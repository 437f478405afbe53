"""Calls the throttle of a lane. One that fails, or answers nonsense, holds its lane and no other.

A throttle is pure: whatever it does, the lane keeps the last state that was well.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from tactful.errors import ValueUnreadable
from tactful.guard.pace import Bounded, Permit, Throttle, Wait, WindowState, take_many
from tactful.guard.strategies import Strategy
from tactful.language.rules.context import BUSIEST, Kept, kept_by_window
from tactful.runtime.faults import fault_of, storable
from tactful.runtime.lane import Lane, Slots
from tactful.values import Instant, Rate, Span

_json = msgspec.json.Encoder()


class Nonsense(Exception):
    """A throttle answered what no throttle may."""


def begin(lane: Lane, make: Callable[[], Throttle], strategy: str) -> None:
    """Keep a (new) limit from now on, with the state that the lane has had under this strategy."""
    with _holding(lane, strategy):
        throttle = make()
        stored = lane.row.state if lane.row.strategy == strategy else ""
        if lane.state is None or lane.row.strategy != strategy:
            state = throttle.load(stored.encode()) if stored else throttle.start()
            lane.state = _storable(state)
        lane.row = msgspec.structs.replace(lane.row, strategy=strategy)
        lane.throttle = throttle


def free(lane: Lane, now: Instant, most: int) -> int:
    """Return how many sends could leave now, without taking anything; notes when one can."""
    assert lane.throttle is not None
    with _holding(lane):
        _, permits, wait = _asked(lane, now, most)
        if not permits and wait is not None:
            lane.wake = wait.until
        return len(permits)
    return 0


def take(lane: Lane, now: Instant, most: int) -> list[int]:
    """Take slots for as many sends as may leave now, and return their numbers."""
    assert lane.throttle is not None
    with _holding(lane):
        lane.state, permits, wait = _asked(lane, now, most)
        lane.wake = wait.until if wait is not None else None
        return [permit.id for permit in permits]
    return []


def take_all(paces: Sequence[Lane], segments: int, now: Instant) -> tuple[Slots, Lane | None]:
    """Take one send's slots of several paces: of all of them or of none.

    Returns the slots, or the pace that makes it wait longest, whose `wake` says until when (None:
    until a call ends).
    """
    asked: list[tuple[Lane, Any, int]] = []
    longest: Lane | None = None
    for lane in paces:
        state, slot = _ask_one(lane, segments if lane.counts == "segments" else 1, now)
        if slot is None:
            if longest is None or (lane.wake or 0) > (longest.wake or 0):
                longest = lane
        elif lane.throttle is not None:
            asked.append((lane, state, slot))
    if longest is not None:
        return (), longest
    for lane, state, _ in asked:
        lane.state = state
    return tuple((lane, slot) for lane, _, slot in asked), None


def _ask_one(lane: Lane, cost: int, now: Instant) -> tuple[Any, int | None]:
    """Return a pace's next state with its slot; None: it must wait, until the lane's `wake`."""
    lane.wake = None
    if lane.holds or lane.is_closed(now):
        return None, None
    if lane.throttle is None:
        return None, 0
    with _holding(lane):
        state, answer = lane.throttle.take(lane.state, now, cost)
        if isinstance(answer, Permit):
            if not isinstance(answer.id, int):
                raise Nonsense(f"it gave {answer!r:.100} as a permit")
            return _storable(state), answer.id
        if not isinstance(answer, Wait) or (answer.until is not None and answer.until <= now):
            raise Nonsense(f"asked for a permit it said {answer!r:.100}")
        lane.wake = answer.until
    return None, None


def done(lane: Lane, slot: int, ended_at: Instant) -> None:
    """Say when the send of a slot ended."""
    if lane.throttle is None:
        return
    with _holding(lane):
        lane.state = _storable(lane.throttle.done(lane.state, slot, ended_at))
        lane.wake = None


def close_open(lane: Lane, now: Instant, timeout: Span) -> None:
    """Bring a lane that an earlier run left behind up to date: its open slots, and its clock."""
    if lane.throttle is None:
        return
    with _holding(lane):
        state = lane.throttle.close_open(lane.state, now, timeout)
        lane.state = _storable(lane.throttle.settle_clock(state, now))


def replay(lane: Lane, past: Sequence[tuple[Instant, Instant, int]], period: Span) -> None:
    """Have a new pace count what has left already: (called, ended, cost) of each, oldest first.

    It opens then. What was faster than it may be keeps it closed until it would let go on.
    """
    lane.closed_until = None
    if lane.throttle is None or not past:
        return
    with _holding(lane):
        throttle, state = lane.throttle, lane.throttle.start()
        if isinstance(state, WindowState):
            ends = sorted(end for _, end, cost in past for _ in range(cost))
            lane.state = msgspec.structs.replace(state, ends=tuple(ends))
            return
        for called, ended, cost in past:
            state, answer = throttle.take(state, called, cost)
            if isinstance(answer, Permit):
                state = throttle.done(state, answer.id, ended)
            else:
                until = answer.until if answer.until is not None else ended + period
                lane.closed_until = max(lane.closed_until or 0, until)
        lane.state = _storable(state)


@contextmanager
def _holding(lane: Lane, strategy: str | None = None) -> Iterator[None]:
    try:
        yield
    except (Exception, SystemExit) as error:
        name = strategy or lane.row.strategy
        lane.hold(storable(f"the throttle `{name}` failed: {fault_of(error)}"))


def _asked(lane: Lane, now: Instant, most: int) -> tuple[Any, list[Permit], Wait | None]:
    assert lane.throttle is not None
    state, permits, wait = take_many(lane.throttle, lane.state, now, [1] * most)
    ids = {permit.id for permit in permits if isinstance(permit, Permit)}
    if len(ids) != len(permits) or not all(isinstance(number, int) for number in ids):
        raise Nonsense(f"it gave {permits!r:.100} as permits")
    if len(permits) > most or (len(permits) < most and not isinstance(wait, Wait)):
        raise Nonsense(f"of {most} sends it let {len(permits)} go, and the others neither wait")
    if len(permits) < most and wait is not None and wait.until is not None and wait.until <= now:
        raise Nonsense("it says to ask again at once, or in the past")
    return _storable(state), permits, wait


def _storable(state: Any) -> Any:
    """Return a state that can be stored. Raises what its encoding raises."""
    if not isinstance(state, WindowState):  # the core's own, of which that is known
        _json.encode(state)
    return state


def kept(strategies: Mapping[str, Strategy], name: str, rate: Rate) -> Kept:
    """Say how a throttle keeps a limit, or why it cannot; one that is not there is no matter."""
    usual = kept_by_window(name, rate)
    if name not in strategies:
        return usual
    try:
        throttle = strategies[name].at(rate)
        most = throttle.most_in(BUSIEST) if isinstance(throttle, Bounded) else usual.most
    except ValueUnreadable as error:
        return Kept(0, storable(error.message), storable(error.help))
    except (Exception, SystemExit) as error:
        return Kept(0, fault_of(error))
    return Kept(most)

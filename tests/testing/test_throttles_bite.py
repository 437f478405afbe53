"""The contract suite of throttles bites: what breaks a rule fails the test of that rule."""

from collections.abc import Callable, Sequence

import msgspec
import pytest

from tactful.guard.pace import Permit, Throttle, Wait, WindowState, WindowThrottle
from tactful.guard.standing import SenderSignal
from tactful.guard.strategies import Strategy
from tactful.testing import ThrottleContract
from tactful.values import Instant, Rate


class Generous(WindowThrottle):
    """Lets one more through than it may."""

    def __init__(self, rate: Rate) -> None:
        super().__init__(Rate(rate.count + 1, rate.per))


class Forgets(WindowThrottle):
    """Frees a slot when a send ends, not a period later."""

    def done(self, state: WindowState, permit_id: int, ended_at: Instant) -> WindowState:
        state = super().done(state, permit_id, ended_at)
        return msgspec.structs.replace(state, ends=())


class WaitsForNothing(WindowThrottle):
    """Never says when to ask again."""

    def take_many(
        self, state: WindowState, now: Instant, costs: Sequence[int]
    ) -> tuple[WindowState, list[Permit], Wait | None]:
        state, permits, wait = super().take_many(state, now, costs)
        return state, permits, Wait(None) if wait else None


class ClockBlind(WindowThrottle):
    """Does not notice that the clock went back."""

    def settle_clock(self, state: WindowState, now: Instant) -> WindowState:
        return state


class KeepsOpen(WindowThrottle):
    """Leaves permits of a crash open."""

    def close_open(self, state: WindowState, restart: Instant, timeout: int) -> WindowState:
        return state


class WaitsTooLong(WindowThrottle):
    """Names a moment that is later than it need be."""

    def take_many(
        self, state: WindowState, now: Instant, costs: Sequence[int]
    ) -> tuple[WindowState, list[Permit], Wait | None]:
        state, permits, wait = super().take_many(state, now, costs)
        if wait is not None and wait.until is not None:
            wait = Wait(wait.until + 1)
        return state, permits, wait


class PaysForWaiting(WindowThrottle):
    """Notes how often it was asked."""

    def take(
        self, state: WindowState, now: Instant, cost: int
    ) -> tuple[WindowState, Permit | Wait]:
        state, answer = super().take(state, now, cost)
        return msgspec.structs.replace(state, next_id=state.next_id + 1), answer


class GroupsAreDearer(WindowThrottle):
    """Gives the last of a group no permit."""

    def take_many(
        self, state: WindowState, now: Instant, costs: Sequence[int]
    ) -> tuple[WindowState, list[Permit], Wait | None]:
        if len(costs) < 2:
            return super().take_many(state, now, costs)
        state, permits, wait = super().take_many(state, now, costs[:-1])
        return state, permits, wait or Wait(now + 1)


class StartsAnew(WindowThrottle):
    """Takes a changed limit for a reason to forget."""

    def load(self, text: bytes) -> WindowState:
        return self.start() if b'"next_id":1,' not in text else super().load(text)


class Cheap(WindowThrottle):
    """Takes one slot for whatever is sent."""

    def take_many(
        self, state: WindowState, now: Instant, costs: Sequence[int]
    ) -> tuple[WindowState, list[Permit], Wait | None]:
        return super().take_many(state, now, [1] * len(costs))


class FromThePermit(WindowThrottle):
    """Counts the period from the permit, not from the end of the call."""

    def done(self, state: WindowState, permit_id: int, ended_at: Instant) -> WindowState:
        given = {number: at for number, at, _ in state.open}
        return super().done(state, permit_id, given.get(permit_id, ended_at))

    def done_many(self, state: WindowState, ended: Sequence[tuple[int, Instant]]) -> WindowState:
        given = {number: at for number, at, _ in state.open}
        return super().done_many(state, [(one, given.get(one, at)) for one, at in ended])


class PromisesLess(WindowThrottle):
    """Says that less leaves than does."""

    def most_in(self, span: int) -> int:
        return max(super().most_in(span) - 1, 1)


class SpeedsUp(WindowThrottle):
    """Forgets what left when somebody complains."""

    def heed(self, state: WindowState, signal: SenderSignal, now: Instant) -> WindowState:
        return self.start() if signal.kind == "complaint" else state


class CountsTwice(WindowThrottle):
    """Takes a signal that comes again for another one."""

    def heed(self, state: WindowState, signal: SenderSignal, now: Instant) -> WindowState:
        return msgspec.structs.replace(state, next_id=state.next_id + 1)


BROKEN_THROTTLES: list[tuple[Callable[[Rate], Throttle], str]] = [
    (Generous, "test_never_more_leaves_than_the_limit_allows"),
    (Forgets, "test_never_more_leaves_than_the_limit_allows"),
    (WaitsForNothing, "test_never_more_leaves_than_the_limit_allows"),
    (WaitsForNothing, "test_a_changed_limit_takes_over_the_state_of_the_one_before"),
    (ClockBlind, "test_a_clock_that_went_back_stops_nothing_for_ever"),
    (WaitsTooLong, "test_work_that_waits_leaves_as_soon_as_it_may"),
    (PaysForWaiting, "test_never_more_leaves_than_the_limit_allows"),
    (GroupsAreDearer, "test_never_more_leaves_than_the_limit_allows"),
    (StartsAnew, "test_a_restart_keeps_the_pace"),
    (StartsAnew, "test_everything_at_once_keeps_the_pace"),
    (Cheap, "test_dear_messages_take_as_many_slots_as_they_cost"),
    (FromThePermit, "test_never_more_leaves_than_the_limit_allows"),
    (FromThePermit, "test_a_clock_that_is_set_keeps_the_pace"),
    (PromisesLess, "test_no_stretch_of_time_holds_more_than_it_promises"),
    (SpeedsUp, "test_what_it_hears_makes_it_no_faster"),
    (CountsTwice, "test_what_it_hears_makes_it_no_faster"),
    (KeepsOpen, "test_after_a_crash_what_was_open_is_not_open_for_ever"),
]


@pytest.mark.parametrize(("made", "test"), BROKEN_THROTTLES)
def test_a_throttle_that_breaks_a_rule_fails_that_test(
    made: Callable[[Rate], Throttle], test: str
) -> None:
    class Suite(ThrottleContract):
        def strategy(self) -> Strategy:
            return Strategy("broken", 1, made)

    with pytest.raises(AssertionError):
        getattr(Suite(), test)()

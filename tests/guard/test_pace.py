"""No window of time holds more sends than the limit, and no free slot idles."""

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import StoreInvalid, ValueUnreadable
from tactful.guard.pace import (
    Permit,
    Throttle,
    Wait,
    WindowState,
    WindowThrottle,
    done_many,
    take_many,
)
from tactful.values import MINUTE, SECOND, Duration, Instant, Rate, Span

DEFAULT = WindowThrottle(Rate.parse("10 per 5 minutes"))
TIMEOUT = 30 * SECOND


def limit(count: int, period: Span) -> WindowThrottle:
    return WindowThrottle(Rate(count, Duration(period)))


@dataclass
class Sent:
    """One permitted send, as it really went. Moments are on the world's own axis, see `World`."""

    slots: int
    count: int
    period: Span
    permitted: Instant
    called: Instant = -1
    ended: Instant = -1


@dataclass
class World:
    """What an engine does with a throttle, beside a plain account of every slot it ever took.

    `now` is the engine's clock. `axis` runs with it, and forward with its steps, but never back:
    a clock that is set back makes no time pass, and no promise can rest on it.
    """

    throttle: WindowThrottle
    now: Instant = 10**9
    axis: Instant = 10**9
    state: WindowState = field(default_factory=WindowState)
    sent: dict[int, Sent] = field(default_factory=dict)
    open: dict[int, tuple[Instant, int]] = field(default_factory=dict)
    ends: list[Instant] = field(default_factory=list)

    def busy(self, at: Instant) -> int:
        in_flight = sum(slots for _, slots in self.open.values())
        return in_flight + sum(end + self.throttle.period > at for end in self.ends)

    def earliest(self, slots: int) -> Instant | None:
        """Return when so many slots are free, if no send ends until then."""
        moments = [self.now, *(end + self.throttle.period for end in self.ends)]
        free = (t for t in sorted(moments) if t >= self.now)
        return next((t for t in free if self.busy(t) + slots <= self.throttle.count), None)

    def pass_time(self, span: Span) -> None:
        self.now += span
        self.axis += span

    def take(self, cost: int, exact: bool = True) -> None:
        slots = min(cost, self.throttle.count)
        earliest = self.earliest(slots)
        self.state, answer = self.throttle.take(self.state, self.now, cost)
        if isinstance(answer, Permit):
            assert earliest == self.now
            count, period = self.throttle.count, self.throttle.period
            self.sent[answer.id] = Sent(slots, count, period, self.axis)
            self.open[answer.id] = (self.now, slots)
        elif exact:
            assert earliest != self.now, "a free slot idles"
            assert answer.until == earliest
        self.stored()

    def done(self, number: int, called: float) -> None:
        if not self.open:
            return
        ident = sorted(self.open)[number % len(self.open)]
        _, slots = self.open.pop(ident)
        self.ends += [self.now] * slots
        self.end(ident, called, self.axis)
        self.state = self.throttle.done(self.state, ident, self.now)
        self.stored()

    def end(self, ident: int, called: float, ended: Instant) -> None:
        send = self.sent[ident]
        ended = max(ended, send.permitted)
        called_at = send.permitted + round((ended - send.permitted) * called)
        self.sent[ident] = replace(send, called=called_at, ended=ended)

    def crash(self, step: Span, called: float) -> None:
        """Kill the engine, set the clock, start again: what was in flight is in doubt."""
        for ident, (permitted, _) in self.open.items():
            ended = self.axis - (self.now - permitted) + TIMEOUT
            self.end(ident, called, min(self.axis, ended))
        self.now += step
        self.axis += max(step, 0)
        self.ends = [min(end, self.now) for end in self.ends]
        for permitted, slots in self.open.values():
            self.ends += [min(self.now, min(permitted, self.now) + TIMEOUT)] * slots
        self.open.clear()
        self.state = self.throttle.settle_clock(self.state, self.now)
        self.state = self.throttle.close_open(self.state, self.now, TIMEOUT)
        assert self.state.open == ()
        self.stored()

    def change(self, throttle: WindowThrottle) -> None:
        self.throttle = throttle

    def stored(self) -> None:
        assert self.throttle.load(msgspec.json.encode(self.state)) == self.state
        assert list(self.state.ends) == sorted(self.state.ends)


def overfull(sent: list[Sent], stamp: str) -> list[tuple[Sent, Instant]]:
    """Return the windows that hold more than the limit in force at their last permit allows."""
    found = []
    for place, last in enumerate(sent):
        moment = getattr(last, stamp)
        earlier = [(getattr(send, stamp), send.slots) for send in sent[: place + 1]]
        for start, _ in earlier:
            if not start <= moment < start + last.period:
                continue
            held = sum(slots for at, slots in earlier if start <= at < start + last.period)
            if held > last.count:
                found.append((last, start))
    return found


steps = st.one_of(
    st.tuples(st.just("pass_time"), st.integers(0, 90) | st.integers(0, 90 * SECOND)),
    st.tuples(st.just("take"), st.sampled_from([1, 1, 1, 1, 2, 9])),
    st.tuples(st.just("take"), st.just(1)),
    st.tuples(st.just("done"), st.integers(0, 9), st.floats(0, 1)),
    st.tuples(st.just("crash"), st.integers(-90 * SECOND, 90 * SECOND), st.floats(0, 1)),
)
kin = st.builds(limit, st.integers(3, 6), st.integers(1, 60).map(lambda n: n * SECOND))
any_limit = st.builds(limit, st.integers(1, 9), st.integers(1, 60).map(lambda n: n * SECOND))


def lived(world: World, story: list[Any], **options: bool) -> World:
    for name, *values in story:
        getattr(world, name)(*values, **(options if name == "take" else {}))
    while world.open:
        world.done(0, 1)
    return world


@pytest.mark.promise("PACE")
@given(kin, st.lists(st.one_of(steps, st.tuples(st.just("change"), kin)), max_size=80))
def test_no_window_is_overfull_and_no_free_slot_idles(
    throttle: WindowThrottle, story: list[Any]
) -> None:
    """Over arrivals, latencies, clock steps, restarts and live changes of the limit.

    Counts here at most double, so every answer is exact.
    """
    world = lived(World(throttle), story)
    sent = list(world.sent.values())
    assert overfull(sent, "called") == []
    assert overfull(sent, "ended") == []


@pytest.mark.promise("PACE")
@given(any_limit, st.lists(st.one_of(steps, st.tuples(st.just("change"), any_limit)), max_size=80))
def test_no_window_is_overfull_after_any_change_of_the_limit(
    throttle: WindowThrottle, story: list[Any]
) -> None:
    sent = list(lived(World(throttle), story, exact=False).sent.values())
    assert overfull(sent, "called") == []
    assert overfull(sent, "ended") == []


@pytest.mark.promise("PACE")
def test_the_last_of_500_messages_leaves_after_245_minutes() -> None:
    state, now, left = DEFAULT.start(), 0, 500
    while left:
        state, permits, wait = take_many(DEFAULT, state, now, [1] * left)
        state = done_many(DEFAULT, state, [(permit.id, now) for permit in permits])
        left -= len(permits)
        if wait is not None and wait.until is not None:
            now = wait.until
    assert now == 245 * MINUTE
    assert len(state.ends) == 20


@pytest.mark.promise("PACE")
def test_a_slot_is_busy_until_a_period_after_the_end_of_its_send() -> None:
    throttle = limit(1, MINUTE)
    state, permit = throttle.take(throttle.start(), 0, 1)
    assert permit == Permit(1)
    assert throttle.take(state, 10 * MINUTE, 1)[1] == Wait(None)
    state = throttle.done(state, 1, 10 * MINUTE)
    assert throttle.take(state, 11 * MINUTE - 1, 1)[1] == Wait(11 * MINUTE)
    assert throttle.take(state, 11 * MINUTE, 1)[1] == Permit(2)


@pytest.mark.promise("PACE")
def test_a_changed_limit_applies_at_once() -> None:
    state = WindowState(next_id=4, ends=(0, 1, 2))
    assert limit(3, MINUTE).take(state, 3, 1)[1] == Wait(MINUTE)
    assert limit(4, MINUTE).take(state, 3, 1)[1] == Permit(4)
    assert limit(3, 2).take(state, 3, 1)[1] == Permit(4)
    assert limit(1, MINUTE).take(state, 3, 1)[1] == Wait(MINUTE + 2)


@pytest.mark.promise("PACE")
def test_a_limit_that_asks_for_what_was_forgotten_waits_rather_than_guesses() -> None:
    throttle = limit(1, 10)
    state = throttle.start()
    for now in range(0, 100, 10):
        state, answer = throttle.take(state, now, 1)
        assert isinstance(answer, Permit)
        state = throttle.done(state, answer.id, now)
    assert state.ends == (80, 90)
    assert state.forgotten == 70
    assert limit(2, 100).take(state, 100, 1)[1] == Wait(180)
    assert limit(9, 10).take(state, 100, 1)[1] == Permit(11)
    assert limit(9, 100).take(state, 100, 1)[1] == Wait(170)


@pytest.mark.promise("PACE")
def test_a_stamp_from_the_far_future_blocks_no_longer_than_a_period() -> None:
    throttle = limit(1, MINUTE)
    state = WindowState(ends=(10**15,), open=((7, 10**15, 1),), forgotten=10**15)
    state = throttle.close_open(throttle.settle_clock(state, 5), 5, TIMEOUT)
    assert throttle.take(state, 5, 1)[1] == Wait(5 + MINUTE)
    assert throttle.settle_clock(state, 5) is state


@pytest.mark.promise("PACE")
def test_a_send_in_doubt_ends_with_its_time_limit_or_the_restart() -> None:
    throttle = limit(2, MINUTE)
    state = WindowState(open=((1, 0, 1), (2, 100 * SECOND, 1)), next_id=3)
    closed = throttle.close_open(state, 110 * SECOND, TIMEOUT)
    assert closed.ends == (TIMEOUT, 110 * SECOND)


def test_a_send_dearer_than_the_limit_goes_alone() -> None:
    throttle = limit(3, MINUTE)
    state, permit = throttle.take(throttle.start(), 0, 9)
    assert permit == Permit(1)
    assert throttle.take(state, 0, 1)[1] == Wait(None)
    state = throttle.done(state, 1, 0)
    assert state.ends == (0, 0, 0)


def test_an_unknown_or_repeated_end_changes_nothing() -> None:
    state, _ = DEFAULT.take(DEFAULT.start(), 0, 1)
    assert DEFAULT.done(state, 9, 5) is state
    ended = DEFAULT.done(state, 1, 5)
    assert DEFAULT.done(ended, 1, 50) is ended


class OneByOne:
    """A throttle as a plugin may write it: without the group forms."""

    def __init__(self, inner: WindowThrottle) -> None:
        self.start, self.load, self.take, self.done = (
            inner.start,
            inner.load,
            inner.take,
            inner.done,
        )
        self.settle_clock, self.close_open = inner.settle_clock, inner.close_open


@given(
    any_limit,
    st.lists(st.tuples(st.integers(0, 30 * SECOND), st.lists(st.integers(1, 3), max_size=9))),
)
def test_a_group_gets_what_its_members_would_get_one_by_one(
    throttle: WindowThrottle, turns: list[tuple[Span, list[int]]]
) -> None:
    single: Throttle = OneByOne(throttle)
    here = there = throttle.start()
    now = 0
    for span, costs in turns:
        now += span
        here, permits, wait = take_many(throttle, here, now, costs)
        there, permits_there, wait_there = take_many(single, there, now, costs)
        assert (permits, wait) == (permits_there, wait_there)
        ended = [(permit.id, now + place) for place, permit in enumerate(permits)]
        here, there = done_many(throttle, here, ended), done_many(single, there, ended)
        assert (here.open, here.next_id) == (there.open, there.next_id)
        assert here.ends[-throttle.count :] == there.ends[-throttle.count :]


def test_state_stays_small_at_any_pace() -> None:
    throttle = limit(10, MINUTE)
    state = throttle.start()
    for now in range(0, 500 * MINUTE, MINUTE):
        state, permits, _ = take_many(throttle, state, now, [1] * 10)
        state = done_many(throttle, state, [(permit.id, now) for permit in permits])
        assert len(state.ends) <= 20
        assert len(msgspec.json.encode(state)) < 400


@pytest.mark.parametrize("text", [b"", b"{", b'{"ends":["x"]}', b'{"version":2}'])
def test_a_state_that_cannot_be_read_is_an_error(text: bytes) -> None:
    with pytest.raises(StoreInvalid):
        DEFAULT.load(text)


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(("count", "period"), [(0, MINUTE), (1, 0)])
def test_a_limit_that_lets_nothing_through_is_refused(count: int, period: Span) -> None:
    with pytest.raises(ValueUnreadable):
        limit(count, period)

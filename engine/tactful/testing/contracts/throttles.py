"""What every way of keeping a pace keeps, as tests that a plugin's author derives from."""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tactful.errors import StoreInvalid
from tactful.guard.pace import Bounded, Permit, Throttle, Wait
from tactful.guard.strategies import Strategy
from tactful.plugins.kinds import can_be_named
from tactful.testing.contracts.paced import (
    START,
    TIMEOUT,
    Sent,
    Step,
    World,
    forgotten,
    overfull,
    simplest,
    stored,
    story,
)
from tactful.values import DAY, MINUTE, SECOND, Instant, Rate, Span

RATES = tuple(map(Rate.parse, ("1 per second", "3 per minute", "10 per 5 minutes", "200 per hour")))
_STAMPS = ("called_at", "ended_at")


class ThrottleContract(ABC):
    """Derive a class whose name begins with `Test`, and say which strategy is tested.

    Made-up stories of sends are played, as many for each of the `rates` as there are `seeds`. One
    that breaks a rule is told without the steps that it can do without. `longest_wait` is for a
    strategy that lets nothing go for longer than the period of its limit, such as until midnight.
    `remembers` says that after a change of the limit, what left before counts as well. What counts
    `by_calendar`, not by periods, is judged by `check_sent` alone.
    """

    rates: Sequence[Rate] = RATES
    seeds: range = range(6)
    longest_wait: Span = 0
    remembers: bool = False
    by_calendar: bool = False

    @abstractmethod
    def strategy(self) -> Strategy:
        """Return the strategy that is tested."""

    def most(self, rate: Rate) -> int:
        """Return the most that may leave, at this limit, in any window as long as its period.

        A strategy that promises another figure than the limit says so here. A message that costs
        more than the limit counts as all of it.
        """
        return rate.count

    def check_sent(  # noqa: B027 - it may be left out
        self, rate: Rate, sent: Sequence[Sent]
    ) -> None:
        """See to what else the strategy promises, such as of each day. Raise `AssertionError`.

        It sees every story that is played, also those in which clocks are set and limits change.
        """

    # ---- what it says of itself -----------------------------------------------------------------

    def test_a_flow_can_name_it_and_its_state_has_a_version(self) -> None:
        strategy = self.strategy()
        assert can_be_named(strategy.name), f"`{strategy.name}` cannot stand in a flow"
        assert isinstance(strategy.version, int)
        assert strategy.version >= 1

    # ---- the pace -------------------------------------------------------------------------------

    def test_never_more_leaves_than_the_limit_allows(self) -> None:
        self._play()

    def test_no_stretch_of_time_holds_more_than_it_promises(self) -> None:
        self._play(check=self._holds_in_every_stretch)

    def test_dear_messages_take_as_many_slots_as_they_cost(self) -> None:
        self._play(dearest=7)

    def test_a_message_dearer_than_the_limit_leaves_all_the_same(self) -> None:
        for rate in self.rates:
            world = World(self.strategy(), rate)
            for _ in range(4):
                world.live([("ask", rate.count + 5)])
                world.live([("wait",), ("ask", rate.count + 5)])
            assert len(world.sent) >= 4, f"{rate}: {len(world.sent)} of 4 left"

    def test_work_that_waits_leaves_as_soon_as_it_may(self) -> None:
        """A wait names the earliest moment: a queue that keeps to it wastes no permit."""
        for rate in self.rates:
            world = World(self.strategy(), rate)
            for _ in range(150):
                world.live([("ask", 1), ("wait",)])

    def test_a_restart_keeps_the_pace(self) -> None:
        self._play(crashes=True, dearest=3)

    def test_a_clock_that_is_set_keeps_the_pace(self) -> None:
        self._play(clock=True, dearest=3)

    def test_a_limit_that_is_changed_holds_from_then_on(self) -> None:
        self._play(limits=True, dearest=3)

    def test_what_it_hears_makes_it_no_faster(self) -> None:
        """Played by throttles that heed signals; others hear none."""
        self._play(hears=True)

    def test_everything_at_once_keeps_the_pace(self) -> None:
        self._play(clock=True, limits=True, hears=True, dearest=7)

    def test_after_a_crash_what_was_open_is_not_open_for_ever(self) -> None:
        for rate in self.rates:
            throttle, state = self._busy(rate)
            restart = START + 10 * SECOND
            state = throttle.close_open(throttle.load(stored(state)), restart, TIMEOUT)
            state, answer = throttle.take(state, restart, 1)
            assert answer != Wait(None), f"{rate}: it waits for the end of a call that is gone"
            _permitted(throttle, state, answer, restart, 1)

    def test_a_clock_that_went_back_stops_nothing_for_ever(self) -> None:
        for rate in self.rates:
            throttle, state = self._busy(rate)
            back = START - 24 * 60 * MINUTE
            state = throttle.close_open(state, START + SECOND, TIMEOUT)
            state = throttle.settle_clock(throttle.load(stored(state)), back)
            state, answer = throttle.take(state, back, 1)
            assert answer != Wait(None), f"{rate}: nothing is open"
            if isinstance(answer, Wait) and answer.until is not None:
                late = answer.until - back
                assert late <= max(rate.per.span, self.longest_wait), (
                    f"{rate}: it waits until the clock is there again"
                )

    def test_a_changed_limit_takes_over_the_state_of_the_one_before(self) -> None:
        for before in self.rates:
            throttle, state = self._busy(before)
            state = throttle.close_open(state, START + 1, TIMEOUT)
            for after in self.rates:
                new = self.strategy().at(after)
                taken_over, answer = new.take(new.load(stored(state)), START + 2, 1)
                _permitted(new, taken_over, answer, START + 2, 1)

    # ---- the state ------------------------------------------------------------------------------

    def test_the_state_survives_being_stored(self) -> None:
        for rate in self.rates:
            throttle, state = self._busy(rate)
            for one in (throttle.start(), state, throttle.done(state, 1, START)):
                assert stored(throttle.load(stored(one))) == stored(one)

    def test_a_state_that_cannot_be_read_is_told(self) -> None:
        throttle = self.strategy().at(self.rates[0])
        for text in (b"", b"nonsense", b"[1, 2]", b'{"version": "new"}', b"\xff"):
            try:
                throttle.load(text)
            except StoreInvalid:
                continue
            raise AssertionError(f"{text!r} was read as a state")

    def test_the_end_of_a_permit_that_nobody_knows_changes_nothing(self) -> None:
        throttle = self.strategy().at(self.rates[0])
        state, _ = throttle.take(throttle.start(), START, 1)
        assert stored(throttle.done(state, 999_999, START)) == stored(state)
        ended = throttle.done(state, 1, START + SECOND)
        assert stored(throttle.done(ended, 1, START + MINUTE)) == stored(ended), "it ended twice"

    def test_the_state_does_not_grow_with_every_send(self) -> None:
        rate = self.rates[0]
        throttle = self.strategy().at(rate)
        state, sizes = throttle.start(), []
        for number in range(3_000):
            now = START + number * max(rate.per.span // (2 * rate.count), 1)
            state, answer = throttle.take(state, now, 1)
            if isinstance(answer, Permit):
                state = throttle.done(state, answer.id, now)
            sizes.append(len(stored(state)))
        assert sizes[-1] < 2 * max(sizes[:1_000]), f"{sizes[1_000]}, then {sizes[-1]} bytes"

    # ---- how it is done -------------------------------------------------------------------------

    def _busy(self, rate: Rate) -> tuple[Throttle, Any]:
        """Return a throttle, and a state with as many calls under way as it allows, or 50."""
        throttle = self.strategy().at(rate)
        state = throttle.start()
        for number in range(min(rate.count, 50)):
            state, _ = throttle.take(state, START + number, 1)
        return throttle, state

    def _play(
        self, *, check: Callable[[Rate, Sequence[Sent]], None] | None = None, **options: Any
    ) -> None:
        """Play stories. What `options` of `story` make possible may happen in them."""
        changes = "limits" in options
        check = check or self._holds
        for rate in self.rates:
            others = [other for other in self.rates if other != rate] if changes else []
            for seed in self.seeds:
                steps = story(random.Random(seed), [rate, *others], **options)
                problem_of = partial(self._problem, rate, check=check)
                if problem_of(steps):
                    steps = simplest(steps, problem_of)
                    problem = problem_of(steps)
                    raise AssertionError(f"{rate}, seed {seed}: {problem}\n{_told(steps)}")

    def _problem(
        self, rate: Rate, steps: list[Step], check: Callable[[Rate, Sequence[Sent]], None]
    ) -> str:
        """Return what a story breaks, or nothing."""
        try:
            check(rate, World(self.strategy(), rate).live(steps).sent)
        except AssertionError as error:
            return str(error) or "a check of its own failed"
        return ""

    def _holds(self, rate: Rate, sent: Sequence[Sent]) -> None:
        """See that no period of a limit's reign holds more calls, or ends, than it may."""
        self.check_sent(rate, sent)
        if self.by_calendar:
            return
        for reign in range(sent[-1].reign + 1 if sent else 0):
            own = [one for one in sent if one.reign == reign]
            if own:
                for stamp in _STAMPS:
                    ruling = own[0].rate
                    found = overfull(own, ruling, self.most(ruling), ruling.per.span, stamp)
                    assert not found, found
        for stamp in _STAMPS if self.remembers else ():
            found = forgotten(sent, stamp)
            assert not found, found

    def _holds_in_every_stretch(self, rate: Rate, sent: Sequence[Sent]) -> None:
        """See that what the throttle says of shorter and longer stretches holds for its permits."""
        throttle = self.strategy().at(rate)
        if not isinstance(throttle, Bounded):
            return
        period = rate.per.span
        said = throttle.most_in(period)
        most = said if self.by_calendar else self.most(rate)
        assert said <= most, f"it says that {said} may leave in a period"
        for span in (1, period // rate.count, period // 3, period, 5 * period // 2, 3 * DAY):
            found = overfull(sent, rate, throttle.most_in(span), span, "at")
            assert not found, found


def _told(steps: Sequence[Step]) -> str:
    return "\n".join(f"  {' '.join(map(str, step))}" for step in steps)


def _permitted(
    throttle: Throttle, state: Any, answer: Permit | Wait, now: Instant, cost: int
) -> None:
    """See that whoever asks again when told to is let through in the end."""
    for _ in range(1_000):
        if isinstance(answer, Permit):
            return
        assert answer.until is not None, "it waits for an end, and nothing is open"
        assert answer.until > now, "it says to ask again at once"
        now = answer.until
        state, answer = throttle.take(state, now, cost)
    raise AssertionError("it was asked 1,000 times, whenever it said to, and never lets go")

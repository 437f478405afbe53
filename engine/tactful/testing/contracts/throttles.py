"""What every way of keeping a pace keeps, as tests that a plugin's author derives from."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from tactful.errors import StoreInvalid
from tactful.guard.pace import Permit, Throttle, Wait, done_many, take_many
from tactful.guard.strategies import Strategy
from tactful.plugins.kinds import can_be_named
from tactful.values import MINUTE, SECOND, Instant, Rate

RATES = tuple(map(Rate.parse, ("1 per second", "3 per minute", "10 per 5 minutes", "200 per hour")))
START: Instant = 1_800_000_000_000_000
_MANY = 120


class Sent(NamedTuple):
    """One send of a play: when it was permitted, when it ended, and what it cost."""

    at: Instant
    ended_at: Instant
    cost: int


class ThrottleContract(ABC):
    """Derive a class whose name begins with `Test`, and say which strategy is tested.

    `seeds` are those of the arrivals that are played, over each of the `RATES`.
    """

    seeds: range = range(6)

    @abstractmethod
    def strategy(self) -> Strategy:
        """Return the strategy that is tested."""

    def most(self, rate: Rate) -> int:
        """Return the most that may leave, at this limit, in any window as long as its period.

        A strategy that allows a burst beside the steady flow says so here.
        """
        return rate.count

    # ---- what it says of itself -----------------------------------------------------------------

    def test_a_flow_can_name_it_and_its_state_has_a_version(self) -> None:
        strategy = self.strategy()
        assert can_be_named(strategy.name), f"`{strategy.name}` cannot stand in a flow"
        assert isinstance(strategy.version, int)
        assert strategy.version >= 1

    # ---- the pace -------------------------------------------------------------------------------

    def test_never_more_leaves_than_the_limit_allows(self) -> None:
        for rate, seed in self._plays():
            sent = self._play(rate, random.Random(seed), cost=1)
            _within(sent, rate, self.most(rate), f"{rate}, seed {seed}")

    def test_dear_messages_take_as_many_slots_as_they_cost(self) -> None:
        rate = Rate.parse("10 per 5 minutes")
        for seed in self.seeds:
            sent = self._play(rate, random.Random(seed), cost=7)
            _within(sent, rate, self.most(rate), f"{rate}, seed {seed}")

    def test_a_message_dearer_than_the_limit_leaves_all_the_same(self) -> None:
        sent = self._play(Rate.parse("3 per minute"), random.Random(1), cost=50, count=5)
        assert len(sent) == 5

    def test_a_wait_names_a_moment_to_come_or_waits_for_an_end(self) -> None:
        for rate in RATES:
            throttle = self.strategy().at(rate)
            state, open_permits = throttle.start(), 0
            for _ in range(min(rate.count, 50) + 3):
                state, answer = throttle.take(state, START, 1)
                if isinstance(answer, Permit):
                    open_permits += 1
                elif answer.until is None:
                    assert open_permits, f"{rate}: nothing is open, so no end will come"
                else:
                    assert answer.until > START, f"{rate}: it says to ask again at once"

    def test_a_restart_keeps_the_pace(self) -> None:
        for rate, seed in self._plays():
            sent = self._play(rate, random.Random(seed), cost=1, restarts=True)
            _within(sent, rate, self.most(rate), f"{rate}, seed {seed}")

    def test_after_a_crash_what_was_open_is_not_open_for_ever(self) -> None:
        for rate in RATES:
            throttle = self.strategy().at(rate)
            state = throttle.start()
            for _ in range(min(rate.count, 50)):
                state, _ = throttle.take(state, START, 1)
            restart = START + 10 * SECOND
            state = throttle.close_open(throttle.load(_stored(state)), restart, 30 * SECOND)
            state, answer = throttle.take(state, restart, 1)
            assert answer != Wait(None), f"{rate}: it waits for the end of a call that is gone"
            _permitted(throttle, state, answer, restart, 1)

    def test_a_clock_that_went_back_stops_nothing_for_ever(self) -> None:
        for rate in RATES:
            throttle = self.strategy().at(rate)
            state = throttle.start()
            for number in range(min(rate.count, 50)):
                state, answer = throttle.take(state, START + number, 1)
                if isinstance(answer, Permit):
                    state = throttle.done(state, answer.id, START + number)
            back = START - 24 * 60 * MINUTE
            state = throttle.settle_clock(throttle.load(_stored(state)), back)
            state, answer = throttle.take(state, back, 1)
            assert answer != Wait(None), f"{rate}: nothing is open"
            if isinstance(answer, Wait) and answer.until is not None:
                late = answer.until - back
                assert late <= rate.per.span, f"{rate}: it waits until the clock is there again"

    def test_a_changed_limit_takes_over_the_state_of_the_one_before(self) -> None:
        for before in RATES:
            throttle = self.strategy().at(before)
            state = throttle.start()
            for _ in range(min(before.count, 50)):
                state, answer = throttle.take(state, START, 1)
                if isinstance(answer, Permit):
                    state = throttle.done(state, answer.id, START + 1)
            for after in RATES:
                new = self.strategy().at(after)
                taken_over, answer = new.take(new.load(_stored(state)), START + 2, 1)
                _permitted(new, taken_over, answer, START + 2, 1)

    # ---- the state ------------------------------------------------------------------------------

    def test_it_is_pure(self) -> None:
        for rate in RATES:
            throttle = self.strategy().at(rate)
            state = throttle.start()
            for number in range(20):
                before, now = _stored(state), START + number * SECOND
                first = throttle.take(state, now, 1)
                again = throttle.take(state, now, 1)
                assert _stored(first[0]) == _stored(again[0])
                assert first[1] == again[1]
                assert _stored(state) == before, "take changed the state that it was given"
                if isinstance(first[1], Wait):
                    assert _stored(first[0]) == before, "a wait leaves the state as it was"
                state = first[0]

    def test_the_state_survives_being_stored(self) -> None:
        for rate in RATES:
            throttle = self.strategy().at(rate)
            state, _ = throttle.take(throttle.start(), START, 1)
            for one in (throttle.start(), state):
                assert _stored(throttle.load(_stored(one))) == _stored(one)

    def test_a_state_that_cannot_be_read_is_told(self) -> None:
        throttle = self.strategy().at(RATES[0])
        for text in (b"", b"nonsense", b"[1, 2]", b'{"version": "new"}', b"\xff"):
            try:
                throttle.load(text)
            except StoreInvalid:
                continue
            raise AssertionError(f"{text!r} was read as a state")

    def test_the_end_of_a_permit_that_nobody_knows_changes_nothing(self) -> None:
        throttle = self.strategy().at(RATES[1])
        state, _ = throttle.take(throttle.start(), START, 1)
        assert _stored(throttle.done(state, 999_999, START)) == _stored(state)

    def test_the_state_does_not_grow_with_every_send(self) -> None:
        rate = Rate.parse("10 per second")
        throttle = self.strategy().at(rate)
        state, sizes = throttle.start(), []
        for number in range(3_000):
            now = START + number * SECOND
            state, answer = throttle.take(state, now, 1)
            if isinstance(answer, Permit):
                state = throttle.done(state, answer.id, now)
            sizes.append(len(_stored(state)))
        assert sizes[-1] < 2 * max(sizes[:1_000]), f"{sizes[1_000]}, then {sizes[-1]} bytes"

    def test_a_group_gets_what_its_sends_get_one_by_one(self) -> None:
        for rate in RATES:
            throttle = self.strategy().at(rate)
            costs = [1, 2, 1, 3, 1]
            grouped, permits, wait = take_many(throttle, throttle.start(), START, costs)
            state, answers = throttle.start(), []
            for cost in costs:
                state, answer = throttle.take(state, START, cost)
                answers.append(answer)
                if isinstance(answer, Wait):
                    break
            assert [*permits, *([wait] if wait else [])] == answers
            assert _stored(grouped) == _stored(state)
            ends = [(permit.id, START + 1) for permit in permits]
            one_by_one = state
            for permit_id, ended_at in ends:
                one_by_one = throttle.done(one_by_one, permit_id, ended_at)
            assert _stored(done_many(throttle, grouped, ends)) == _stored(one_by_one)

    # ---- how it is done -------------------------------------------------------------------------

    def _plays(self) -> Iterator[tuple[Rate, int]]:
        for rate in RATES:
            for seed in self.seeds:
                yield rate, seed

    def _play(
        self,
        rate: Rate,
        chance: random.Random,
        *,
        cost: int,
        count: int = _MANY,
        restarts: bool = False,
    ) -> list[Sent]:
        """Send as soon as the throttle lets us, with calls that take a while and overlap."""
        throttle = self.strategy().at(rate)
        state, now = throttle.start(), START
        calls: list[tuple[Instant, int]] = []
        sent: list[Sent] = []
        while len(sent) < count:
            ended = [call for call in calls if call[0] <= now]
            calls = [call for call in calls if call[0] > now]
            for ended_at, permit_id in sorted(ended):
                state = throttle.done(state, permit_id, ended_at)
            if restarts and chance.random() < 0.1:
                state = throttle.load(_stored(state))
            price = chance.randint(1, cost)
            state, answer = throttle.take(state, now, price)
            if isinstance(answer, Permit):
                ended_at = now + chance.choice((0, SECOND // 10, SECOND, rate.per.span // 3))
                calls.append((ended_at, answer.id))
                sent.append(Sent(now, ended_at, price))
                now += chance.choice((0, 0, 1, rate.per.span // (4 * rate.count)))
                continue
            moments = [call[0] for call in calls]
            moments += [answer.until] if answer.until is not None else []
            assert moments, f"{rate}: it waits, and nothing is to come"
            assert min(moments) > now, f"{rate}: it says to ask again at once"
            now = min(moments)
        return sent


def _stored(state: Any) -> bytes:
    return msgspec.json.encode(state)


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


def _within(sent: list[Sent], rate: Rate, most: int, what: str) -> None:
    """See that no window of a period holds more than it may, by starts and by ends of calls."""
    for moments in ([(one.at, one.cost) for one in sent], [(s.ended_at, s.cost) for s in sent]):
        moments.sort()
        for place, (start, _) in enumerate(moments):
            inside = [cost for at, cost in moments[place:] if at < start + rate.per.span]
            total = sum(min(cost, most) for cost in inside)
            assert total <= most, f"{what}: {total} in one period, at most {most} may leave"

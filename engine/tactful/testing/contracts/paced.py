"""Plays a story of sends with a throttle, and finds where it breaks what every throttle keeps.

A story is a list of steps: time passes, somebody wants to send, a call ends, the engine is killed,
the clock is set, the limit changes. What a story did is kept on an axis that runs with the clock
and forward with its steps, but never back: setting a clock back makes no time pass.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tactful.guard.pace import Heeding, Permit, Throttle, Wait, done_many, take_many
from tactful.guard.standing import SenderSignal
from tactful.guard.strategies import Strategy
from tactful.values import SECOND, Instant, Rate, Span

START: Instant = 1_800_000_000_000_000
TIMEOUT: Span = 30 * SECOND
SIGNALS = (("delivered", ""), ("complaint", ""), ("undelivered", "30007"), ("refused", "421"))
Step = tuple[Any, ...]


@dataclass
class Sent:
    """One permitted send, as it really went: its moments, its cost, and the limit it left under.

    `reign` counts the changes of the limit before it, `clock_set` how often the clock was set.
    """

    cost: int
    rate: Rate
    reign: int
    at: Instant
    called_at: Instant
    ended_at: Instant
    clock_set: int


def stored(state: Any) -> bytes:
    """Return a state as the engine stores it."""
    return msgspec.json.encode(state)


def story(
    chance: random.Random,
    rates: Sequence[Rate],
    *,
    dearest: int = 1,
    crashes: bool = False,
    clock: bool = False,
    limits: bool = False,
    hears: bool = False,
    length: int = 150,
) -> list[Step]:
    """Make up a story that begins with the first of these limits."""
    period = rates[0].per.span
    kinds = ["ask"] * 10 + ["wait"] * 5 + ["end"] * 6 + ["pass"] * 3 + ["group"]
    kinds += ["crash"] * (crashes or clock) + ["limit"] * limits + ["hear"] * (2 * hears)
    steps: list[Step] = []
    for _ in range(length):
        kind = chance.choice(kinds)
        if kind == "ask":
            steps.append((kind, chance.randint(1, dearest)))
        elif kind == "group":
            steps.append((kind, [chance.randint(1, dearest) for _ in range(chance.randint(1, 9))]))
        elif kind == "pass":
            most = chance.choice((1, SECOND, period // 3, 2 * period))
            steps.append((kind, chance.randint(0, most)))
        elif kind == "end":
            late = chance.choice((0, 0, SECOND // 10, SECOND))
            steps.append((kind, chance.randrange(9), late, chance.random()))
        elif kind == "crash":
            clock_step = chance.randint(-2 * period, 2 * period) if clock else 0
            steps.append((kind, clock_step, chance.random()))
        elif kind == "hear":
            steps.append((kind, *chance.choice(SIGNALS), chance.choice((0, SECOND, period))))
        elif kind == "limit":
            steps.append((kind, chance.choice(rates)))
        else:
            steps.append((kind,))
    return steps


@dataclass
class World:
    """What an engine does with a throttle, beside a plain account of what really happened."""

    strategy: Strategy
    rate: Rate
    now: Instant = START
    axis: Instant = START
    reign: int = 0
    clock_set: int = 0
    sent: list[Sent] = field(default_factory=list)
    open: dict[int, tuple[Instant, Sent]] = field(default_factory=dict)
    asked: int = 1

    def __post_init__(self) -> None:
        self.throttle: Throttle = self.strategy.at(self.rate)
        self.state: Any = self.throttle.start()

    def live(self, steps: Sequence[Step]) -> "World":
        """Go through a story, and end what is under way then. Raises `AssertionError`."""
        for name, *values in steps:
            getattr(self, f"_{name}")(*values)
        while self.open:
            self._end(0, 0, 1.0)
        return self

    def _pass(self, span: Span) -> None:
        self.now += span
        self.axis += span

    def _ask(self, cost: int) -> None:
        self.asked = cost
        before = stored(self.state)
        state, answer = self.throttle.take(self.state, self.now, cost)
        again = self.throttle.take(self.state, self.now, cost)
        assert stored(self.state) == before, "`take` changed the state that it was given"
        assert (stored(state), answer) == (stored(again[0]), again[1]), "it is not pure"
        if isinstance(answer, Permit):
            self._permitted(answer, cost)
        else:
            assert stored(state) == before, "a wait did not leave the state as it was"
            self._check(answer, cost)
        self.state = state

    def _check(self, wait: Wait, cost: int) -> None:
        """See that a wait names the earliest moment at which the send may go."""
        if wait.until is None:
            assert self.open, "it waits for an end, and nothing is under way"
            return
        assert wait.until > self.now, "it says to ask again at once"
        _, then = self.throttle.take(self.state, wait.until, cost)
        assert isinstance(then, Permit), f"asked again when it said so, it answers {then}"
        for early in {wait.until - 1, (self.now + wait.until) // 2}:
            _, then = self.throttle.take(self.state, early, cost)
            idle = f"{wait.until - early} microseconds before the moment it named, it lets go"
            assert isinstance(then, Wait), idle

    def _permitted(self, permit: Permit, cost: int) -> None:
        assert permit.id not in self.open, f"permit {permit.id} was given twice"
        sent = Sent(cost, self.rate, self.reign, self.axis, self.axis, self.axis, self.clock_set)
        self.sent.append(sent)
        self.open[permit.id] = (self.now, sent)

    def _group(self, costs: list[int]) -> None:
        state, permits, wait = take_many(self.throttle, self.state, self.now, costs)
        single, answers = self.state, []
        for cost in costs:
            single, answer = self.throttle.take(single, self.now, cost)
            answers.append(answer)
            if isinstance(answer, Wait):
                break
        assert [*permits, *([wait] if wait else [])] == answers, "a group gets other answers"
        assert stored(state) == stored(single), "a group leaves another state"
        for permit, cost in zip(permits, costs, strict=False):
            self._permitted(permit, cost)
        self.state = state

    def _wait(self) -> None:
        """Do what a queue does: sleep until the throttle says, or until a call has ended."""
        _, answer = self.throttle.take(self.state, self.now, self.asked)
        if isinstance(answer, Permit):
            return
        if answer.until is None:
            self._end(0, 0, 1.0)
        else:
            self._pass(answer.until - self.now)

    def _end(self, number: int, late: Span, called: float) -> None:
        """End a call; the engine hears of it a bit later."""
        if not self.open:
            return
        permit_id = sorted(self.open)[number % len(self.open)]
        permitted_at, sent = self.open.pop(permit_id)
        ended_at = max(self.now - late, permitted_at)
        self._over(sent, self.axis - (self.now - ended_at), called)
        grouped = done_many(self.throttle, self.state, [(permit_id, ended_at)])
        self.state = self.throttle.done(self.state, permit_id, ended_at)
        assert stored(grouped) == stored(self.state), "a group of ends leaves another state"

    def _over(self, sent: Sent, ended_at: Instant, called: float) -> None:
        sent.ended_at = max(ended_at, sent.at)
        sent.called_at = sent.at + round((sent.ended_at - sent.at) * called)

    def _crash(self, step: Span, called: float) -> None:
        """Kill the engine, set the clock, start again: what was under way is in doubt."""
        for permitted_at, sent in self.open.values():
            ended_at = self.axis - (self.now - permitted_at) + TIMEOUT
            self._over(sent, min(self.axis, ended_at), called)
        self.open.clear()
        self.now += step
        self.axis += max(step, 0)
        self.clock_set += step != 0
        self.state = self.throttle.load(stored(self.state))
        self.state = self.throttle.close_open(self.state, self.now, TIMEOUT)
        self.state = self.throttle.settle_clock(self.state, self.now)

    def _hear(self, kind: Any, code: str, age: Span) -> None:
        """Hear of a message; such a signal may come late, and again."""
        if not isinstance(self.throttle, Heeding):
            return
        signal = SenderSignal(kind, self.now - age, code)
        before = stored(self.state)
        heard = self.throttle.heed(self.state, signal, self.now)
        assert stored(self.state) == before, "`heed` changed the state that it was given"
        again = self.throttle.heed(heard, signal, self.now)
        assert stored(again) == stored(heard), "the same signal counted twice"
        _, answer = self.throttle.take(self.state, self.now, 1)
        _, then = self.throttle.take(heard, self.now, 1)
        assert isinstance(answer, Permit) or isinstance(then, Wait), f"{kind} made it faster"
        self.state = heard

    def _limit(self, rate: Rate) -> None:
        self.rate = rate
        self.reign += 1
        self.throttle = self.strategy.at(rate)
        self.state = self.throttle.load(stored(self.state))


def overfull(sent: Sequence[Sent], rate: Rate, most: int, span: Span, stamp: str) -> str:
    """Return which half-open stretch of a length holds more than `most` by a stamp, or nothing.

    A send that costs more than the limit counts as all of it: it leaves alone.
    """
    moments = sorted((getattr(one, stamp), min(one.cost, rate.count)) for one in sent)
    held = first = 0
    for at, cost in moments:
        held += cost
        while moments[first][0] <= at - span:
            held -= moments[first][1]
            first += 1
        if held > most:
            return f"{held} by `{stamp}` within {span / SECOND} seconds, at most {most} may be"
    return ""


def simplest(steps: list[Step], fails: Callable[[list[Step]], object]) -> list[Step]:
    """Return a story without the steps that it can do without and still `fails`."""
    size = len(steps) // 2
    while size:
        place = 0
        while place < len(steps):
            shorter = steps[:place] + steps[place + size :]
            if fails(shorter):
                steps = shorter
            else:
                place += size
        size //= 2
    return steps


def forgotten(sent: Sequence[Sent], stamp: str) -> str:
    """Return which period overfills the limit of its last permit, also by what left before it."""
    for place, last in enumerate(sent):
        end, period, most = getattr(last, stamp), last.rate.per.span, last.rate.count
        moments = [
            (getattr(one, stamp), min(one.cost, one.rate.count)) for one in sent[: place + 1]
        ]
        for start, _ in moments:
            if start <= end < start + period:
                held = sum(cost for at, cost in moments if start <= at < start + period)
                if held > most:
                    return f"{held} by `{stamp}` in a period of {last.rate}, after a change to it"
    return ""

"""What holds for every graph and every order of inputs, tried at random."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tactful.graph.model import AnyStep, AnyTimeArm, Arm, DeliveryName, StepGraph
from tactful.graph.moments import ClockMoment, UntilMoment, ValueMoment
from tactful.journey import commands
from tactful.journey.core import advance, begin
from tactful.journey.inputs import (
    Close,
    Drop,
    Event,
    Expire,
    GiveBack,
    Input,
    OptOut,
    Outcome,
    OutcomeName,
    Permitted,
    Pressed,
    Refresh,
    Reply,
    Tick,
)
from tactful.journey.program import Program
from tactful.journey.state import Journey, decode, encode
from tactful.values import DAY, HOUR, iso
from tests.journey import driving
from tests.journey.driving import START

Kind = TypeVar("Kind")
ROW = {"plan": "gold", "starts_at": iso(START + DAY)}
MOMENTS: st.SearchStrategy[UntilMoment] = st.sampled_from(
    (
        ValueMoment(name="starts_at"),
        ValueMoment(name="starts_at", offset=-DAY),
        ValueMoment(name="said.a"),
        ClockMoment(at=time(9)),
    )
)
STEPS = 7


@st.composite
def graphs(draw: st.DrawFn) -> StepGraph:
    """Draw a graph that leads on, and back only by a limited `go to`, as the check demands."""
    count = draw(st.integers(1, STEPS))
    steps = tuple(draw(_steps(place, count)) for place in range(count))
    return driving.graph(*steps, any_time=draw(_any_time(count)))


def _targets(place: int, count: int) -> st.SearchStrategy[int | None]:
    later = st.sampled_from(range(place + 1, count)) if place + 1 < count else st.none()
    return st.none() | later


@st.composite
def _arms(draw: st.DrawFn, place: int, count: int) -> Arm:
    to = draw(_targets(place, count))
    kind = draw(st.sampled_from(("yes", "no", "other", "moved", "paid")))
    if kind == "other":
        return driving.other(to, "words")
    save_as = draw(st.sampled_from((None, "said")))
    if kind in ("moved", "paid"):
        return driving.event(kind, to, save_as)
    return driving.says(kind, to, save_as)


@st.composite
def _any_time(draw: st.DrawFn, count: int) -> tuple[AnyTimeArm, ...]:
    arms = draw(st.lists(_arms(-1, count), max_size=2))
    return tuple(driving.any_time(arm, draw(st.integers(1, 2))) for arm in arms)


@st.composite
def _steps(draw: st.DrawFn, place: int, count: int) -> AnyStep:
    to = _targets(place, count)
    next = draw(to)
    outcomes: st.SearchStrategy[DeliveryName] = st.sampled_from(
        ("delivered", "not delivered", "refused", "failed")
    )
    arms = draw(st.lists(_arms(place, count), max_size=2))
    makers: dict[str, Callable[[], AnyStep]] = {
        "send": lambda: driving.send(next, arms=draw(st.dictionaries(outcomes, to, max_size=2))),
        "call": lambda: driving.send(
            next,
            channel="voice",
            arms=draw(st.dictionaries(outcomes, to, max_size=1)),
            keys=draw(st.dictionaries(st.sampled_from(("1", "2", "")), to, min_size=1)),
        ),
        "wait": lambda: driving.wait(next),
        "listen": lambda: driving.listen(next, *arms, timeout=draw(to)),
        "until": lambda: driving.until(next, *arms, moment=draw(MOMENTS), too_late=draw(to)),
        "choose": lambda: driving.choose(next, (driving.equals("plan", "gold"), draw(to))),
        "tag": lambda: driving.tag("tag", next),
        "hand off": lambda: driving.hand_off(next),
        "go to": lambda: driving.go_to(draw(st.integers(0, count - 1)), next, at_most=1),
        "stop": lambda: driving.stop(),
        "repeat": lambda: driving.repeat(draw(to), 2, next, draw(st.sampled_from((None, DAY)))),
        "run": lambda: driving.run(draw(to), next),
        "parallel": lambda: driving.parallel(next, draw(to), draw(to)),
    }
    weighted = [*makers, "send", "send", "listen", "listen"]
    return makers[draw(st.sampled_from(weighted))]()


@dataclass
class Watch:
    """A journey under random inputs, with what must hold after each of them."""

    program: Program
    now: int = START
    log: list[commands.Command] = field(default_factory=list)
    replies: int = 0

    def __post_init__(self) -> None:
        self.journey, done = begin(self.program, ROW, self.now)
        self.see(done)

    def put(self, input: Input) -> None:
        before = encode(self.journey)
        after, done = advance(self.program, self.journey, ROW, input, self.now)
        assert encode(self.journey) == before, "the journey that came in was changed"
        assert advance(self.program, decode(before), ROW, input, self.now) == (after, done)
        if self.journey.ended:
            assert after is self.journey
            assert done == ()
        elif isinstance(input, Reply):
            self.replies += 1
        self.journey = after
        self.see(done)

    def see(self, done: tuple[commands.Command, ...]) -> None:
        self.log += done
        assert decode(encode(self.journey)) == self.journey
        sends = self.all(commands.Send)
        asked = [(each.step, each.visit) for each in sends]
        assert len(set(asked)) == len(asked), "a send was asked for twice"
        cancelled = [(each.step, each.visit) for each in self.all(commands.Cancel)]
        assert len(set(cancelled)) == len(cancelled)
        assert set(cancelled) <= set(asked)
        assert not any(self.journey.wants(*key) for key in cancelled)
        ends = self.all(commands.End)
        assert [each.state for each in ends] == ([self.journey.state] if self.journey.ended else [])
        taken = [note for note in self.all(commands.Note) if note.event == "reply"]
        given_away = self.all(commands.Unclaimed)
        assert len(taken) + len(given_away) + len(self.journey.kept) == self.replies

    def all(self, kind: type[Kind]) -> list[Kind]:
        return [each for each in self.log if isinstance(each, kind)]


OUTCOMES: tuple[OutcomeName, ...] = (
    "accepted", "in doubt", "delivered", "undelivered", "failed", "bounced", "refused", "expired",
    "no answer", "voicemail",
)  # fmt: skip

# An input is drawn against sends asked for so far: the number says which, from the last.
Draw = Callable[[list[commands.Send]], Input | None]


def _about(make: Callable[[int, int], Input], which: int) -> Draw:
    def draw(sends: list[commands.Send]) -> Input | None:
        return make(sends[-1 - which].step, sends[-1 - which].visit) if which < len(sends) else None

    return draw


def _plain(input: Input) -> Draw:
    return lambda sends: input


WHICH = st.integers(0, 3)
INPUTS: st.SearchStrategy[Draw] = st.one_of(
    WHICH.map(lambda which: _about(Permitted, which)),
    st.tuples(WHICH, st.sampled_from(OUTCOMES)).map(
        lambda drawn: _about(lambda step, visit: Outcome(step, visit, drawn[1]), drawn[0])
    ),
    WHICH.map(lambda which: _about(lambda step, visit: Outcome(step, visit, "accepted"), which)),
    st.tuples(WHICH, st.sampled_from(("1", "9", ""))).map(
        lambda drawn: _about(lambda step, visit: Pressed(step, visit, drawn[1]), drawn[0])
    ),
    st.just(_plain(Tick())),
    st.sampled_from(("yes", "no", "hm")).map(lambda text: _plain(Reply(text, "sms"))),
    st.sampled_from(("moved", "paid", "else")).map(
        lambda name: _plain(Event(name, {"a": iso(START)}))
    ),
    st.just(_plain(GiveBack())),
    st.just(_plain(Refresh())),
    st.builds(Outcome, st.integers(0, 9), st.integers(0, 3), st.just("delivered")).map(_plain),
)
ENDINGS: st.SearchStrategy[Input] = st.sampled_from(
    (Expire(), Drop(), OptOut("sms"), Drop("cancelled"), Expire())
)


@pytest.mark.promise("ONCE")
@pytest.mark.promise("LOSS")
@pytest.mark.promise("SIGNAL")
@given(graphs(), st.lists(st.tuples(INPUTS, st.sampled_from((0, HOUR, DAY))), max_size=40), ENDINGS)
@settings(max_examples=300, deadline=None)
def test_no_order_of_inputs_breaks_a_journey_and_it_ends(
    graph: StepGraph, inputs: list[tuple[Draw, int]], ending: Input
) -> None:
    watch = Watch(Program(graph))
    for draw, span in inputs:
        watch.now += span
        input = draw(watch.all(commands.Send))
        if input is not None:
            watch.put(input)
    watch.put(ending)
    assert watch.journey.ended
    watch.put(Tick())
    watch.put(Reply("yes", "sms"))
    watch.put(Close())


@pytest.mark.promise("ENDS")
@given(graphs(), st.sampled_from(OUTCOMES))
@settings(max_examples=300, deadline=None)
def test_a_journey_that_is_left_alone_comes_to_its_end(
    graph: StepGraph, outcome: OutcomeName
) -> None:
    program = Program(graph)
    now = START
    journey, done = begin(program, ROW, now)
    waiting = [each for each in done if isinstance(each, commands.Send)]
    for _ in range(20_000):
        if journey.ended:
            break
        input: Input = Tick()
        if waiting:
            send = waiting.pop()
            input = Outcome(send.step, send.visit, outcome)
        elif journey.due is not None:
            now = max(now, journey.due)
        elif journey.state == "handed_off":
            input = GiveBack()
        else:
            input = Expire()  # it waits for a moment that nobody tells
        journey, done = advance(program, journey, ROW, input, now)
        waiting += [each for each in done if isinstance(each, commands.Send)]
    assert journey.state in ("finished", "stopped", "unreachable", "expired")


# A wait for this very moment that leads back to itself begins, and is over, within one tick.
AGAIN_NOW = driving.graph(
    driving.until(1, moment=ValueMoment(name="starts_at", offset=-DAY)),
    driving.go_to(0, at_most=1),
)


@pytest.mark.promise("SIGNAL")
@given(graphs(), st.lists(INPUTS, max_size=30), st.integers(1, 3))
@example(AGAIN_NOW, [_plain(Tick())], 1)
@settings(max_examples=150, deadline=None)
def test_repeated_outcomes_and_ticks_change_nothing(
    graph: StepGraph, inputs: list[Draw], repeats: int
) -> None:
    watch = Watch(Program(graph))
    for draw in inputs:
        input = draw(watch.all(commands.Send))
        if input is None:
            continue
        watch.put(input)
        if isinstance(input, Permitted | Outcome | Tick):
            once: Journey = watch.journey
            for _ in range(repeats):
                watch.put(input)
            assert watch.journey is once

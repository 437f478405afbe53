"""Flows in short, laid out by hand as graphs, and a strategy that draws them."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tactful.graph.model import (
    AnyStep,
    AnyTimeArm,
    Case,
    Choose,
    DeliveryArm,
    EventArm,
    GoTo,
    Holds,
    Listen,
    Parallel,
    Repeat,
    ReplyArm,
    Run,
    Send,
    Split,
    Step,
    StepGraph,
    StepIndex,
    Stop,
    Tag,
    Text,
    Variant,
    WaitUntil,
)
from tactful.graph.moments import ValueMoment
from tactful.values import Duration

Line = tuple[Any, ...]
Block = tuple[Line, ...]
"""A flow in short: `("sms",)`, `("when", block, …)`, `("go", stage, at_most)` and so on."""

DAY = Duration.parse("1 day")
SMS: Line = ("sms",)
EMAIL: Line = ("email",)
STOP: Line = ("stop",)


def graph_of(stages: dict[str, Block], any_time: tuple[tuple[int, Block], ...] = ()) -> StepGraph:
    """Lay out a flow in short as a graph; its first stage is the entry."""
    steps: list[AnyStep | None] = []
    firsts: dict[str, StepIndex | None] = {}
    ids = count()
    room: dict[str, StepIndex | None] = {
        name: index if block else None
        for (name, block), index in zip(stages.items(), _offsets(stages), strict=True)
    }

    def lay(block: Block, stage: str, after: StepIndex | None) -> StepIndex | None:
        at: StepIndex | None = after
        for place in range(len(block)):
            steps.append(None)
            if place == 0:
                at = len(steps) - 1
        first = len(steps) - len(block)
        for place, line in enumerate(block):
            next_one = first + place + 1 if place + 1 < len(block) else after
            steps[first + place] = _step(line, stage, next_one, lay, room, f"{next(ids)}")
        return at

    for name, block in stages.items():
        firsts[name] = lay(block, name, None)
    arms = tuple(
        AnyTimeArm(when=EventArm(names=("e",), to=lay(block, "", None)), at_most=times)
        for times, block in any_time
    )
    return StepGraph(
        campaign="c",
        name="C",
        entry=next(iter(firsts.values())),
        steps=tuple(step for step in steps if step is not None),
        stages=firsts,
        any_time=arms,
        channels=("sms", "email"),
    )


def _offsets(stages: dict[str, Block]) -> Iterator[int]:
    at = 0
    for block in stages.values():
        yield at
        at += _size(block)


def _size(block: Block) -> int:
    return sum(
        1 + sum(_size(part) for part in line[1:] if isinstance(part, tuple)) for line in block
    )


def _step(
    line: Line,
    stage: str,
    following: StepIndex | None,
    lay: Callable[[Block, str, StepIndex | None], StepIndex | None],
    room: dict[str, StepIndex | None],
    identity: str,
) -> AnyStep:
    base = Step(id=identity, stage=stage, next=following).model_dump()
    word, *rest = line
    match word:
        case "sms" | "email":
            arms = tuple(
                DeliveryArm(outcome="not delivered", to=lay(block, stage, following))
                for block in rest
            )
            return Send(**base, channel=word, text=Text(parts=("Hi",)), arms=arms)
        case "tag":
            return Tag(**base, tags=("t",))
        case "stop":
            return Stop(**base)
        case "when":
            cases = tuple(
                Case(condition=Holds(name=f"x{identity}"), to=lay(block, stage, following))
                for block in rest
            )
            return Choose(**base, cases=cases)
        case "either":
            cases = tuple(
                Case(
                    condition=Holds(name=f"x{identity}") if left else None,
                    to=lay(block, stage, following),
                )
                for left, block in zip(range(len(rest) - 1, -1, -1), rest, strict=True)
            )
            return Choose(**base, cases=cases)
        case "split":
            variants = tuple(
                Variant(
                    name=f"v{at}", share=1_000_000 // len(rest), to=lay(block, stage, following)
                )
                for at, block in enumerate(rest)
            )
            return Split(**base, name=f"s{identity}", variants=variants)
        case "listen":
            arms_of = tuple(
                ReplyArm(words=(str(at),), to=lay(block, stage, following))
                for at, block in enumerate(rest)
            )
            return Listen(**base, span=DAY, arms=arms_of, on_timeout=following)
        case "until":
            arms_of = (ReplyArm(words=("0",), to=lay(rest[0], stage, following)),)
            late = lay(rest[1], stage, following)
            moment = ValueMoment(name="x")
            return WaitUntil(**base, moment=moment, arms=arms_of, too_late=late)
        case "go":
            return GoTo(**base, target=room[rest[0]], at_most=rest[1] if rest[1:] else None)
        case "run":
            return Run(**base, target=room[rest[0]])
        case "repeat":
            return Repeat(**base, times=rest[0], body=lay(rest[1], stage, None))
        case "parallel":
            return Parallel(**base, branches=tuple(lay(block, stage, None) for block in rest))
    raise AssertionError(word)


def blocks(*, side_by_side: bool) -> st.SearchStrategy[Block]:
    names = st.sampled_from(["journey", "a", "b"])
    simple = st.one_of(
        st.just(SMS),
        st.just(EMAIL),
        st.just(STOP),
        st.tuples(st.just("go"), names, st.integers(1, 2)),
        st.tuples(st.just("run"), st.just("leaf")),
        st.tuples(st.just("go"), st.just("leaf")),
    )

    def deeper(lines: st.SearchStrategy[Line]) -> st.SearchStrategy[Line]:
        block = st.lists(lines, min_size=1, max_size=2).map(tuple)
        shapes = [
            st.tuples(st.sampled_from(["sms", "when", "either", "listen"]), block),
            st.tuples(st.sampled_from(["either", "listen", "until", "split"]), block, block),
            st.tuples(st.just("repeat"), st.integers(1, 2), block),
        ]
        if side_by_side:
            shapes.append(st.tuples(st.just("parallel"), block, block))
        return st.one_of(*shapes)

    lines = st.recursive(simple, deeper, max_leaves=4)
    return st.lists(lines, min_size=1, max_size=3).map(tuple)


def flows(*, side_by_side: bool) -> st.SearchStrategy[dict[str, Block]]:
    block = blocks(side_by_side=side_by_side)
    leaf = st.sampled_from([(SMS,), (SMS, STOP), (("when", (SMS, SMS)),)])
    return st.fixed_dictionaries({"journey": block, "a": block, "b": block, "leaf": leaf})

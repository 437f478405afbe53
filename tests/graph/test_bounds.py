"""The most messages one person can get: by table, against exhaustive search, and on large flows."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.bounds import most_messages
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
    Step,
    StepGraph,
    StepIndex,
    Stop,
    Tag,
    Text,
)
from tactful.graph.walk import onward, walk
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
                Case(condition=Holds(name="x"), to=lay(block, stage, following)) for block in rest
            )
            return Choose(**base, cases=cases)
        case "either":
            cases = tuple(
                Case(condition=Holds(name="x") if left else None, to=lay(block, stage, following))
                for left, block in zip(range(len(rest) - 1, -1, -1), rest, strict=True)
            )
            return Choose(**base, cases=cases)
        case "listen":
            arms_of = tuple(
                ReplyArm(words=(str(at),), to=lay(block, stage, following))
                for at, block in enumerate(rest)
            )
            return Listen(**base, span=DAY, arms=arms_of, on_timeout=following)
        case "go":
            return GoTo(**base, target=room[rest[0]], at_most=rest[1] if rest[1:] else None)
        case "run":
            return Run(**base, target=room[rest[0]])
        case "repeat":
            return Repeat(**base, times=rest[0], body=lay(rest[1], stage, None))
        case "parallel":
            return Parallel(**base, branches=tuple(lay(block, stage, None) for block in rest))
    raise AssertionError(word)


@pytest.mark.parametrize(
    ("stages", "sms"),
    [
        ({"journey": ()}, 0),
        ({"journey": (SMS, EMAIL, SMS)}, 2),
        ({"journey": (SMS, STOP, SMS)}, 1),
        ({"journey": (("when", (SMS, SMS), (EMAIL,)), SMS)}, 3),
        ({"journey": (("either", (STOP,), (EMAIL,)), SMS)}, 1),
        ({"journey": (("when", (SMS, STOP)), SMS, SMS)}, 2),
        ({"journey": (("sms", (SMS,)), ("listen", (SMS, SMS), (SMS,)))}, 4),
        ({"journey": (SMS, ("go", "more")), "more": (SMS,)}, 2),
        ({"journey": (SMS, ("go", "journey", 2), SMS)}, 4),
        ({"journey": (("listen", (SMS, ("go", "journey", 1))), EMAIL)}, 2),
        ({"journey": (("repeat", 3, (SMS,)), SMS)}, 4),
        ({"journey": (("repeat", 3, (SMS, ("when", (SMS, STOP)))), SMS)}, 4),
        ({"journey": (("repeat", 3, (SMS, STOP)), SMS)}, 1),
        ({"journey": (("repeat", 3, (("repeat", 3, (SMS,)),)),)}, 9),
        ({"journey": (("run", "more"), ("run", "more"), SMS), "more": (SMS, SMS)}, 5),
        ({"journey": (("run", "more"), SMS), "more": (SMS, STOP)}, 1),
        ({"journey": (("run", "more"), SMS), "more": (SMS, ("go", "last")), "last": (SMS,)}, 2),
        ({"journey": (("parallel", (SMS, SMS), (SMS,)), SMS)}, 4),
        ({"journey": (("parallel", (SMS, STOP), (SMS, SMS)), SMS, SMS)}, 3),
        ({"journey": (("parallel", (("go", "more"),), (SMS,)), SMS), "more": (SMS,)}, 3),
        ({"journey": (("go", "a", 1), SMS), "a": (SMS, ("go", "b", 1)), "b": (SMS,)}, 2),
        ({"journey": (("go", "a", 2),), "a": (SMS, ("go", "journey", 5), SMS)}, 3),
    ],
)
def test_the_most_messages_are_those_of_the_longest_way(stages: dict[str, Block], sms: int) -> None:
    bounds = most_messages(graph_of(stages))
    assert bounds.most["sms"] == sms
    assert bounds.exact


def test_each_channel_is_counted_on_its_own_longest_way() -> None:
    graph = graph_of({"journey": (("either", (SMS, SMS), (EMAIL,)), EMAIL)})
    assert most_messages(graph).most == {"sms": 2, "email": 2}


def test_lines_at_any_time_add_up_as_often_as_they_may_be_taken() -> None:
    graph = graph_of(
        {"journey": (SMS,), "more": (SMS, SMS)},
        any_time=((3, (SMS,)), (1, (("go", "more"),)), (1, (STOP,))),
    )
    assert most_messages(graph).most == {"sms": 1 + 3 + 2, "email": 0}


@pytest.mark.promise("ENDS")
def test_a_graph_with_a_loop_has_no_bound() -> None:
    graph = graph_of({"journey": (SMS, ("go", "journey"))})
    assert not walk(graph).ends
    with pytest.raises(ValueError, match="never end"):
        most_messages(graph)


def test_jumps_in_branches_side_by_side_are_bounded_and_said_to_be_inexact() -> None:
    inner = ("parallel", (SMS, ("go", "journey", 2)), (SMS,))
    bounds = most_messages(graph_of({"journey": (inner, SMS)}))
    # Two nested rounds inside the branch, each with all three messages of its own.
    assert bounds.most["sms"] == 9
    assert not bounds.exact


def test_thirty_nested_branches_with_jumps_back_are_counted_by_the_sum() -> None:
    block: Block = (SMS,)
    for _ in range(30):
        block = (("when", (*block, ("go", "journey", 3))), SMS)
    bounds = most_messages(graph_of({"journey": block}))
    # From the innermost jump outwards, a round to each of them holds one message, then two ...
    rounds = sum(3 * depth for depth in range(1, 31))
    assert bounds.most["sms"] == rounds + 31
    assert bounds.exact


def test_many_jumps_to_many_places_fall_back_on_a_sum_that_is_not_smaller() -> None:
    stages: dict[str, Block] = {
        f"s{at}": (SMS, *(("go", f"s{to}", 1) for to in range(12) if to != at)) for at in range(12)
    }
    bounds = most_messages(graph_of(stages))
    assert not bounds.exact
    assert bounds.most["sms"] >= 12 * 11


def test_a_chain_of_ten_thousand_steps_is_counted_without_recursion() -> None:
    assert most_messages(graph_of({"journey": (SMS,) * 10_000})).most["sms"] == 10_000


# ---- against exhaustive search ------------------------------------------------------------------


Frames = tuple[tuple[StepIndex, int, StepIndex | None], ...]
Spent = frozenset[tuple[StepIndex, int]]


def longest(graph: StepGraph) -> int:
    """Return the most sms by trying every way, with frames and spent jumps in hand."""

    @cache
    def longest_from(at: StepIndex | None, frames: Frames, spent: Spent) -> int:
        while at is None:
            if not frames:
                return 0
            (body, left, following), *below = frames
            if left > 1:
                frames, at = ((body, left - 1, following), *below), body
            else:
                frames, at = tuple(below), following
        step = graph.steps[at]
        match step:
            case GoTo(at_most=None):
                return longest_from(step.target, (), spent)
            case GoTo():
                used = dict(spent)
                ways = [longest_from(step.next, frames, spent)]
                if used.get(at, 0) < (step.at_most or 0):
                    used[at] = used.get(at, 0) + 1
                    ways.append(longest_from(step.target, (), frozenset(used.items())))
                return max(ways)
            case Repeat(body=int(inner)) | Run(target=int(inner)):
                times = step.times if isinstance(step, Repeat) else 1
                return longest_from(inner, ((inner, times, step.next), *frames), spent)
            case _:
                sent = int(isinstance(step, Send) and step.channel == "sms")
                ways = [longest_from(to, frames, spent) for to in onward(step)]
                return sent + max(ways, default=0)

    return longest_from(graph.entry, (), frozenset())


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
            st.tuples(st.sampled_from(["either", "listen"]), block, block),
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


@given(flows(side_by_side=False))
def test_the_bound_is_what_exhaustive_search_finds(stages: dict[str, Block]) -> None:
    graph = graph_of(stages)
    bounds = most_messages(graph)
    assert bounds.exact
    assert bounds.most["sms"] == longest(graph)


@pytest.mark.promise("ENDS")
@given(flows(side_by_side=True))
def test_every_flow_whose_backward_jumps_are_counted_ends(stages: dict[str, Block]) -> None:
    assert walk(graph_of(stages)).ends

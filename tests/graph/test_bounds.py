"""The most messages one person can get: by table, against exhaustive search, and on large flows."""

from functools import cache

import pytest
from hypothesis import assume, given

from tactful.graph.bounds import most_messages
from tactful.graph.model import GoTo, Repeat, Run, Send, StepGraph, StepIndex
from tactful.graph.walk import onward, walk
from tests.graph.drafts import EMAIL, SMS, STOP, Block, flows, graph_of


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
        ({"journey": (("repeat", 3, (("sms", (SMS,)), ("listen", (SMS, STOP)))), SMS)}, 7),
        ({"journey": (("split", (SMS, SMS), (EMAIL,), (STOP,)), SMS)}, 3),
        ({"journey": (("split", (SMS, SMS, STOP), (STOP,)), SMS)}, 2),
        (
            {
                "journey": (("repeat", 2, (("split", (SMS,), (("go", "more"),)),)),),
                "more": (SMS,) * 5,
            },
            6,
        ),
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


@given(flows(side_by_side=False))
def test_the_bound_is_what_exhaustive_search_finds(stages: dict[str, Block]) -> None:
    graph = graph_of(stages)
    bounds = most_messages(graph)
    assume(bounds.exact)  # not when there are too many ways to spend the jumps
    assert bounds.most["sms"] == longest(graph)


@pytest.mark.promise("ENDS")
@given(flows(side_by_side=True))
def test_every_flow_whose_backward_jumps_are_counted_ends(stages: dict[str, Block]) -> None:
    assert walk(graph_of(stages)).ends

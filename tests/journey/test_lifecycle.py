"""The life cycles as tables: what is legal, what is not, and signals in any order."""

import itertools
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import IllegalMove
from tactful.guard.standing import SENDER
from tactful.journey.commands import EndState
from tactful.journey.lifecycle import (
    ENDED,
    JOURNEY,
    LAUNCH,
    RANKS,
    SEND,
    SIGNALS,
    THREAD,
    SendState,
    StatusSignal,
    mermaid,
    move,
)


def test_a_launch_runs_pauses_and_ends() -> None:
    state = move(LAUNCH, "loading", "load")
    for event in ("pause", "resume", "finish"):
        state = move(LAUNCH, state, event)
    assert state == "finished"


@pytest.mark.parametrize("event", ["load", "pause", "resume", "finish", "stop"])
def test_an_ended_launch_moves_no_more(event: str) -> None:
    with pytest.raises(IllegalMove, match=event):
        move(LAUNCH, "finished", event)


def test_every_running_journey_can_end_in_every_way_and_an_ended_one_in_none() -> None:
    assert frozenset(get_args(EndState)) == ENDED
    assert {
        following for (state, _), following in JOURNEY.items() if state == "handed_off"
    } >= ENDED
    assert not [state for state, _ in JOURNEY if state in ENDED]
    with pytest.raises(IllegalMove):
        move(JOURNEY, "running", "closed")


def test_only_what_was_not_called_yet_can_be_cancelled() -> None:
    cancellable = {state for state, event in SEND if event == "cancel"}
    assert cancellable == {"queued"}


@pytest.mark.promise("ONCE")
def test_only_an_attempt_that_nothing_is_known_to_have_come_of_is_tried_again() -> None:
    again = {state for (state, _), following in SEND.items() if following == "retried"}
    assert again == {"sending", "in doubt"}
    assert not [state for state, _ in SEND if state == "retried"]
    assert move(SEND, "delivered", "retry") == "delivered"


@pytest.mark.promise("SIGNAL")
@given(st.lists(st.sampled_from(SIGNALS), min_size=1, max_size=5), st.randoms())
def test_signals_repeated_in_any_order_equal_one_ordered_delivery(
    signals: list[StatusSignal], random: Random
) -> None:
    ordered: SendState = "sending"
    for signal in sorted(set(signals), key=lambda each: RANKS[each]):
        ordered = move(SEND, ordered, signal)
    mixed = signals * 46
    random.shuffle(mixed)
    state: SendState = "sending"
    for signal in mixed:
        state = move(SEND, state, signal)
    assert state == ordered


@pytest.mark.promise("SIGNAL")
def test_no_signal_lowers_a_state() -> None:
    for state, signal in itertools.product(RANKS, SIGNALS):
        assert RANKS[move(SEND, state, signal)] >= RANKS[state]


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_signal_settles_a_send_in_doubt_and_doubt_unsettles_none(signal: StatusSignal) -> None:
    settled = move(SEND, "in doubt", signal)
    assert settled == signal
    assert move(SEND, settled, "lose") == signal


@pytest.mark.parametrize("table", [LAUNCH, SEND, JOURNEY, THREAD, SENDER])
def test_a_table_draws_itself(table: dict[tuple[str, str], str]) -> None:
    start = next(iter(table))[0]
    drawing = mermaid(table, start)
    assert drawing.startswith(f"stateDiagram-v2\n    [*] --> {start}\n")
    for state, following in {(state, after) for (state, _), after in table.items()}:
        arrow = f"    {state} --> {following}: ".replace("in doubt", "in_doubt").replace(
            "no answer", "no_answer"
        )
        assert (arrow in drawing) is (state != following)
    assert ('    state "in doubt" as in_doubt\n' in drawing) is (start == "queued")


def test_final_states_are_drawn_as_such() -> None:
    assert mermaid(LAUNCH, "loading").endswith("    stopped --> [*]\n    finished --> [*]\n")

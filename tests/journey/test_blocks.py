"""Blocks and jumps: repeat, run, go to, parallel branches, stop."""

import pytest

from tactful.errors import IllegalMove
from tactful.graph.model import Constant, Moment, Ref
from tactful.journey import commands
from tactful.values import DAY, HOUR
from tests.journey.driving import (
    Drive,
    choose,
    equals,
    go_to,
    hand_off,
    listen,
    parallel,
    repeat,
    run,
    says,
    send,
    set_to,
    stop,
    tag,
    text,
    wait,
)


def attempts(drive: Drive) -> list[object]:
    return [each.scope.get("attempt") for each in drive.log if isinstance(each, commands.Send)]


def test_a_repetition_counts_its_attempts_and_goes_on() -> None:
    drive = Drive(repeat(1, 3, 2), send(), send())
    for visit in (1, 2, 3):
        drive.accept(1, visit)
    assert drive.sends == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert attempts(drive) == [1, 2, 3, None]


def test_every_is_the_time_between_starts() -> None:
    drive = Drive(repeat(1, 2, 3, every=DAY), send(2), wait(span=HOUR), tag("done"))
    drive.accept(1)
    drive.later(HOUR)
    assert drive.due == DAY - HOUR
    drive.later(DAY - HOUR)
    assert drive.sends == [(1, 1), (1, 2)]
    drive.now += 2 * DAY
    drive.accept(1, 2)
    drive.later(HOUR)
    assert drive.tags == ["done"]


def test_a_round_that_took_longer_than_every_is_followed_at_once() -> None:
    drive = Drive(repeat(1, 2, None, every=HOUR), send(2), wait(span=DAY))
    drive.accept(1)
    drive.later(DAY)
    assert drive.sends == [(1, 1), (1, 2)]


def test_an_empty_or_impossible_repetition_is_passed() -> None:
    assert Drive(repeat(None, 3, 1), tag("after")).tags == ["after"]
    assert Drive(repeat(2, 0, 1), tag("after"), tag("body")).tags == ["after"]


def test_the_inner_repetition_names_the_attempt() -> None:
    drive = Drive(repeat(1, 2), repeat(2, 2), send())
    for visit in range(1, 5):
        drive.accept(2, visit)
    assert attempts(drive) == [1, 2, 1, 2]
    assert drive.state == "finished"


def test_a_run_comes_back_with_its_waits_and_sends_done() -> None:
    drive = Drive(run(2, 1), tag("back"), send(3), wait())
    drive.accept(2)
    drive.later(DAY)
    assert drive.tags == ["back"]
    assert Drive(run(None, 1), tag("back")).tags == ["back"]


def test_a_run_in_a_repetition_keeps_the_attempt() -> None:
    drive = Drive(repeat(1, 2), run(2), send())
    drive.accept(2)
    drive.accept(2, 2)
    assert attempts(drive) == [1, 2]


def test_go_to_leaves_repetitions_and_runs_for_good() -> None:
    drive = Drive(repeat(1, 5), run(2), go_to(3), tag("there"))
    assert drive.tags == ["there"]
    assert drive.state == "finished"


def test_go_to_goes_on_below_after_its_limit() -> None:
    drive = Drive(send(1), go_to(0, 2, at_most=1), tag("below"))
    drive.accept(0)
    drive.accept(0, 2)
    assert drive.tags == ["below"]
    assert Drive(go_to(None)).state == "finished"


@pytest.mark.promise("ENDS")
def test_a_loop_without_a_wait_is_an_illegal_move() -> None:
    with pytest.raises(IllegalMove, match="10000 steps"):
        Drive(go_to(0))


def test_a_very_long_repetition_of_branches_does_not_nest() -> None:
    drive = Drive(repeat(1, 1_000, 3), parallel(None, 2, 2), tag("branch"), tag("done"))
    assert drive.tags == ["branch", "done"]


def test_branches_run_side_by_side_and_join() -> None:
    drive = Drive(parallel(1, 2, 3, None), tag("joined"), send(4), wait(5), wait(), tag("second"))
    assert drive.sends == [(2, 1)]
    drive.accept(2)
    drive.later(DAY)
    assert drive.tags == ["second", "joined"]
    assert drive.state == "finished"


def test_branches_that_are_done_at_once_join_at_once() -> None:
    assert Drive(parallel(1, 2, 3), tag("joined"), tag("a"), tag("b")).tags == ["a", "b", "joined"]
    assert Drive(parallel(1), tag("joined")).tags == ["joined"]


def test_branches_stand_in_branches() -> None:
    drive = Drive(parallel(1, 2, 3), tag("outer"), parallel(4, 3, 3), wait(), tag("inner"))
    drive.later(DAY)
    assert drive.tags == ["inner", "outer"]


def test_one_reply_answers_one_branch_the_first_that_listens_for_it() -> None:
    drive = Drive(
        parallel(None, 1, 2),
        listen(None, says("no", 3), says("yes", 3)),
        listen(None, says("yes", 4)),
        tag("first"),
        tag("second"),
    )
    drive.reply("yes")
    assert drive.tags == ["first"]
    drive.reply("yes")
    assert drive.tags == ["first", "second"]


def test_go_to_stays_inside_its_branch() -> None:
    drive = Drive(parallel(1, 2, 3), tag("joined"), go_to(4), wait(), tag("jumped"))
    assert drive.tags == ["jumped"]
    drive.later(DAY)
    assert drive.tags == ["jumped", "joined"]


def test_stop_in_a_branch_ends_the_journey_and_cancels_the_others() -> None:
    drive = Drive(parallel(None, 1, 2), send(), listen(None, says("no", 3)), stop("no"))
    assert drive.reply("no")[-2:] == (
        commands.Cancel(1, 1, "stopped"),
        commands.End("stopped", "no"),
    )
    assert drive.state == "stopped"


def test_timers_of_branches_fire_in_the_order_of_their_time() -> None:
    drive = Drive(
        parallel(None, 1, 2),
        wait(3, span=2 * HOUR),
        wait(4, span=HOUR),
        tag("second"),
        tag("first"),
    )
    assert drive.due == HOUR
    drive.later(DAY)
    assert drive.tags == ["first", "second"]


def test_an_ended_branch_takes_no_timer_with_it() -> None:
    drive = Drive(
        parallel(None, 1, 2), wait(3, span=HOUR), wait(4, span=2 * HOUR), stop(), tag("no")
    )
    drive.later(DAY)
    assert drive.state == "stopped"
    assert drive.tags == []


def test_the_first_case_that_holds_is_taken_else_the_next_step() -> None:
    steps = (
        choose(3, (equals("plan", "gold"), 1), (equals("plan", "silver"), 2)),
        tag("gold"),
        tag("silver"),
        tag("neither"),
    )
    assert Drive(*steps, row={"plan": "Silver"}).tags == ["silver"]
    assert Drive(*steps, row={"plan": "tin"}).tags == ["neither"]
    assert Drive(choose(1, (None, None)), tag("below")).tags == []


def test_set_remembers_a_literal_a_value_a_text_or_a_moment() -> None:
    drive = Drive(
        set_to("limit", Constant(value=3), 1),
        set_to("city", Ref(name="town"), 2),
        set_to("note", text("late"), 3),
        set_to("since", Moment(), 4),
        set_to("today", Moment(whole_day=True), 5),
        choose(None, (equals("limit", 3), 6)),
        tag("three"),
        row={"town": "Cork"},
    )
    assert drive.journey.values == {
        "limit": 3,
        "city": "Cork",
        "note": "late",
        "since": "2026-11-30T00:53:20.000Z",
        "today": "2026-11-30",
    }
    assert commands.Note("set", 1, {"name": "city", "value": "Cork"}) in drive.log
    assert drive.tags == ["three"]


def test_what_was_handed_out_as_scope_never_changes_afterwards() -> None:
    drive = Drive(
        set_to("word", text("before"), 1), hand_off(2), set_to("word", text("after"), 3), send()
    )
    scopes = [
        each.scope for each in drive.log if isinstance(each, commands.HandOff | commands.Send)
    ]
    assert scopes == [{"word": "before"}, {"word": "after"}]

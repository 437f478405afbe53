"""Which line a reply or event takes: waits, late answers, hand-offs, and lines at any time."""

import pytest

from tactful.graph.model import ReplyArm
from tactful.journey import commands
from tactful.journey.inputs import Close, Event, GiveBack, Permitted, Tick
from tactful.values import DAY, HOUR
from tests.journey.driving import (
    Drive,
    any_time,
    choose,
    equals,
    event,
    go_to,
    hand_off,
    listen,
    other,
    parallel,
    repeat,
    says,
    send,
    set_to,
    stop,
    tag,
    text,
    wait,
)


def test_the_first_line_that_fits_wins_and_ends_the_wait() -> None:
    drive = Drive(
        listen(None, says("money", 1), says("money back", 2), other(3)),
        tag("first"),
        tag("second"),
        tag("other"),
    )
    drive.reply("Money back, please")
    assert drive.tags == ["first"]
    assert drive.state == "finished"


def test_an_unexpected_reply_goes_to_a_person_and_the_wait_goes_on() -> None:
    drive = Drive(listen(None, says("yes", 1)), tag("yes"))
    drive.now += HOUR
    drive.reply("Who is this?")
    assert drive.unclaimed == ["Who is this?"]
    assert drive.due == DAY - HOUR
    drive.reply("yes")
    assert drive.tags == ["yes"]


def _if_vip(arm: ReplyArm) -> ReplyArm:
    return arm.model_copy(update={"condition": equals("vip", True)})


def test_a_line_whose_when_does_not_hold_leaves_the_reply_to_the_next_that_fits() -> None:
    lines = (_if_vip(says("refund", 1, "wish")), says("money", 2), other(3, "words"))
    steps = (listen(None, *lines), tag("vip"), tag("money"), tag("other"))
    for vip, said, tags in (
        (True, "refund my money", ["vip"]),
        (False, "refund my money", ["money"]),
        (False, "refund", ["other"]),
    ):
        drive = Drive(*steps, row={"vip": vip})
        drive.reply(said)
        assert drive.tags == tags
    assert drive.journey.values == {"reply": "refund", "words": "refund"}


def test_where_no_line_holds_the_reply_goes_to_a_person_and_the_wait_goes_on() -> None:
    drive = Drive(listen(None, _if_vip(says("refund", 1))), tag("vip"), row={"vip": False})
    drive.reply("refund")
    assert drive.unclaimed == ["refund"]
    assert drive.due == DAY


def test_other_reply_takes_everything_else_and_remembers_it() -> None:
    drive = Drive(listen(None, says("yes", None), other(1, "words")), tag("other"))
    drive.reply("Who is this?")
    assert drive.journey.values == {"reply": "Who is this?", "words": "Who is this?"}
    assert drive.tags == ["other"]


@pytest.mark.promise("SIGNAL")
def test_an_event_takes_its_line_once_and_leaves_its_values() -> None:
    drive = Drive(listen(1, event("order.shipped", 1, "news")), wait())
    happened = Event("order.shipped", {"carrier": "Post", "parcels": 2})
    assert not drive.changes(Event("order.packed"))
    assert drive.changes(happened)
    assert drive.journey.values == {
        "event": "order.shipped",
        "news.carrier": "Post",
        "news.parcels": 2,
    }
    assert not drive.changes(happened)


def test_the_time_of_a_wait_goes_on_below_or_takes_its_line() -> None:
    below = Drive(listen(1, says("yes", None)), tag("below"))
    below.later(DAY)
    assert below.tags == ["below"]
    line = Drive(listen(1, says("yes", None), timeout=2), tag("below"), tag("timeout"))
    line.later(DAY)
    assert line.tags == ["timeout"]


def test_the_winner_of_a_race_cancels_the_others_in_one_step() -> None:
    drive = Drive(listen(None, says("yes", 1), event("paid", 2), timeout=3), wait(), wait(), wait())
    drive.reply("yes")
    assert drive.due == DAY
    assert not drive.changes(Event("paid"))
    assert not drive.changes(Tick())


# ---- late answers -------------------------------------------------------------------------------


def asked_and_followed_up() -> Drive:
    drive = Drive(
        listen(None, says("yes", 2), event("paid", 3), timeout=1),
        send(4),
        tag("yes", 5),
        tag("paid", 5),
        tag("followed up"),
        wait(),
    )
    drive.later(DAY)
    assert drive.sends == [(1, 1)]
    return drive


def test_a_reply_while_the_follow_up_is_queued_cancels_it_and_takes_its_line() -> None:
    drive = asked_and_followed_up()
    assert commands.Cancel(1, 1, "a late answer") in drive.reply("yes")
    assert drive.tags == ["yes"]
    assert not drive.changes(Permitted(1, 1))


def test_an_event_while_the_follow_up_is_queued_cancels_it_too() -> None:
    drive = asked_and_followed_up()
    drive.happen("paid")
    assert drive.cancelled == [1]
    assert drive.tags == ["paid"]


def test_a_late_answer_that_fits_no_line_changes_nothing_of_the_follow_up() -> None:
    drive = asked_and_followed_up()
    drive.reply("hm")
    assert drive.unclaimed == ["hm"]
    assert drive.cancelled == []


def test_once_the_follow_up_is_permitted_a_reply_is_no_longer_late() -> None:
    drive = asked_and_followed_up()
    drive.permit(1)
    drive.reply("yes")
    assert drive.cancelled == []
    drive.outcome(1, "accepted")
    assert drive.tags == ["followed up"]
    assert drive.unclaimed == ["yes"]


def test_a_refused_follow_up_leaves_the_wait_answerable() -> None:
    drive = Drive(listen(None, says("yes", 3), timeout=1), send(2), wait(), tag("yes"))
    drive.later(DAY)
    drive.outcome(1, "refused")
    drive.reply("yes")
    assert drive.tags == ["yes"]


def test_a_late_answer_keeps_tags_and_values_and_the_round_of_its_wait() -> None:
    drive = Drive(
        repeat(1, 3, None),
        listen(None, says("yes", 2), timeout=4),
        set_to("said_in", text("round"), 3),
        send(),
        tag("silent", 5),
        send(),
    )
    drive.later(DAY)
    drive.reply("yes")
    assert drive.tags == ["silent"]
    assert drive.cancelled == [5]
    sent = [each for each in drive.log if isinstance(each, commands.Send)][-1]
    assert sent.step == 3
    assert sent.scope == {"reply": "yes", "said_in": "round", "attempt": 1}


def test_a_late_answer_ends_the_branches_that_began_since() -> None:
    drive = Drive(
        listen(None, says("yes", 4), timeout=1),
        parallel(None, 2, 3),
        send(),
        wait(),
        tag("yes"),
    )
    drive.later(DAY)
    drive.reply("yes")
    assert drive.cancelled == [2]
    assert drive.tags == ["yes"]
    assert drive.state == "finished"


def test_the_wait_that_runs_is_asked_before_the_one_that_ran_out() -> None:
    drive = Drive(
        listen(None, says("yes", 2), says("no", 3), timeout=1),
        listen(None, says("yes", 4)),
        tag("late yes"),
        tag("late no"),
        tag("yes"),
    )
    drive.later(DAY)
    drive.reply("yes")
    assert drive.tags == ["yes"]


def test_a_line_of_the_wait_that_ran_out_is_taken_when_the_next_wait_has_none() -> None:
    drive = Drive(
        listen(None, says("no", 2), timeout=1), listen(None, says("yes", None)), tag("late no")
    )
    drive.later(DAY)
    drive.reply("no")
    assert drive.tags == ["late no"]


# ---- hand-offs ----------------------------------------------------------------------------------


def handed_off() -> Drive:
    drive = Drive(
        hand_off(1),
        send(2),
        listen(None, says("yes", 3), event("paid", 4)),
        tag("yes"),
        tag("paid"),
    )
    assert [type(each) for each in drive.log] == [commands.HandOff, commands.Send]
    drive.accept(1)
    return drive


def test_the_wait_after_a_hand_off_begins_when_it_is_given_back() -> None:
    drive = handed_off()
    assert drive.due is None
    drive.reply("yes")
    assert drive.unclaimed == ["yes"]
    drive.now += 3 * DAY
    drive.put(GiveBack())
    assert drive.due == DAY
    drive.reply("yes")
    assert drive.tags == ["yes"]


def test_events_take_their_lines_while_a_person_has_the_conversation() -> None:
    drive = handed_off()
    drive.happen("paid")
    assert drive.tags == ["paid"]
    assert drive.state == "finished"


def test_a_closed_hand_off_ends_the_journey() -> None:
    drive = handed_off()
    drive.put(Close())
    assert drive.state == "closed"


def test_a_journey_at_its_end_does_not_wait_for_its_hand_off() -> None:
    drive = Drive(hand_off())
    assert drive.state == "finished"


@pytest.mark.parametrize("every", [None, DAY])
def test_a_fixed_wait_and_a_pause_are_held_by_a_hand_off_too(every: int | None) -> None:
    drive = Drive(hand_off(1), repeat(2, 2, None, every=DAY), tag("round") if every else wait())
    assert drive.due is None
    drive.now += HOUR
    drive.put(GiveBack())
    assert drive.due == (DAY - HOUR if every else DAY)


def test_a_reply_to_a_person_still_proves_delivery() -> None:
    drive = Drive(hand_off(1), send(2, arms={"delivered": 3}), wait(), tag("delivered", 2))
    drive.accept(1)
    drive.reply("thanks")
    assert drive.tags == ["delivered"]
    assert drive.unclaimed == ["thanks"]


# ---- at any time --------------------------------------------------------------------------------


def test_a_line_at_any_time_is_looked_at_first_and_taken_so_often() -> None:
    drive = Drive(
        listen(None, says("agent", 1)),
        tag("wait's line"),
        tag("at any time"),
        any_time=(any_time(says("agent", 2), at_most=1),),
    )
    drive.now += HOUR
    drive.reply("agent")
    assert drive.tags == ["at any time"]
    assert drive.due == DAY - HOUR
    drive.reply("agent")
    assert drive.tags == ["at any time", "wait's line"]


def test_after_its_lines_the_person_goes_on_where_they_were() -> None:
    drive = Drive(
        send(1), wait(2), tag("on"), send(), any_time=(any_time(event("moved", 3), at_most=2),)
    )
    drive.happen("moved")
    assert drive.sends == [(0, 1), (3, 1)]
    drive.accept(3)
    drive.accept(0)
    assert drive.due == DAY
    drive.later(DAY)
    assert drive.tags == ["on"]
    assert drive.state == "finished"


def test_the_journey_ends_when_the_lines_at_any_time_are_done_too() -> None:
    drive = Drive(wait(), send(), any_time=(any_time(event("moved", 1)),))
    drive.happen("moved")
    drive.later(DAY)
    assert drive.state == "running"
    drive.accept(1)
    assert drive.state == "finished"


def test_a_stop_at_any_time_ends_the_journey_and_cancels_what_is_queued() -> None:
    drive = Drive(send(), stop("paid"), any_time=(any_time(event("paid", 1)),))
    assert drive.happen("paid")[-1] == commands.End("stopped", "paid")
    assert drive.cancelled == [0]


def test_a_go_to_at_any_time_leaves_everything_else() -> None:
    drive = Drive(
        parallel(1, 2, 3),
        tag("joined"),
        send(),
        wait(),
        go_to(5),
        wait(6),
        tag("arrived"),
        any_time=(any_time(says("agent", 4)),),
    )
    drive.reply("agent")
    assert drive.cancelled == [2]
    drive.later(DAY)
    assert drive.tags == ["arrived"]
    assert drive.state == "finished"


def test_conditions_see_the_last_reply_the_row_and_what_is_set_for_all() -> None:
    drive = Drive(
        listen(None, other(1)),
        choose(4, (equals("reply", "OUI"), 2)),
        choose(4, (equals("tell", True), 3)),
        choose(4, (equals("country", "ie"), 5)),
        tag("not"),
        tag("all"),
        row={"country": "IE"},
        values={"tell": True, "country": "FR"},
    )
    drive.reply("oui")
    assert drive.tags == ["all"]

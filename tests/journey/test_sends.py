"""How a journey and its sends move together."""

import pytest

from tactful.graph.model import DeliveryName
from tactful.journey import commands
from tactful.journey.inputs import (
    Close,
    Drop,
    Expire,
    GiveBack,
    OptOut,
    Outcome,
    OutcomeName,
    Permitted,
    Tick,
)
from tactful.values import DAY, HOUR, MINUTE
from tests.journey.driving import Drive, go_to, listen, says, send, tag, wait


def test_a_journey_without_steps_is_finished_at_once() -> None:
    drive = Drive()
    assert drive.log == [commands.End("finished")]
    assert drive.state == "finished"


@pytest.mark.parametrize("outcome", ["accepted", "in doubt", "refused", "expired", "failed"])
def test_a_send_holds_its_journey_until_its_outcome_and_waits_count_from_then(
    outcome: OutcomeName,
) -> None:
    drive = Drive(send(1), wait(None, span=HOUR))
    assert drive.log == [commands.Send(0, 1, True, False, {})]
    assert drive.due is None
    drive.now += DAY
    drive.permit(0)
    assert drive.due is None
    drive.outcome(0, outcome)
    assert drive.due == HOUR


def test_a_send_without_lines_does_not_wait_for_delivery() -> None:
    drive = Drive(send())
    drive.accept(0)
    assert drive.state == "finished"


def test_a_send_with_lines_waits_at_most_within_for_what_comes_of_it() -> None:
    drive = Drive(send(1, arms={"not delivered": 2}, within=30 * MINUTE), tag("below"), tag("not"))
    drive.accept(0)
    assert drive.due == 30 * MINUTE
    drive.later(30 * MINUTE)
    assert drive.tags == ["below"]


LINES: dict[DeliveryName, int] = {"not delivered": 1, "failed": 2}


@pytest.mark.parametrize(
    ("arms", "outcome", "taken"),
    [
        (LINES, "undelivered", "not delivered"),
        (LINES, "bounced", "not delivered"),
        (LINES, "refused", "not delivered"),
        (LINES, "expired", "not delivered"),
        (LINES, "failed", "failed"),
        (LINES, "delivered", "below"),
        ({"refused": 1}, "refused", "not delivered"),
        ({"delivered": 1}, "undelivered", "below"),
        ({}, "refused", "below"),
    ],
)
def test_the_line_of_an_outcome_is_taken_and_its_own_line_wins(
    arms: dict[DeliveryName, int | None], outcome: OutcomeName, taken: str
) -> None:
    drive = Drive(send(3, arms=arms), tag("not delivered"), tag("failed"), tag("below"))
    drive.permit(0)
    if outcome not in ("refused", "expired"):
        drive.outcome(0, "accepted")
    drive.outcome(0, outcome)
    assert drive.tags == [taken]


def test_a_line_for_refusals_only_holds_nobody_after_acceptance() -> None:
    drive = Drive(send(1, arms={"refused": 2}), wait(), tag("refused"))
    drive.accept(0)
    assert drive.due == DAY


def test_a_reply_proves_delivery_ends_the_wait_and_answers_the_next_wait() -> None:
    drive = Drive(
        send(1, arms={"delivered": 3, "not delivered": 4}),
        listen(None, says("yes", 2)),
        tag("answered"),
        tag("delivered", 1),
        tag("not delivered"),
    )
    drive.accept(0)
    drive.reply("Yes!")
    assert drive.tags == ["delivered", "answered"]
    assert drive.state == "finished"


def test_a_reply_on_another_channel_proves_nothing_but_is_kept() -> None:
    drive = Drive(
        send(1, channel="email", arms={"delivered": 2}), listen(None, says("yes", 2)), tag("done")
    )
    drive.accept(0)
    drive.reply("yes", "sms")
    assert drive.tags == []
    drive.later(HOUR)
    assert drive.tags == ["done"]


def test_a_reply_while_a_send_is_on_its_way_is_kept_for_the_next_wait() -> None:
    drive = Drive(send(1), listen(None, says("yes", 2)), tag("answered"))
    drive.permit(0)
    assert drive.reply("yes") == ()
    drive.outcome(0, "accepted")
    assert drive.tags == ["answered"]


def test_a_reply_while_a_send_is_on_its_way_proves_it_delivered_once_it_is_accepted() -> None:
    drive = Drive(send(1, arms={"delivered": 1, "not delivered": None}), wait(), wait())
    drive.permit(0)
    drive.reply("yes")
    drive.outcome(0, "in doubt")
    assert drive.due == DAY


def test_a_reply_to_an_earlier_send_proves_nothing_about_the_next() -> None:
    drive = Drive(send(1), send(2, arms={"not delivered": None}), wait())
    drive.permit(0)
    drive.reply("yes")
    drive.outcome(0, "accepted")
    drive.accept(1)
    assert drive.due == HOUR


def test_a_kept_reply_that_fits_no_line_goes_to_a_person_and_the_wait_goes_on() -> None:
    drive = Drive(send(1), listen(None, says("yes", 2)), tag("answered"))
    drive.permit(0)
    drive.reply("What?")
    drive.reply("Yes")
    drive.reply("Thanks")
    drive.outcome(0, "accepted")
    assert drive.tags == ["answered"]
    assert drive.unclaimed == ["What?", "Thanks"]


def test_replies_beyond_ten_are_not_kept() -> None:
    drive = Drive(send(1), listen(None, says("yes", None)))
    drive.permit(0)
    for number in range(12):
        drive.reply(f"message {number}")
    assert drive.unclaimed == ["message 10", "message 11"]


def test_a_reply_while_the_first_send_is_queued_is_unclaimed() -> None:
    drive = Drive(send(1), listen(None, says("yes", None)))
    drive.reply("yes")
    assert drive.unclaimed == ["yes"]


def test_in_doubt_counts_as_sent_and_a_later_verdict_takes_its_line_while_it_waits() -> None:
    drive = Drive(send(1, arms={"not delivered": 2}), wait(), tag("not"))
    drive.permit(0)
    drive.outcome(0, "in doubt")
    assert drive.due == HOUR
    assert drive.journey.sent == 1
    drive.outcome(0, "failed")
    assert drive.tags == ["not"]


def test_a_late_verdict_moves_nobody() -> None:
    drive = Drive(send(1, arms={"not delivered": 2}), wait(), tag("not"))
    drive.accept(0)
    drive.later(HOUR)
    assert not drive.changes(Outcome(0, 1, "failed"))


@pytest.mark.promise("LOSS")
def test_a_recipient_whom_no_send_reaches_ends_as_unreachable() -> None:
    drive = Drive(send(1, arms={"refused": 1}), send(None, channel="email"))
    drive.outcome(0, "refused")
    drive.outcome(1, "refused")
    assert drive.state == "unreachable"


def test_one_accepted_send_is_enough_to_finish() -> None:
    drive = Drive(send(1), send(None, channel="email"))
    drive.outcome(0, "refused")
    drive.accept(1)
    assert drive.state == "finished"


def test_only_the_first_send_is_first() -> None:
    drive = Drive(send(1), send(2), send())
    drive.outcome(0, "refused")
    drive.accept(1)
    firsts = [each.first for each in drive.log if isinstance(each, commands.Send)]
    assert firsts == [True, True, False]


def test_a_send_answers_only_while_nothing_was_waited_for_since_the_reply() -> None:
    drive = Drive(listen(None, says("yes", 1)), send(2), wait(3), send())
    drive.reply("yes")
    drive.accept(1)
    drive.later(DAY)
    answering = [each.answering for each in drive.log if isinstance(each, commands.Send)]
    assert answering == [True, False]
    assert drive.journey.replied == drive.now - DAY


@pytest.mark.promise("ONCE")
def test_a_step_met_again_is_another_visit() -> None:
    drive = Drive(send(1), go_to(0, at_most=2))
    for visit in (1, 2, 3):
        assert drive.journey.wants(0, visit)
        drive.accept(0, visit)
    assert drive.sends == [(0, 1), (0, 2), (0, 3)]
    assert drive.state == "finished"


def test_a_send_is_wanted_until_its_outcome() -> None:
    drive = Drive(send(1), wait())
    assert not drive.journey.wants(0, 2)
    drive.permit(0)
    assert drive.journey.wants(0, 1)
    drive.outcome(0, "accepted")
    assert not drive.journey.wants(0, 1)


def test_what_fits_nothing_leaves_the_journey_itself() -> None:
    drive = Drive(send(1, arms={"failed": None}), wait())
    drive.accept(0)
    for input in (
        Tick(), Permitted(0, 1), Permitted(7, 1), Outcome(0, 1, "accepted"),
        Outcome(0, 1, "in doubt"), Outcome(0, 2, "accepted"), GiveBack(), Close(),
    ):  # fmt: skip
        assert not drive.changes(input)


def test_a_tick_that_comes_early_or_twice_changes_nothing() -> None:
    drive = Drive(wait(1), wait())
    drive.now += DAY - 1
    assert not drive.changes(Tick())
    drive.now += 1
    assert drive.changes(Tick())
    assert not drive.changes(Tick())


@pytest.mark.parametrize(
    ("input", "state"),
    [
        (Expire(), "expired"),
        (OptOut("sms"), "opted_out"),
        (Drop(), "dropped"),
        (Drop("cancelled", "the campaign was stopped"), "cancelled"),
    ],
)
@pytest.mark.promise("LOSS")
@pytest.mark.promise("LATE")
def test_an_end_cancels_what_is_queued_and_nothing_changes_it(
    input: Expire | OptOut | Drop, state: str
) -> None:
    drive = Drive(send(1), wait())
    drive.put(input)
    assert drive.state == state
    assert drive.cancelled == [0]
    assert drive.due is None
    for late in (Permitted(0, 1), Outcome(0, 1, "accepted"), Tick(), input):
        assert not drive.changes(late)


def test_a_send_on_its_way_is_not_cancelled() -> None:
    drive = Drive(send(1), wait())
    drive.permit(0)
    drive.put(Expire())
    assert drive.cancelled == []

"""Waits for a moment: it comes, it was over already, it moves with the data, or nobody tells it."""

from datetime import date, time

import pytest

from tactful.graph.model import Scalar
from tactful.graph.moments import ClockMoment, DayMoment, UntilMoment, ValueMoment
from tactful.graph.texts import ZONE
from tactful.journey.commands import Note
from tactful.journey.inputs import Close, GiveBack, Refresh
from tactful.values import DAY, HOUR, iso, parse_instant
from tests.journey.driving import (
    START,
    Drive,
    event,
    go_to,
    hand_off,
    other,
    parallel,
    repeat,
    run,
    says,
    send,
    tag,
    until,
    wait,
)

SOON: dict[str, Scalar] = {"starts_at": iso(START + DAY)}


def _notes(drive: Drive) -> list[str]:
    return [note.event for note in drive.log if isinstance(note, Note)]


def test_the_moment_in_the_data_is_waited_for() -> None:
    drive = Drive(until(1), tag("now"), row=SOON)
    assert drive.due == DAY
    drive.later(DAY - 1)
    assert drive.tags == []
    drive.later(1)
    assert drive.tags == ["now"]
    assert "too late" not in _notes(drive)


def test_so_long_before_and_after_counts_from_the_moment() -> None:
    day_before = Drive(until(moment=ValueMoment(name="starts_at", offset=-HOUR)), row=SOON)
    assert day_before.due == DAY - HOUR
    after = Drive(until(moment=ValueMoment(name="starts_at", offset=HOUR)), row=SOON)
    assert after.due == DAY + HOUR


@pytest.mark.parametrize(("too_late", "tags"), [("next", ["below"]), (2, ["late"])])
def test_a_moment_that_is_over_goes_on_at_once_or_takes_its_line(
    too_late: int | str, tags: list[str]
) -> None:
    past: dict[str, Scalar] = {"starts_at": iso(START - 1_000)}
    drive = Drive(until(1, too_late=too_late), tag("below"), tag("late"), row=past)
    assert drive.tags == tags
    assert _notes(drive) == ["too late", "tag"]


def test_a_missing_date_is_waited_for_until_the_data_brings_it() -> None:
    drive = Drive(until(1), tag("now"), row={"starts_at": None})
    assert drive.due is None
    assert not drive.changes(Refresh())
    drive.row = SOON
    assert drive.changes(Refresh())
    assert drive.due == DAY
    assert not drive.changes(Refresh())


def test_a_date_that_moves_takes_the_wait_along() -> None:
    drive = Drive(until(1, says("yes", 1)), tag("now"), row=SOON)
    drive.row = {"starts_at": iso(START + 3 * DAY)}
    drive.put(Refresh())
    assert drive.due == 3 * DAY
    drive.now += DAY
    drive.row = {"starts_at": iso(START)}
    drive.put(Refresh())
    assert drive.tags == ["now"]
    assert _notes(drive) == ["too late", "tag"]


def test_a_moment_that_has_just_come_is_not_too_late_because_something_else_changed() -> None:
    drive = Drive(until(1, too_late=2), tag("now"), tag("late"), row=SOON)
    drive.now += 2 * DAY  # the tick is still on its way
    assert not drive.changes(Refresh())
    drive.later(0)
    assert drive.tags == ["now"]


def test_a_date_that_is_remembered_anew_takes_the_wait_along() -> None:
    drive = Drive(
        until(None, event("moved", 1, "news"), moment=ValueMoment(name="news.at")),
        go_to(0, at_most=5),
    )
    assert drive.due is None
    drive.happen("moved", at=iso(START + DAY))
    assert drive.due == DAY
    drive.happen("moved", at=iso(START + 2 * DAY))
    assert drive.due == 2 * DAY


def test_waits_for_a_clock_do_not_move_with_the_data() -> None:
    drive = Drive(until(moment=ClockMoment(at=time(10))), row=SOON)
    assert not drive.changes(Refresh())


def test_replies_and_events_win_before_the_moment() -> None:
    steps = until(1, says("yes", 2), other(3, "words")), tag("now"), tag("yes"), tag("other")
    drive = Drive(*steps, row=SOON)
    drive.reply("Yes")
    assert drive.tags == ["yes"]
    drive = Drive(*steps, row=SOON)
    drive.reply("hm")
    assert drive.tags == ["other"]


def test_a_reply_after_the_moment_still_takes_its_line_until_the_next_send_has_left() -> None:
    steps = until(1, says("yes", 2)), send(), tag("yes")
    drive = Drive(*steps, row=SOON)
    drive.later(DAY)
    drive.reply("yes")
    assert drive.cancelled == [1]
    assert drive.tags == ["yes"]
    drive = Drive(*steps, row=SOON)
    drive.later(DAY)
    drive.permit(1)
    drive.reply("yes")
    assert drive.tags == []


def test_a_reply_that_came_while_the_send_was_on_its_way_answers_the_wait() -> None:
    drive = Drive(send(1), until(2, says("yes", 3)), tag("now"), tag("yes"), row=SOON)
    drive.permit(0)
    drive.reply("yes")
    drive.outcome(0, "accepted")
    assert drive.tags == ["yes"]


def test_a_wait_without_lines_leaves_replies_for_the_wait_after_it() -> None:
    drive = Drive(send(1), until(2), wait(), row=SOON)
    drive.permit(0)
    drive.reply("yes")
    drive.outcome(0, "accepted")
    assert drive.unclaimed == []
    assert drive.due == DAY


def test_the_wait_begins_when_the_person_gives_the_conversation_back() -> None:
    drive = Drive(hand_off(1), until(2, says("yes", None)), tag("now"), row=SOON)
    assert drive.due is None
    drive.now += 2 * DAY
    assert not drive.changes(Refresh())
    drive.put(GiveBack())
    assert drive.tags == ["now"]
    drive = Drive(hand_off(1), until(2), tag("now"), row=SOON)
    drive.put(Close())
    assert drive.state == "closed"


def test_a_wait_that_began_before_a_hand_off_still_moves_with_the_data() -> None:
    drive = Drive(parallel(None, 1, 2), until(3), hand_off(), tag("now"), row=SOON)
    assert (drive.state, drive.due) == ("handed_off", DAY)
    drive.row = {"starts_at": iso(START + 3 * DAY)}
    assert drive.changes(Refresh())
    assert drive.due == 3 * DAY
    drive.later(2 * DAY)
    assert drive.tags == []


def test_blocks_around_a_wait_go_on_after_it() -> None:
    moment = ClockMoment(at=time(10), zone="UTC")
    drive = Drive(repeat(1, 3, 3), run(2), until(moment=moment), tag("done"))
    for _ in range(3):
        assert drive.due is not None
        drive.later(drive.due)
    assert drive.now - START > 2 * DAY
    assert drive.tags == ["done"]


@pytest.mark.parametrize(
    ("moment", "zone", "due"),
    [
        (ClockMoment(at=time(10)), "Europe/Dublin", "2026-11-30T10:00:00Z"),
        (ClockMoment(at=time(10)), "Asia/Tokyo", "2026-11-30T01:00:00Z"),
        (ClockMoment(at=time(10), zone="Asia/Tokyo"), "Europe/Dublin", "2026-11-30T01:00:00Z"),
        (ClockMoment(at=time(10), weekday=2), "UTC", "2026-12-02T10:00:00Z"),
        (DayMoment(day=date(2026, 12, 24), at=time(8)), "UTC", "2026-12-24T08:00:00Z"),
    ],
)
def test_a_clock_is_that_of_its_zone_or_of_the_recipient(
    moment: UntilMoment, zone: str, due: str
) -> None:
    assert iso(START)[:16] == "2026-11-30T00:53"
    drive = Drive(until(moment=moment), row={ZONE: zone})
    assert drive.journey.due == parse_instant(due)

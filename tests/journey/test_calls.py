"""Calls: keys that are pressed, nobody who picks up, and machines that do."""

import pytest

from tactful.graph.model import DeliveryName, Send
from tactful.journey import commands
from tactful.journey.hearing import call_of
from tactful.journey.inputs import OutcomeName, Pressed
from tactful.values import HOUR, MINUTE
from tests.journey.driving import Drive, To, hand_off, send, tag

TAGS = (tag("one"), tag("other"), tag("below"), tag("silent"), tag("machine"))
ONE, OTHER, BELOW, SILENT, MACHINE = range(1, 6)


def call(
    keys: dict[str, To] | None = None,
    arms: dict[DeliveryName, To] | None = None,
    leave: str | None = None,
) -> Send:
    return send(BELOW, channel="voice", keys=keys, arms=arms, leave=leave, within=5 * MINUTE)


KEYS: dict[str, To] = {"1": ONE, "": OTHER}


@pytest.mark.parametrize(("key", "taken"), [("1", "one"), ("7", "other"), ("", "other")])
def test_a_key_takes_its_line_and_any_other_or_none_the_other(key: str, taken: str) -> None:
    drive = Drive(call(KEYS), *TAGS)
    drive.accept(0)
    drive.press(0, key)
    assert drive.tags == [taken]


def test_a_call_that_is_answered_waits_for_the_key() -> None:
    drive = Drive(call(KEYS), *TAGS)
    drive.accept(0)
    drive.outcome(0, "delivered")
    assert drive.tags == []
    drive.press(0, "1")
    assert drive.tags == ["one"]


def test_a_channel_that_answers_when_the_call_is_up_waits_for_the_key_too() -> None:
    drive = Drive(call(KEYS), *TAGS)
    drive.permit(0)
    drive.outcome(0, "delivered")
    assert drive.due == 5 * MINUTE
    drive.press(0, "1")
    assert drive.tags == ["one"]


def test_a_key_that_comes_before_the_channels_own_answer_counts() -> None:
    drive = Drive(call(KEYS), *TAGS)
    drive.permit(0)
    drive.press(0, "1")
    assert drive.tags == ["one"]
    assert drive.journey.sent == 1


def test_an_answered_call_without_a_key_in_time_takes_the_line_of_other_keys() -> None:
    answered = Drive(call(KEYS), *TAGS)
    answered.accept(0)
    answered.outcome(0, "delivered")
    answered.later(5 * MINUTE)
    assert answered.tags == ["other"]
    unknown = Drive(call(KEYS), *TAGS)
    unknown.accept(0)
    unknown.later(5 * MINUTE)
    assert unknown.tags == ["below"]
    no_line = Drive(call({"1": ONE}), *TAGS)
    no_line.accept(0)
    no_line.outcome(0, "delivered")
    no_line.later(5 * MINUTE)
    assert no_line.tags == ["below"]


def test_a_key_without_any_line_leaves_time_for_another() -> None:
    drive = Drive(call({"1": ONE}), *TAGS)
    drive.accept(0)
    drive.press(0, "3")
    assert drive.tags == []
    drive.press(0, "1")
    assert drive.tags == ["one"]


def test_a_key_of_another_call_or_a_later_one_changes_nothing() -> None:
    drive = Drive(call(KEYS), *TAGS)
    assert not drive.changes(Pressed(0, 1, "1"))
    drive.accept(0)
    assert not drive.changes(Pressed(0, 2, "1"))
    drive.press(0, "1")
    assert not drive.changes(Pressed(0, 1, "1"))
    plain = Drive(call(arms={"failed": OTHER}), *TAGS)
    plain.accept(0)
    assert not plain.changes(Pressed(0, 1, "1"))


@pytest.mark.parametrize(
    ("arms", "leave", "outcome", "taken"),
    [
        ({"no answer": SILENT}, None, "no answer", "silent"),
        ({"not delivered": SILENT}, None, "no answer", "silent"),
        ({}, None, "no answer", "below"),
        ({"voicemail": MACHINE}, None, "voicemail", "machine"),
        ({"voicemail": MACHINE}, "Call us", "voicemail", "machine"),
        ({"not delivered": SILENT}, None, "voicemail", "silent"),
        ({"not delivered": SILENT}, "Call us", "voicemail", "below"),
        ({"failed": SILENT}, None, "no answer", "below"),
    ],
)
def test_a_call_that_no_person_takes(
    arms: dict[DeliveryName, To], leave: str | None, outcome: OutcomeName, taken: str
) -> None:
    for early in (True, False):
        drive = Drive(call(KEYS, arms, leave), *TAGS)
        drive.permit(0)
        if not early:
            drive.outcome(0, "accepted")
        drive.outcome(0, outcome)
        assert drive.tags == [taken]


def test_an_answered_call_turns_out_to_be_a_machine() -> None:
    drive = Drive(call(KEYS, {"voicemail": MACHINE}), *TAGS)
    drive.accept(0)
    drive.outcome(0, "delivered")
    drive.outcome(0, "voicemail")
    assert drive.tags == ["machine"]


def test_what_follows_a_key_answers_the_person() -> None:
    drive = Drive(send(2, channel="voice", keys={"1": 1}), send(), hand_off())
    drive.accept(0)
    drive.now += HOUR // 2
    drive.press(0, "1")
    answer = next(c for c in drive.log if isinstance(c, commands.Send) and c.step == 1)
    assert answer.answering
    assert drive.journey.replied == drive.now


def test_the_call_that_waits_for_a_key_can_be_found() -> None:
    drive = Drive(call(KEYS), *TAGS)
    assert call_of(drive.program, drive.journey) is None
    drive.permit(0)
    assert call_of(drive.program, drive.journey) == (0, 1)
    drive.outcome(0, "accepted")
    assert call_of(drive.program, drive.journey) == (0, 1)
    drive.press(0, "1")
    assert call_of(drive.program, drive.journey) is None

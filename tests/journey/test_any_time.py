"""Lines at any time: where they take a person, how often, and under which condition."""

import pytest

from tactful.graph.comparisons import same_value
from tactful.graph.model import Holds, OptOutArm, Scalar
from tactful.journey.commands import Cancel, End, HandOff, Note
from tactful.journey.inputs import OptOut
from tactful.values import DAY, HOUR
from tests.journey.driving import (
    Drive,
    any_time,
    equals,
    event,
    go_to,
    hand_off,
    listen,
    says,
    send,
    tag,
    wait,
)


def test_a_line_whose_condition_fails_is_as_if_it_were_not_there() -> None:
    drive = Drive(
        listen(None, event("news", 1), says("help", 1)),
        tag("in the wait"),
        tag("aside"),
        row={"vip": False},
        any_time=(
            any_time(event("news", 2), when=Holds(name="vip")),
            any_time(says("help", 2), when=Holds(name="vip")),
        ),
    )
    drive.happen("news")
    assert drive.tags == ["in the wait"]
    assert drive.journey.taken == {}


def test_a_condition_may_ask_for_what_the_event_tells() -> None:
    line = any_time(event("news", 1, "news"), 5, when=equals("news.about", "me"))
    drive = Drive(wait(), tag("told"), any_time=(line,))
    drive.happen("news", about="you")
    assert drive.tags == []
    drive.happen("news", about="me")
    assert drive.tags == ["told"]
    assert drive.journey.values["news.about"] == "me"


def test_a_line_that_is_used_up_leaves_the_event_to_the_wait() -> None:
    drive = Drive(
        listen(None, event("news", 1)),
        tag("in the wait"),
        tag("aside"),
        any_time=(any_time(event("news", 2), 2),),
    )
    for _ in range(3):
        drive.happen("news")
    assert drive.tags == ["aside", "in the wait"]


def test_a_jump_from_there_leaves_everything_else() -> None:
    drive = Drive(send(1), wait(), go_to(3), send(), any_time=(any_time(event("restored", 2)),))
    drive.happen("restored")
    assert drive.cancelled == [0]
    drive.accept(3)
    assert drive.state == "finished"


@pytest.mark.promise("STOP")
def test_an_opt_out_takes_its_line_and_ends_the_journey() -> None:
    drive = Drive(
        send(1), wait(), tag("gone", 3), hand_off(),
        any_time=(any_time(OptOutArm(to=2)),),
    )  # fmt: skip
    done = drive.put(OptOut("sms"))
    kinds = [type(each) for each in done]
    assert [each for each in kinds if each is not Note] == [HandOff, Cancel, End]
    assert drive.tags == ["gone"]
    assert drive.state == "opted_out"


def test_the_first_line_that_holds_is_taken_on_an_opt_out() -> None:
    drive = Drive(
        wait(), tag("vip"), tag("other"), row={"vip": False},
        any_time=(
            any_time(OptOutArm(to=1), when=Holds(name="vip")),
            any_time(OptOutArm(to=2)),
        ),
    )  # fmt: skip
    drive.put(OptOut("sms"))
    assert (drive.tags, drive.state) == (["other"], "opted_out")


@pytest.mark.parametrize(
    ("line", "value", "taken"),
    [
        (event("restored", 1, same="region"), "NORTH ", True),
        (event("restored", 1, same="region"), "south", False),
        (event("restored", 1, same="region"), None, False),
        (event("restored", 1), "north", False),
        (event("other", 1, same="region"), "north", False),
    ],
)
def test_an_event_for_many_fits_lines_with_the_same_value(
    line: object, value: Scalar, taken: bool
) -> None:
    for drive in (
        Drive(wait(), tag("told"), row={"region": "North"}, any_time=(any_time(line),)),  # type: ignore[arg-type]
        Drive(listen(None, line), tag("told"), row={"region": "North"}),  # type: ignore[arg-type]
    ):
        drive.happen_to_many("restored", region=value)
        assert drive.tags == (["told"] if taken else [])


def test_an_event_of_the_persons_own_key_needs_no_same_value() -> None:
    drive = Drive(listen(None, event("restored", 1, same="region")), tag("told"))
    drive.happen("restored")
    assert drive.tags == ["told"]


def test_lines_at_any_time_may_wait_and_repeat_beside_the_journey() -> None:
    drive = Drive(
        wait(1), tag("main"), wait(3, HOUR), tag("aside"), any_time=(any_time(event("news", 2)),)
    )
    drive.happen("news")
    drive.later(HOUR)
    assert drive.tags == ["aside"]
    drive.later(DAY - HOUR)
    assert drive.tags == ["aside", "main"]


@pytest.mark.parametrize(
    ("mine", "carried", "same"),
    [
        ("north", "North", True),
        ("São Miguel", "sao miguel", True),
        ("7", "007", False),
        (7, "007", True),
        (7, 7.0, True),
        (7, "seven", False),
        ("7", 7, True),
        (True, True, True),
        (True, "yes", True),
        (True, 1, False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_values_are_the_same_by_size_or_by_words(mine: Scalar, carried: Scalar, same: bool) -> None:
    assert same_value(mine, carried) is same

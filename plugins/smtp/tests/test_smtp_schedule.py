"""When a mail is tried again."""

from tactful.values import HOUR, MINUTE, Duration
from tactful_smtp.schedule import Schedule


def test_first_attempts_follow_soon_and_later_ones_take_their_time() -> None:
    schedule = Schedule()
    waits = [schedule.next("one") for _ in range(9)]
    assert [wait // MINUTE for wait in waits] == [5, 15, 30, 60, 120, 240, 480, 480, 480]
    assert sum(waits) > 24 * HOUR


def test_each_mail_has_its_own_count_and_one_that_is_done_is_forgotten() -> None:
    schedule = Schedule((Duration(1), Duration(2)))
    assert [schedule.next("one"), schedule.next("one"), schedule.next("two")] == [1, 2, 1]
    schedule.done("one")
    assert schedule.next("one") == 1

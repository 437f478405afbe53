"""What each strategy does, told in small stories, and beside plain accounts of what it promises."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.pace import Permit, Throttle, Wait
from tactful.guard.standing import SenderSignal
from tactful.values import DAY, HOUR, MINUTE, SECOND, Instant, Rate, Span, instant
from tactful.zones import zone
from tactful_throttles.adaptive import AdaptiveThrottle, Course
from tactful_throttles.alarms import alarms, groups
from tactful_throttles.bucket import BucketThrottle, smooth, token_bucket
from tactful_throttles.calendar import CalendarThrottle
from tactful_throttles.days import midnight
from tactful_throttles.ramp import Climb, RampThrottle

TEN = Rate.parse("10 per 5 minutes")
PACIFIC = zone("America/Los_Angeles")
UTC = zone("UTC")


def at(text: str, where: ZoneInfo = UTC) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=where))


@dataclass
class Queue:
    """People who wait for a throttle, each call taking `length`, one after another."""

    throttle: Throttle
    now: Instant = 0
    length: Span = 0
    state: Any = None
    left: list[Instant] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.throttle.start()

    def send(self, count: int, cost: int = 1) -> list[Instant]:
        """Let so many leave as soon as they may; return when they did."""
        first = len(self.left)
        while len(self.left) < first + count:
            self.state, answer = self.throttle.take(self.state, self.now, cost)
            if isinstance(answer, Wait):
                assert answer.until is not None
                self.now = answer.until
                continue
            self.left.append(self.now)
            self.now += self.length
            self.state = self.throttle.done(self.state, answer.id, self.now)
        return self.left[first:]

    def hear(self, kind: Any, code: str = "", at: Instant | None = None) -> None:
        signal = SenderSignal(kind, self.now if at is None else at, code)
        self.state = self.throttle.heed(self.state, signal, self.now)  # type: ignore[attr-defined]

    def leaving_on(self, day: str, count: int = 1) -> int:
        """Return how many of so many leave on a day, from its midnight on."""
        self.now = max(self.now, at(day))
        left = self.send(count)
        return sum(at(day) <= moment < at(day) + DAY for moment in left)


# ---- smooth, token_bucket ------------------------------------------------------------------------


def test_smooth_lets_one_leave_every_thirty_seconds() -> None:
    assert Queue(smooth(TEN)).send(20) == [number * 30 * SECOND for number in range(20)]


def test_smooth_measures_from_permit_to_permit_so_that_slow_calls_cost_nothing() -> None:
    assert Queue(smooth(TEN), length=SECOND).send(5) == [n * 30 * SECOND for n in range(5)]


def test_after_a_rest_a_burst_leaves_and_then_one_by_one() -> None:
    queue = Queue(smooth(TEN, burst=3))
    queue.now = HOUR
    moments = queue.send(5)
    assert [(moment - HOUR) // SECOND for moment in moments] == [0, 0, 0, 30, 60]


def test_a_token_bucket_lets_half_of_the_limit_leave_at_once_and_keeps_the_limit() -> None:
    seconds = [moment // SECOND for moment in Queue(token_bucket(TEN)).send(25)]
    assert seconds[:10] == [0, 0, 0, 0, 0, 30, 60, 90, 120, 150]
    assert seconds[10:20] == [300, 300, 300, 300, 300, 330, 360, 390, 420, 450]
    assert seconds[20] == 600


def test_a_dear_message_keeps_others_waiting_for_what_it_cost() -> None:
    queue = Queue(smooth(Rate.parse("1 per second")))
    queue.send(1, cost=3)
    assert queue.send(1) == [3 * SECOND]


@pytest.mark.promise("PACE")
@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 9 * SECOND), st.integers(1, 4)), max_size=60),
)
def test_a_bucket_is_exactly_a_bucket_beside_a_window(
    count: int, burst: int, seconds: int, asked: list[tuple[Span, int]]
) -> None:
    """Against the definition: fluid that flows off steadily, and a window of what left."""
    throttle = BucketThrottle(rate := Rate.parse(f"{count} per {seconds} seconds"), burst)
    state, now, period = throttle.start(), 0, rate.per.span
    burst = min(burst, count)
    left: list[tuple[Instant, int]] = []
    for pause, cost in asked:
        now += pause
        level, last = 0.0, 0
        for moment, taken in left:
            level = max(0.0, level - (moment - last) * count / period) + taken
            last = moment
        level = max(0.0, level - (now - last) * count / period)
        busy = sum(min(taken, count) for moment, taken in left if moment > now - period)
        over = max(level + cost - max(burst, cost), 0.0)
        fits = busy + min(cost, count) <= count
        state, answer = throttle.take(state, now, cost)
        if isinstance(answer, Permit):
            assert over < 1e-6
            assert fits
            state = throttle.done(state, answer.id, now)
            left.append((now, cost))
        else:
            assert over > 0 or not fits, "it could have left"


# ---- calendar_day --------------------------------------------------------------------------------


def test_a_day_is_full_until_the_midnight_of_its_zone() -> None:
    queue = Queue(CalendarThrottle(Rate.parse("3 per day"), PACIFIC), now=at("2026-06-01 12:00"))
    assert queue.send(3) == [at("2026-06-01 12:00")] * 3
    assert queue.send(4) == [at("2026-06-02 07:00")] * 3 + [at("2026-06-03 07:00")]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-01", 24)]
)
def test_days_on_which_the_clocks_change_are_as_long_as_they_are(day: str, hours: int) -> None:
    queue = Queue(CalendarThrottle(Rate.parse("1 per day"), PACIFIC), now=at(day, PACIFIC))
    first, second = queue.send(2)
    assert second - first == hours * HOUR


def test_a_day_begins_when_a_zone_has_no_midnight() -> None:
    beirut = zone("Asia/Beirut")  # 2026-03-29 begins at 01:00
    throttle = CalendarThrottle(Rate.parse("1 per day"), beirut)
    queue = Queue(throttle, now=at("2026-03-28 12:00", beirut))
    assert queue.send(2)[1] == at("2026-03-29 01:00", beirut)


def test_a_call_across_midnight_counts_on_both_days() -> None:
    throttle = CalendarThrottle(Rate.parse("1 per day"), UTC)
    before, after = at("2026-06-01 23:59:59"), at("2026-06-02 00:00:01")
    state, answer = throttle.take(throttle.start(), before, 1)
    assert answer == Permit(1)
    assert throttle.take(state, after, 1)[1] == Wait(None)
    ended = throttle.done(state, 1, after)
    assert throttle.take(ended, after, 1)[1] == Wait(at("2026-06-03"))
    in_time = throttle.done(state, 1, before + 1)
    assert throttle.take(in_time, after, 1)[1] == Permit(2)


def test_a_clock_that_goes_back_over_midnight_frees_nothing() -> None:
    throttle = CalendarThrottle(Rate.parse("3 per day"), UTC)
    queue = Queue(throttle, now=at("2026-06-01 23:00"))
    queue.send(2)
    queue.now = at("2026-06-02 01:00")
    queue.send(1)
    state = throttle.settle_clock(queue.state, at("2026-06-01 23:30"))
    assert throttle.take(state, at("2026-06-01 23:30"), 1)[1] == Wait(at("2026-06-02"))


def test_a_crash_and_a_clock_that_goes_back_for_days_free_nothing_either() -> None:
    throttle = CalendarThrottle(Rate.parse("1 per day"), UTC)
    state, _ = throttle.take(throttle.start(), at("2026-06-09 12:00"), 1)
    back = at("2026-06-05 12:00")
    state = throttle.settle_clock(throttle.close_open(state, back, MINUTE), back)
    assert throttle.take(state, back, 1)[1] == Wait(at("2026-06-06"))


def test_a_higher_limit_gives_what_is_left_of_the_day() -> None:
    queue = Queue(CalendarThrottle(Rate.parse("2 per day"), UTC), now=at("2026-06-01 08:00"))
    queue.send(2)
    queue.throttle = CalendarThrottle(Rate.parse("3 per day"), UTC)
    assert queue.send(2) == [at("2026-06-01 08:00"), at("2026-06-02")]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(["Asia/Beirut", "Etc/GMT-14"]))
def test_the_midnight_of_a_day_is_its_first_moment(day: date, name: str) -> None:
    where = zone(name)
    begins = midnight(day.toordinal(), where)
    shown = datetime.fromtimestamp(begins // SECOND, where)
    earlier = datetime.fromtimestamp(begins // SECOND - 1, where)
    assert (shown.date(), earlier.date() < day) == (day, True)


# ---- ramp ----------------------------------------------------------------------------------------

SMALL = Climb((2, 4, 8))
FAST = Rate.parse("200 per minute")


def ramp(climb: Climb = SMALL) -> Queue:
    return Queue(RampThrottle(FAST, climb), now=at("2026-06-01"))


def test_a_ramp_goes_up_day_by_day_and_ends_at_the_limit() -> None:
    days = [moment // DAY - at("2026-06-01") // DAY for moment in ramp().send(50)]
    assert [days.count(day) for day in range(4)] == [2, 4, 8, 36]


def test_a_day_of_which_little_left_is_not_behind() -> None:
    queue = ramp(Climb((10, 20)))
    assert queue.leaving_on("2026-06-01", 4) == 4
    assert queue.leaving_on("2026-06-02", 19) == 10
    assert queue.leaving_on("2026-06-04", 25) == 20


def test_an_alarm_holds_the_ramp_for_its_day() -> None:
    queue = ramp()
    queue.leaving_on("2026-06-01", 2)
    queue.hear("undelivered", "30007")
    assert queue.leaving_on("2026-06-02", 4) == 2


def test_an_alarm_of_a_day_without_messages_holds_as_well() -> None:
    queue = ramp()
    queue.leaving_on("2026-06-01", 2)
    queue.now = at("2026-06-02 08:00")
    queue.hear("complaint")
    assert queue.leaving_on("2026-06-03", 4) == 2


def test_what_is_no_alarm_holds_nothing() -> None:
    queue = ramp()
    queue.leaving_on("2026-06-01", 2)
    for kind, code in (("delivered", ""), ("opt_out", ""), ("undelivered", "30003")):
        queue.hear(kind, code)
    assert queue.leaving_on("2026-06-02", 4) == 4


def test_after_thirty_idle_days_a_ramp_starts_anew() -> None:
    queue = ramp()
    queue.send(14)
    assert queue.now == at("2026-06-03")
    again = ramp()
    again.send(14)
    assert queue.leaving_on("2026-07-03", 20) == 20
    assert again.leaving_on("2026-07-04", 20) == 2


def test_a_figure_can_hold_for_several_days() -> None:
    queue = ramp(Climb((2, 4), days_each=2))
    days = [moment // DAY - at("2026-06-01") // DAY for moment in queue.send(20)]
    assert [days.count(day) for day in range(5)] == [2, 2, 4, 4, 8]


def test_a_ramp_says_how_many_may_leave_today() -> None:
    throttle = RampThrottle(FAST, SMALL)
    queue = Queue(throttle, now=at("2026-06-01"))
    assert throttle.most_on_day(queue.state, queue.now) == 2
    queue.send(14)
    assert throttle.most_on_day(queue.state, queue.now) == 8
    assert throttle.most_on_day(queue.state, queue.now + DAY) is None


# ---- adaptive ------------------------------------------------------------------------------------

QUARTERS = Course(cut=500_000, step=250_000, floor=250_000, every=10 * MINUTE)


def adaptive(rate: Rate = TEN, course: Course = QUARTERS) -> Queue:
    return Queue(AdaptiveThrottle(rate, course), now=at("2026-06-01"))


def in_minutes(queue: Queue, count: int) -> list[int]:
    start = queue.now
    return [(moment - start) // MINUTE for moment in queue.send(count)]


def test_without_alarms_it_is_the_window() -> None:
    assert in_minutes(adaptive(), 25) == [0] * 10 + [5] * 10 + [10] * 5


def test_an_alarm_halves_the_pace_and_it_recovers_in_steps() -> None:
    queue = adaptive()
    queue.hear("undelivered", "30022")
    assert in_minutes(queue, 35) == [0] * 5 + [5] * 5 + [10] * 7 + [15] * 7 + [20] * 10 + [25]


def test_there_is_one_cut_in_an_interval_and_a_floor() -> None:
    queue = adaptive()
    for _ in range(3):
        queue.hear("complaint")
    assert len([minute for minute in in_minutes(queue, 6) if minute == 0]) == 5
    for _ in range(5):
        queue.now += 10 * MINUTE
        queue.hear("complaint")
    assert in_minutes(queue, 5) == [0, 0, 5, 5, 10]


def test_an_alarm_within_the_interval_puts_off_the_recovery() -> None:
    queue = adaptive()
    queue.hear("complaint")
    queue.now += 9 * MINUTE
    queue.hear("complaint")
    assert in_minutes(queue, 16) == [0] * 5 + [5] * 5 + [10] * 6


def test_a_signal_from_before_the_cut_does_not_cut_again() -> None:
    queue = adaptive()
    before = queue.now
    queue.now += HOUR
    queue.hear("complaint")
    queue.now += 20 * MINUTE
    queue.hear("complaint", at=before)
    assert in_minutes(queue, 10) == [0] * 10


def test_a_limit_of_one_gets_a_longer_period() -> None:
    queue = adaptive(Rate.parse("1 per minute"))
    queue.hear("complaint")
    assert in_minutes(queue, 4) == [0, 2, 4, 6]


def test_a_queue_that_waits_goes_on_as_soon_as_the_pace_has_grown() -> None:
    queue = adaptive(Rate.parse("1 per hour"))
    queue.hear("complaint")
    assert in_minutes(queue, 2) == [0, 60]


# ---- what counts as an alarm ---------------------------------------------------------------------


def test_codes_kinds_and_groups_can_be_named() -> None:
    named = alarms(("limit", "opt_out", "30003", "4.7.1"))
    assert named.include(SenderSignal("undelivered", 0, "30022"))
    assert named.include(SenderSignal("opt_out", 0))
    assert named.include(SenderSignal("failed", 0, "30003"))
    assert named.include(SenderSignal("refused", 0, "4.7.1"))
    assert not named.include(SenderSignal("undelivered", 0, "30007"))
    assert not named.include(SenderSignal("complaint", 0))


def test_codes_that_speak_of_one_recipient_are_in_no_group() -> None:
    every = frozenset().union(*groups().values())
    assert not every & {"21610", "21211", "30003", "30005", "30006", "5.1.1", "5.2.2"}

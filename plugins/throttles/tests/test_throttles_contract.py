"""Every strategy keeps what every throttle keeps, and each what it promises besides."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from tactful.guard.strategies import Strategy
from tactful.testing import Sent, ThrottleContract
from tactful.values import DAY, HOUR, Rate, Span
from tactful.zones import zone
from tactful_throttles.adaptive import AdaptiveThrottle, Course
from tactful_throttles.bucket import smooth, token_bucket
from tactful_throttles.calendar import CalendarThrottle
from tactful_throttles.days import day_number
from tactful_throttles.ramp import Climb, RampThrottle
from tactful_throttles.stored import VERSION

PACIFIC = zone("America/Los_Angeles")


def by_day(sent: Sequence[Sent], stamp: str) -> Counter[int]:
    """Count what counts on each day of the Pacific coast."""
    counts: Counter[int] = Counter()
    for one in sent:
        counts[day_number(getattr(one, stamp), PACIFIC)] += one.cost
    return counts


class Limited(ThrottleContract):
    remembers = True


class TestSmooth(Limited):
    def strategy(self) -> Strategy:
        return Strategy("smooth", VERSION, smooth)


class TestSmoothWithABurst(Limited):
    def strategy(self) -> Strategy:
        return Strategy("smooth", VERSION, partial(smooth, burst=3))


class TestTokenBucket(Limited):
    def strategy(self) -> Strategy:
        return Strategy("token_bucket", VERSION, token_bucket)


class TestAdaptive(Limited):
    def strategy(self) -> Strategy:
        return Strategy("adaptive", VERSION, partial(AdaptiveThrottle, course=Course()))


class TestRamp(Limited):
    longest_wait = DAY

    def strategy(self) -> Strategy:
        return Strategy("ramp", VERSION, partial(RampThrottle, climb=Climb()))


class TestSteepRamp(Limited):
    """A ramp whose days are full again and again."""

    longest_wait = DAY
    rates = tuple(map(Rate.parse, ("3 per minute", "10 per 5 minutes", "20 per 6 hours")))
    most_by_day = (3, 5, 9)

    def strategy(self) -> Strategy:
        climb = Climb(self.most_by_day, share=0, zone=PACIFIC)
        return Strategy("ramp", VERSION, partial(RampThrottle, climb=climb))

    def check_sent(self, rate: Rate, sent: Sequence[Sent]) -> None:
        if any(one.clock_set for one in sent):
            return  # the days of the clock are not those that passed
        used = {day for stamp in ("at", "ended_at") for day in by_day(sent, stamp)}
        dear = max((one.cost for one in sent), default=0)
        for stamp in ("called_at", "ended_at"):
            for day, count in by_day(sent, stamp).items():
                behind = sum(earlier < day for earlier in used)
                if behind < len(self.most_by_day):
                    most = max(self.most_by_day[behind], dear)
                    assert count <= most, f"{count} by {stamp} with {behind} days behind"


class TestCalendarDay(ThrottleContract):
    rates = tuple(map(Rate.parse, ("1 per day", "7 per day", "40 per day")))
    longest_wait: Span = DAY + HOUR
    by_calendar = True

    def strategy(self) -> Strategy:
        return Strategy("calendar_day", VERSION, partial(CalendarThrottle, zone=PACIFIC))

    def check_sent(self, rate: Rate, sent: Sequence[Sent]) -> None:
        if any(one.clock_set for one in sent):
            return  # the days of the clock are not those that passed
        for stamp in ("called_at", "ended_at"):
            counts: Counter[int] = Counter()
            most: Counter[int] = Counter()
            for one in sent:
                day = day_number(getattr(one, stamp), PACIFIC)
                counts[day] += min(one.cost, one.rate.count)
                most[day] = max(most[day], one.rate.count)
            for day, count in counts.items():
                assert count <= most[day], f"{count} by {stamp} on day {day}"

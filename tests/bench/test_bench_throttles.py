"""What a permit and its end cost under each throttle, beside `window`, the default, in one run.

Each has a limit, a full history behind it, and 500 sends on a clock of numbers. The first `window`
and the last show how steady the machine is.
"""

from collections.abc import Callable
from time import perf_counter

import msgspec
import pytest

from tactful.guard.pace import Throttle, Wait, WindowThrottle
from tactful.values import Rate
from tactful.zones import zone
from tactful_throttles.adaptive import AdaptiveThrottle, Course
from tactful_throttles.bucket import smooth, token_bucket
from tactful_throttles.calendar import CalendarThrottle
from tactful_throttles.ramp import Climb, RampThrottle

pytestmark = pytest.mark.bench

SENDS = 5_000
PER_DAY = Rate.parse("20000 per day")
MADE: tuple[tuple[str, Callable[[Rate], Throttle]], ...] = (
    ("window", WindowThrottle),
    ("smooth", smooth),
    ("token_bucket", token_bucket),
    ("adaptive", lambda rate: AdaptiveThrottle(rate, Course())),
    ("ramp", lambda rate: RampThrottle(rate, Climb((1_000_000,)))),
    ("calendar_day", lambda _: CalendarThrottle(PER_DAY, zone("America/Los_Angeles"))),
    ("window again", WindowThrottle),
)


def cost(throttle: Throttle) -> tuple[float, int]:
    """Return the microseconds of one send, waits included, and the bytes of the state after all."""
    state, now, left = throttle.start(), 1_800_000_000_000_000, 0
    begun = perf_counter()
    while left < SENDS:
        state, answer = throttle.take(state, now, 1)
        if isinstance(answer, Wait):
            assert answer.until is not None
            now = answer.until
            continue
        state = throttle.done(state, answer.id, now)
        left += 1
    took = perf_counter() - begun
    return took / SENDS * 1e6, len(msgspec.json.encode(state))


@pytest.mark.parametrize("limit", ["10 per 5 minutes", "200 per minute"])
def test_bench_throttles(limit: str) -> None:
    print(f"\n{limit}")
    for name, made in MADE:
        micros, size = cost(made(Rate.parse(limit)))
        print(f"{name:14} {micros:7.1f} us/send {size:7,} B of state")

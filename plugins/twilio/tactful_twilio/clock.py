"""The wall clock, as one function that tests may replace."""

import time
from collections.abc import Callable

from tactful.values import Instant

Now = Callable[[], Instant]


def wall_clock() -> Instant:
    """Return what time it is."""
    return time.time_ns() // 1_000

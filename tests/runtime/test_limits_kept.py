"""What a throttle makes of a limit is known when a flow is checked."""

from tactful.errors import ValueUnreadable
from tactful.guard.pace import WindowThrottle
from tactful.guard.strategies import WINDOW, Strategy
from tactful.language import Kept
from tactful.runtime.throttling import kept
from tactful.values import Rate, Span

TEN = Rate.parse("10 per 5 minutes")


class Bursty(WindowThrottle):
    """Lets a burst go beside what the limit says."""

    def most_in(self, span: Span) -> int:
        return super().most_in(span) + 5


class Unbounded:
    """Says nothing of what it lets go."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate


def never(rate: Rate) -> WindowThrottle:
    raise ValueUnreadable(f"`{rate}` is odd", help="Make it even.")


def broken(rate: Rate) -> WindowThrottle:
    raise RuntimeError("no")


STRATEGIES = {
    "window": WINDOW,
    "bursty": Strategy("bursty", 1, Bursty),
    "unbounded": Strategy("unbounded", 1, Unbounded),  # type: ignore[arg-type]
    "never": Strategy("never", 1, never),
    "broken": Strategy("broken", 1, broken),
}


def test_the_most_in_five_minutes_is_what_the_throttle_says_or_the_limit() -> None:
    assert kept(STRATEGIES, "window", TEN) == Kept(10)
    assert kept(STRATEGIES, "bursty", TEN) == Kept(15)
    assert kept(STRATEGIES, "unbounded", TEN) == Kept(10)
    assert kept(STRATEGIES, "not installed", Rate.parse("3 per minute")) == Kept(15)


def test_a_limit_that_a_throttle_cannot_keep_is_told_with_a_way_out() -> None:
    assert kept(STRATEGIES, "never", TEN) == Kept(0, "`10 per 5 minutes` is odd", "Make it even.")
    assert kept(STRATEGIES, "broken", TEN) == Kept(0, "RuntimeError: no")

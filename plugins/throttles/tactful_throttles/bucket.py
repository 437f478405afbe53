"""`smooth` and `token_bucket`: so many at once, then evenly, and the limit besides.

Both are one algorithm, the generic cell rate algorithm (GCRA, ITU-T I.371 annex A): a token bucket
is the same, told from its other side. They differ in how much may leave at once.
"""

from msgspec.structs import replace

from tactful.guard.pace import Wait
from tactful.values import Instant, Rate, Span
from tactful_throttles.limited import Limited, LimitedState

_SLOT = 10**9
"""A level counts billionths of a slot: whole numbers, so that every machine agrees."""


class BucketState(LimitedState, frozen=True):
    """How full the bucket was, and when. It counts slots, so it holds under any limit."""

    level: int = 0
    at: Instant = 0


class BucketThrottle(Limited[BucketState]):
    """At most `burst` permits at once, and one more each `rate.per` / `rate.count`.

    Every permit fills the bucket by its cost, and time empties it. Promises, for any half-open
    stretch of time t and messages of cost 1: at most burst + t × rate permits, and never more calls
    or ends in a period than the limit. A message dearer than the burst waits for an empty bucket,
    leaves, and keeps all others waiting until what it cost has flowed off.
    """

    def __init__(self, rate: Rate, burst: int) -> None:
        super().__init__(rate, BucketState)
        self._burst = min(burst, self.limit.count)

    def wait(self, state: BucketState, now: Instant, cost: int) -> Wait | None:
        over = state.level + cost * _SLOT - max(self._burst, cost) * _SLOT
        if over <= self._emptied(now - state.at):
            return None
        return Wait(state.at + -(-over * self.limit.period // (self.limit.count * _SLOT)))

    def took(self, state: BucketState, permit_id: int, now: Instant, cost: int) -> BucketState:
        left = max(0, state.level - self._emptied(now - state.at))
        return replace(state, level=left + cost * _SLOT, at=max(now, state.at))

    def settled(self, state: BucketState, now: Instant) -> BucketState:
        return replace(state, at=min(state.at, now))

    def _emptied(self, span: Span) -> int:
        """Return how much flows off in so long: rounded down, so that nothing leaves early."""
        return max(span, 0) * self.limit.count * _SLOT // self.limit.period

    def most_in(self, span: Span) -> int:
        flow = (span - 1) * self.limit.count // self.limit.period
        return min(self._burst + flow, self.limit.most_in(span))


def smooth(rate: Rate, burst: int = 1) -> BucketThrottle:
    """Spread messages evenly; up to `burst` may leave together after a rest."""
    return BucketThrottle(rate, burst)


def token_bucket(rate: Rate, burst: int | None = None) -> BucketThrottle:
    """Let `burst` messages leave at once (half of the limit without one), the others evenly."""
    return BucketThrottle(rate, burst or -(-rate.count // 2))

"""Tells what a few messages prove of a rate: how sure one may be that it is above a limit.

A share alone misleads: one complaint about a hundred messages is 1 %, and may well be the only one
of ten thousand. These measures say how likely it is that the rate behind the messages is too high.
All of them are pure, and exact where a formula is.
"""

from math import exp, inf, lgamma, log, log1p, sqrt

import msgspec

from tactful.errors import ValueUnreadable


class Prior(msgspec.Struct, frozen=True):
    """What is taken to be true of a rate before anything is known: a Beta distribution.

    It weighs as much as `events` among `events + others` messages that were really seen.
    """

    events: float
    others: float

    @classmethod
    def around(cls, rate: float, weight: float) -> "Prior":
        """Return the prior of that mean, which weighs as much as `weight` messages."""
        if not (0 < rate < 1 and 0 < weight < inf):
            raise ValueUnreadable(
                f"a rate of {rate} with the weight of {weight} messages is no prior",
                help="Give a rate between 0 and 1, and a weight above 0.",
            )
        return cls(rate * weight, (1 - rate) * weight)


COMPLAINTS = Prior.around(0.001, 500)
"""Complaints about mail: a mean of 0.1 %, the share below which Gmail wants senders to stay."""


def posterior_above(events: float, of: float, limit: float, prior: Prior = COMPLAINTS) -> float:
    """Return how likely it is that a rate is above `limit`, after `events` in `of` messages.

    Counts that have faded with time need not be whole.

    The beta-binomial model: the prior together with the messages is again a Beta distribution.
    Events that nothing was counted for (a complaint that comes before the receipt) count as if
    their messages were among `of`.
    """
    if not 0 < limit < 1:
        return 0.0 if limit >= 1 else 1.0
    of = max(of, events)
    return 1.0 - beta_below(limit, prior.events + events, prior.others + of - events)


def beta_below(x: float, a: float, b: float) -> float:
    """Return how much of the Beta distribution (a, b) lies below `x`: DLMF 8.17.

    The continued fraction 8.17.22 converges fast below the mean, so above it the other tail is
    computed.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    scale = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x * (a + b + 2) < a + 1:
        below = scale * _fraction(x, a, b) / a
    else:
        below = 1.0 - scale * _fraction(1 - x, b, a) / b
    return min(max(below, 0.0), 1.0)


_TINY = 1e-300
_MOST_STEPS = 100_000


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of DLMF 8.17.22 by the modified method of Lentz."""
    c = 1.0
    d = 1.0 / _apart(1.0 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _apart(1.0 + even * d)
        c = _apart(1.0 + even / c)
        result *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _apart(1.0 + odd * d)
        c = _apart(1.0 + odd / c)
        step = c * d
        result *= step
        if abs(step - 1.0) < 1e-14:
            break
    return result


def _apart(value: float) -> float:
    """Keep a divisor away from 0."""
    return value if abs(value) > _TINY else _TINY


def interval(events: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval of Wilson: between which shares the rate is, as sure as `z` says.

    The default is 95 %. With nothing counted, it is anything from 0 to 1.
    """
    if of < 1:
        return 0.0, 1.0
    share = min(events, of) / of
    spread = z * z / of
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, centre - half), min(1.0, centre + half)


class Cusum(msgspec.Struct, frozen=True):
    """Page's sum for a rate that turns from `usual` to `bad`: it alarms at a score of `alarm`.

    The score is a number that the caller keeps, 0 at first. It grows with each event, falls a
    little with each other message, never below 0, so a long clean past hides no fresh trouble.
    """

    usual: float
    bad: float
    alarm: float

    def __post_init__(self) -> None:
        if not 0 < self.usual < self.bad < 1 or self.alarm <= 0:
            raise ValueUnreadable(
                f"no rate can turn from {self.usual} to {self.bad} with an alarm at {self.alarm}",
                help="Give two rates between 0 and 1, the lower one first, and an alarm above 0.",
            )

    @property
    def event(self) -> float:
        """What an event adds to the score."""
        return log(self.bad / self.usual)

    @property
    def other(self) -> float:
        """What any other message adds to it: a little less than nothing."""
        return log1p(-self.bad) - log1p(-self.usual)

    def after(self, score: float, events: int = 0, others: int = 0) -> float:
        """Return the score after so many other messages, and then so many events."""
        return max(0.0, score + others * self.other) + events * self.event

    def alarms(self, score: float) -> bool:
        """Whether a score is that of a rate which has turned bad."""
        return score >= self.alarm

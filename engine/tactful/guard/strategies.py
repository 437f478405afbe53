"""Names the ways of keeping a pace, so that a flow can choose one: `throttle using NAME`."""

from collections.abc import Callable

import msgspec

from tactful.guard.pace import Throttle, WindowThrottle
from tactful.values import Counts, Rate


class Strategy(msgspec.Struct, frozen=True):
    """One way of keeping a pace. `at` makes its throttle for the limit of a lane.

    `version` is that of the throttle's state: its `load` reads every version up to this one.
    """

    name: str
    version: int
    at: Callable[[Rate], Throttle]


WINDOW = Strategy("window", 1, WindowThrottle)
"""The default: a sliding window of slots."""


class Limit(msgspec.Struct, frozen=True):
    """A pace to be kept: how fast, by which strategy, counting what; `said` is its name for people.

    `rule` tells it from others of the same lane, whatever its numbers are.
    """

    said: str
    rate: Rate
    strategy: str = WINDOW.name
    counts: Counts = "messages"
    rule: str = ""


class SenderPace(msgspec.Struct, frozen=True):
    """A pace of a sender or an account, over all campaigns; `name` is how the store knows it.

    It counts what the `senders` of its account send.
    """

    name: str
    limit: Limit
    senders: frozenset[str]

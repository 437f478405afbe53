"""Engine time: wall clock at start plus monotonic time, faster on request, or virtual.

A campaign never sees the operating system's clock. `WallClock` follows it but never goes back;
`JumpClock` stands still while anything is in flight and then jumps to the next moment of interest.
"""

import heapq
import itertools
import time
from collections.abc import Callable
from typing import Protocol

import anyio

from tactful.values import SECOND, Instant, Span

JUMP_WORTH_TELLING: Span = 2 * SECOND


class Clock(Protocol):
    """Where the engine gets the time from, and how it waits."""

    virtual: bool
    """True when time moves only by `jump`."""

    def now(self) -> Instant:
        """Return the present moment; never earlier than an answer given before."""
        ...

    def drift(self) -> Span:
        """Return how far the wall clock has moved away since the start; it is not followed."""
        ...

    def real_seconds(self, until: Instant) -> float:
        """Return how long to sleep, in real seconds, until a moment."""
        ...

    async def sleep(self, span: Span) -> None:
        """Return after a span of this clock's time."""
        ...


class WallClock:
    """Wall clock at start plus monotonic time, `speed` times as fast.

    `at_least` is the latest moment a store has seen: a clock that runs fast goes on from there.
    """

    virtual = False

    def __init__(self, speed: float = 1.0, at_least: Instant = 0) -> None:
        self._speed = speed
        self._start = max(time.time_ns() // 1_000, at_least)
        self._offset = self._start - time.time_ns() // 1_000
        self._monotonic = time.monotonic_ns()

    def now(self) -> Instant:
        passed = (time.monotonic_ns() - self._monotonic) // 1_000
        return self._start + int(passed * self._speed)

    def drift(self) -> Span:
        if self._speed != 1.0:
            return 0
        return time.time_ns() // 1_000 + self._offset - self.now()

    def real_seconds(self, until: Instant) -> float:
        return max(0.0, (until - self.now()) / SECOND / self._speed)

    async def sleep(self, span: Span) -> None:
        await anyio.sleep(span / SECOND / self._speed)


class JumpClock:
    """Virtual time: stands still until `jump` moves it, and wakes those who slept until then."""

    virtual = True

    def __init__(self, start: Instant) -> None:
        self._now = start
        self.on_sleep: Callable[[], None] | None = None
        self._order = itertools.count()
        self._sleepers: list[tuple[Instant, int, anyio.Event]] = []

    def now(self) -> Instant:
        return self._now

    @property
    def sleeping(self) -> int:
        """How many callers sleep on this clock."""
        return len(self._sleepers)

    @property
    def next_waking(self) -> Instant | None:
        """The moment at which the first sleeper wakes."""
        return self._sleepers[0][0] if self._sleepers else None

    def jump(self, to: Instant) -> None:
        """Move time to a moment (never back) and wake the sleepers whose time has come."""
        self._now = max(self._now, to)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            heapq.heappop(self._sleepers)[2].set()

    def drift(self) -> Span:
        return 0

    def real_seconds(self, until: Instant) -> float:
        return 0.0 if until <= self._now else float("inf")

    async def sleep(self, span: Span) -> None:
        awake = anyio.Event()
        entry = (self._now + span, next(self._order), awake)
        heapq.heappush(self._sleepers, entry)
        if self.on_sleep is not None:
            self.on_sleep()
        try:
            await awake.wait()
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)
                heapq.heapify(self._sleepers)

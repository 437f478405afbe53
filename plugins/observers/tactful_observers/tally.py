"""Counts what happened in the last hours, in buckets of time, so that a state never grows."""

from collections.abc import Iterable

import msgspec

from tactful.values import Instant, Span


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """Counters by bucket, oldest first (number of the bucket, counts), and their sums."""

    buckets: tuple[tuple[int, tuple[int, ...]], ...] = ()
    totals: tuple[int, ...] = ()


class Clockwork(msgspec.Struct, frozen=True):
    """How a tally counts: `counters` numbers, in `keep` buckets, each `width` long."""

    width: Span
    keep: int
    counters: int

    @property
    def window(self) -> Span:
        """How far back a tally reaches."""
        return self.width * self.keep

    def start(self) -> Tally:
        """Return a tally in which nothing was counted."""
        return Tally((), (0,) * self.counters)

    def add(
        self, tally: Tally, at: Instant, now: Instant, counts: Iterable[tuple[int, int]]
    ) -> Tally:
        """Count something that happened at `at`. What is older than the window is left out."""
        tally = self.aged(tally, now)
        number = min(at, now) // self.width
        buckets = tally.buckets
        oldest = max(now // self.width, buckets[-1][0] if buckets else 0) - self.keep
        if number <= oldest:
            return tally
        place = len(buckets)
        while place and buckets[place - 1][0] > number:
            place -= 1
        if place and buckets[place - 1][0] == number:
            place -= 1
            values = list(buckets[place][1])
            rest = buckets[place + 1 :]
        else:
            values = [0] * self.counters
            rest = buckets[place:]
        totals = list(tally.totals)
        for counter, count in counts:
            values[counter] += count
            totals[counter] += count
        return Tally((*buckets[:place], (number, tuple(values)), *rest), tuple(totals))

    def aged(self, tally: Tally, now: Instant) -> Tally:
        """Forget what lies before the window that ends `now`, or with the newest bucket."""
        buckets = tally.buckets
        if not buckets:
            return tally
        oldest = max(now // self.width, buckets[-1][0]) - self.keep
        gone = 0
        while buckets[gone][0] <= oldest:
            gone += 1
            if gone == len(buckets):
                return self.start()
        if not gone:
            return tally
        totals = list(tally.totals)
        for _, values in buckets[:gone]:
            for counter, count in enumerate(values):
                totals[counter] -= count
        return Tally(buckets[gone:], tuple(totals))

    def below(self, tally: Tally, counter: int, count: int) -> Instant:
        """Return when a counter will be under `count`, if nothing more is counted."""
        left, at = tally.totals[counter], 0
        for number, values in tally.buckets:
            if left < count:
                break
            left -= values[counter]
            at = (number + self.keep) * self.width
        return at

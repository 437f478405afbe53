"""The passage of time in a scenario: how lines let time move, and learn that nothing more is due.

A line plays as a generator of moments: each says how far time may move before it looks again.
"""

from collections.abc import Callable, Iterator

from tactful.simulate.scenarios.stage import NEVER, StageChannel
from tactful.values import Duration, Instant

Turns = Iterator[Instant]


class Passage:
    """The present moment of a scenario, and when the engine has something to do next, if ever."""

    def __init__(self, start: Instant, channel: StageChannel) -> None:
        self.now = start
        self.due: Instant | None = None
        self._channel = channel

    def deadline(self, within: Duration | None) -> Instant | None:
        """Return the moment so long from now."""
        return None if within is None else self.now + within.span

    def until(self, moment: Instant) -> Turns:
        """Let time pass up to a moment."""
        while self.now < moment:
            yield from self._move(moment)

    def settle(self) -> Turns:
        """Let the providers report what they have not reported yet."""
        if self._channel.report(self.now):
            yield self.now

    def wait(self, length: Duration | None) -> Turns:
        """Let a length of time pass."""
        if length is not None:
            yield from self.until(self.now + length.span)

    def until_so(self, is_so: Callable[[], bool], deadline: Instant | None) -> Turns:
        """Let time pass until something is so, a moment has come, or nothing more can happen."""
        while not is_so():
            if deadline is not None and self.now >= deadline:
                return
            if self._channel.report(self.now):
                yield self.now
            elif deadline is None and self.due is None:
                return
            else:
                yield NEVER if deadline is None else deadline

    def _move(self, moment: Instant) -> Turns:
        """Let time move once; but first the providers report what they have not reported yet."""
        yield self.now if self._channel.report(self.now) else moment

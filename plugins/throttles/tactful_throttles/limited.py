"""A pace beside the limit: keeps the limit of a lane as `window` does, and a rule of its own.

So whatever the rule is, no half-open stretch as long as the limit's period holds more calls, or
more ends of calls, than the limit: over restarts, clock steps and changes of the limit.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tactful.guard.pace import Permit, Wait, WindowState, WindowThrottle
from tactful.values import Instant, Rate, Span
from tactful_throttles.stored import VERSION, read
from tactful_throttles.waits import at_latest


class LimitedState(Struct, frozen=True):
    """What every such pace keeps: the slots of the limit, which also number the permits."""

    version: int = VERSION
    window: WindowState = WindowState()


S = TypeVar("S", bound=LimitedState)


class Limited(ABC, Generic[S]):
    """A throttle that keeps the limit, and what its own `wait` says."""

    def __init__(self, rate: Rate, state: type[S]) -> None:
        self.limit = WindowThrottle(rate)
        self._kind = state

    @abstractmethod
    def wait(self, state: S, now: Instant, cost: int) -> Wait | None:
        """Return until when this rule holds a send back; None: it does not."""

    def took(self, state: S, permit_id: int, now: Instant, cost: int) -> S:
        """Note a permit that was given. The slots of the limit are taken already."""
        return state

    def ended(self, state: S, ended: Sequence[tuple[int, Instant]]) -> S:
        """Note ends of sends. The slots of the limit know of them already."""
        return state

    def settled(self, state: S, now: Instant) -> S:
        """Move every moment of this rule's own that lies ahead to `now`."""
        return state

    def most_in(self, span: Span) -> int:
        return self.limit.most_in(span)

    def start(self) -> S:
        return self._kind()

    def load(self, text: bytes) -> S:
        return read(text, self._kind)

    def take(self, state: S, now: Instant, cost: int) -> tuple[S, Permit | Wait]:
        cost = max(cost, 1)
        own = self.wait(state, now, cost)
        window, answer = self.limit.take(state.window, now, cost)
        if own is not None:
            return state, at_latest([own, answer]) if isinstance(answer, Wait) else own
        if isinstance(answer, Wait):
            return state, answer
        return self.took(replace(state, window=window), answer.id, now, cost), answer

    def done(self, state: S, permit_id: int, ended_at: Instant) -> S:
        window = self.limit.done(state.window, permit_id, ended_at)
        if window is state.window:
            return state
        return self.ended(replace(state, window=window), ((permit_id, ended_at),))

    def settle_clock(self, state: S, now: Instant) -> S:
        window = self.limit.settle_clock(state.window, now)
        return self.settled(replace(state, window=window), now)

    def close_open(self, state: S, restart: Instant, timeout: Span) -> S:
        for permit_id, permitted_at, _ in state.window.open:
            state = self.done(state, permit_id, min(restart, permitted_at + timeout))
        return state

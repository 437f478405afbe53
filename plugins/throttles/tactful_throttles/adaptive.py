"""`adaptive`: slows down when providers or people complain, and recovers in steps.

Additive increase, multiplicative decrease: the idea of TCP's congestion control (RFC 5681), with
the signals of carriers, mailbox providers and people in place of lost packets.
"""

from msgspec import Struct
from msgspec.structs import replace

from tactful.guard.pace import Permit, Wait, WindowThrottle
from tactful.guard.standing import SenderSignal
from tactful.values import MINUTE, Duration, Instant, Rate, Span
from tactful_throttles.alarms import Alarms, alarms
from tactful_throttles.limited import Limited, LimitedState

WHOLE = 10**6
"""Shares of the limit are counted in millionths."""


class AdaptiveState(LimitedState, frozen=True):
    """How much of the limit is used, from when its recovery counts, and when it was cut last."""

    share: int = WHOLE
    since: Instant = 0
    cut_at: Instant | None = None


class Course(Struct, frozen=True):
    """How it goes down and up, in millionths of the limit: `cut` is what an alarm leaves of it.

    After each `every` (in microseconds) without an alarm it grows by `step`; it never falls below
    `floor`.
    """

    cut: int = WHOLE // 2
    step: int = WHOLE // 10
    floor: int = WHOLE // 10
    every: Span = 10 * MINUTE
    alarms: Alarms = alarms()


class AdaptiveThrottle(Limited[AdaptiveState]):
    """At most the limit, and after alarms a share of it, with one cut in each `every`.

    An alarm from before the last cut, or within `every` after it, does not cut again: it is about
    messages that left at the faster pace. It only puts off the recovery. Promises never more than
    the limit; after a cut, never more than the share of it in any period that begins with the cut.
    """

    def __init__(self, rate: Rate, course: Course) -> None:
        super().__init__(rate, AdaptiveState)
        self._course = course

    def heed(self, state: AdaptiveState, signal: SenderSignal, now: Instant) -> AdaptiveState:
        if not self._course.alarms.include(signal):
            return state
        at = min(signal.at, now)
        if state.cut_at is not None and at < state.cut_at + self._course.every:
            return replace(state, since=max(state.since, at))
        cut = self._share(state, now) * self._course.cut // WHOLE
        return replace(state, share=max(cut, self._course.floor), since=now, cut_at=now)

    def wait(self, state: AdaptiveState, now: Instant, cost: int) -> Wait | None:
        moment = now
        while (share := self._share(state, moment)) < WHOLE:
            _, answer = self._at(share).take(state.window, moment, cost)
            if isinstance(answer, Permit):
                break
            steps = max(moment - state.since, 0) // self._course.every
            grown = state.since + (steps + 1) * self._course.every
            if answer.until is not None and answer.until <= grown:
                return answer
            moment = grown
        return None if moment == now else Wait(moment)

    def _share(self, state: AdaptiveState, now: Instant) -> int:
        """Return the share of the limit that is used at a moment, if no alarm comes until then."""
        steps = max(now - state.since, 0) // self._course.every
        return min(WHOLE, state.share + steps * self._course.step)

    def _at(self, share: int) -> WindowThrottle:
        """Return the limit at a share of it: fewer slots, and of one slot a longer period."""
        slots = self.limit.count * share
        period = self.limit.period
        if slots < WHOLE:
            return WindowThrottle(Rate(1, Duration(-(-period * WHOLE // slots))))
        return WindowThrottle(Rate(slots // WHOLE, Duration(period)))

    def settled(self, state: AdaptiveState, now: Instant) -> AdaptiveState:
        cut_at = None if state.cut_at is None else min(state.cut_at, now)
        return replace(state, since=min(state.since, now), cut_at=cut_at)

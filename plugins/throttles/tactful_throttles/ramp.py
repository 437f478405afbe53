"""`ramp`: a new sender starts with few messages a day, and with more on each day that goes well."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tactful.guard.pace import Wait
from tactful.guard.standing import SenderSignal
from tactful.values import Instant, Rate
from tactful.zones import zone
from tactful_throttles.alarms import Alarms, alarms
from tactful_throttles.days import (
    DayState,
    day_number,
    ended,
    midnight,
    on_day,
    settled,
    taken,
)
from tactful_throttles.limited import Limited, LimitedState

PUBLISHED = (50, 100, 250, 500, 1_000, 2_500, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 40_000,
             55_000, 70_000, 100_000)  # fmt: skip
"""A warm-up of a new mail domain by day, as a mail service has published it."""


class RampState(LimitedState, frozen=True):
    """Today's count, how many days of the ramp are behind, and the day of the last alarm."""

    days: DayState = DayState()
    behind: int = 0
    alarm: int = 0


class Climb(Struct, frozen=True):
    """How a ramp goes up: the most on each of its days, in the calendar of a zone.

    Each figure holds for `days_each` days. A day is behind when no alarm came on it or since, and
    `share` of its messages, in hundredths, have left. After more than `idle_days` without a message
    it starts anew.
    """

    most: tuple[int, ...] = PUBLISHED
    days_each: int = 1
    share: int = 50
    idle_days: int = 30
    zone: ZoneInfo = zone("UTC")
    alarms: Alarms = alarms()


class RampThrottle(Limited[RampState]):
    """The limit, and on each day at most what the ramp allows; no more than the limit at its end.

    Promises that no day of the ramp's zone holds more calls, or ends of calls, than the ramp allows
    on it. A message dearer than a day allows takes a day of its own.
    """

    def __init__(self, rate: Rate, climb: Climb) -> None:
        super().__init__(rate, RampState)
        self._climb = climb

    def most_on_day(self, state: RampState, now: Instant) -> int | None:
        """Return how many may leave on the day of a moment; None when the ramp is behind."""
        return self._most(self._on(state, day_number(now, self._climb.zone)))

    def heed(self, state: RampState, signal: SenderSignal, now: Instant) -> RampState:
        if not self._climb.alarms.include(signal):
            return state
        day = day_number(min(signal.at, now), self._climb.zone)
        return replace(state, alarm=max(state.alarm, day))

    def wait(self, state: RampState, now: Instant, cost: int) -> Wait | None:
        today = self._on(state, day_number(now, self._climb.zone))
        if self._fits(today, cost):
            return None
        next_day = today.days.day + 1
        if not self._fits(self._on(state, next_day), cost):
            return Wait(None)  # what is under way fills tomorrow as well
        return Wait(midnight(next_day, self._climb.zone))

    def took(self, state: RampState, permit_id: int, now: Instant, cost: int) -> RampState:
        state = self._on(state, day_number(now, self._climb.zone))
        return replace(state, days=taken(state.days, permit_id, now, cost))

    def ended(self, state: RampState, ends: Sequence[tuple[int, Instant]]) -> RampState:
        for permit_id, ended_at in ends:
            state = self._on(state, day_number(ended_at, self._climb.zone))
            days = ended(state.days, ((permit_id, ended_at),), self._climb.zone)
            state = replace(state, days=days)
        return state

    def settled(self, state: RampState, now: Instant) -> RampState:
        today = day_number(now, self._climb.zone)
        days = settled(state.days, now, self._climb.zone)
        return replace(state, days=days, alarm=min(state.alarm, today))

    def _on(self, state: RampState, day: int) -> RampState:
        """Return the state on a day: on a later one the ramp goes up, stays, or starts anew."""
        last = state.days.day
        if day <= last:
            return state
        behind = state.behind
        most = self._most(state)
        if last and day - last > self._climb.idle_days:
            behind = 0
        elif (last and most is not None and state.alarm < last
              and state.days.count * 100 >= most * self._climb.share):  # fmt: skip
            behind += 1
        return replace(state, days=on_day(state.days, day), behind=behind)

    def _most(self, state: RampState) -> int | None:
        place = state.behind // self._climb.days_each
        return self._climb.most[place] if place < len(self._climb.most) else None

    def _fits(self, state: RampState, cost: int) -> bool:
        most = self._most(state)
        return most is None or state.days.count == 0 or state.days.count + cost <= most

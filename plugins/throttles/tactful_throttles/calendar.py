"""`calendar_day`: so many on each day of the calendar, as carriers and mailbox providers count."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tactful.errors import ValueUnreadable
from tactful.guard.pace import Permit, Wait
from tactful.values import DAY, HOUR, Instant, Rate, Span
from tactful_throttles.days import (
    DayState,
    day_number,
    ended,
    midnight,
    on_day,
    settled,
    taken,
)
from tactful_throttles.stored import VERSION, read

_SHORTEST_DAY: Span = 23 * HOUR  # when the clocks are put forward


class CalendarState(Struct, frozen=True):
    """What left today, and how permits are numbered."""

    version: int = VERSION
    next_id: int = 1
    days: DayState = DayState()


class CalendarThrottle:
    """At most `rate.count` on each day of a zone; at its midnight all of them are free again.

    Promises that no day of that zone holds more calls, or more ends of calls, than the limit. Two
    days meet at midnight: up to twice the limit may leave within minutes around it. A message
    dearer than the limit takes a day of its own. Raises `ValueUnreadable` for a limit that is not
    by the day.
    """

    def __init__(self, rate: Rate, zone: ZoneInfo) -> None:
        if rate.per.span != DAY or rate.count < 1:
            raise ValueUnreadable(
                f"`{rate}` is no limit by the day",
                help="Write for example 2000 per day.",
            )
        self._most = rate.count
        self._zone = zone

    def most_in(self, span: Span) -> int:
        return self._most * (1 - (1 - span) // _SHORTEST_DAY)

    def start(self) -> CalendarState:
        return CalendarState()

    def load(self, text: bytes) -> CalendarState:
        return read(text, CalendarState)

    def take(
        self, state: CalendarState, now: Instant, cost: int
    ) -> tuple[CalendarState, Permit | Wait]:
        cost = max(cost, 1)
        days = on_day(state.days, day_number(now, self._zone))
        if not self._fits(days, cost):
            if not self._fits(on_day(days, days.day + 1), cost):
                return state, Wait(None)  # what is under way fills tomorrow as well
            return state, Wait(midnight(days.day + 1, self._zone))
        permit = Permit(state.next_id)
        days = taken(days, permit.id, now, cost)
        return replace(state, next_id=permit.id + 1, days=days), permit

    def _fits(self, days: DayState, cost: int) -> bool:
        return days.count == 0 or days.count + cost <= self._most

    def done(self, state: CalendarState, permit_id: int, ended_at: Instant) -> CalendarState:
        return self.done_many(state, ((permit_id, ended_at),))

    def done_many(self, state: CalendarState, ends: Sequence[tuple[int, Instant]]) -> CalendarState:
        return replace(state, days=ended(state.days, ends, self._zone))

    def settle_clock(self, state: CalendarState, now: Instant) -> CalendarState:
        return replace(state, days=settled(state.days, now, self._zone))

    def close_open(self, state: CalendarState, restart: Instant, timeout: Span) -> CalendarState:
        ends = [(number, min(restart, at + timeout)) for number, at, _ in state.days.open]
        return self.done_many(state, ends)

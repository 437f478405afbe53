"""Counts what leaves on each day of a zone's calendar.

A send counts on the day on which it ended and on every day on which it was under way, because it
may have been called on any of them. So no day holds more calls, or more ends, than were counted.
"""

from collections.abc import Sequence
from datetime import date, time
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tactful.values import Instant
from tactful.zones import day_of, shown

_OpenSend = tuple[int, Instant, int]  # id of the permit, moment given, cost


class DayState(Struct, frozen=True):
    """The day (its number in the calendar, 0: none yet), and what ended on it.

    `open` is what is under way. `before` is the day before with what ended on it, in case the clock
    goes back to it.
    """

    day: int = 0
    ended: int = 0
    open: tuple[_OpenSend, ...] = ()
    before: tuple[int, int] = (0, 0)

    @property
    def count(self) -> int:
        """What counts on this day, so far."""
        return self.ended + sum(cost for _, _, cost in self.open)


def day_number(now: Instant, zone: ZoneInfo) -> int:
    """Return the number of the day that it is in a zone."""
    return day_of(now, zone).toordinal()


def midnight(day: int, zone: ZoneInfo) -> Instant:
    """Return when a day begins: when the clocks of the zone have reached its midnight."""
    return shown(date.fromordinal(day), time(), zone)


def on_day(state: DayState, day: int) -> DayState:
    """Return the state on a day: on a later one, only what is under way counts."""
    if day <= state.day:
        return state
    return replace(state, day=day, ended=0, before=(state.day, state.ended))


def taken(state: DayState, permit_id: int, now: Instant, cost: int) -> DayState:
    """Note a send that begins on the state's day."""
    return replace(state, open=(*state.open, (permit_id, now, cost)))


def ended(state: DayState, ends: Sequence[tuple[int, Instant]], zone: ZoneInfo) -> DayState:
    """Note when sends ended. What ended before the state's day no longer counts on it.

    What ends before it began ends on the state's day: the clock went back meanwhile.
    """
    opened = {permit_id: (at, cost) for permit_id, at, cost in state.open}
    for permit_id, ended_at in ends:
        if permit_id not in opened:
            continue
        at, cost = opened[permit_id]
        day = day_number(ended_at, zone) if ended_at >= at else state.day
        state = on_day(state, day)
        if day == state.day:
            state = replace(state, ended=state.ended + cost)
        elif day == state.before[0]:
            state = replace(state, before=(day, state.before[1] + cost))
    gone = {permit_id for permit_id, _ in ends}
    return replace(state, open=tuple(send for send in state.open if send[0] not in gone))


def settled(state: DayState, now: Instant, zone: ZoneInfo) -> DayState:
    """Take what lies ahead of a clock that went back to have happened by now, and so today."""
    opened = tuple((number, min(at, now), cost) for number, at, cost in state.open)
    today = day_number(now, zone)
    if today >= state.day:
        return replace(state, open=opened)
    earlier = state.before[1] if state.before[0] >= today else 0
    return DayState(today, state.ended + earlier, opened)

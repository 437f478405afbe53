"""Moments that a journey waits for: a clock's next time, a day, or a moment in the data.

Which clock: that of a zone, or with `recipient` the one of the person the journey is about.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field

from tactful.graph.expressions import Data, Scalar
from tactful.graph.texts import ZONE
from tactful.values import DAY, WEEK, Instant, instant
from tactful.zones import day_of, shown, zone

RECIPIENT = "recipient"

Reading = Callable[[Mapping[str, Scalar], Instant], Instant | None]
"""(values, now) → the moment to wait for; None while the data does not tell it."""

_WEEK_DAYS = WEEK // DAY


class ClockMoment(Data):
    """The next time the clock shows `at`, on a `weekday` (0 is Monday) if there is one."""

    kind: Literal["clock"] = "clock"
    at: time
    weekday: int | None = None
    zone: str = RECIPIENT


class DayMoment(Data):
    """`2026-12-01 09:00 Europe/Dublin`."""

    kind: Literal["day"] = "day"
    day: date
    at: time
    zone: str = RECIPIENT


class ValueMoment(Data):
    """So long before (less than nought) or after a day or moment in the data, in microseconds.

    `at` takes the clock's time on that day instead; then, and from a day, whole days are counted
    on the calendar. `zone` also reads a moment that is written without a zone.
    """

    kind: Literal["value"] = "value"
    name: str
    offset: int = 0
    at: time | None = None
    zone: str = RECIPIENT


UntilMoment = Annotated[ClockMoment | DayMoment | ValueMoment, Field(discriminator="kind")]


def compile_moment(moment: ClockMoment | DayMoment | ValueMoment) -> Reading:
    """Return a function that works the moment out; it never raises.

    What the data holds at `name` and is no day or moment counts as not told.
    """
    match moment:
        case ClockMoment():
            return _guarded(_next(moment))
        case DayMoment(day=day, at=at, zone=where):
            return _guarded(lambda values, now: shown(day, at, zone(_name(where, values))))
        case ValueMoment():
            return _guarded(_in_data(moment))


def _guarded(reading: Reading) -> Reading:
    def read(values: Mapping[str, Scalar], now: Instant) -> Instant | None:
        try:
            return reading(values, now)
        except (ValueError, OverflowError):  # no such day, or one beyond the calendar
            return None

    return read


def _name(where: str, values: Mapping[str, Scalar]) -> str:
    return str(values.get(ZONE) or "UTC") if where == RECIPIENT else where


def _next(clock: ClockMoment) -> Reading:
    def read(values: Mapping[str, Scalar], now: Instant) -> Instant | None:
        where = zone(_name(clock.zone, values))
        day = day_of(now, where)
        if clock.weekday is not None:
            day += timedelta(days=(clock.weekday - day.weekday()) % _WEEK_DAYS)
        at = shown(day, clock.at, where)
        while at <= now:
            day += timedelta(days=1 if clock.weekday is None else _WEEK_DAYS)
            at = shown(day, clock.at, where)
        return at

    return read


def _in_data(wanted: ValueMoment) -> Reading:
    def read(values: Mapping[str, Scalar], now: Instant) -> Instant | None:
        value = values.get(wanted.name)
        if not isinstance(value, str) or value[4:5] != "-":  # 20261201 is rather an order number
            return None
        where = zone(_name(wanted.zone, values))
        whole_day = len(value.strip()) == len("2026-12-01")
        said = datetime.fromisoformat(value.strip())
        if not whole_day and wanted.at is None:
            at = instant(said) if said.tzinfo else shown(said.date(), said.time(), where)
            return at + wanted.offset
        day = said.date() if said.tzinfo is None else said.astimezone(where).date()
        rest = wanted.offset
        if rest % DAY == 0:
            day, rest = day + timedelta(days=rest // DAY), 0
        return shown(day, wanted.at or time(), where) + rest

    return read

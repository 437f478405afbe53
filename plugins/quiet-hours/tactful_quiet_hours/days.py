"""Holidays: rules for days of a year, and on which days they fall."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, get_args

from msgspec import Struct

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class Holiday(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day of every year: a date, or the first, second … or last (-1) such weekday of a month."""

    name: str
    month: int
    day: int | None = None
    weekday: Weekday | None = None
    nth: int = 1

    def on(self, year: int) -> date:
        """Return the day of a year."""
        if self.weekday is None:
            return date(year, self.month, self.day or 1)
        wanted = WEEKDAYS.index(self.weekday)
        if self.nth > 0:
            first = date(year, self.month, 1)
            return first + timedelta(days=(wanted - first.weekday()) % 7 + 7 * (self.nth - 1))
        last = date(year, self.month, monthrange(year, self.month)[1])
        return last - timedelta(days=(last.weekday() - wanted) % 7 + 7 * (-self.nth - 1))


class Holidays:
    """The holidays of all years, worked out for one year at a time."""

    def __init__(self, rules: Iterable[Holiday], days: Iterable[date] = ()) -> None:
        self._rules = tuple(rules)
        self._days = frozenset(days)
        self._years: dict[int, frozenset[date]] = {}

    def __contains__(self, day: date) -> bool:
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = frozenset(rule.on(day.year) for rule in self._rules)
        return day in year or day in self._days

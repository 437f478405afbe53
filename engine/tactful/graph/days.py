"""Days and moments among values: what they name, by the reader's clock.

A day is `2026-12-09`. A moment is ISO 8601; without its zone it is by the reader's clock. A zone
that is missing or unknown counts as UTC.
"""

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from tactful.errors import ValueUnreadable
from tactful.graph.expressions import Scalar
from tactful.values import Instant, instant, moment
from tactful.zones import zone

_MOST_ZONES = 1_000  # there are some 600


@lru_cache(_MOST_ZONES)
def _zone(name: Scalar) -> tzinfo:
    try:
        return zone(name) if isinstance(name, str) and name else UTC
    except ValueUnreadable:
        return UTC


def day_at(at: Instant, where: Scalar) -> str:
    """Return the day that the clocks of a zone show at an instant: `2026-12-09`."""
    return _shown(at, where)[:10]


def _shown(at: Instant, where: Scalar) -> str:
    try:
        return moment(at).astimezone(_zone(where)).isoformat()
    except OverflowError:  # some 8,000 years from here: no day that anybody means
        return "9999-12-31" if at > 0 else "0001-01-01"


def as_instant(value: Scalar, where: Scalar = None) -> Instant | None:
    """Return the moment that a value names: an instant, a day's beginning, or an ISO moment."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or value[4:5] != "-":  # 20261201 is rather an order number
        return None
    try:
        named = datetime.fromisoformat(value.strip())
        return instant(named if named.tzinfo else named.replace(tzinfo=_zone(where)))
    except (ValueError, OverflowError):
        return None


def is_day(value: Scalar) -> bool:
    """Return whether a value is written as a day."""
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"


def as_day(value: Scalar, where: Scalar) -> str | None:
    """Return the day that a value names, or on which the moment that it names falls."""
    if is_day(value) and isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return None
    at = as_instant(value, where)
    return None if at is None else day_at(at, where)


def has_come(value: str, now: Instant, where: Scalar) -> bool:
    """Return whether a value names a day that has begun, or a moment that is past."""
    if is_day(value):
        day = as_day(value, where)
        return day is not None and day <= day_at(now, where)
    at = as_instant(value, where)
    return at is not None and at <= now

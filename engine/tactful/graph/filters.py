"""What filters make of a value, for one reader: `{{ total | money }}`. None of them ever raises.

What a filter cannot read it leaves as it is: a text that arrives a little raw serves people better
than one that does not arrive.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from tactful.graph.expressions import Scalar

Values = Mapping[str, Scalar]
Pipe = Callable[[object, Values], object]

# Names that stand in the values of every journey beside its columns: the recipient's key, and by
# whose language and clock days, times and amounts are shown. No column can be called so.
RECIPIENT = "recipient"
LOCALE = "recipient.locale"
ZONE = "recipient.zone"

_ENDLESS = 1e300  # no such number is meant; infinity and "not a number" fall out with it
_EXACT = 1e15  # beyond this a number is no quantity, and is shown as it is
_MOST_DECIMALS = 9
_WORD = re.compile(r"\w[\w'’]*")
_PART = re.compile(r"\{\s*([\w.]*)\s*\}")


def show(value: object) -> str:
    """Print a value as people read it: yes or no, no trailing `.0`, and nothing when missing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, list | tuple):
        return ", ".join(show(entry) for entry in value)
    return str(value)


def is_missing(value: object) -> bool:
    """Whether a value counts as missing: none at all, an empty text or an empty list."""
    return value is None or value == "" or value == [] or value == ()


def as_number(value: object) -> float | int | None:
    """Return a number, or the number that a text spells (`" 12.50 "`); None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and abs(value) < _ENDLESS else None


class FilterMaker(NamedTuple):
    """`make` gets the values in brackets and returns the function of one filter.

    That sees a missing value only when `sees_missing` is set.
    """

    make: Callable[..., Pipe]
    sees_missing: bool = False


def _plain(change: Callable[[object], object]) -> Callable[[], Pipe]:
    """Return the maker of a filter that is the same for every reader."""
    return lambda: lambda value, values: change(value)


# ---- words and lists ----------------------------------------------------------------------------


def _instead(fallback: Scalar) -> Pipe:
    return lambda value, values: fallback if is_missing(value) else value


def _capitals(value: object) -> str:
    # Not `str.title`, which makes a capital of the s in "mary's".
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), show(value))


def _entries(value: object) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    return [entry.strip() for entry in show(value).replace(";", ",").split(",") if entry.strip()]


def _joined(separator: Scalar = ", ") -> Pipe:
    glue = show(separator)
    return lambda value, values: glue.join(show(entry) for entry in _entries(value))


def _nth(position: int) -> Callable[[object], object]:
    def pick(value: object) -> object:
        entries = _entries(value)
        return entries[position] if entries else None

    return pick


def _bullets(written: Scalar = "{}") -> Pipe:
    """Each entry on its line; `{name}` stands for a part of an entry, `{}` for all of it."""
    pattern = show(written)

    def line(entry: object) -> str:
        parts = entry if isinstance(entry, Mapping) else {}
        return _PART.sub(lambda part: show(parts.get(part[1], entry)), pattern)

    # A hyphen, because the alphabet of SMS has no bullet.
    return lambda value, values: "\n".join(f"- {line(entry)}" for entry in _entries(value))


# ---- numbers, amounts, days and clocks: as the reader writes them -------------------------------
# Babel is loaded when a text that needs it is made ready to run, never by a check.


def _number(decimals: Scalar = None) -> Pipe:
    from tactful.graph.locales import number_of

    places = None if decimals is None else max(0, min(int(decimals), _MOST_DECIMALS))

    def pipe(value: object, values: Values) -> object:
        number = as_number(value)
        if number is None or abs(number) >= _EXACT:
            return value
        exact = Decimal(str(number))
        return number_of(exact, places, *_reader(values))

    return pipe


def _money() -> Pipe:
    from tactful.graph.locales import amount

    return _told(lambda text, values: amount(text, *_reader(values)))


def _day() -> Pipe:
    from tactful.graph.locales import day

    return _told(lambda text, values: day(text, *_reader(values), _today(values)))


def _clock() -> Pipe:
    from tactful.graph.locales import clock

    return _told(lambda text, values: clock(text, *_reader(values)))


def _day_and_clock() -> Pipe:
    from tactful.graph.locales import day_and_clock

    return _told(lambda text, values: day_and_clock(text, *_reader(values), _today(values)))


def _date() -> Pipe:
    from tactful.graph.locales import date_of

    return _told(lambda text, values: date_of(text, *_reader(values)))


def _told(tell: Callable[[str, Values], str | None]) -> Pipe:
    """Return a filter of what is written as text or number; what it cannot tell stays as it is."""

    def pipe(value: object, values: Values) -> object:
        if isinstance(value, bool):
            return value
        told = tell(value if isinstance(value, str) else show(value), values)
        return value if told is None else told

    return pipe


def _reader(values: Values) -> tuple[str | None, str | None]:
    locale, zone = values.get(LOCALE), values.get(ZONE)
    return (
        locale if isinstance(locale, str) else None,
        zone if isinstance(zone, str) else None,
    )


def _today(values: Values) -> str | None:
    today = values.get("today")
    return today if isinstance(today, str) else None


FILTERS: dict[str, FilterMaker] = {
    "or": FilterMaker(_instead, sees_missing=True),
    "upper": FilterMaker(_plain(lambda value: show(value).upper())),
    "lower": FilterMaker(_plain(lambda value: show(value).lower())),
    "title": FilterMaker(_plain(_capitals)),
    "money": FilterMaker(_money),
    "number": FilterMaker(_number),
    "day": FilterMaker(_day),
    "clock": FilterMaker(_clock),
    "day_and_clock": FilterMaker(_day_and_clock),
    "date": FilterMaker(_date),
    "count": FilterMaker(_plain(lambda value: len(_entries(value))), sees_missing=True),
    "first": FilterMaker(_plain(_nth(0))),
    "last": FilterMaker(_plain(_nth(-1))),
    "join": FilterMaker(_joined),
    "bullets": FilterMaker(_bullets),
}
"""The filters by their names, which are those of `tactful.language.filters`."""

DATED = frozenset(["day", "day_and_clock"])
"""Filters that look at `today` to tell whether a year must be said."""

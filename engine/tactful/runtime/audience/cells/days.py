"""Reads days: `2026-12-09`, `9.12.2026`, `9 Dec 2026`, `le 9 décembre 2026`."""

import re
from datetime import date
from typing import Literal

from tactful.errors import ValueUnreadable
from tactful.graph.fold import fold
from tactful.runtime.audience.cells.months import is_weekday, month_named

Order = Literal["day first", "month first", "both"]
"""How a column writes days with slashes; `both` when its cells disagree."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"([0-9]{1,4})\s?([./-])\s?([0-9]{1,2})\s?\2\s?([0-9]{1,4})\.?")
_HAN = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
_SMALL_WORDS = "st nd rd th er e o a de del di du d of den der le el il the am on do"
_WORDS_BETWEEN = frozenset(_SMALL_WORDS.split())
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_MIDNIGHT = re.compile(r"[T ]0?0:00(?::00(?:\.0+)?)?$")
_YEARS = range(1900, 2201)
_EXAMPLE = "Write year, month, day: for example 2026-12-09."


def read_day(text: str, order: Order | None = None) -> str:
    """Read a day; `order` is what the rest of the column shows. Gives `2026-12-09`.

    With dots the day comes first, as everywhere where days are written with dots. Raises
    `ValueUnreadable`.
    """
    if _ISO.fullmatch(text):
        return _day(text[:4], text[5:7], text[8:])
    text = _MIDNIGHT.sub("", text)
    found = _DIGITS.fullmatch(text)
    if found:
        return _of_digits(found[1], found[2], found[3], found[4], order)
    if han := _HAN.fullmatch(text):
        return _day(*han.groups())
    if _SERIAL.fullmatch(text):
        raise ValueUnreadable(
            "it is the number under which a spreadsheet keeps a day",
            help="Format the column as a date, year first, and save it again.",
        )
    if ":" in text and re.search(r"[0-9]:[0-9]{2}", text):
        raise ValueUnreadable(
            "it holds a time of day as well", help="Make it a column of `time`, or leave that away."
        )
    return _of_words(text)


def order_of(text: str) -> Order | None:
    """Return which way a day with slashes must be read, or `both`; None when it shows neither."""
    found = _DIGITS.match(text) if text[4:5] != "-" else None
    if not found or len(found[1]) > 2 or found[2] == "." or len(found[4]) != 4:
        return None
    first, second = int(found[1]), int(found[3])
    if first == second:
        return None
    if first > 12 or second > 12:
        return "day first" if first > 12 else "month first"
    return "both"


def _of_digits(first: str, mark: str, second: str, last: str, order: Order | None) -> str:
    if len(first) == 4 and len(last) <= 2:
        return _day(first, second, last)
    if len(first) > 2 or len(last) != 4:
        reason = "its year has two digits" if len(last) == 2 else "it is not a day"
        raise ValueUnreadable(reason, help=_EXAMPLE)
    if mark == ".":
        return _day(last, second, first)
    way = order_of(f"{first}/{second}/{last}")
    if way == "both":
        if order not in ("day first", "month first"):
            raise ValueUnreadable(
                "it can be read two ways, day first or month first", help=_EXAMPLE
            )
        way = order
    return _day(last, first, second) if way == "month first" else _day(last, second, first)


def _of_words(text: str) -> str:
    """Read a day whose month is a word."""
    month = day = year = ""
    for part in _PARTS.findall(fold(text)):
        if part.isdigit():
            if len(part) == 4 and not year:
                year = part
            elif len(part) <= 2 and not day:
                day = part
            elif len(part) == 2:
                raise ValueUnreadable("its year has two digits", help=_EXAMPLE)
            else:
                raise ValueUnreadable("it is not a day", help=_EXAMPLE)
        elif named := month_named(part):
            month = str(named) if not month else "?"
        elif part not in _WORDS_BETWEEN and not is_weekday(part):
            raise ValueUnreadable("it is not a day", help=_EXAMPLE)
    if not (month.isdigit() and day and year):
        raise ValueUnreadable("it is not a day", help=_EXAMPLE)
    return _day(year, month, day)


def _day(year: str, month: str, day: str) -> str:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise ValueUnreadable("there is no such day", help=_EXAMPLE) from None
    if found.year not in _YEARS:
        raise ValueUnreadable(f"its year is {year}, which nobody means", help=_EXAMPLE)
    return found.isoformat()

"""The hours of states and countries, and which state an area code belongs to: data with sources."""

from collections.abc import Mapping
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any, Self

import msgspec
from msgspec import Struct

from tactful.errors import ValueUnreadable
from tactful.values import Window
from tactful_quiet_hours.days import WEEKDAYS, Holiday

NEVER = "never"
_MIDNIGHT = time(0)


class Hours(Struct, frozen=True):
    """When a place may be written to, on each day from Monday on and on holidays; None: never."""

    week: tuple[Window | None, ...]
    holidays: Window | str | None = "as usual"

    def on(self, weekday: int, *, is_holiday: bool) -> Window | None:
        """Return the hours of one day; a holiday is as any other day where nothing is said."""
        if is_holiday and not isinstance(self.holidays, str):
            return self.holidays
        return self.week[weekday]

    @classmethod
    def read(cls, written: Mapping[str, str], like: "Hours | None" = None) -> Self:
        """Return the hours that are written as `all`, `mon` … `sun` and `holidays`.

        What is not written is as `like` has it. Raises `ValueUnreadable`.
        """
        every = written.get("all")
        if every is None and like is None:
            missing = [day for day in WEEKDAYS if day not in written]
            if missing:
                raise ValueUnreadable(
                    f"it does not say what holds on {', '.join(missing)}",
                    help='Add for example all = "08:00 to 21:00".',
                )
        week: list[Window | None] = []
        for place, day in enumerate(WEEKDAYS):
            text = written.get(day, every)
            week.append(_window(text) if text is not None else like.week[place] if like else None)
        if "holidays" in written:
            return cls(tuple(week), _window(written["holidays"]))
        return cls(tuple(week), like.holidays if like else "as usual")


def _window(text: str) -> Window | None:
    """Return hours of one day. Raises `ValueUnreadable`."""
    if text.strip().lower() == NEVER:
        return None
    window = Window.parse(text)
    if window.end != _MIDNIGHT and window.end <= window.start:
        raise ValueUnreadable(
            f"`{text}` ends before it begins",
            help="Write the hours in which messages may go, such as 08:00 to 21:00.",
        )
    return window


class Place(Struct, frozen=True):
    """A country (ISO 3166-1) or a part of one (ISO 3166-2), and what is known of its hours."""

    code: str
    name: str
    hours: Hours
    source: str
    confidence: str = ""


def _read(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    read: dict[str, Any] = msgspec.toml.decode(text)
    return read


@cache
def known_places() -> Mapping[str, Place]:
    """Return the places that come with the plugin."""
    return {
        code: Place(code, row["name"], Hours.read(row), row["source"], row["confidence"])
        for code, row in _read("places.toml").items()
    }


@cache
def known_holidays() -> tuple[Holiday, ...]:
    """Return the holidays that come with the plugin."""
    return msgspec.convert(_read("holidays.toml")["days"], tuple[Holiday, ...])


@cache
def state_by_area_code() -> Mapping[str, str]:
    """Return the state of each area code of the United States: `212` is in `NY`."""
    states = _read("area_codes.toml")["states"]
    return {code: state for state, codes in states.items() for code in codes.split()}

"""Kinds of moments: the one a `wait until` waits for, and the one at which a campaign starts."""

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from tactful.language.clocks import Clock, Length, Zone
from tactful.language.kinds import Kind
from tactful.language.operands import Constant, Ref, read_quantity
from tactful.language.reading import Cursor, Wrong
from tactful.language.suggest import nearest
from tactful.language.tokens import Token, as_written, tokens_of
from tactful.language.zones import RECIPIENT
from tactful.values import Duration

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ClockTime:
    """`10:00 recipient time`, `monday 09:00 Europe/Dublin`; 0 is Monday."""

    at: time
    weekday: int | None
    zone: str


@dataclass(frozen=True, slots=True)
class DayTime:
    """`2026-12-01 09:00 Europe/Dublin`."""

    day: date
    at: time
    zone: str


@dataclass(frozen=True, slots=True)
class DataTime:
    """`24 hours before starts_at`, `promised_on at 10:00`."""

    name: Ref
    length: Duration | None = None
    before: bool = False
    at: time | None = None
    zone: str = RECIPIENT


class Until(Kind):
    """A moment to wait for. Gives a `ClockTime`, `DayTime` or `DataTime`."""

    says = "a moment"
    example = "24 hours before starts_at"

    def read(self, cursor: Cursor) -> ClockTime | DayTime | DataTime:
        token = cursor.token()
        if token and token.kind == "QUANTITY":
            if _is_day(token):
                return _day_time(cursor, RECIPIENT)
            if _is_length(token, cursor.word(1)):
                return _from_data(cursor)
            return ClockTime(Clock().read(cursor), None, _zone(cursor))
        if not token or token.kind != "WORD":
            raise self.refuse(cursor)
        _tell_later(cursor, token)
        if token.text.lower() in WEEKDAYS:
            return _weekday(cursor, token)
        return _data_time(cursor)


class StartMoment(Kind):
    """When a campaign starts: `now` or a moment. Gives `"now"` or a `DayTime`."""

    says = "when the campaign starts"
    example = "2026-12-01 09:00 Europe/Dublin"

    def read(self, cursor: Cursor) -> Literal["now"] | DayTime:
        if cursor.skip("now"):
            return "now"
        token = cursor.token("QUANTITY")
        if not token or (not _is_day(token) and not re.search(r"[./-].*[./-]", token.text)):
            raise self.refuse(cursor)
        start = _day_time(cursor, "")
        if not start.zone:
            raise Wrong(
                f"{start.day} {start.at:%H:%M} on which clock?",
                token,
                upto=cursor.token("QUANTITY", -1),
                help=("Add the time zone, for example `Europe/Dublin`.",),
            )
        if start.zone == RECIPIENT:
            raise Wrong(
                "a campaign starts once, so it cannot go by each person's clock",
                cursor.token("WORD", -2),
                upto=cursor.token("WORD", -1),
                help=(
                    "Write the zone of your office here, for example `Europe/Dublin`.",
                    "To reach everyone at the same hour, begin the journey with "
                    f"`wait until {start.at:%H:%M} recipient time`.",
                ),
            )
        return start


def _is_day(token: Token) -> bool:
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", token.text) is not None


def _is_length(token: Token, following: str | None) -> bool:
    found = re.fullmatch(r"[0-9]+(?:\.[0-9]+)?([^\W\d_]*)", token.text)
    if not found or found[1].lower() in ("am", "pm"):
        return False
    return bool(found[1]) or bool(following and following not in ("am", "pm", "recipient"))


def _tell_later(cursor: Cursor, token: Token) -> None:
    following = cursor.token("WORD", 1)
    if following and following.text.lower() == "is":
        message = "waiting for opening hours is not available yet"
        raise Wrong(message, token, upto=cursor.token("WORD", 2) or following, code="TF209")
    if token.text.lower() == "no" and cursor.peek(1) is not None:
        raise Wrong("waiting until something stays quiet is not available yet", token, code="TF209")


def _day_time(cursor: Cursor, zone: str) -> DayTime:
    token = cursor.token("QUANTITY")
    assert token is not None
    read = read_quantity(token)  # tells days that are none, and those that read two ways
    assert isinstance(read, Constant)
    assert isinstance(read.value, date)
    cursor.at += 1
    cursor.skip("at")
    if not cursor.token("QUANTITY"):
        raise Wrong(
            f"{read.value} at what time?",
            token,
            help=(f"Write for example `{read.value} 09:00`.",),
        )
    return DayTime(read.value, Clock().read(cursor), _zone(cursor, zone))


def _weekday(cursor: Cursor, token: Token) -> ClockTime:
    cursor.at += 1
    cursor.skip("at")
    if not cursor.token("QUANTITY"):
        raise Wrong(
            f"`{token.text}` at what time?",
            token,
            help=(f"Write for example `{token.text} 09:00`.",),
        )
    at = Clock().read(cursor)
    return ClockTime(at, WEEKDAYS.index(token.text.lower()), _zone(cursor))


def _from_data(cursor: Cursor) -> DataTime:
    token = cursor.token()
    start = cursor.at
    length = Length().read(cursor)
    written = as_written([t for item in cursor.items[start : cursor.at] for t in tokens_of(item)])
    said = cursor.word()
    if said not in ("before", "after"):
        following = cursor.token()
        raise Wrong(
            f"{written} before or after what?",
            following or token,
            upto=None if following else cursor.token("", -1),
            replacement=nearest(said, ("before", "after"), 0.6) if said else None,
            help=(
                f"Write for example `{written} before starts_at`.",
                f"Just to wait, write `wait {written}`.",
            ),
        )
    cursor.at += 1
    if not cursor.token("WORD"):
        raise Wrong(
            f"{written} {said} what?",
            cursor.token() or cursor.token("", -1),
            help=(f"Name a column, for example `{written} {said} starts_at`.",),
        )
    return _data_time(cursor, length, before=said == "before")


def _data_time(cursor: Cursor, length: Duration | None = None, *, before: bool = False) -> DataTime:
    token = cursor.token("WORD")
    assert token is not None
    if token.text.lower() in ("now", "today", "yes", "no"):
        raise Wrong(
            f"`{token.text}` is no moment to wait for", token, help=(f"For example {_EXAMPLE}.",)
        )
    cursor.at += 1
    at = Clock().read(cursor) if cursor.skip("at") else None
    zone = _zone(cursor) if at is not None else RECIPIENT
    return DataTime(Ref(token.text, token.span), length, before, at, zone)


_EXAMPLE = f"`{Until.example}`"


def _zone(cursor: Cursor, otherwise: str = RECIPIENT) -> str:
    """Return the zone that comes next, if a word does."""
    zone: str = Zone().read(cursor) if cursor.token("WORD") else otherwise
    return zone

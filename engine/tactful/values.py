"""The values that flows, settings and messages share; each parses and prints without loss.

Moments are `Instant`: whole microseconds since 1970-01-01 UTC. Lengths are `Span`: whole
microseconds. Whole numbers, because the pace compares moments for equality at its window's edge.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Literal, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from tactful.errors import ValueUnreadable

Counts = Literal["messages", "segments"]
"""What a limit counts: messages, or the segments in which they are carried."""

Instant = int
Span = int

MICROSECOND: Span = 1
MILLISECOND: Span = 1_000
SECOND: Span = 1_000_000
MINUTE: Span = 60 * SECOND
HOUR: Span = 60 * MINUTE
DAY: Span = 24 * HOUR
WEEK: Span = 7 * DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(moment: datetime) -> Instant:
    """Return an aware `datetime` as an instant. Raises `ValueUnreadable` when it has no zone."""
    if moment.tzinfo is None:
        raise ValueUnreadable(f"{moment.isoformat()} has no time zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(at: Instant) -> datetime:
    """Return an instant as a `datetime` in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def iso(at: Instant) -> str:
    """Print an instant as ISO 8601 in UTC, with milliseconds: `2026-12-01T09:00:00.000Z`."""
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> Instant:
    """Read an ISO 8601 moment with its zone, such as `iso` prints."""
    try:
        return instant(datetime.fromisoformat(text))
    except ValueError as error:
        raise ValueUnreadable(
            f"`{text}` is not a moment", help="Write for example 2026-12-01T09:00:00Z."
        ) from error


class _Printed(ABC):
    """A value whose JSON form, in graphs and settings, is the text it prints as."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def parse(cls, text: str) -> Self:
        """Read what such a value prints as. Raises `ValueUnreadable`."""

    @classmethod
    def _validate(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        raise ValueUnreadable(f"`{value}` is not a {cls.__name__.lower()}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )


UNITS: dict[str, Span] = {
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": WEEK,
}
_SHORT = {"s": "second", "sec": "second", "secs": "second", "m": "minute", "min": "minute",
          "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "d": "day", "w": "week",
          "wk": "week", "wks": "week"}  # fmt: skip


def unit_named(word: str) -> str | None:
    """Return the unit of time that `word` means (`minute` for `m`, `mins`, `Minutes`), or None."""
    word = word.lower()
    word = _SHORT.get(word, word)
    if word in UNITS:
        return word
    return word[:-1] if word.endswith("s") and word[:-1] in UNITS else None


@dataclass(frozen=True, slots=True, order=True)
class Duration(_Printed):
    """A fixed length of time, such as `24 hours`. Months and years differ in length: not here."""

    span: Span

    _TEXT: ClassVar[re.Pattern[str]] = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")

    @classmethod
    def of(cls, amount: Decimal | int, unit: str) -> Self:
        """Make a duration of so many units. Raises `ValueUnreadable` on an unknown unit."""
        known = unit_named(unit)
        if known is None:
            raise ValueUnreadable(
                f"`{unit}` is not a unit of time",
                help="Count in seconds, minutes, hours, days or weeks.",
            )
        return cls(int(Decimal(amount) * UNITS[known]))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `24 hours`, `24h` or `1.5 days`. Raises `ValueUnreadable`."""
        found = cls._TEXT.fullmatch(text.strip())
        if not found:
            raise ValueUnreadable(
                f"`{text}` is not a length of time", help="Write for example 24 hours."
            )
        return cls.of(Decimal(found[1]), found[2])

    def __str__(self) -> str:
        for unit in ("week", "day", "hour", "minute", "second"):
            size = UNITS[unit]
            if self.span % size == 0 and (unit != "week" or self.span >= 2 * size):
                count = self.span // size
                return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
        return f"{Decimal(self.span) / SECOND} seconds"


@dataclass(frozen=True, slots=True)
class Rate(_Printed):
    """At most so many in any stretch of time, such as `10 per 5 minutes`."""

    count: int
    per: Duration

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `10 per 5 minutes` or `200 per minute`. Raises `ValueUnreadable`."""
        head, found, tail = text.strip().partition(" per ")
        if not found or not head.strip().isdigit():
            raise ValueUnreadable(
                f"`{text}` is not a rate", help="Write for example 10 per 5 minutes."
            )
        tail = tail.strip()
        per = Duration.of(1, tail) if tail.isalpha() else Duration.parse(tail)
        return cls(int(head), per)

    def __str__(self) -> str:
        per = str(self.per)
        return f"{self.count} per {per[2:] if per.startswith('1 ') else per}"


@dataclass(frozen=True, slots=True)
class Window(_Printed):
    """A stretch of the day on a wall clock, `21:00 to 08:00`; it may run past midnight.

    Half open: the start belongs to it, the end does not. Equal ends are the whole day.
    """

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `21:00 to 08:00`. Raises `ValueUnreadable`."""
        head, found, tail = text.strip().partition(" to ")
        try:
            if not found:
                raise ValueError
            return cls(time.fromisoformat(head.strip()), time.fromisoformat(tail.strip()))
        except ValueError as error:
            raise ValueUnreadable(
                f"`{text}` is not a stretch of the day", help="Write for example 21:00 to 08:00."
            ) from error

    def __contains__(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M} to {self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Money(_Printed):
    """An amount with its currency (ISO 4217), such as `60 EUR`."""

    amount: Decimal
    currency: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `60 EUR`. Raises `ValueUnreadable`, also when the currency is missing."""
        amount, _, currency = text.strip().partition(" ")
        currency = currency.strip()
        try:
            number = Decimal(amount)
        except InvalidOperation as error:
            raise ValueUnreadable(f"`{text}` is not an amount of money") from error
        if not re.fullmatch(r"[A-Z]{3}", currency) or not number.is_finite():
            raise ValueUnreadable(
                f"`{text}` of which currency?", help=f"Write for example {amount} EUR."
            )
        return cls(number, currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class Phone(_Printed):
    """A telephone number in E.164 form: `+` and up to 15 digits (ITU-T E.164)."""

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number that is in E.164 form already. Raises `ValueUnreadable`."""
        if not re.fullmatch(r"\+[1-9]\d{1,14}", text):
            raise ValueUnreadable(
                f"`{text}` is not a telephone number in international form",
                help="Write for example +353871234567.",
            )
        return cls(text)

    def __str__(self) -> str:
        return self.number


def slug(name: str) -> str:
    """Return the identity that a name gives a campaign: `Delayed order` is `delayed-order`."""
    words = re.sub(r"[^\w]+", "-", name.casefold(), flags=re.UNICODE).strip("-_")
    return words or "campaign"

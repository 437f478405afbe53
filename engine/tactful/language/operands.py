"""Operands: the values that conditions compare and `set` remembers."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tactful.errors import ValueUnreadable
from tactful.language.diagnostics import Span
from tactful.language.reading import Wrong
from tactful.language.tokens import Token
from tactful.language.zones import RECIPIENT_TIME, zone_named
from tactful.values import Duration, Money, moment, unit_named
from tactful.zones import on_clock

_NOWHERE = Span(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a column, or of something remembered, by its name."""

    name: str
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the file. A pattern of `matches` is a text without its slashes.

    A moment is in UTC, or without zone when it is by the reader's clock.
    """

    value: str | Decimal | Money | date | datetime | bool
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment told from now: `2 days ago` (back), `2 days from now`, `now`, `today`."""

    anchor: Literal["now", "today"]
    offset: Duration | None = None
    back: bool = False
    span: Span = field(default=_NOWHERE, compare=False)


class Share(Decimal):
    """A percentage, as the share that it is: `0.1%` is 0.001."""


Operand = Ref | Constant | Moment


LONGEST_WAIT = Duration.parse("3660 days")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([^\W\d_]*)")
_SHORT_UNITS = {"s", "m", "h", "d", "w"}
_UNSTEADY = {"month", "months", "mo", "year", "years", "yr", "quarter", "quarters"}


def read_word(token: Token) -> Operand:
    """Return what a word without quotes stands for: yes, no, now, today, or a name."""
    match token.text.lower():
        case "yes" | "no" as answer:
            return Constant(answer == "yes", token.span)
        case "now" | "today" as anchor:
            return Moment("now" if anchor == "now" else "today", span=token.span)
    return Ref(token.text, token.span)


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")


def is_moment(day: Token, clock: Token | None) -> bool:
    """Return whether a day and a time of day follow each other: `2026-12-01 09:00`."""
    both = clock is not None and day.kind == clock.kind == "QUANTITY"
    return bool(both and clock and _DAY.fullmatch(day.text) and _CLOCK.fullmatch(clock.text))


def read_moment(day: Token, clock: Token, zone: Token | None = None) -> Constant:
    """Return a moment in a zone, or by the reader's clock. Raises `Wrong`."""
    at = _day(day)
    try:
        shown = datetime.fromisoformat(f"{at}T{clock.text.zfill(5)}")
    except ValueError:
        raise Wrong(
            f"`{clock.text}` is not a time of day",
            clock,
            help=("Times stand on the 24-hour clock, for example `21:00`.",),
        ) from None
    span = day.span.to((zone or clock).span)
    if zone is None or zone.text == RECIPIENT_TIME:
        return Constant(shown, span)
    name = zone_named(zone)
    try:
        return Constant(moment(on_clock(shown, name)), span)
    except ValueUnreadable as error:
        raise Wrong(error.message, day, upto=clock, help=(error.help,)) from None


def _day(token: Token) -> date:
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        raise Wrong(f"there is no such day as {token.text}", token) from None


def read_quantity(token: Token, unit: Token | None = None) -> Constant:
    """Return a number, a day, or with its currency an amount of money. Raises `Wrong`."""
    text = token.text
    if _DAY.fullmatch(text):
        return Constant(_day(token), token.span)
    if re.fullmatch(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}", text):
        raise Wrong(
            f"`{text}` can be read two ways: day first, or month first",
            token,
            help=("Write year, month, day: for example `2026-12-01`.",),
        )
    if re.fullmatch(r"\d+,\d+", text):
        raise Wrong(
            f"`{text}` can be read two ways: with or without thousands",
            token,
            help=("Write it without a comma; a point comes before decimals.",),
        )
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?%", text) and unit is None:
        return Constant(Share(Decimal(text[:-1]) / 100), token.span)
    if not re.fullmatch(r"\d+(\.\d+)?", text) or len(text) > 30:
        raise Wrong(f"`{text}` is not a number", token)
    if unit is None:
        return Constant(Decimal(text), token.span)
    try:
        money = Money.parse(f"{text} {unit.text}")
    except ValueUnreadable:
        raise Wrong(
            f"`{text} {unit.text}` is not an amount of money",
            token,
            upto=unit,
            help=(f"Write the currency in three capitals: for example `{text} EUR`.",),
        ) from None
    return Constant(money, token.span.to(unit.span))


def read_duration(token: Token, following: Token | None) -> tuple[Duration, bool]:
    """Return a length of time, and whether the word `following` was its unit. Raises `Wrong`."""
    found = _AMOUNT.fullmatch(token.text)
    if not found or len(found[1]) > 12:
        raise Wrong(
            f"`{token.text}` is not a length of time",
            token,
            help=("Write for example `24 hours` or `30 minutes`.",),
        )
    amount, unit, upto = found[1], found[2], token
    if not unit:
        if following is None:
            raise Wrong(
                f"`{amount}` what?",
                token,
                help=(f"Add the unit, for example `{amount} minutes` or `{amount} hours`.",),
            )
        unit, upto = following.text, following
    length = Duration.of(Decimal(amount), _exact_unit(amount, unit, token, upto))
    if not 0 < length.span <= LONGEST_WAIT.span:
        raise Wrong(
            f"`{amount} {unit}` is no useful length of time",
            token,
            upto=upto,
            help=("It must be longer than nothing and at most ten years.",),
        )
    return length, upto is not token


def duration_forms(token: Token, unit: Token | None) -> tuple[str, ...]:
    """Return how the tokens of a length of time that can be read are best written: in full."""
    found = _AMOUNT.fullmatch(token.text)
    assert found
    amount, word = found[1], (unit.text if unit else found[2]).lower()
    if word in _SHORT_UNITS:
        word = f"{unit_named(word)}{'' if amount == '1' else 's'}"
    return (amount, word) if unit else (f"{amount} {word}",)


def _exact_unit(amount: str, word: str, token: Token, upto: Token) -> str:
    low = word.lower()
    unit = unit_named(low)
    if unit and (low in _SHORT_UNITS or low in (unit, f"{unit}s")):
        return unit
    if low in _UNSTEADY:
        raise Wrong(
            f"`{word}` is not a fixed length of time",
            token,
            upto=upto,
            help=("Count in days or weeks: a month can have 28 to 31 days.",),
        )
    raise Wrong(
        f"I don't know the unit of time `{word}`",
        token,
        upto=upto,
        replacement=f"{amount} {unit}{'' if amount == '1' else 's'}" if unit else None,
        help=("Count in seconds, minutes, hours, days or weeks.",),
    )


_UNCLEAR_SET = re.compile(r"\[[^\]]*(?:\[|--|&&|~~|\|\|)")


def read_pattern(token: Token) -> str:
    """Return the regular expression between two slashes. Raises `Wrong` if it does not work."""
    pattern = token.text[1:-1].replace("\\/", "/")
    if len(pattern) > 300:
        raise Wrong("this pattern is longer than 300 signs", token)
    if _UNCLEAR_SET.search(pattern):
        raise Wrong("a set in this pattern is not clear", token, help=(r"Write `\[` for a `[`.",))
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise Wrong(f"this pattern does not work: {error}", token) from None
    return pattern

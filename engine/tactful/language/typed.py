"""Values of a column that a flow writes: its default, and the currency or zone it is in."""

import re
from collections.abc import Callable
from datetime import date, datetime

from tactful.currencies import CURRENCIES
from tactful.errors import ValueUnreadable
from tactful.language.clocks import Zone
from tactful.language.kinds import Kind
from tactful.language.reading import Cursor, Wrong
from tactful.language.suggest import nearest
from tactful.language.tokens import Token, content_of
from tactful.language.zones import known_zone, zones
from tactful.values import Instant, Money
from tactful.zones import on_clock

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")
_PHONE = re.compile(r"\+[0-9][0-9 ().-]{5,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class CurrencyOrZone(Zone):
    """What amounts or times are in. Gives a currency, `recipient`, or the name of a time zone."""

    says = "a currency or a time zone"
    example = "EUR"

    def named(self, token: Token) -> str:
        """Return the currency or the zone that a word names. Raises `Wrong`."""
        known = _known(token.text)
        if known is None:
            raise Wrong(
                f"`{token.text}` is neither a currency nor a time zone",
                token,
                replacement=nearest(token.text, [*zones().values(), *CURRENCIES]),
                help=("Write for example `in EUR`, or `in Europe/Dublin`.",),
            )
        return known


def _known(word: str) -> str | None:
    return word.upper() if word.upper() in CURRENCIES else zones().get(word.lower())


class TypedValue(Kind):
    """A value as written, to be read by whoever knows its type: `60 EUR`, `2026-12-01 09:00`.

    Gives `str`; of several words, with one space between them.
    """

    says = "a value"
    example = "0"

    def read(self, cursor: Cursor) -> str:
        token = cursor.token()
        if not token or token.kind not in ("WORD", "STRING", "QUANTITY"):
            raise self.refuse(cursor)
        cursor.at += 1
        words = [content_of(token)]
        if token.kind == "QUANTITY":
            words += _rest(cursor)
        return " ".join(words)


def _rest(cursor: Cursor) -> list[str]:
    """Return what belongs to a number or a day: its currency, or a time of day and its zone."""
    clock = cursor.token("QUANTITY")
    if clock and _CLOCK.fullmatch(clock.text):
        cursor.at += 1
        return [clock.text, *_word_in(cursor, lambda token: zones().get(token.text.lower()))]
    return _word_in(cursor, lambda token: token.text.upper() if _is_currency(token) else None)


def _is_currency(token: Token) -> bool:
    return token.text.upper() in CURRENCIES or re.fullmatch(r"[A-Z]{3}", token.text) is not None


def _word_in(cursor: Cursor, known: Callable[[Token], str | None]) -> list[str]:
    token = cursor.token("WORD")
    found = known(token) if token else None
    if found is None:
        return []
    cursor.step(found)
    return [found]


# ---- whether a value is of a type ---------------------------------------------------------------


def misfit(text: str, type_: str, in_: str | None) -> str | None:
    """Return why a value is none of a type, in a currency or zone, or None when it is one."""
    match type_:
        case "number" if not _NUMBER.fullmatch(text):
            return f"`{text}` is not a number, and this column holds numbers"
        case "yes/no" if text.lower() not in ("yes", "no"):
            return f"`{text}` is neither `yes` nor `no`"
        case "money":
            return _no_money(text, in_)
        case "date":
            return _no_day(text)
        case "time":
            return _no_time(text, in_)
        case "phone" if not _PHONE.fullmatch(text):
            return f"`{text}` is not a telephone number in international form"
        case "email" if not _EMAIL.fullmatch(text):
            return f"`{text}` is not a mail address"
    return None


def _no_money(text: str, in_: str | None) -> str | None:
    number, _, currency = text.partition(" ")
    if not _NUMBER.fullmatch(number):
        return f"`{text}` is not an amount of money, such as `60 EUR`"
    if currency and currency not in CURRENCIES:
        return f"there is no currency `{currency}`"
    if currency and in_ and currency != in_:
        return f"this column is in {in_}, and its default in {currency}"
    return None


def _no_day(text: str) -> str | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text) and date.fromisoformat(text):
            return None
    except ValueError:
        return f"there is no such day as {text}"
    return f"`{text}` is not a day, such as `2026-12-01`"


def _no_time(text: str, in_: str | None) -> str | None:
    try:
        moment_of(text, in_)
    except ValueUnreadable as error:
        return error.message
    return None


def moment_of(text: str, in_: str | None) -> Instant:
    """Return the moment that `2026-12-01 09:00 Europe/Dublin` names; `in_` is its zone, if none.

    Raises `ValueUnreadable`.
    """
    day, _, rest = text.partition(" ")
    clock, _, zone = rest.partition(" ")
    zone = zone or in_ or ""
    try:
        shown = datetime.fromisoformat(f"{day}T{clock.zfill(5)}")
    except ValueError:
        shown = None
    if shown is None or shown.tzinfo or not _CLOCK.fullmatch(clock):
        raise ValueUnreadable(f"`{text}` is not a day and time, such as `2026-12-01 09:00`")
    if not known_zone(zone):
        raise ValueUnreadable(
            "this does not say of which zone it is; add for example `Europe/Dublin`"
        )
    return on_clock(shown, zone)


def money_of(text: str, currency: str | None) -> str:
    """Return an amount as values hold it: `60 EUR`, without a currency where there is none."""
    number, _, own = text.partition(" ")
    return str(Money.parse(f"{number} {own or currency}")) if own or currency else number

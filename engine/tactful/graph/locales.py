"""How a reader's language and country write days, clocks, numbers and amounts, by Unicode's CLDR.

Loading Babel takes a while, so only the filters that need it import this module. All spaces are
plain ones: the no-break spaces of CLDR are not in the alphabet of SMS, and one of them would make a
message of one part three.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import DateTimePattern, parse_pattern
from babel.numbers import format_decimal, get_currency_precision
from babel.numbers import parse_pattern as parse_number_pattern

from tactful import zones
from tactful.errors import ValueUnreadable

DEFAULT = "en"
"""The language of readers of whom no language is known."""

_MOST = 8192  # formatted values that are kept; the days and amounts of a campaign repeat
_NEAR = 183  # days: a day of another year that is nearer than this needs no year to be understood

_SPACES = str.maketrans("\u00a0\u2009\u202f", "   ")
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.ASCII)
_AMOUNT = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,9})?)(?: ([A-Z]{3}))?", re.ASCII)
_BESIDE_LETTERS = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")  # CHF 42, not CHF42
_PIECES = re.compile(r"(?P<literal>(?:'[^']*'|[^A-Za-z'])+)|(?P<field>([A-Za-z])\3*)")


# ---- whose habits ------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def habits(locale: str | None, zone: str | None) -> Locale:
    """Return the locale whose habits are a reader's.

    A language alone is completed with the country of the clock: `en` in Dublin is Irish English. A
    locale that nobody knows is its language, and a language that nobody knows is English.
    """
    tags = (locale or DEFAULT).replace("_", "-")
    language = tags.partition("-")[0]
    wanted = [tags, language, DEFAULT]
    if tags == language and zone:
        country = _countries().get(_aliases().get(zone, zone))
        wanted.insert(0, f"{language}-{country}")
    for tag in wanted:
        try:
            reader = Locale.parse(tag, sep="-")
            _ = reader.date_formats  # its data is read now, not at the first value
            return reader
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(DEFAULT)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Return the country of each zone."""
    territories = get_global("territory_zones")
    return {zone: country for country, zones in territories.items() for zone in zones}


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    return dict(get_global("zone_aliases"))


# ---- numbers and amounts ------------------------------------------------------------------------


@lru_cache(maxsize=_MOST)
def amount(text: str, locale: str | None, zone: str | None) -> str | None:
    """Return `42.50 EUR` as `€42.50` or `42,50 €`; without a currency, with two decimals.

    None for what is no amount.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    number, currency = Decimal(found[1]), found[2]
    reader = habits(locale, zone)
    if currency is None:
        return number_of(number, 2, locale, zone)
    # Whole yen have no decimals and euros two; a price of more (0.0425 EUR) keeps what it has.
    usual = get_currency_precision(currency)
    pattern = parse_number_pattern(reader.currency_formats["standard"].pattern)
    pattern.frac_prec = (usual, max(usual, len(found[1].partition(".")[2])))
    shown: str = pattern.apply(number, reader, currency=currency, currency_digits=False)
    return _BESIDE_LETTERS.sub(" ", shown.translate(_SPACES))


@lru_cache(maxsize=_MOST)
def number_of(
    number: Decimal | float, decimals: int | None, locale: str | None, zone: str | None
) -> str:
    """Return a number with so many decimals; None: as many as it has, and at most two."""
    pattern = "#,##0.##" if decimals is None else f"#,##0.{'0' * decimals}".rstrip(".")
    reader = habits(locale, zone)
    return format_decimal(number, format=pattern, locale=reader).translate(_SPACES)


# ---- days and clocks ----------------------------------------------------------------------------


@lru_cache(maxsize=_MOST)
def day(text: str, locale: str | None, zone: str | None, today: str | None) -> str | None:
    """Return a day with its weekday; with its year only when it is far from `today`.

    None for what is neither a day nor a moment.
    """
    at = _read(text, zone)
    if at is None:
        return None
    this_year = _read(today, zone) if today else None
    far = (
        this_year is not None
        and at.year != this_year.year
        and abs((_date_of(at) - _date_of(this_year)).days) > _NEAR
    )
    pattern = _full if far else _without_year
    return pattern(habits(locale, zone)).apply(at, habits(locale, zone)).translate(_SPACES)


@lru_cache(maxsize=_MOST)
def clock(text: str, locale: str | None, zone: str | None) -> str | None:
    """Return a moment's time of day in the reader's zone, on 12 or 24 hours; None: no moment."""
    at = _read(text, zone)
    if not isinstance(at, datetime):
        return None
    reader = habits(locale, zone)
    pattern: DateTimePattern = reader.time_formats["short"]
    return pattern.apply(at, reader).translate(_SPACES)


@lru_cache(maxsize=_MOST)
def day_and_clock(text: str, locale: str | None, zone: str | None, today: str | None) -> str | None:
    """Return the day and the time of day of a moment; of a day, the day alone."""
    on = day(text, locale, zone, today)
    at = clock(text, locale, zone)
    if on is None or at is None:
        return on
    both: str = habits(locale, zone).datetime_formats["full"]
    return both.replace("{1}", on).replace("{0}", at).replace("'", "").translate(_SPACES)


@lru_cache(maxsize=_MOST)
def date_of(text: str, locale: str | None, zone: str | None) -> str | None:
    """Return a day in short, with its year; None for what is neither a day nor a moment."""
    at = _read(text, zone)
    if at is None:
        return None
    reader = habits(locale, zone)
    pattern: DateTimePattern = reader.date_formats["medium"]
    return pattern.apply(at, reader).translate(_SPACES)


def _read(text: str, zone: str | None) -> date | datetime | None:
    """Read a day, or a moment, by the reader's clock. One without a zone is theirs already."""
    text = text.strip()
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is None else at.astimezone(_zone(zone))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=1024)
def _zone(name: str | None) -> ZoneInfo:
    try:
        return zones.zone(name or "UTC")
    except ValueUnreadable:
        return zones.zone("UTC")


def _date_of(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


@lru_cache(maxsize=1024)
def _full(reader: Locale) -> DateTimePattern:
    return parse_pattern(reader.date_formats["full"].pattern)


@lru_cache(maxsize=1024)
def _without_year(reader: Locale) -> DateTimePattern:
    """Return how a locale writes weekday, day and month: its own way, or its full one shortened."""
    own = reader.datetime_skeletons.get("MMMMEEEEd")
    if own is not None:
        return parse_pattern(own.pattern)
    return parse_pattern("".join(_shortened(reader.date_formats["full"].pattern)))


def _shortened(pattern: str) -> Iterator[str]:
    """Yield the pieces of a pattern without its year and the signs that go with it.

    A year at the end takes what stands around it (`, y`, `y 'г'.`), one before takes what follows.
    """
    pieces = [(found.lastgroup, found[0]) for found in _PIECES.finditer(pattern)]
    fields = [at for at, (_, text) in enumerate(pieces) if text[0].isalpha()]
    year = next((at for at in fields if pieces[at][1][0] == "y"), None)
    if year is None:
        drop = set()
    elif year == fields[-1]:
        drop = {year - 1, *range(year, len(pieces))}
    else:
        drop = {year, year + 1}
    yield from (text for at, (_, text) in enumerate(pieces) if at not in drop)

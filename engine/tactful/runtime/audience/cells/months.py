"""The names of months and weekdays in the languages that our audiences come in (from CLDR)."""

from collections.abc import Iterator
from functools import cache

from babel import Locale

from tactful.graph.fold import fold

_LANGUAGES = "en de fr es it pt nl da nb sv fi pl cs ro hu tr el ga uk ru"
_FORMS = [(use, width) for use in ("format", "stand-alone") for width in ("wide", "abbreviated")]


def month_named(word: str) -> int | None:
    """Return the month that a folded word names, whole or in short, in any of the languages."""
    return _months().get(word)


def is_weekday(word: str) -> bool:
    """Return whether a folded word names a day of the week."""
    return word in _weekdays()


@cache
def _months() -> dict[str, int]:
    return {name: number for number, name in _names("months")} | {"sept": 9}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(part for _, name in _names("days") for part in name.split("-"))


def _names(what: str) -> Iterator[tuple[int, str]]:
    for language in _LANGUAGES.split():
        forms = getattr(Locale(language), what)
        for use, width in _FORMS:
            for number, name in forms[use][width].items():
                yield number, fold(name).strip(". ")

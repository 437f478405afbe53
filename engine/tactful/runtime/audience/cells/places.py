"""Reads countries, time zones and languages."""

import re
from functools import cache

from phonenumbers import SUPPORTED_REGIONS

from tactful.errors import ValueUnreadable
from tactful.zones import zone_names

_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")
_COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}


@cache
def read_zone(text: str) -> str:
    """Return the IANA name of a zone, its capitals mended. Raises `ValueUnreadable`."""
    found = _zones().get(text.casefold())
    if found is None:
        raise ValueUnreadable("it is not a time zone", help="Write for example Europe/Dublin.")
    return found


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


def read_country(text: str) -> str:
    """Return a country's two letters (ISO 3166), `UK` as `GB`. Raises `ValueUnreadable`."""
    country = _COUNTRY_ALIASES.get(text.upper(), text.upper())
    if country not in SUPPORTED_REGIONS:
        raise ValueUnreadable(
            "it is not a country", help="A country is written with two letters, such as IE."
        )
    return country


def read_locale(text: str) -> str:
    """Return a language and, if given, its script and country: `fr_ca` is `fr-CA` (BCP 47).

    Raises `ValueUnreadable`.
    """
    found = _LOCALE.fullmatch(text)
    if not found:
        raise ValueUnreadable("it is not a language", help="Write for example fr or fr-CA.")
    language, script, country = found.groups(default="")
    return "-".join(filter(None, (language.lower(), script.title(), country.upper())))

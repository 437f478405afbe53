"""Reads the text of one cell as a number, a yes or no, a country, a zone or a language."""

import re
from functools import cache
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from tactful.errors import ValueUnreadable

LONGEST = 10_000

_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f'’")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f'’][0-9]{3})*(?:[.,][0-9]+)?")
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:([.,])([0-9]+))?")
_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOTS = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_MOST_DIGITS = 15  # what a floating-point number holds exactly

_YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "on",
        "x",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "sì",
        "sí",
        "s",
        "sim",
        "wahr",
        "vrai",
    ]
)
_NO = frozenset(
    ["no", "n", "false", "f", "0", "off", "nein", "non", "não", "nee", "falsch", "faux"]
)

_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")
_COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}


def read_number(text: str) -> int | float:
    """Read a number as people write it: `1234`, `-3,5`, `1 234.50`, `1.234,50`, `12,000.00`.

    A dot is a decimal point, as machines write it, unless other signs show that it groups. `1,234`
    reads two ways and is refused, as is what has more than 15 digits. Raises `ValueUnreadable`.
    """
    if _PLAIN.fullmatch(text):
        return int(text)
    text = text.replace("−", "-")
    if _GROUPED.fullmatch(text):
        text = text.translate(_SPACES)
    if _COMMAS.fullmatch(text) and ("." in text or text.count(",") > 1):
        text = text.replace(",", "")
    elif _DOTS.fullmatch(text) and ("," in text or text.count(".") > 1):
        text = text.replace(".", "").replace(",", ".")
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[4]):
        raise ValueUnreadable("it is not a number", help="Write for example 1234.50.")
    sign, whole, point, rest = found.groups(default="")
    if point == "," and len(rest) == 3 and 1 <= len(whole) <= 3 and whole.strip("0"):
        raise ValueUnreadable(
            "its comma may group thousands or begin the decimals",
            help=f"Write {whole}{rest} or {whole}.{rest}.",
        )
    if len(whole.lstrip("0")) + len(rest) > _MOST_DIGITS:
        raise ValueUnreadable(
            "it has too many digits to be counted with", help="Make it a column of text."
        )
    return float(f"{sign}{whole or 0}.{rest}") if point else int(f"{sign}{whole}")


def read_yes_no(text: str) -> bool:
    """Read a yes or no in the usual words of our languages. Raises `ValueUnreadable`."""
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueUnreadable("it is neither yes nor no", help="Write yes or no.")


def read_text(text: str) -> str:
    """Return a text as it is."""
    return text


@cache
def read_zone(text: str) -> str:
    """Return the IANA name of a zone, its capitals mended. Raises `ValueUnreadable`."""
    found = _zones().get(text.casefold())
    if found is None:
        raise ValueUnreadable("it is not a time zone", help="Write for example Europe/Dublin.")
    return found


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


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


_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def unusable(text: str) -> tuple[str, str] | None:
    """Return code and reason when no message can carry a text, or None."""
    if len(text) > LONGEST:
        return "too_long", f"it has more than {LONGEST:,} characters"
    found = _UNSEEN.search(text)
    if found is None:
        return None
    what = "a NUL" if found[0] == "\0" else f"U+{ord(found[0]):04X}, which is no character of text"
    return "bad_text", f"it holds {what}"

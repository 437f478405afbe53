"""What a call says besides the flow's text, by language; the words stand in `phrases.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

ENGLISH = "en"


class Phrases(msgspec.Struct, frozen=True):
    """The phrases of one language; `{name}` and `{key}` in them are filled in."""

    language: str
    caller: str
    opt_out: str
    thanks: str
    goodbye: str
    opted_out: str
    nobody: str


class _Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    say: str
    elsewhere: str
    countries: tuple[str, ...] = ()
    caller: str = ""
    opt_out: str = ""
    thanks: str = ""
    goodbye: str = ""
    opted_out: str = ""
    nobody: str = ""

    @property
    def has_phrases(self) -> bool:
        return bool(self.caller)


def spoken_as(locale: str | None) -> str:
    """Return Twilio's name for the language of a locale (`fr-CA`); English where it has none."""
    language, _, rest = (locale or ENGLISH).replace("_", "-").partition("-")
    known = _languages().get(language.lower()) or _languages()[ENGLISH]
    country = rest.rpartition("-")[2].upper()
    if not country:
        return known.say
    if country in known.countries:
        return f"{known.say.partition('-')[0]}-{country}"
    return known.elsewhere


@cache
def phrases_for(locale: str | None) -> Phrases:
    """Return the phrases for a locale, in English where its language has none.

    `language` is Twilio's name of the language in which they are to be said.
    """
    language = (locale or ENGLISH).replace("_", "-").partition("-")[0].lower()
    known = _languages().get(language)
    if known is None or not known.has_phrases:
        return phrases_for(ENGLISH)
    return Phrases(
        spoken_as(locale),
        known.caller,
        known.opt_out,
        known.thanks,
        known.goodbye,
        known.opted_out,
        known.nobody,
    )


def languages() -> tuple[str, ...]:
    """Return the languages that have phrases."""
    return tuple(name for name, known in _languages().items() if known.has_phrases)


@cache
def _languages() -> dict[str, _Language]:
    text = files(__package__).joinpath("phrases.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, _Language])

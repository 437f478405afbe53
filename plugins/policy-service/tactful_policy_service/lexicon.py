"""The rules as data: what sells in each language, what serves, and how each kind is mended."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import msgspec

from tactful.rulebook import Book, Reading, Rule, RuleFile, read_rules

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")
HOUSE = "house"
"""The kind of what the house itself calls marketing."""
ALLOWED = "about_allowed"
_CONTEXT = "about_"
_MOST_WORDS = 20


class NoPhrase(ValueError):
    """Words of the house that no text can hold."""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of promotion: what it is called, and how to mend it."""

    says: str
    help: str


def _read(name: str) -> str:
    return resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")


KINDS: Mapping[str, Kind] = msgspec.convert(tomllib.loads(_read("kinds.toml")), dict[str, Kind])


@cache
def _shipped(name: str) -> RuleFile:
    return read_rules(f"{name}.toml", _read(f"{name}.toml"))


def service_rules() -> RuleFile:
    """Return the rules for what a service message speaks of."""
    return _shipped("service")


def marketing_book(
    languages: Sequence[str], marketing: Sequence[str] = (), allow: Sequence[str] = ()
) -> Book:
    """Return the lexicons of some languages, and the phrases of the house. Raises `NoPhrase`."""
    files = [service_rules(), *(_shipped(language) for language in languages)]
    rules = [
        Rule(id=name, patterns=tuple(words_of(phrase) for phrase in phrases), category="marketing")
        for name, phrases in ((HOUSE, marketing), (ALLOWED, allow))
        if phrases
    ]
    if rules:
        house = RuleFile(
            category="marketing",
            title="Words of the house",
            source="tactful.toml",
            date="",
            rules=tuple(rules),
        )
        files.append(house)
    return Book(files)


def words_of(phrase: str) -> str:
    """Return the pattern that finds a phrase as it stands. Raises `NoPhrase`."""
    words = [token[1] for token in Reading(phrase).tokens if token[0] != "end"]
    if not words:
        raise NoPhrase(f"there is no word in `{phrase}`")
    if len(words) > _MOST_WORDS:
        raise NoPhrase(f"`{phrase}` has {len(words)} words; {_MOST_WORDS} are possible")
    if any(set(word) & set("|*?<>{}[]") for word in words):
        raise NoPhrase(f"`{phrase}` has signs that cannot be looked for")
    return " ".join(words)


def kind_of(rule: Rule) -> str | None:
    """Return the kind of promotion that a rule of a lexicon finds; None for what it stands in."""
    kind = rule.id.partition(".")[0]
    return None if kind.startswith(_CONTEXT) or kind not in KINDS else kind

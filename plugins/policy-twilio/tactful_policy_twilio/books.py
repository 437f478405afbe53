"""The rules that ship with the policy, read from its data files when they are first needed."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from tactful.errors import ConfigInvalid
from tactful.rulebook import Book, RuleFile, read_rules
from tactful_policy_twilio.settings import TwilioPolicySettings


@cache
def rule_files(folder: str) -> tuple[RuleFile, ...]:
    """Return the files of rules in `rules` (of texts) or `business` (of lines of business)."""
    found = sorted(
        (item for item in files(__package__).joinpath(folder).iterdir()
         if item.name.endswith(".toml")),
        key=lambda item: item.name,
    )  # fmt: skip
    return tuple(read_rules(item.name, item.read_text("utf-8")) for item in found)


def text_book(settings: TwilioPolicySettings) -> Book:
    """Return the rules for texts, with the house's own words. Raises `ConfigInvalid`."""
    rules = rule_files("rules")
    _check(settings.categories, {file.category for file in rules}, "category")
    _check(settings.words, {name for file in rules for name in file.lists}, "list of words")
    return Book(rules, settings.words)


def business_book() -> Book:
    """Return the rules for lines of business."""
    return Book(rule_files("business"))


def shorteners_of(book: Book, settings: TwilioPolicySettings) -> frozenset[str]:
    """Return the domains of public link shorteners, with those that the house adds."""
    listed = next(file.lists["shorteners"] for file in book.files if file.category == "evasion")
    shipped = listed.split() if isinstance(listed, str) else listed
    return frozenset((*shipped, *(one.lower() for one in settings.shorteners)))


def _check(written: Mapping[str, object], known: Iterable[str], what: str) -> None:
    for name in written:
        if name not in known:
            raise ConfigInvalid(
                f"[plugins.policy_twilio] names `{name}`, and there is no such {what}",
                help=f"There are {', '.join(sorted(known))}.",
            )

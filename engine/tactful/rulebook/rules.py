"""Files of rules: what an author writes in TOML, read and checked.

A file holds one category. Each rule has a strength: `refuse` and `warn` speak for themselves, a
`signal` adds its weight to the sum of the category, and is there for other rules to need.
"""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from tactful.errors import RulesInvalid
from tactful.rulebook.characters import Evasion

Strength = Literal["refuse", "warn", "signal"]
Told = Literal["refuse", "warn"]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule, as it is written. What it leaves out is taken from its file.

    It is met where any of its patterns fits, where each line of `needs` (`offer|price`) names a
    rule that is met, too (`near`: in the same sentence), and none of `unless` is (`unless_near`:
    in the same sentence). A rule with no patterns and `outside` is met when the caller says so.
    With `hidden` it is met only where its words are hidden in one of these ways.
    """

    id: str
    strength: Strength = "refuse"
    weight: float = 1.0
    says: str = ""
    patterns: tuple[str, ...] = ()
    outside: bool = False
    hidden: tuple[Evasion, ...] = ()
    needs: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    countries: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    message: str = ""
    help: str = ""
    source: str = ""
    date: str = ""
    category: str = ""


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which sum of its signals on a category warns and refuses, and what it says then."""

    id: str
    refuse_at: float
    warn_at: float
    message: str = ""
    help: str = ""


class RuleFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of rules. `guessed` are lists whose words are looked for misspelt, too.

    `forms` are patterns with a name: `[group]` in a pattern stands for any of those of that name.
    """

    category: str
    title: str
    source: str
    date: str
    message: str = ""
    help: str = ""
    countries: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    score: Score | None = None
    lists: Mapping[str, tuple[str, ...] | str] = {}
    forms: Mapping[str, tuple[str, ...]] = {}
    guessed: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


def read_rules(name: str, text: str) -> RuleFile:
    """Return a file of rules. `name` is for messages. Raises `RulesInvalid`."""
    try:
        written = msgspec.convert(tomllib.loads(text), RuleFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RulesInvalid(f"{name}: {error}") from error
    return msgspec.structs.replace(written, rules=tuple(_filled(written, r) for r in written.rules))


def _filled(file: RuleFile, rule: Rule) -> Rule:
    """Return a rule with what it leaves out, taken from its file."""
    return msgspec.structs.replace(
        rule,
        category=file.category,
        countries=file.countries if rule.countries is None else rule.countries,
        channels=file.channels if rule.channels is None else rule.channels,
        message=rule.message or file.message,
        help=rule.help or file.help,
        source=rule.source or file.source,
        date=rule.date or file.date,
    )


def lists_of(files: Sequence[RuleFile]) -> dict[str, tuple[str, ...]]:
    """Return the lists of words of all files. Raises `RulesInvalid` where two have one name."""
    lists: dict[str, tuple[str, ...]] = {}
    for file in files:
        for name, words in file.lists.items():
            if name in lists:
                raise RulesInvalid(f"two files of rules have a list `{name}`")
            lists[name] = tuple(words.split()) if isinstance(words, str) else tuple(words)
    return lists


def forms_of(files: Sequence[RuleFile]) -> dict[str, tuple[str, ...]]:
    """Return the forms of all files. Raises `RulesInvalid` where two have one name."""
    forms: dict[str, tuple[str, ...]] = {}
    for file in files:
        for name, patterns in file.forms.items():
            if name in forms:
                raise RulesInvalid(f"two files of rules have a form `{name}`")
            forms[name] = tuple(patterns)
    return forms

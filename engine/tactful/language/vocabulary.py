"""The vocabulary: how words are declared, and which words a file may use where.

A word is a pydantic model. The core declares its words the way a plugin does.
"""

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict

from tactful.errors import PluginInvalid
from tactful.language.clocks import Clock, DayWindow, HowOften, Length
from tactful.language.kinds import (
    Amount,
    Choice,
    Flag,
    Kind,
    Message,
    Number,
    NumberRange,
    Range,
    Text,
    Words,
)
from tactful.language.templates import Template
from tactful.values import Duration, Rate, Window

CORE = "core"
ANY_NAME = "…"
"""The phrase, among those of a place, of the word whose lines begin with a name."""


@dataclass(frozen=True, slots=True)
class At:
    """A field is the n-th value without a name behind the phrase."""

    n: int


@dataclass(frozen=True, slots=True)
class Key:
    """A field is named by these words on the line."""

    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """Indented lines may follow: words of the place `holds`, and with `text` a message text."""

    holds: str
    text: bool = False
    required: bool = False


class Word(BaseModel):
    """A setting, step or `on …` line. The last line of the docstring is the example in messages.

    `phrase` are its words; `place` the places where it may stand, with spaces between. `ends` says
    that nothing after it in the same block can run, `shares` that its condition may name
    percentages. A word with `names_beside` reads the lines of its place that begin with a name of
    the file's own, and not with words of that other place. Values are fields:
    `Annotated[T, At(n)]`, `Annotated[T, Key("words")]`, or named like the field; a kind may be
    added to the annotation.
    A `ValueError` of a validator is shown at the value it is about.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    phrase: ClassVar[str]
    place: ClassVar[str] = "steps"
    block: ClassVar[Block | None] = None
    condition: ClassVar[Literal["allowed", "required", "none"]] = "allowed"
    shares: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    names_beside: ClassVar[str | None] = None

    def is_last(self) -> bool:
        """Return whether lines below this one can never run. Words with exceptions override it."""
        return self.ends


class ValueField(NamedTuple):
    """A field of a word as the binder sees it."""

    name: str
    kind: Kind
    at: int | None
    key: str | None
    required: bool


class WordRule(NamedTuple):
    """A word with its fields sorted out: by position, and by name, longest name first.

    `keys` has the names that begin with a word, `fields` every field once.
    """

    word: type[Word]
    plugin: str
    positional: tuple[ValueField, ...]
    named: Mapping[str, ValueField]
    keys: Mapping[str, tuple[str, ...]]
    fields: tuple[ValueField, ...]

    @property
    def phrase(self) -> str:
        """The words of the phrase."""
        return self.word.phrase

    @property
    def example(self) -> str:
        """The example of the word, for messages."""
        return (self.word.__doc__ or self.word.phrase).strip().splitlines()[-1].strip()


_KIND_OF_TYPE: dict[Any, Kind] = {
    str: Text(),
    int: Number(),
    bool: Flag(),
    Decimal: Amount(),
    time: Clock(),
    Duration: Length(),
    Rate: HowOften(),
    Window: DayWindow(),
    Range: NumberRange(),
    Template: Message(),
    tuple[str, ...]: Words(),
    list[str]: Words(),
}


@cache
def rule_for(word: type[Word], plugin: str) -> WordRule:
    """Sort out the fields of a word. Raises `PluginInvalid` when a field has no kind."""
    fields = []
    for name, info in word.model_fields.items():
        at = next((mark.n for mark in info.metadata if isinstance(mark, At)), None)
        key = next((mark.words for mark in info.metadata if isinstance(mark, Key)), None)
        kind = _kind_of(info.annotation, info.metadata)
        if kind is None:
            raise PluginInvalid(
                f"plugin `{plugin}`: I don't know how to read `{name}` of `{word.phrase}`",
                help="Add a kind to its annotation: Annotated[…, Name].",
            )
        if at is None and key is None:
            key = name.rstrip("_").replace("_", " ")
        fields.append(ValueField(name, kind, at, key, info.is_required()))
    positional = sorted((f for f in fields if f.at is not None), key=lambda f: f.at or 0)
    named = {f.key: f for f in sorted(fields, key=lambda f: -len(f.key or "")) if f.key}
    keys: dict[str, tuple[str, ...]] = {}
    for key in named:
        first = key.split()[0]
        keys[first] = (*keys.get(first, ()), key)
    each = {field.name: field for field in (*positional, *named.values())}
    return WordRule(word, plugin, tuple(positional), named, keys, tuple(each.values()))


def _kind_of(annotation: Any, metadata: Sequence[Any]) -> Kind | None:
    for mark in metadata:
        if isinstance(mark, Kind):
            return mark
        if isinstance(mark, type) and issubclass(mark, Kind):
            return mark()
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        annotation = parts[0] if len(parts) == 1 else annotation
    if get_origin(annotation) is Literal:
        return Choice(*get_args(annotation))
    return _KIND_OF_TYPE.get(annotation)


Phrases = Mapping[str, WordRule]
"""The words of one place by their phrases, in small letters."""


class Vocabulary:
    """All words installed, by plugin. A file sees the core's, and those of plugins it uses.

    Raises `PluginInvalid` when two plugins declare one phrase for one place, or one of the core's.
    """

    def __init__(
        self,
        words: Mapping[str, Iterable[type[Word]]],
        majors: Mapping[str, int] | None = None,
    ) -> None:
        self.majors = dict(majors or {})
        self._rules: dict[str, dict[str, WordRule]] = {}
        for plugin, declared in words.items():
            for word in declared:
                rule = rule_for(word, plugin)
                for place in word.place.split():
                    self._add(place, rule)
        self._seen: dict[frozenset[str], dict[str, dict[str, WordRule]]] = {}
        self.lengths = self._lengths()
        """How many words the phrases have that begin with a word, the longest first."""

    def _lengths(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for known in self._rules.values():
            for first, *others in map(str.split, known):
                found.setdefault(first, set()).add(1 + len(others))
        return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}

    def _add(self, place: str, rule: WordRule) -> None:
        known = self._rules.setdefault(place, {})
        phrase = ANY_NAME if rule.word.names_beside else rule.word.phrase.lower()
        if phrase in known:
            raise PluginInvalid(
                f"the plugins `{known[phrase].plugin}` and `{rule.plugin}` "
                f"both declare `{phrase}` for `{place}`",
                help="Block one of them in tactful.toml, or ask its author for another phrase.",
            )
        known[phrase] = rule

    @property
    def plugins(self) -> frozenset[str]:
        """The plugins that declare words."""
        owners = {rule.plugin for known in self._rules.values() for rule in known.values()}
        return frozenset(owners - {CORE})

    def for_file(self, used: Iterable[str]) -> Mapping[str, Phrases]:
        """Return the words that a file which uses these plugins may write, by place."""
        owners = frozenset({CORE, *used})
        if owners not in self._seen:
            self._seen[owners] = {
                place: {phrase: rule for phrase, rule in known.items() if rule.plugin in owners}
                for place, known in self._rules.items()
            }
        return self._seen[owners]

    def all_places(self) -> Mapping[str, Phrases]:
        """Return all words, also those of plugins that a file does not use."""
        return self._rules

    def channels(self, used: Iterable[str]) -> tuple[str, ...]:
        """Return the channels that a file may name: those for which a sender can be declared."""
        return tuple(self.for_file(used).get("senders", {}))


class Unreadable(Word):
    """Stands in the tree for a line that could not be read, so that nothing more is said of it.

    `meant` is the phrase that the line probably begins with.
    """

    phrase = ""
    place = ""
    meant: str = ""

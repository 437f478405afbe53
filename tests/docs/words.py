"""Writes the reference of the words out of the vocabulary, a chapter for each place."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import NamedTuple

from pydantic_core import PydanticUndefined

from tactful.language.filters import FILTERS
from tactful.language.kinds import Choice, Flag
from tactful.language.lookup import PLACES
from tactful.language.vocabulary import ValueField, WordRule, rule_for
from tactful.language.words import CORE_WORDS
from tactful.language.words.later import LATER_OPTIONS, LATER_TYPES, LATER_WORDS
from tests.docs.word_examples import EXAMPLES

CHAPTERS = {
    "top": "The top of the file",
    "audience": "Who gets it",
    "senders": "Senders",
    "text": "Texts with a name",
    "steps": "Steps",
    "send": "Below a send",
    "wait": "Below a wait",
    "anytime": "Below `at any time`",
    "split": "Below a split",
    "handoff": "Below a hand-off",
    "scenario": "Scenarios",
}
"""The places in the order of the page, and what a reader calls them."""

SHARED = {"for": "text", "in": "text", "given": "scenario"}
"""Places whose words stand in the chapter of another."""

CONDITIONS = {
    "vip": "the column is yes, or the tag is there",
    "order_total above 100": "also `below`, `at least`, `at most`",
    'status is "open"': "it is this; also `is not`",
    'status is one of "open", "late"': "it is one of these",
    'status contains "late"': "it has these words in it",
    "status matches /late|open/": "the pattern fits",
    "email is missing": "the row has no such value; also `is not missing`",
    "vip and order_total above 100": "both; also `or`",
    "not (vip or status is missing)": "the opposite",
}

VALUES = {
    "text": 'in quotes: `"Delayed order"`; a long one between two lines of `"""`',
    "name": "one word without quotes: `order_id`",
    "number": "`3`, `0.5`",
    "percentage": "`0.1%`",
    "length of time": "`30 seconds`, `5 minutes`, `24 hours`, `2 days`, `1 week`",
    "time of day": "on the 24-hour clock: `21:00`",
    "day, moment": "year first: `2026-12-01`, `2026-12-01 09:00 Europe/Dublin`",
    "day of the week": "`monday`",
    "clock": "`recipient time`, or a zone: `Europe/Dublin`",
    "money": "with its currency: `60 EUR`",
    "pace": "`10 per 5 minutes`",
    "yes or no": "`yes`, `no`",
    "pattern": "a regular expression between slashes: `/burn|fire/`",
    "list": "a comma between: `en, fr`; the line may go on below after a comma",
}

FORGIVEN = {
    "SEND SMS “Hello”": 'send sms "Hello"',
    "wait 24h": "wait 24 hours",
    "tag big when order_total >= 200": "tag big when order_total at least 200",
    'tag shut when status == "closed"': 'tag shut when status is "closed"',
    "tag\u00a0late": "tag late",
    'send sms """Hello"""': 'send sms:\n  """\n  Hello\n  """',
}
"""What may be typed in a journey, and what `fmt` makes of it."""

_HEAD = """# Words

Every word that a flow may use now. {made}

A line begins with a word. Its values follow, some by place, some behind a name, in any order. A
colon at the end says that the lines indented below belong to it; after an `on …` line one step may
follow on the same line instead. `#` begins a comment. Most lines may end in `when` and a
[condition](#conditions): `tag big_order when order_total at least 200`.
"""


class Entry(NamedTuple):
    """Words that differ in nothing but the channel, told once."""

    rules: tuple[WordRule, ...]
    chapters: tuple[str, ...]

    @property
    def heading(self) -> str:
        """How the entry is called: the words before the channel are told once."""
        return ", ".join(f"`{words}`" for words in self._words)

    @property
    def anchor(self) -> str:
        """The link to the entry."""
        return "#" + " ".join(self._words).replace(" ", "-")

    @property
    def _words(self) -> list[str]:
        first, *others = (rule.phrase for rule in self.rules)
        return [first, *(phrase.rpartition(" ")[2] for phrase in others)]


def entries() -> list[Entry]:
    """Return every word of the core, in the order of the vocabulary."""
    found: dict[tuple[str, ...], list[WordRule]] = {}
    for word in CORE_WORDS:
        rule = rule_for(word, "core")
        alike = (says(rule), word.place, *(str(_value(rule, field)) for field in rule.fields))
        found.setdefault(alike, []).append(rule)
    return [Entry(tuple(rules), _chapters(rules[0])) for rules in found.values()]


def _chapters(rule: WordRule) -> tuple[str, ...]:
    places = [SHARED.get(place, place) for place in rule.word.place.split()]
    return tuple(sorted(set(places), key=list(CHAPTERS).index))


def says(rule: WordRule) -> str:
    """Return what a word does."""
    return " ".join(cleandoc(rule.word.__doc__ or "").splitlines()[:-1])


def words_page(made: str) -> str:
    """Return the page; `made` says where it comes from."""
    told = entries()
    parts = [_HEAD.format(made=made), *_index(told), *_values()]
    for chapter, title in CHAPTERS.items():
        parts += [f"## {title}", ""]
        parts += [f"These stand {PLACES[chapter][1]}.", ""]
        here = [entry for entry in told if chapter in entry.chapters]
        parts += [line for entry in here if entry.chapters[0] == chapter for line in _told(entry)]
        again = [_link(entry) for entry in here if entry.chapters[0] != chapter]
        if again:
            parts += [f"Also here: {', '.join(again)}.", ""]
    return "\n".join([*parts, *_conditions(), *_filters(), *_forgiven(), *_later()])


def _index(told: list[Entry]) -> Iterator[str]:
    yield from ("| where | words |", "| --- | --- |")
    for chapter, title in CHAPTERS.items():
        links = [_link(entry) for entry in told if chapter in entry.chapters]
        anchor = title.lower().replace("`", "").replace(" ", "-")
        yield f"| [{title}](#{anchor}) | {' · '.join(links)} |"
    yield ""


def _link(entry: Entry) -> str:
    return f"[{entry.heading}]({entry.anchor})"


def _values() -> Iterator[str]:
    yield from ("## Values", "", "| value | written |", "| --- | --- |")
    yield from (f"| {name} | {_cell(written)} |" for name, written in VALUES.items())
    yield ""


def _told(entry: Entry) -> Iterator[str]:
    rule = entry.rules[0]
    title, example = EXAMPLES.get(rule.phrase, ("", rule.example))
    yield from (f"### {entry.heading}", "", says(rule), "")
    yield from (
        (f'```flow title="{title}"' if title else "```flowline"),
        example.strip("\n"),
        "```",
        "",
    )
    if not _plain(rule):
        yield from ("| value | written | |", "| --- | --- | --- |")
        yield from (f"| {' | '.join(_value(rule, field))} |" for field in rule.fields)
        yield ""
    more = _more(rule)
    if more:
        yield from (more, "")


def _plain(rule: WordRule) -> bool:
    """Return whether the example says all there is about the values of a word."""
    if not rule.fields:
        return True
    field = rule.fields[0]
    return (
        len(rule.fields) == 1
        and field.at is not None
        and not isinstance(field.kind, Choice)
        and (field.kind.example in _GENERAL or field.kind.says in _SHOWN)
    )


def _value(rule: WordRule, field: ValueField) -> tuple[str, str, str]:
    called = f"`{field.key}`" if field.at is None else field.name.rstrip("_").replace("_", " ")
    kind = field.kind
    if isinstance(kind, Choice):
        written = "one of " + ", ".join(f"`{option}`" for option in kind.options)
    elif isinstance(kind, Flag):
        written = "the word alone"
    elif kind.example in _GENERAL:
        written = kind.says
    else:
        written = f"{kind.says}: `{kind.example}`"
    default = rule.word.model_fields[field.name].default
    said = "needed" if field.required else ""
    if default not in (None, False, PydanticUndefined):
        said = f"`{default}` without it"
    return called, _cell(written), said


_GENERAL = ('"…"', "late_order", "vip, late_order", '"Hello {{ first_name }}"')
"""Examples that tell no more than the kind of value does."""

_SHOWN = ("a length of time", "an amount of money", "a language", "a percentage")
"""Kinds of which an example tells all."""


def _cell(written: str) -> str:
    """Return what may stand in a table: a bar would end its cell."""
    return written.replace("|", "\\|")


def _more(rule: WordRule) -> str:
    said, word = [], rule.word
    if word.block is not None:
        holds = PLACES[word.block.holds][0]
        said.append(f"{'Needs' if word.block.required else 'May have'} lines below it: {holds}.")
        if word.block.text:
            said.append('The message stands on the line, or below it between two lines of `"""`.')
    if word.condition == "required":
        said.append("Needs a `when`.")
    if word.ends:
        said.append("Nothing below it in the same block can run.")
    return " ".join(said)


def _conditions() -> Iterator[str]:
    yield from (
        "## Conditions",
        "",
        "A condition stands behind `when`. It may use columns, values that were `set`, and tags. A "
        "comparison with a value that is missing does not hold.",
        "",
        "| condition | holds when |",
        "| --- | --- |",
    )
    yield from (f"| `{_cell(written)}` | {meaning} |" for written, meaning in CONDITIONS.items())
    yield ""


def _filters() -> Iterator[str]:
    yield from (
        "## Texts",
        "",
        "A text may hold `{{ name }}`: a column, a value that was `set`, or what `as` kept. "
        'A filter follows behind `|`: `{{ first_name | or("there") }}`.',
        "",
        "| filter | gives | of | |",
        "| --- | --- | --- | --- |",
    )
    for name, rule in FILTERS.items():
        written = f"`{name}`" if rule.takes == "nothing" else f"`{name}(…)`"
        value, shown = (f"`{part}`" if part else "" for part in rule.shown)
        yield f"| {written} | {rule.does} | {value} | {shown.replace(chr(10), '` `')} |"
    yield from (
        "",
        "A list is a text whose entries stand between commas or semicolons. The examples are for a "
        "reader in Dublin whose language is English.",
        "",
    )


def _forgiven() -> Iterator[str]:
    yield from (
        "## What is forgiven",
        "",
        "Typed so, a line means the same; [`tactful fmt`](../how-to/format-and-check.md) gives it "
        "the usual look. Tabs, other line ends, and a colon left out before indented lines are "
        "mended, too.",
        "",
        "| you may type | fmt writes |",
        "| --- | --- |",
    )
    for typed, written in FORGIVEN.items():
        shown = "<br>".join(f"`{line.strip()}`" for line in written.splitlines())
        yield f"| `{typed}` | {shown} |"
    yield ""


def _later() -> Iterator[str]:
    yield from (
        "## Not available yet",
        "",
        "These words are reserved. `check` says so (TF209) and never passes over them.",
        "",
        "| where | words |",
        "| --- | --- |",
    )
    for place, phrases in LATER_WORDS.items():
        yield f"| {PLACES[place][1]} | {', '.join(f'`{name}`' for name in phrases)} |"
    yield from ("", "| in the line | values |", "| --- | --- |")
    for phrase, options in LATER_OPTIONS.items():
        yield f"| `{phrase}` | {', '.join(f'`{name}`' for name in options)} |"
    yield from ("", f"Types of columns: {', '.join(f'`{name}`' for name in LATER_TYPES)}.", "")

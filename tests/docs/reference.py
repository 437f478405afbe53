"""Writes the pages of the documentation that come out of the code itself.

`python -m tests.docs.reference` brings them up to date.
"""

import re
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from pathlib import Path

from pydantic_core import PydanticUndefined

from tactful.guard.judge import PASSES, REASONS
from tactful.journey.lifecycle import JOURNEY, LAUNCH, SEND, mermaid
from tactful.language.codes import CODES
from tactful.language.filters import FILTERS
from tactful.language.kinds import Choice, Flag
from tactful.language.lookup import PLACES
from tactful.language.vocabulary import ValueField, Word, WordRule, rule_for
from tactful.language.words import CORE_WORDS
from tactful.language.words.later import (
    LATER_OPTIONS,
    LATER_TYPES,
    LATER_WORDS,
)
from tests.house.source import ROOT

DOCS = ROOT / "docs"

_MADE = "Written by `make reference` out of the code; do not change it by hand."

# ---- words --------------------------------------------------------------------------------------

_WORDS_HEAD = f"""# Words

Every word that a flow may use now. {_MADE}

A line begins with a word. Its values follow, some by place, some behind a name. A line that ends
with a colon holds the lines indented below it; after an `on …` line one step may follow on the same
line instead. `#` begins a comment.

How values are written:

| value | written |
| --- | --- |
| text | in quotes: `"Delayed order"`; a long one between two lines of `\"\"\"` |
| name | one word without quotes: `order_id` |
| length of time | `30 seconds`, `5 minutes`, `24 hours`, `2 days`, `1 week` |
| pace | `10 per 5 minutes` |
| time of day | on the 24-hour clock: `21:00` |
| yes or no | `yes`, `no` |

Most lines may end in `when` and a condition: `tag big_order when order_total at least 200`. See
[conditions](#conditions).
"""

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


def words_page() -> str:
    """Return the reference of the vocabulary."""
    parts = [_WORDS_HEAD]
    for place, (_, where) in PLACES.items():
        parts.append(f"## {where[0].upper()}{where[1:]}\n")
        parts += [
            _word(rule_for(word, "core")) for word in CORE_WORDS if place in word.place.split()
        ]
    return "\n".join([*parts, _conditions(), _templates(), _later()])


def _word(rule: WordRule) -> str:
    doc = cleandoc(rule.word.__doc__ or "").splitlines()
    lines = [f"### `{rule.phrase}`", "", " ".join(doc[:-1]), ""]
    lines += ["```text", rule.example, "```", ""]
    if rule.fields:
        lines += ["| value | written | |", "| --- | --- | --- |"]
        lines += [_value(rule.word, field) for field in rule.fields]
        lines.append("")
    lines += _more(rule.word)
    return "\n".join(lines)


def _value(word: type[Word], field: ValueField) -> str:
    where = f"`{field.key}`" if field.at is None else f"{field.name.rstrip('_').replace('_', ' ')}"
    kind = field.kind
    if isinstance(kind, Choice):
        written = "one of " + ", ".join(f"`{option}`" for option in kind.options)
    elif isinstance(kind, Flag):
        written = "the word alone"
    else:
        written = f"{kind.says}: `{kind.example}`"
    default = word.model_fields[field.name].default
    said = "needed" if field.required else ""
    if default not in (None, False, PydanticUndefined):
        said = f"`{default}` without it"
    return f"| {where} | {written} | {said} |"


def _more(word: type[Word]) -> list[str]:
    said = []
    if word.block is not None:
        holds = PLACES[word.block.holds][0]
        said.append(f"{'Needs' if word.block.required else 'May have'} lines below it: {holds}.")
        if word.block.text:
            said.append('The message stands on the line, or below it between two lines of `"""`.')
    if word.condition == "required":
        said.append("Needs a `when`.")
    if word.condition == "allowed":
        said.append("May end in `when …`.")
    if word.ends:
        said.append("Nothing below it in the same block can run.")
    return [" ".join(said), ""] if said else []


def _conditions() -> str:
    lines = [
        "## Conditions",
        "",
        "A condition stands behind `when`. It may use columns, values that were `set`, and tags. A "
        "comparison with a value that is missing does not hold.",
        "",
        "| condition | holds when |",
        "| --- | --- |",
    ]
    # A bar inside a cell would end it.
    shown = {written.replace("|", "\\|"): meaning for written, meaning in CONDITIONS.items()}
    lines += [f"| `{written}` | {meaning} |" for written, meaning in shown.items()]
    return "\n".join([*lines, ""])


def _templates() -> str:
    lines = [
        "## Texts",
        "",
        "A text may hold `{{ name }}`: a column, a value that was `set`, or what `as` kept. "
        'A filter follows behind `|`: `{{ first_name | or("there") }}`.',
        "",
        "| filter | gives | of | |",
        "| --- | --- | --- | --- |",
    ]
    for name, rule in FILTERS.items():
        written = f"`{name}`" if rule.takes == "nothing" else f"`{name}(…)`"
        value, shown = (f"`{part}`" if part else "" for part in rule.shown)
        lines.append(f"| {written} | {rule.does} | {value} | {shown.replace(chr(10), '` `')} |")
    lines += [
        "",
        "A list is a text whose entries stand between commas or semicolons. The examples are for a "
        "reader in Dublin whose language is English.",
    ]
    return "\n".join([*lines, ""])


def _later() -> str:
    lines = [
        "## Not available yet",
        "",
        "These words are reserved. `check` says so (TF209) and never passes over them.",
        "",
        "| where | words |",
        "| --- | --- |",
    ]
    for place, phrases in LATER_WORDS.items():
        lines.append(f"| {PLACES[place][1]} | {', '.join(f'`{name}`' for name in phrases)} |")
    lines += ["", "| in the line | values |", "| --- | --- |"]
    for phrase, options in LATER_OPTIONS.items():
        lines.append(f"| `{phrase}` | {', '.join(f'`{name}`' for name in options)} |")
    lines += [
        "",
        f"Types of columns: {', '.join(f'`{name}`' for name in LATER_TYPES)}.",
        "",
    ]
    return "\n".join(lines)


# ---- codes --------------------------------------------------------------------------------------

_GROUPS = {
    "TF1": "Layout",
    "TF2": "Words and values",
    "TF3": "Journey",
    "TF4": "Names, texts, plugins",
    "TF5": "Policy and guards",
}


def codes_page() -> str:
    """Return the reference of the codes: mistakes of flows, and refusals of the guard."""
    lines = ["# Codes", "", f"Every code that Tactful tells. {_MADE}", ""]
    for start, title in _GROUPS.items():
        lines += [f"## {title}", "", "| code | what is wrong |", "| --- | --- |"]
        lines += [f"| {code} | {text} |" for code, text in CODES.items() if code.startswith(start)]
        lines.append("")
    lines += ["## Why the guard refuses a message", ""]
    lines += ["They stand behind `code` in the event log and in a plan.", ""]
    lines += list(_table("code", REASONS))
    lines += ["## Why a message may pass quiet hours", ""]
    lines += list(_table("code", PASSES))
    return "\n".join(lines)


def _table(first: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield from (f"| {first} | means |", "| --- | --- |")
    yield from (f"| `{code}` | {text} |" for code, text in rows.items())
    yield ""


# ---- life cycles --------------------------------------------------------------------------------

_CYCLES = f"""# Life cycles

Each is one table of legal moves in `journey/lifecycle.py`; a move that is not in it raises. {_MADE}

## A launch

```mermaid
{{launch}}```

## A send

A row of the ledger is one attempt. What providers report comes repeated and in any order, so the
states after `sending` have ranks, and the highest wins: a delivery outranks a failure that a
carrier reported too early, and a bounce outranks a delivery.

```mermaid
{{send}}```

## A journey

```mermaid
{{journey}}```
"""


def lifecycles_page() -> str:
    """Return the diagrams of the life cycles."""
    return _CYCLES.format(
        launch=mermaid(LAUNCH, "loading"),
        send=mermaid(SEND, "queued"),
        journey=mermaid(JOURNEY, "running"),
    )


# ---- example campaigns --------------------------------------------------------------------------

_EXAMPLES = f"""# Example campaigns

They lie in the folder `flows/` of the repository, each with an audience of invented people in
`flows/data/` and with scenarios that take every arm. Copy the one that is nearest to what you want.
{_MADE}

```console
$ tactful test flows
$ tactful plan flows/delayed_order.flow
$ tactful graph flows/delayed_order.flow
```

| flow | is about | shows |
| --- | --- | --- |
"""

SHOWS = {
    "audience from jsonl": ("JSON lines", "recipients.md#json-lines"),
    "audience from .* every ": ("rows that come later", "recipients.md#rows-that-come-later"),
    "(?:one per|keep when|skip when) ": ("choosing rows", "audience-file.md#which-rows-join"),
    "languages ": ("languages", "write-a-message.md#several-languages"),
    "for (?:sms|email|voice|chat)": (
        "words for channels",
        "write-a-message.md#words-for-each-channel",
    ),
    "budget ": ("a budget", "budget.md"),
    "starts (?!now)": ("a start", "start-later.md"),
    "consent for ": ("consent", "consent.md"),
    "wait until ": ("waiting for a moment", "wait.md"),
    "at any time:": ("at any time", "react.md#wherever-the-person-is"),
    "on event .*with same": ("one event for many", "react.md#one-event-for-many"),
    "on reply number": ("answers that are numbers", "react.md#what-a-reply-says"),
    "send voice ": ("calls", "call.md"),
    "send .* urgent": ("urgent messages", "wait.md#when-it-cannot-wait"),
    "repeat ": ("repetition", "repeat-and-split.md"),
    "split ": ("variants", "repeat-and-split.md#try-two-wordings"),
}
"""What an example may show: how a line of it begins, what to call it, and the page about it."""


def examples_page() -> str:
    """Return the index of the example campaigns, by what stands in them."""
    return _EXAMPLES + "".join(_example(path) for path in sorted((ROOT / "flows").glob("*.flow")))


def _example(path: Path) -> str:
    text = path.read_text("utf-8")
    about = text.splitlines()[0].removeprefix("# ")
    shows = ", ".join(
        f"[{name}](../how-to/{page})"
        for pattern, (name, page) in SHOWS.items()
        if re.search(rf"^ *{pattern}", text, re.MULTILINE)
    )
    return f"| `{path.name}` | {about} | {shows} |\n"


def pages() -> dict[Path, str]:
    """Return every page written here, by where it stands."""
    return {
        DOCS / "reference" / "words.md": words_page(),
        DOCS / "reference" / "codes.md": codes_page(),
        DOCS / "reference" / "examples.md": examples_page(),
        DOCS / "explanation" / "life-cycles.md": lifecycles_page(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")

"""Writes the pages of the documentation that come out of the code itself.

`python -m tests.docs.reference` brings them up to date.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tactful.guard.judge import PASSES, REASONS
from tactful.guard.standing import SENDER
from tactful.journey.lifecycle import JOURNEY, LAUNCH, SEND, mermaid
from tactful.language.codes import CODES
from tests.docs.carrier_rules import carrier_rules_page
from tests.docs.hooks import hook_pages
from tests.docs.words import words_page
from tests.house.source import ROOT

DOCS = ROOT / "docs"

_MADE = "Written by `make reference` out of the code; do not change it by hand."

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

## A sender

Observers advise, and the engine moves the sender: down by as many steps as it takes, back by
one. From `flagged` only a person leads back, with `tactful sender clear`. The table is in
`guard/standing.py`.

```mermaid
{{sender}}```
"""


def lifecycles_page() -> str:
    """Return the diagrams of the life cycles."""
    return _CYCLES.format(
        launch=mermaid(LAUNCH, "loading"),
        send=mermaid(SEND, "queued"),
        journey=mermaid(JOURNEY, "running"),
        sender=mermaid(SENDER, "healthy"),
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
    told = f"\n- **`{path.stem}`**: {about}"
    return f"{told}\n  Shows {shows}.\n" if shows else f"{told}\n"


def pages() -> dict[Path, str]:
    """Return every page written here, by where it stands."""
    return {
        DOCS / "reference" / "words.md": words_page(_MADE),
        DOCS / "reference" / "codes.md": codes_page(),
        DOCS / "reference" / "examples.md": examples_page(),
        DOCS / "explanation" / "life-cycles.md": lifecycles_page(),
        DOCS / "explanation" / "carrier-rules.md": carrier_rules_page(_MADE),
        **hook_pages(_MADE),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")

"""Every example in the reference of the words compiles where its word belongs."""

import textwrap

import pytest

from tactful.graph.compile import compile_source
from tactful.language.files import Blob
from tactful.language.formatter.formatting import format_flow
from tactful.language.vocabulary import WordRule
from tests.docs.fences import Fence
from tests.docs.test_snippets import INSTALLED, SETTINGS, VOCABULARY, flow_of
from tests.docs.word_examples import EXAMPLES, JOURNEY, SCENARIO, TOP
from tests.docs.words import FORGIVEN, entries
from tests.house.source import ROOT

BELOW = {
    "steps": "tag done",
    "audience": "key order_id\nphone mobile",
    "senders": 'sms from "+353 20 9155 000" through outbox',
    "text": '"Hello"',
    "for": '"Hello"',
    "in": '"Hello"',
    "wait": "on timeout: tag late",
    "anytime": "on opt out: tag gone",
    "split": "variant one 50%: tag one\nvariant two 50%: tag two",
    "given": 'first_name "Ana"',
    "scenario": "expect sms",
}
"""What stands below the line of an example that ends with a colon, by what the word holds."""

_AUDIENCE = """\
audience from SOURCE:
  key order_id
  phone mobile
  column first_name text
  column status text
  column order_total money in EUR
  LINE
"""
_CALL = f"""{SETTINGS}
journey:
  send voice "Press 1."

scenario "shown":
  LINE"""
AROUND = {
    "top": (TOP, "LINE"),
    "audience": (TOP, _AUDIENCE),
    "senders": (TOP, "senders:\n  LINE"),
    "text": (TOP, 'languages en, fr default en\n\ntext apology:\n  LINE\n  "Hello"'),
    "steps": (JOURNEY, "LINE"),
    "send": (JOURNEY, 'send voice "Hello":\n  LINE'),
    "wait": (JOURNEY, "wait until 10:00:\n  LINE"),
    "anytime": (TOP, "at any time:\n  LINE"),
    "split": (JOURNEY, "split wording:\n  LINE\n  variant other 50%: tag other"),
    "handoff": (JOURNEY, "hand off to care_queue:\n  LINE"),
    "scenario": (SCENARIO, 'scenario "shown":\n  LINE'),
    "given": (SCENARIO, 'scenario "shown":\n  given:\n    LINE'),
}
"""The title and the lines around an example, by the place of its word."""

ITS_OWN = {
    "otherwise": (JOURNEY, "when vip: tag vip\nLINE"),
    "subject": (JOURNEY, 'send email:\n  LINE\n  "Hello"'),
    "expect": (
        "",
        f'{SETTINGS}\njourney:\n  set refund_status to "requested"\n\nscenario "shown":\n  LINE',
    ),
    "voice": ("", _CALL),
    "press": ("", _CALL),
    "attach": (JOURNEY, 'send email:\n  subject "Terms"\n  LINE\n  "Hello"'),
}
"""The same for words that need others beside them."""

SOURCES = {
    "query": 'sqlite "crm.db"',
    "token from secret": 'http "https://grid.example.com/people.json"',
    "sheet": 'xlsx "orders.xlsx"',
}

WORDS = [entry.rules[0] for entry in entries() if entry.rules[0].phrase != "use"]
"""What is shown: all but `use`, for which a plugin has to be there."""


def _example(rule: WordRule) -> str:
    """Return the lines that the page shows of a word, with what must stand below them."""
    if rule.phrase in EXAMPLES:
        return EXAMPLES[rule.phrase][1].strip("\n")
    line = rule.example
    block = rule.word.block
    if block and line.endswith(":"):
        line += "\n" + textwrap.indent(BELOW[block.holds], "  ")
    return line


def _flow(rule: WordRule) -> str:
    shown = _example(rule)
    if rule.phrase == "journey":
        return f"{SETTINGS}\n{shown}\n"
    if rule.phrase == "stage":
        return f"{SETTINGS}\njourney:\n  go to refund\n\n{shown}\n"
    title, around = AROUND[rule.word.place.split()[0]]
    title, around = ITS_OWN.get(rule.phrase, (title, around))
    if rule.phrase in EXAMPLES:
        title, around = EXAMPLES[rule.phrase][0], "LINE"
    source = SOURCES.get(rule.phrase, 'csv "orders.csv"')
    mark = next(line for line in around.splitlines() if "LINE" in line)
    indent = mark[: -len(mark.lstrip())]
    words = shown.split()
    beside = [
        line
        for line in around.splitlines()
        if line == mark or line.split()[:1] != words[:1] or line.split()[:2] != words[:2]
    ]
    text = "\n".join(beside).replace("SOURCE", source)
    text = text.replace(mark, textwrap.indent(shown, indent)) + "\n"
    return flow_of(Fence(ROOT, 1, "flow", title, text))


@pytest.mark.parametrize("rule", WORDS, ids=lambda rule: rule.phrase)
def test_the_example_of_a_word_compiles(rule: WordRule) -> None:
    text = _flow(rule)
    made = compile_source(
        text,
        path="shown.flow",
        vocabulary=VOCABULARY,
        installed=INSTALLED,
        blobs={"terms.pdf": Blob("aa", 1_000)},
    )
    wrong = [found for found in made.diagnostics if found.severity == "error"]
    assert not wrong, f"{text}\n{wrong}"


@pytest.mark.parametrize("typed", FORGIVEN)
def test_what_is_forgiven_is_written_as_the_page_says(typed: str) -> None:
    start = f"{SETTINGS}\njourney:\n"
    made = format_flow(
        f"{start}  {typed}\n", path="shown.flow", vocabulary=VOCABULARY, plugins=INSTALLED
    )
    assert made.text == start + textwrap.indent(FORGIVEN[typed], "  ") + "\n"

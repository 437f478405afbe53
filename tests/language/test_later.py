"""A word of the language that is not built yet is told once, and never passed over."""

import pytest

from tactful.language.words.later import LATER_OPTIONS, LATER_TYPES, LATER_WORDS
from tests.language.flows import LATE_ORDER, changed, checked

BLOCK = '\n{margin}  order_id 7\n{margin}  frobnicate "x" until done:\n{margin}    and so on'

PLACES = {
    "top": ("journey:", "{word}\n\njourney:"),
    "audience": ("  key order_id", "  key order_id\n  {word}"),
    "steps": ("    tag small", "    tag small\n    {word}"),
    "send": ("    on bounced: stop", "    on bounced: stop\n    {word}"),
    "wait": ("    on timeout", "    {word}\n    on timeout"),
    "scenario": ("  expect end", "  {word}\n  expect end"),
}
MARGINS = {
    "top": "",
    "audience": "  ",
    "steps": "    ",
    "send": "    ",
    "wait": "    ",
    "scenario": "  ",
}


def _codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in checked(text).diagnostics]


WORDS = [(place, phrase) for place, phrases in LATER_WORDS.items() for phrase in phrases]


@pytest.mark.parametrize(("place", "phrase"), WORDS)
def test_a_word_not_built_yet_is_told_and_nothing_in_its_block(place: str, phrase: str) -> None:
    old, new = PLACES[place]
    block = BLOCK.format(margin=MARGINS[place])
    for word in (f"{phrase} thing", f"{phrase} thing:{block}"):
        found = checked(changed(old, new.format(word=word))).diagnostics
        assert [diagnostic.code for diagnostic in found] == ["TF209"], found
        assert found[0].message == f"`{phrase}` is not available yet"


LINES = {
    "send sms": 'send sms "Thank you!"',
    "key": "key order_id",
    "on reply": 'on reply "refund"',
    "on other reply": "on other reply",
    "hand off to": "hand off to care_queue",
    "sms": 'sms from "+353 1 555 0100" through twilio',
}
OPTIONS = [(line, key) for phrase, line in LINES.items() for key in LATER_OPTIONS[phrase]]


@pytest.mark.parametrize(("line", "option"), OPTIONS)
def test_an_option_not_built_yet_is_told(line: str, option: str) -> None:
    assert _codes(changed(line, f"{line} {option} thing")) == ["TF209"]


@pytest.mark.parametrize("type_", LATER_TYPES)
def test_a_type_of_column_not_built_yet_is_told(type_: str) -> None:
    text = changed("column sms_ok yes/no", f"column sms_ok yes/no\n  column extra {type_}")
    assert _codes(text) == ["TF209"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("not sms_ok:", "sms.reachable:"),
        ("not sms_ok:", "not apology.sent:"),
        ("key order_id", "key order_id, first_name"),
        ("hand off to care_queue", 'hand off to "{{ reply }}", then care_queue'),
        ("senders:", 'audience from csv "more.csv":\n  key order_id\n\nsenders:'),
    ],
)
def test_a_form_not_built_yet_is_told(old: str, new: str) -> None:
    assert _codes(changed(old, new)) == ["TF209"]


def test_an_audience_not_built_yet_is_not_told_to_be_missing() -> None:
    audience = LATE_ORDER[LATE_ORDER.index("audience") : LATE_ORDER.index("senders:")]
    event = "audience from event order.late:\n  key order_id\n  begin at agent\n\n"
    assert _codes(LATE_ORDER.replace(audience, event)) == ["TF209"]


def test_names_that_a_word_not_built_yet_would_declare_are_not_told_again() -> None:
    fetch = '  fetch "https://example.com" as parcel:\n    column status text\n'
    text = LATE_ORDER.replace("stage refund:\n", f"stage refund:\n{fetch}")
    text = text.replace("{{ reply }}", "{{ parcel.status }}")
    assert _codes(text) == ["TF209"]

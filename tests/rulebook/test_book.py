"""Books judge texts by their rules: strengths, sums, contexts, countries, and hidden words."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import RulesInvalid
from tactful.rulebook import Book, Found, read, read_rules

PRIZES = """
category = "prizes"
title = "Prizes"
source = "https://example.com/policy"
date = "2026-01-01"
message = "It tells of a prize."
help = "Take it out."
countries = ["US", "CA"]
guessed = ["prize"]

[score]
id = "looks_like_a_prize"
refuse_at = 3
warn_at = 2

[lists]
prize = ["prize", "jackpot", "viagra"]

[[rules]]
id = "won"
patterns = ["won ..3 {prize}"]
unless_near = ["denied"]

[[rules]]
id = "denied"
strength = "signal"
weight = 0
patterns = ["not|never|nobody"]

[[rules]]
id = "says_prize"
strength = "signal"
says = "a prize"
patterns = ["{prize}"]

[[rules]]
id = "says_money"
strength = "signal"
says = "money"
patterns = ["<money>"]

[[rules]]
id = "strange_link"
strength = "signal"
says = "a strange link"
outside = true

[[rules]]
id = "call_about_prize"
strength = "warn"
countries = []
channels = ["sms"]
patterns = ["call|ring ..3 <phone>"]
needs = ["says_prize"]
"""
BOOK = Book([read_rules("prizes.toml", PRIZES)])


def judge(text: str, **facts: Any) -> list[Found]:
    return BOOK.judge(read(text), **facts)


def ids(text: str, **facts: Any) -> dict[str, str]:
    return {found.rule.id: found.told for found in judge(text, **facts)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You won a big prize", {"won": "refuse"}),
        ("You have not won a prize.", {}),
        ("I am not late. You won a prize.", {"won": "refuse"}),
        ("won. The prize is out", {}),  # a gap ends with the sentence
        ("A prize of £500", {"looks_like_a_prize": "warn"}),
        ("Your order is ready", {}),
        ("Call 0800 123 4567", {}),
        ("Call 0800 123 4567 about your prize", {"call_about_prize": "warn"}),
    ],
)
def test_rules_are_met(text: str, found: dict[str, str]) -> None:
    assert ids(text, country="US") == found


def test_what_is_found_outside_the_text_counts() -> None:
    found = judge("A prize of £500", country="US", outside={"strange_link": ((0, 1),)})
    assert [(one.rule.id, one.told) for one in found] == [("looks_like_a_prize", "refuse")]
    assert set(found[0].signals) == {"a prize", "money", "a strange link"}


@pytest.mark.parametrize(
    ("country", "told"), [("US", ["won"]), ("ca", ["won"]), ("IE", []), (None, ["won"])]
)
def test_a_rule_holds_where_the_recipient_lives(country: str | None, told: list[str]) -> None:
    found = judge("You won a prize", country=country)
    assert [one.rule.id for one in found] == told
    assert all(one.assumed is (country is None) for one in found)


def test_a_rule_may_be_one_of_a_channel() -> None:
    text = "Call 0800 123 4567 about your prize"
    assert "call_about_prize" in ids(text, country="IE", channel="sms")
    assert "call_about_prize" not in ids(text, country="IE", channel="email")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("you won a pr1ze", "leet"),
        ("you won a p r i z e today", "spaced"),
        ("you won a p.r.i.z.e today", "spaced"),
        ("you won aprize", "joined"),
        ("you won a pirze", "swapped"),
        ("you won a jakpot", "swapped"),
        ("you won a pri\u200bze", "invisible"),
        ("you won a prіze", "mixed_script"),
        ("you won a 𝓹𝓻𝓲𝔃𝓮", "styled"),
        ("you won a pr*ze", "leet"),
        ("you won a jackp0t!", "leet"),
    ],
)
def test_hidden_words_are_found_and_how_they_were_hidden_is_told(text: str, kind: str) -> None:
    told = {found.rule.id: found for found in judge(text, country="US")}
    assert told["won"].hidden == (kind,), told
    assert told["won"].words in text


@given(st.text(st.sampled_from("won prize£5.\u200bеі1*!not call"), max_size=60) | st.text())
def test_every_finding_has_its_place_and_words_in_the_text(text: str) -> None:
    for found in judge(text):
        assert found.start is not None
        assert found.end is not None
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.words
    for places in BOOK.met(read(text)).values():
        assert all(0 <= start < end <= len(text) for start, end in places)


@pytest.mark.parametrize(
    "bait",
    ["won ", "won a ", "p r i z e ", "prize.", "won1z3 ", "p\u200br", "jackpotprizewon ",
     "prizexwon ", "п" * 9 + " ", "call 0800 ", "*" * 50 + "a", "£5 ", "a.b.", "xn--"],
)  # fmt: skip
def test_twice_the_text_is_about_twice_the_work(bait: str) -> None:
    assert _steps(bait * 400) <= 2.6 * _steps(bait * 200) + 500


def _steps(text: str) -> int:
    """Return how many functions are called to judge a text, ours and Python's own."""
    book = Book([read_rules("prizes.toml", PRIZES)])
    count = 0

    def step(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    read.cache_clear()
    sys.setprofile(step)
    try:
        book.judge(read(text))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('id = "denied"', 'id = "won"'), "two rules are called `won`"),
        (("[score]", "[scare]"), "unknown field `scare`"),
        (('"says_prize"]', '"said_prize"]'), "names `said_prize`, and there is no such rule"),
        (("{prize}", "{prizes}"), "rule `won` of `prizes`: .* unknown list"),
        (("outside = true", ""), "rule `strange_link` of `prizes` has no patterns"),
        (('strength = "warn"', 'strength = "shout"'), "prizes.toml: Invalid enum value 'shout'"),
    ],
)
def test_mistakes_of_a_file_are_told(change: tuple[str, str], told: str) -> None:
    with pytest.raises(RulesInvalid, match=told):
        Book([read_rules("prizes.toml", PRIZES.replace(*change))])


def test_lists_take_further_words() -> None:
    book = Book(BOOK.files, lists={"prize": ["hamper"]})
    assert [one.rule.id for one in book.judge(read("You won a hamper"))] == ["won"]
    with pytest.raises(RulesInvalid, match="no list `prises`"):
        Book(BOOK.files, lists={"prises": ["hamper"]})

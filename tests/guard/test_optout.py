"""Opt-outs are recognised however they are worded, and nothing else is taken for one."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard import wordings
from tactful.guard.optout import Wish, classify
from tactful.guard.wordings.folding import fold
from tests.guard.said_else import NOTHING, OUR_NUMBER, WRONG
from tests.guard.said_stop import STOPS

DATA = Path(__file__).parents[1] / "data" / "sms_private.csv"

OTHERS: list[tuple[str, Wish]] = [
    ("START", "start"),
    ("start.", "start"),
    ("UNSTOP", "start"),
    ("Un-stop", "start"),
    ("opt in", "start"),
    ("HELP", "help"),
    ("Help!", "help"),
    ("INFO", "help"),
    ("aide", "help"),
    ("AYUDA", "help"),
    ("Hilfe", "help"),
]


@pytest.mark.promise("STOP")
@pytest.mark.parametrize("text", [*STOPS, "STOP\n\nSent from my iPhone", "Stop\n> On Monday …"])
def test_any_reasonable_wording_is_an_opt_out(text: str) -> None:
    assert classify(text) == "stop"


@pytest.mark.parametrize("text", NOTHING)
def test_other_messages_ask_nothing_of_the_sender(text: str) -> None:
    assert classify(text) is None


def test_private_messages_of_others_hold_no_opt_out() -> None:
    with DATA.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    heard = {text: wish for text in texts if (wish := classify(text))}
    assert len(texts) == 2429
    assert heard == {"I think u have the wrong number.": "wrong number"}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_number_is_told_in_several_languages(text: str) -> None:
    assert classify(text, ["Anna", "Anna Berg-Olsen", "7"]) == "wrong number"


@pytest.mark.parametrize("text", OUR_NUMBER)
def test_what_only_sounds_like_a_wrong_number_is_none(text: str) -> None:
    assert classify(text, ["Anna"]) is None


def test_without_a_name_nobody_can_deny_it() -> None:
    assert classify("I'm not Anna") is None
    assert classify("Wrong number") == "wrong number"
    assert classify("Wrong number. Stop texting me", ["Anna"]) == "stop"


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_any_name_can_be_known(text: str, names: list[str]) -> None:
    assert classify(text, names) in {None, "stop", "start", "help", "wrong number"}


def test_the_words_of_every_language_are_kept_as_they_are_compared() -> None:
    for words in (wordings.STOP, wordings.START, wordings.HELP, wordings.POLITE):
        assert {fold(word) for word in words} == words
    assert not wordings.STOP & (wordings.START | wordings.HELP)


@pytest.mark.parametrize(("text", "wish"), OTHERS)
def test_start_and_help_are_whole_messages(text: str, wish: Wish) -> None:
    assert classify(text) == wish


@pytest.mark.parametrize("text", ["", "   ", "...", "👍", "\x00", "\ud800", "?" * 5000])
def test_a_message_without_words_asks_nothing(text: str) -> None:
    assert classify(text) is None


@given(st.text(max_size=200))
def test_any_text_can_be_classified(text: str) -> None:
    assert classify(text) in {None, "stop", "start", "help", "wrong number"}

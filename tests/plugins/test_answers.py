"""Built-in answers fit one segment in every language, and a house may give its own."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import ConfigInvalid
from tactful.guard.optout import Wish, classify
from tactful.guard.segments import count
from tactful.plugins.answers import BUILT_IN, Answers, Owner
from tactful.plugins.config import Config, parse_config

OWNER = "Harbour Lights Electric & Heat"
CONTACT = "+353 20 910 1234"
WISHES: tuple[Wish, ...] = ("stop", "start", "help")
EVERY = [(language, wish) for language in BUILT_IN for wish in WISHES]


def read(text: str) -> Config:
    return parse_config(text, Path("tactful.toml"))


def test_every_language_has_every_answer() -> None:
    assert len(OWNER) == 30
    assert {tuple(texts) for texts in BUILT_IN.values()} == {WISHES}
    assert {"en", "fr", "es", "de", "it", "nl", "pt"} <= set(BUILT_IN)


@pytest.mark.parametrize(("language", "wish"), EVERY)
def test_an_answer_is_one_segment_and_says_what_to_write(language: str, wish: Wish) -> None:
    text = Answers().say(wish, language, campaign=OWNER, contact=CONTACT)
    counted = count(text)
    assert (counted.encoding, counted.segments) == ("GSM-7", 1), (text, counted)
    assert text.startswith(OWNER)
    assert ("START" in text) == (wish == "stop")
    assert ("STOP" in text) == (wish != "stop")
    assert ("HELP" in text) == (wish == "start")
    assert (CONTACT in text) == (wish == "help")


@pytest.mark.parametrize(("language", "wish"), EVERY)
def test_without_a_contact_its_sentence_is_left_out(language: str, wish: Wish) -> None:
    text = Answers().say(wish, language, campaign="Acme")
    assert "{" not in text
    assert "Conta" not in text
    assert "Kontakt" not in text
    assert "  " not in text


@pytest.mark.parametrize(("language", "wish"), [one for one in EVERY if one[1] != "stop"])
def test_an_echo_of_our_answer_opts_nobody_out(language: str, wish: Wish) -> None:
    text = Answers().say(wish, language, campaign=OWNER, contact=CONTACT)
    assert classify(text) is None


def test_an_unknown_language_gets_english() -> None:
    say = Answers().say
    english = say("stop", "en-GB", campaign="Acme")
    assert say("stop", "xx", campaign="Acme") == say("stop", "", campaign="Acme") == english
    assert say("stop", "fr-CA", campaign="Acme") != english


def test_a_house_says_who_writes_and_has_words_of_its_own() -> None:
    config = read(
        """
        [owner]
        name = "Harbour Lights"
        contact = "care.example.com"

        [texts.en]
        stop = "{owner}: done. START brings you back."

        [texts.ga]
        help = "{owner}: {contact}. STOP chun deireadh a chur leis."
        """
    )
    say = config.answers.say
    assert say("stop", "en", campaign="Late") == "Harbour Lights: done. START brings you back."
    assert "care.example.com" in say("help", "fr", campaign="Late", contact="other")
    assert say("help", "ga-IE", campaign="Late").startswith("Harbour Lights: care.example.com.")
    assert say("stop", "ga", campaign="Late") == "Harbour Lights: done. START brings you back."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[texts.en]\nstop = 'Bye, {owner}.'", "does not name START"),
        ("[texts.en]\nstop = 'START undoes it.'", "does not say who writes"),
        ("[texts.en]\nhelp = '{owner} {phone} STOP'", "stands for nothing"),
        ("[texts.en]\nhelp = '{owner} { STOP'", "stands for nothing"),
        ("[texts.english]\nhelp = '{owner} STOP'", "is not a language"),
        ("[texts.en]\nbye = '{owner} STOP'", "bye"),
        (f"[texts.en]\nhelp = '{{owner}} STOP {'x' * 320}'", "characters long"),
        ("[owner]\nname = ''", "name"),
        ("[owner]\nphone = '1'", "phone"),
    ],
)
def test_a_text_that_cannot_be_sent_is_a_mistake(text: str, why: str) -> None:
    with pytest.raises(ConfigInvalid) as told:
        read(text)
    assert why in f"{told.value.message} {told.value.help}"


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_whatever_they_are_called_they_are_named_as_they_are(campaign: str, contact: str) -> None:
    text = Answers(owner=Owner()).say("help", "en", campaign=campaign, contact=contact)
    assert text.startswith(f"{campaign}: ")
    assert contact in text

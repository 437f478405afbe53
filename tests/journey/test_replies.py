"""Replies as people write them, held against the lines of a flow."""

import pytest

from tactful.graph.model import ReplyArm
from tactful.journey.inputs import Reply
from tactful.journey.replies import Heard, compile_reply


def fits(arm: ReplyArm, text: str, locale: str = "en") -> bool:
    return compile_reply(arm)(Heard(Reply(text, "sms", locale))) is not None


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("refund", "REFUND", True),
        ("refund", "I want a refund!", True),
        ("refund", "refunded?", False),
        ("money back", "Give me my money-back", True),
        ("money back", "back money", False),
        ("café", "the CAFE please", True),
        ("cafe", "le Café", True),
        ("don't", "I don’t", True),
        ("1", "option 1.", True),
        ("1", "12", False),
        ("iptal", "İPTAL", True),
        ("straße", "STRASSE", True),
        ("👍", "ok 👍", True),
        ("?", "what?", True),
        ("是", "我是人", True),
        ("yes", "", False),
    ],
)
def test_words_match_whole_and_anywhere_without_capitals_and_accents(
    word: str, text: str, expected: bool
) -> None:
    assert fits(ReplyArm(words=(word,), to=None), text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), (" 1. ", True), ("(1)", True), ("1 please", False), ("11", False)],
)
def test_exactly_matches_the_whole_reply(text: str, expected: bool) -> None:
    assert fits(ReplyArm(exactly=("1",), to=None), text) is expected


def test_exactly_knows_replies_without_a_word() -> None:
    assert fits(ReplyArm(exactly=("👍",), to=None), " 👍 ")
    assert not fits(ReplyArm(exactly=("👍",), to=None), "👍 fine")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4),
        ("a 4!", 4),
        ("I'd say 4 out of 5", 4),
        ("4.", 4),
        ("4.5", None),
        ("4th", None),
        ("six", None),
        ("9, no 4", None),
        ("-3", None),
        ("0035312345678901", None),
        ("٤", 4),
    ],
)
def test_a_number_is_the_first_whole_one_and_must_lie_within(text: str, number: int | None) -> None:
    arm = ReplyArm(low=1, high=5, save_as="score", to=None)
    assert compile_reply(arm)(Heard(Reply(text, "sms"))) == number


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("Yes", "en", "yes"),
        ("y", "en", "yes"),
        ("YES PLEASE", "en", "yes"),
        ("Sure, go ahead", "en-IE", "yes"),
        ("👍", "en", "yes"),
        ("no", "en", "no"),
        ("N.", "en", "no"),
        ("nope, sorry", "en", "no"),
        ("No, yes was wrong", "en", "no"),
        ("no problem", "en", None),
        ("No problem, yes", "en", "yes"),
        ("maybe", "en", None),
        ("yesterday", "en", None),
        ("y no se", "en", "no"),
        ("Oui, merci", "fr", "yes"),
        ("d’accord", "fr-CA", "yes"),
        ("Non", "fr", "no"),
        ("Sí", "es", "yes"),
        ("No, gracias", "es", "no"),
        ("Ja gerne", "de", "yes"),
        ("Nein danke", "de", "no"),
        ("va bene", "it", "yes"),
        ("Akkoord", "nl", "yes"),
        ("nee", "nl", "no"),
        ("Sim", "pt", "yes"),
        ("não", "pt-BR", "no"),
        ("oui", "en", "yes"),
        ("nein", "xx", "no"),
    ],
)
def test_yes_and_no_know_the_usual_words(text: str, locale: str, expected: str | None) -> None:
    assert fits(ReplyArm(yes=True, to=None), text, locale) is (expected == "yes")
    assert fits(ReplyArm(no=True, to=None), text, locale) is (expected == "no")


def test_a_pattern_looks_with_and_without_accents_at_a_bounded_text() -> None:
    assert fits(ReplyArm(pattern="burn|fire", to=None), "It BURNS")
    assert fits(ReplyArm(pattern="brulé", to=None), "Brulé")
    assert fits(ReplyArm(pattern="brule", to=None), "brûlé")
    assert not fits(ReplyArm(pattern="fire", to=None), "x" * 1_600 + "fire")


def test_a_line_with_several_tests_fits_when_one_does() -> None:
    arm = ReplyArm(words=("keep", "wait"), low=1, yes=True, to=None)
    assert [fits(arm, text) for text in ("wait", "1", "ok", "2")] == [True, True, True, False]


def test_other_reply_fits_everything() -> None:
    assert fits(ReplyArm(to=None), "")
    assert fits(ReplyArm(to=None), "anything")

"""Texts are read as a human reads them, and every character keeps its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.rulebook import fold, read
from tactful.rulebook.tokens import MOST_TOKENS, tokens_of

HIDING = st.text(
    st.sampled_from("abcst01 .!\u200b\u00adеоѕ𝐅ⓕéßŁ½\u0301\u202e🎁漢aа") | st.characters(),
    max_size=80,
)

READ = {
    "Frее": "free",  # Cyrillic
    "𝐅𝐑𝐄𝐄": "free",
    "ＦＲＥＥ": "free",
    "ⓕⓡⓔⓔ": "free",
    "ꜰʀᴇᴇ": "free",
    "f\u200br\u2060e\u00ade": "free",
    "CAFÉ Straße": "cafe strasse",
    "Łódź": "lodz",
    "привет": "привет",  # a word of its own script stays one
    "мама и рак": "мама и рак",  # nothing but lookalikes, but the text is Russian
}


@pytest.mark.parametrize(("text", "folded"), READ.items())
def test_a_text_is_read_as_it_looks(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Your order is late.", []),
        ("Votre commande est prête, à bientôt ! ½ prix", []),
        ("Ваш заказ готов", []),
        ("👩\u200d👩\u200d👧 ok", []),  # joins an emoji
        ("می\u200cخواهم", []),  # Persian needs it
        ("It’s “ready” – call us…", []),
        ("vi\u200bagra", ["invisible"]),
        ("p\u0430ypal", ["mixed_script"]),
        ("𝗪𝗜𝗡 now", ["styled"]),
    ],
)
def test_only_what_hides_a_word_is_told(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in read(text).undone] == kinds


def test_what_is_undone_has_its_place_in_the_text() -> None:
    text = "Dear customer, your pаypal account"
    (found,) = read(text).undone
    assert text[found.start : found.end] == "pаypal"


@given(HIDING)
def test_every_place_is_inside_the_text(text: str) -> None:
    reading = read(text)
    for _, _, start, end in reading.tokens:
        first, last = reading.span(start, end)
        assert 0 <= first < last <= len(text)
    for one in reading.undone:
        assert 0 <= one.start < one.end <= len(text)


@given(HIDING)
def test_tokens_stand_in_order_and_say_what_stands_there(text: str) -> None:
    folded = read(text).folded
    behind = 0
    for kind, word, start, end in tokens_of(folded):
        assert behind <= start < end
        behind = end
        if kind == "word":
            assert folded[start:end].replace("'", "").replace("’", "") == word


@given(HIDING)
def test_reading_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Call 0800 123-4567 or +44 20 7946 0018.", "word phone word phone end"),
        ("Win £10,000 or 5€, 50% off!", "word money word money percent word end"),
        ("see https://bit.ly/x, or example.co.uk", "word link word link"),
        ("txt STOP to 85069", "word word word short"),
        ("st0p f*ck $hit c@sh", "code masked masked masked"),
        ("come home.call me", "word word end word word"),
        ("mail me@example.com", "word mail"),
    ],
)
def test_tokens_are_of_kinds(text: str, kinds: str) -> None:
    assert [token[0] for token in read(text).tokens] == kinds.split()


@pytest.mark.parametrize(
    "bait", ["a ", "a.", "1 ", "1.", " ", ",", "@", "a@", "(1", "£", "*a", "."]
)
def test_no_text_has_more_tokens_than_are_looked_at(bait: str) -> None:
    assert len(tokens_of(bait * (100_000 // len(bait)))) <= MOST_TOKENS + 1

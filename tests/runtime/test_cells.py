"""Cells are read as people write them, and what reads two ways is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import ValueUnreadable
from tactful.runtime.audience.cells import nothing, numbers, places, words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", 1234),
        ("-3", -3),
        ("+5", 5),
        ("−5", -5),  # a minus sign, not a hyphen
        ("00012", 12),
        ("12.5", 12.5),
        ("12,5", 12.5),
        ("0,125", 0.125),
        (".5", 0.5),
        ("1.234", 1.234),
        ("1234,567", 1234.567),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 234,50", 1234.5),
        ("1\u202f234", 1234),
        ("1'234'567", 1234567),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("(5.00)", -5.0),
        ("5.00-", -5.0),
    ],
)
def test_a_number_is_read(text: str, number: float) -> None:
    assert numbers.read_number(text) == number
    assert isinstance(numbers.read_number(text), type(number))


@pytest.mark.parametrize(
    "text",
    [
        "1,234", "12,345", "-1,234",  # thousands or decimals?
        "", "-", "5.", "1e5", "inf", "nan", "0x1", "1_000", "١٢", "12 EUR", "1 23", "1,2,3",
        "1.2.3", "1,234,5", "123456789012345678", "1.2345678901234567",
    ],
)  # fmt: skip
def test_what_is_no_number_or_reads_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueUnreadable):
        numbers.read_number(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("12 %", "percentage"), ("12%", "percentage"), ("1.2E+12", "shortened"),
     ("3.53871E+11", "shortened"), ("1,234", "comma may group")],
)  # fmt: skip
def test_a_number_is_refused_with_what_is_wrong_with_it(text: str, reason: str) -> None:
    with pytest.raises(ValueUnreadable, match=reason) as refused:
        numbers.read_number(text)
    assert refused.value.help


@pytest.mark.parametrize(
    ("text", "point", "number"),
    [("1,234", ",", 1.234), ("1,234", ".", 1234), ("1.234", ",", 1234), ("1.234", ".", 1.234)],
)
def test_what_a_column_shows_decides_what_a_mark_means(
    text: str, point: numbers.Point, number: float
) -> None:
    assert numbers.read_number(text, point) == number


@pytest.mark.parametrize("text", ["1,234", "1.234"])
def test_in_a_column_that_disagrees_with_itself_a_mark_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(ValueUnreadable, match="may group"):
        numbers.read_number(text, "both")


@pytest.mark.parametrize(
    ("text", "tidied", "bared"),
    [
        (" Ann\u00a0", "Ann", "Ann"),
        ("\u200bAnn\ufeff", "Ann", "Ann"),
        ('="0871234567"', "0871234567", "0871234567"),
        ("\u202a+353871234567\u202c", "\u202a+353871234567\u202c", "+353871234567"),
        ("'0871234567", "'0871234567", "0871234567"),
        ("می\u200cخواهم", "می\u200cخواهم", "میخواهم"),
    ],
)
def test_what_nobody_sees_is_taken_away(text: str, tidied: str, bared: str) -> None:
    assert nothing.tidy(text) == tidied
    assert nothing.bare(tidied) == bared


@pytest.mark.parametrize("text", ["-", "N/A", "n/a", "NULL", "None", "#N/A", "?", "—", "TBC"])
def test_a_word_for_nothing_is_known(text: str) -> None:
    assert nothing.is_blank(text)


@pytest.mark.parametrize("text", ["0", "no", "N", "#12", "Nora", "x"])
def test_what_says_something_is_not_nothing(text: str) -> None:
    assert not nothing.is_blank(text)


def test_a_country_or_key_can_be_called_na() -> None:
    assert nothing.is_blank("NA")
    assert not nothing.is_blank_name("NA")
    assert nothing.is_blank_name("#N/A")


@given(st.text(max_size=20))
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    try:
        number = numbers.read_number(text)
    except ValueUnreadable:
        return
    assert abs(number) < 10**15


@given(st.decimals(-999_999_999, 999_999_999, places=2))
def test_a_number_reads_the_same_however_it_is_grouped(amount: object) -> None:
    plain = f"{amount:.2f}"
    swiss = f"{amount:,.2f}".replace(",", "'")
    german = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert {numbers.read_number(text) for text in (swiss, german, f"{amount:,.2f}")} == {
        numbers.read_number(plain)
    }


@pytest.mark.parametrize(
    ("text", "yes"),
    [("yes", True), ("Y", True), ("1", True), ("TRUE", True), ("Ja", True), ("oui", True),
     ("SÌ", True), ("Tak", True), ("✓", True), ("WAHR", True), ("ναι", True), ("Nej", False),
     ("hayır", False), ("FAŁSZ", False), ("нет", False),
     ("no", False), ("N", False), ("0", False), ("False", False), ("nein", False)],
)  # fmt: skip
def test_a_yes_or_no_is_read(text: str, yes: bool) -> None:
    assert words.read_yes_no(text) is yes


@pytest.mark.parametrize("text", ["", "maybe", "2", "yes please"])
def test_what_is_neither_yes_nor_no_is_refused(text: str) -> None:
    with pytest.raises(ValueUnreadable):
        words.read_yes_no(text)


@pytest.mark.parametrize(
    ("text", "locale"),
    [("fr", "fr"), ("fr_ca", "fr-CA"), ("FR-CA", "fr-CA"), ("zh-hans-cn", "zh-Hans-CN"),
     ("es-419", "es-419")],
)  # fmt: skip
def test_a_language_is_read(text: str, locale: str) -> None:
    assert places.read_locale(text) == locale


def test_zones_and_countries_are_read_without_regard_to_capitals() -> None:
    assert places.read_zone("europe/dublin") == "Europe/Dublin"
    assert places.read_country("ie") == "IE"
    assert places.read_country("uk") == "GB"


@pytest.mark.parametrize(
    ("read", "text"),
    [(places.read_zone, "Europe/Dubln"), (places.read_zone, "../x"),
     (places.read_country, "Ireland"), (places.read_country, "XX"),
     (places.read_locale, "french please")],
)  # fmt: skip
def test_what_is_not_known_is_refused(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(ValueUnreadable):
        read(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\0b", "bad_text"), ("a\ud800", "bad_text"), ("x" * 10_001, "too_long"),
     ("two\nlines\tand a tab", None)],
)  # fmt: skip
def test_a_text_that_no_message_can_carry_is_found(text: str, code: str | None) -> None:
    found = nothing.unusable(text)
    assert (found[0] if found else None) == code

"""Two spellings of one mail address are equal when folded; two addresses never become one phone."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.addresses import EmailRead, read_email
from tactful.guard.folding import fold

SAME = [
    ("Ann@example.com", "ann@Example.COM"),
    (" ann@example.com\n", "ann@example.com"),
    ("ann@example.com.", "ann@example.com"),
    ("Zoé@example.com", "ZOE\u0301@example.com"),
    ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
    ("ann@b\u0075\u0308cher.example", "ann@XN--BCHER-KVA.example"),
    ("ann@example\u3002com", "ann@example.com"),
    ("STRASSE@example.com", "straße@example.com"),
    ("ΌΣΟΣ@example.com", "όσος@example.com"),
]
OTHERS = [
    ("ann.lee@example.com", "annlee@example.com"),
    ("ann+shop@example.com", "ann@example.com"),
    ("ann@straße.example", "ann@strasse.example"),
    ("ann@example.com", "ann@example.org"),
    ("ann@example.com", "ann@mail.example.com"),
]
AS_THEY_ARE = ["+353209101234", "A-1017", "Key ", "", "K\u0045\u0301"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_addresses_that_may_be_of_two_people_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("address", AS_THEY_ARE)
def test_what_is_no_mail_address_stays_as_it_is(address: str) -> None:
    assert fold(address) == address


@pytest.mark.parametrize("domain", ["-", "a..b", "\ud800", "ä" * 300, "xn--\u00e4", "[192.0.2.1]"])
def test_a_domain_without_an_ascii_form_is_compared_without_its_capitals(domain: str) -> None:
    assert fold(f"Ann@{domain}") == fold(f"ann@{domain.upper()}")


mail = st.builds(
    "{}@{}".format, st.text(max_size=12), st.text(max_size=8) | st.text("a.-ßẞéÉ。xn1ͅΐıİſK 日本")
)


@given(mail | st.text(max_size=12))
def test_what_is_folded_stays_so(address: str) -> None:
    assert fold(fold(address)) == fold(address)


@given(st.text(max_size=12), st.sampled_from(["NFC", "NFD"]))
def test_neither_capitals_nor_how_letters_are_composed_count(local: str, form: str) -> None:
    address = f"{local}@bücher.example"
    other = normalize(form, address)  # type: ignore[arg-type]
    assert fold(other) == fold(address)
    assert fold(other.swapcase().casefold()) == fold(address.swapcase())


@given(st.emails())
def test_an_address_that_was_read_folds_as_the_one_that_was_written(written: str) -> None:
    read = read_email(written)
    if isinstance(read, EmailRead):
        assert fold(read.address) == fold(written)

"""Addresses are read as people write them, or refused with a reason."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.addresses import (
    AddressProblem,
    EmailRead,
    PhoneRead,
    mask,
    read_email,
    read_phone,
)

DATA = Path(__file__).parents[1] / "data" / "phone_numbers.csv"


def rows() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_read_agrees_with_libphonenumber() -> None:
    assert len(rows()) == 268
    for row in rows():
        found = read_phone(row["raw"], row["default_region"])
        read = found.read if isinstance(found, AddressProblem) else found
        if read is None:
            assert row["kind"].startswith("parse-error"), row
            continue
        assert read.e164 == row["e164"]
        assert read.possible == (row["possible"] == "yes")
        assert read.valid == (row["valid"] == "yes")
        assert read.type == row["type"]
        zones = row["zones"] if read.valid else row["zones_by_prefix"]
        assert "|".join(read.zones) == zones, row


def test_every_number_of_a_range_for_fiction_passes_and_is_marked() -> None:
    reserved = [row for row in rows() if row["kind"] == "reserved-range"]
    for row in reserved:
        found = read_phone(row["raw"], row["default_region"])
        assert isinstance(found, PhoneRead), row
        assert found.fictional, row


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("087 123 4567", "IE", "+353871234567"),
        (" 087-123-4567 ", "ie", "+353871234567"),
        ("\N{NO-BREAK SPACE}087 123\N{NO-BREAK SPACE}4567", "IE", "+353871234567"),
        ("+353 (0)87 123 4567", None, "+353871234567"),
        ("00353 87 123 4567", "IE", "+353871234567"),
        ("+353871234567", "US", "+353871234567"),
        ("\N{FULLWIDTH PLUS SIGN}353871234567", None, "+353871234567"),
        ("tel:+353-87-123-4567", None, "+353871234567"),
        ("0049 2131/123456", "IE", "+492131123456"),
        ("07911 123456", "UK", "+447911123456"),
        ("+1 800 253 0000", None, "+18002530000"),
    ],
)
def test_a_number_that_reaches_a_person(raw: str, region: str | None, e164: str) -> None:
    found = read_phone(raw, region)
    assert isinstance(found, PhoneRead), found
    assert (found.e164, found.valid, found.fictional) == (e164, True, False)


def test_an_extension_is_told_apart() -> None:
    found = read_phone("087 123 4567 ext. 12", "IE")
    assert isinstance(found, PhoneRead)
    assert (found.e164, found.extension) == ("+353871234567", "12")


@pytest.mark.parametrize(
    ("raw", "region", "code"),
    [
        ("", "IE", "no_address"),
        ("  \N{NO-BREAK SPACE}", "IE", "no_address"),
        ("n/a", "IE", "phone_unreadable"),
        ("+", "IE", "phone_unreadable"),
        ("(202) 555-O143", "US", "phone_letters"),
        ("O87 123 4567", "IE", "phone_letters"),
        ("1-800-FLOWERS", "US", "phone_letters"),
        ("087 123 4567", None, "phone_no_country"),
        ("087 123 4567", "", "phone_no_country"),
        ("087 123 4567", "Ireland", "phone_no_country"),
        ("+999 123 456 789", "US", "phone_unknown_country"),
        ("+1 202 555 014", None, "phone_too_short"),
        ("+1 202 555 0143 00", None, "phone_too_long"),
        ("087 123 4567, 087 765 4321", "IE", "phone_several"),
        ("+353 87 123 4567 / 087 765 4321", "IE", "phone_several"),
        ("555 0143", "US", "phone_no_area_code"),
        ("911", "US", "phone_short_code"),
        ("112", "IE", "phone_short_code"),
        ("32665", "US", "phone_short_code"),
        ("+44 7700 800", None, "phone_not_in_use"),
        ("+1 023 555 0143", None, "phone_not_in_use"),
        ("+1 298 234 5678", None, "phone_not_in_use"),
        ("+1 212 911 2345", None, "phone_service_number"),
        ("+1 411 234 5678", None, "phone_service_number"),
        ("+1 416 555 1212", None, "phone_service_number"),
        ("+1 900 234 5678", None, "phone_premium"),
        ("+1 212 976 2345", None, "phone_premium"),
        ("+44 871 234 5678", None, "phone_premium"),
        ("+1 500 555 0006", None, "phone_no_person"),
        ("+44 306 999 1234", None, "phone_no_person"),
        ("087 123 4567\n", "IE", "address_hidden_characters"),
        ("087\x00123 4567", "IE", "address_hidden_characters"),
        ("087\ud800123 4567", "IE", "address_hidden_characters"),
    ],
)
def test_a_number_that_reaches_nobody_is_refused_with_a_reason(
    raw: str, region: str | None, code: str
) -> None:
    found = read_phone(raw, region)
    assert isinstance(found, AddressProblem), found
    assert found.code == code
    assert found.reason
    assert found.help


@pytest.mark.promise("SECRET")
@given(st.text("0123456789+-() aO", min_size=5, max_size=18))
def test_a_reason_never_repeats_the_number(raw: str) -> None:
    found = read_phone(raw, "IE")
    if isinstance(found, AddressProblem):
        assert raw.strip() not in found.reason + found.help


@pytest.mark.promise("POISON")
@given(st.text(max_size=40), st.none() | st.sampled_from(["IE", "US", "xx", ""]))
def test_any_text_is_read_or_refused(raw: str, region: str | None) -> None:
    assert isinstance(read_phone(raw, region), PhoneRead | AddressProblem)
    assert isinstance(read_email(raw), EmailRead | AddressProblem)


@pytest.mark.parametrize(
    ("raw", "address", "fictional"),
    [
        ("ann@example.com", "ann@example.com", True),
        (" Ann.Smith@Example.ORG ", "Ann.Smith@example.org", True),
        ("ann@shop.example", "ann@shop.example", True),
        ("ann@mail.test", "ann@mail.test", True),
        ("o'neill+orders@tactful.ie", "o'neill+orders@tactful.ie", False),
        ("ann@example.com.ie", "ann@example.com.ie", False),
        ("jörg@bücher.de", "jörg@bücher.de", False),
    ],
)
def test_a_mail_address(raw: str, address: str, fictional: bool) -> None:
    found = read_email(raw)
    assert isinstance(found, EmailRead), found
    assert (found.address, found.fictional) == (address, fictional)
    assert found.smtputf8 == (not found.address.split("@")[0].isascii())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "no_address"),
        ("ann", "email_no_at"),
        ("ann@@example.com", "email_several"),
        ("ann@example.com, bob@example.com", "email_several"),
        ("Ann <ann@example.com>", "email_with_name"),
        ("ann smith@example.com", "email_with_name"),
        ("ann@localhost", "email_unreadable"),
        ("ann..b@example.com", "email_unreadable"),
        ("ann@exa\N{ZERO WIDTH SPACE}mple.com", "email_unreadable"),
        ("ann@example.com\nBcc: bob@example.com", "address_hidden_characters"),
        ("ann\r@example.com", "address_hidden_characters"),
        ("ann\x00@example.com", "address_hidden_characters"),
        ("ann\udc00@example.com", "address_hidden_characters"),
    ],
)
def test_a_bad_mail_address_is_refused_with_a_reason(raw: str, code: str) -> None:
    found = read_email(raw)
    assert isinstance(found, AddressProblem), found
    assert found.code == code
    assert found.reason
    assert found.help


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("+12025550114", "+1 ••• ••• 0114"),
        ("+353871234567", "+353 ••• ••• 4567"),
        ("+29012345", "+290 ••• ••• 45"),
        ("ann@example.com", "a•••@example.com"),
        ("a@example.com", "•••@example.com"),
        ("customer-17", "c•••"),
        ("abc", "•••"),
        ("", "•••"),
    ],
)
def test_a_masked_address_shows_too_little_to_use(address: str, masked: str) -> None:
    assert mask(address) == masked

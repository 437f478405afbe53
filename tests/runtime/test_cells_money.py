"""Amounts of money are read as people write them; a sign that several currencies share is asked."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import ValueUnreadable
from tactful.runtime.audience.cells.money import read_money


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("42.50", "EUR", "42.50 EUR"),
        ("42.50", None, "42.50"),
        ("42", "EUR", "42 EUR"),
        ("42.5", "EUR", "42.50 EUR"),
        ("€42.50", "EUR", "42.50 EUR"),
        ("€ 42.50", None, "42.50 EUR"),
        ("42,50 €", None, "42.50 EUR"),
        ("42,50\u00a0€", None, "42.50 EUR"),
        ("EUR 42.50", "USD", "42.50 EUR"),
        ("42.50EUR", None, "42.50 EUR"),
        ("42.50 eur", None, "42.50 EUR"),
        ("42.50 euros", None, "42.50 EUR"),
        ("US$ 5", None, "5 USD"),
        ("$5", "USD", "5 USD"),
        ("$5", "CAD", "5 CAD"),
        ("C$5", "CAD", "5 CAD"),
        ("£9.99", "GBP", "9.99 GBP"),
        ("120 kr", "SEK", "120 SEK"),
        ("1 234,50 zł", None, "1234.50 PLN"),
        ("CHF 1'234.50", None, "1234.50 CHF"),
        ("₹1,23,456.50", None, None),
        ("1.234,50 €", None, "1234.50 EUR"),
        ("$1,234.50", "USD", "1234.50 USD"),
        ("-€5.00", None, "-5.00 EUR"),
        ("€-5.00", None, "-5.00 EUR"),
        ("−5,00 €", None, "-5.00 EUR"),
        ("(€5.00)", None, "-5.00 EUR"),
        ("5.00-", "EUR", "-5.00 EUR"),
        ("60,- €", None, "60 EUR"),
        ("60,–", "EUR", "60 EUR"),
        ("¥1500", "JPY", "1500 JPY"),
        ("1.234 BHD", None, "1.234 BHD"),
        ("0.125 EUR", None, "0.125 EUR"),
    ],
)
def test_an_amount_is_read(text: str, currency: str | None, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(ValueUnreadable):
            read_money(text, currency)
    else:
        assert read_money(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("$5", None, "more than one currency"),
        ("$5", "EUR", "more than one currency"),
        ("120 kr", None, "more than one currency"),
        ("¥1500", None, "more than one currency"),
        ("€1,234", None, "comma may group"),
        ("€1.234", None, "dot may group"),
        ("EUR 5 USD", None, "two currencies"),
        ("cheap", "EUR", "not an amount"),
        ("5 apples", "EUR", "not an amount"),
        ("5 10", "EUR", "not a number"),
        ("€", "EUR", "not an amount"),
        ("(5.00", "EUR", "not an amount"),
        ("-5-", "EUR", "more than one minus"),
        ("5%", "EUR", "not an amount"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str | None, reason: str) -> None:
    with pytest.raises(ValueUnreadable, match=reason) as refused:
        read_money(text, currency)
    assert refused.value.help


@given(
    st.decimals(-999_999, 999_999, places=2),
    st.sampled_from(["en-IE", "de", "fr", "es", "it", "nl", "da", "pl", "cs", "de-CH", "fi", "pt"]),
)
def test_an_amount_reads_back_in_every_language(amount: Decimal, locale: str) -> None:
    written = format_currency(amount, "EUR", locale=locale.replace("-", "_"))
    number, _, currency = read_money(written, None).partition(" ")
    assert (Decimal(number), currency) == (amount, "EUR")


@given(st.text(max_size=20), st.sampled_from([None, "EUR", "JPY"]))
def test_any_text_is_an_amount_or_refused(text: str, currency: str | None) -> None:
    try:
        read = read_money(text, currency)
    except ValueUnreadable:
        return
    assert Decimal(read.partition(" ")[0]).is_finite()

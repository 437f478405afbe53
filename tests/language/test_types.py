"""What can be asked of a value depends on its type; each mismatch is told where it stands."""

import pytest

from tests.language.flows import LATE_ORDER, checked

COLUMNS = """  column sms_ok yes/no
  column fee money in EUR
  column promised_on date
  column starts_at time
  column second phone optional
  column boss email optional
"""
TYPED = LATE_ORDER.replace("  column sms_ok yes/no\n", COLUMNS)


def told(condition: str) -> list[tuple[str, str]]:
    """Return code and underlined text of what is wrong with a condition."""
    text = TYPED.replace("order_total above 200 and not sms_ok:", f"{condition}:")
    lines = text.split("\n")
    return [
        (found.code, lines[found.span.line - 1][found.span.column - 1 : found.span.end_column - 1])
        for found in checked(text).diagnostics
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "fee above 200 EUR", "fee is not 5.50 EUR", "fee is one of 5 EUR, 6 EUR",
        "fee at most 1 EUR or fee is missing", "promised_on before today",
        "promised_on is 2026-12-01", "promised_on is one of 2026-12-01, 2026-12-02",
        "promised_on before 7 days ago", "starts_at after 2 days from now", "starts_at is today",
        "starts_at before 2026-12-01 09:00 Europe/Dublin", "starts_at after 2026-12-01 09:00",
        "starts_at before 2026-12-01 09:00 recipient time and sms_ok",
        "promised_on before starts_at", "starts_at", "not promised_on",
        'second contains "+353"', 'boss is "ann@example.com"', 'boss is one of "a", "b"',
    ],
)  # fmt: skip
def test_a_fitting_test_is_taken(condition: str) -> None:
    assert told(condition) == []


@pytest.mark.parametrize(
    ("condition", "code", "where"),
    [
        ("fee above 200", "TF318", "200"),
        ("fee above 200 USD", "TF318", "200 USD"),
        ('fee is "5 EUR"', "TF318", '"5 EUR"'),
        ("fee", "TF318", "fee"),
        ('fee contains "5"', "TF318", "fee"),
        ("fee before today", "TF318", "fee"),
        ("fee above order_total", "TF318", "order_total"),
        ("order_total above 200 EUR", "TF318", "200 EUR"),
        ("order_total before today", "TF318", "order_total"),
        ("promised_on above 2026-12-01", "TF318", "promised_on"),
        ('promised_on before "2026-12-01"', "TF318", '"2026-12-01"'),
        ('promised_on is "soon"', "TF318", '"soon"'),
        ("promised_on is 5", "TF318", "5"),
        ("promised_on before first_name", "TF318", "first_name"),
        ("promised_on before 2026-12-01 09:00", "TF318", "2026-12-01 09:00"),
        ("promised_on before 01/12/2026", "TF210", "01/12/2026"),
        ("starts_at before 2026-12-01 25:00", "TF210", "25:00"),
        ("starts_at before 2026-12-01 09:00 Europe/Dubln", "TF210", "Europe/Dubln"),
        ("starts_at before 2026-03-29 01:30 Europe/Dublin", "TF210", "2026-03-29 01:30"),
        ("starts_at contains 5", "TF318", "starts_at"),
        ("second", "TF318", "second"),
        ("second above 5", "TF318", "second"),
        ("boss is 5", "TF318", "5"),
    ],
)
def test_what_does_not_fit_is_told_once(condition: str, code: str, where: str) -> None:
    assert told(condition) == [(code, where)]


@pytest.mark.parametrize(
    ("condition", "applicability", "fixed"),
    [
        ("fee above 200", "ask", "200 EUR"),
        ('promised_on before "2026-12-01"', "safe", "2026-12-01"),
        ("first_name is 5", "safe", '"5"'),
    ],
)
def test_a_mismatch_with_one_way_out_shows_it(
    condition: str, applicability: str, fixed: str
) -> None:
    text = TYPED.replace("order_total above 200 and not sms_ok:", f"{condition}:")
    [found] = checked(text).diagnostics
    assert found.fix is not None
    assert (found.fix.kind, found.fix.edits[0].replacement) == (applicability, fixed)


def test_amounts_that_are_set_are_money() -> None:
    text = TYPED.replace('set refund_status to "requested"', "set refund_status to 60 EUR")
    assert checked(text).diagnostics == ()
    wrong = text.replace("order_total above 200 and not sms_ok:", "refund_status above 200 USD:")
    assert [found.code for found in checked(wrong).diagnostics] == ["TF318"]

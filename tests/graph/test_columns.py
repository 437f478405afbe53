"""Columns know in which currency and zone their cells are read, and have defaults of their type."""

import pytest

from tactful.graph.model import Column
from tests.graph.sources import TOP, campaign, compiled

JOURNEY = 'journey:\n  send sms "Hi"\n'


def column(line: str, settings: str = "", more: str = "") -> Column:
    """Return the column that a line declares."""
    old = "  column vip yes/no default no\n"
    text = TOP.replace(old, f"{old}  {line}\n{more}")
    made = compiled(f"{text}{settings}\n{JOURNEY}")
    assert made.campaign is not None, made.diagnostics
    return made.campaign.audience.columns[3]


@pytest.mark.parametrize(
    ("line", "settings", "currency"),
    [
        ("column fee money in USD", "set least to 5 EUR", "USD"),
        ("column fee money", "set least to 5 EUR", "EUR"),
        ("column fee money", "consent for sms when fee above 5 GBP", "GBP"),
        ("column fee money default 5 CHF", "", "CHF"),
        ("column fee money", "", None),
    ],
)
def test_amounts_without_a_currency_have_that_of_the_file(
    line: str, settings: str, currency: str | None
) -> None:
    assert column(line, settings).currency == currency


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ("column fee money in USD default 5", "5 USD"),
        ("column fee money default 5.50 EUR", "5.50 EUR"),
        ("column day date default 2026-12-01", "2026-12-01"),
        ("column at time in Europe/Vienna default 2026-12-01 09:00", "2026-12-01T08:00:00.000Z"),
        ("column at time in UTC default 2026-07-01 9:00 Europe/Vienna", "2026-07-01T07:00:00.000Z"),
        ("column boss email default ann@example.com", "ann@example.com"),
        ('column second phone default "+353 87 123 4567"', "+353 87 123 4567"),
    ],
)
def test_a_default_is_of_its_type(line: str, default: str) -> None:
    if "@" in line:
        line = line.replace("ann@example.com", '"ann@example.com"')
    assert column(line).default == default


def test_times_are_in_the_zone_of_their_column_or_of_the_row() -> None:
    rows = "  timezone tz\n"
    assert column("column at time in europe/vienna").zone == "Europe/Vienna"
    assert column("column at time", more=rows).zone is None
    assert column("column at time in recipient time", more=rows).zone is None


def test_money_stays_exact_in_conditions_and_values() -> None:
    made = campaign("set due to 0.10 EUR\njourney:\n  tag x when due above 0.09 EUR\n")
    assert made.graph.values == {"due": "0.10 EUR"}

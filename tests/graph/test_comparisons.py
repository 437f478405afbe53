"""Money compares in one currency, days by the reader's calendar, moments to the instant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.conditions import compile_condition
from tactful.graph.model import (
    Compare,
    Comparison,
    Condition,
    Constant,
    Holds,
    Moment,
    Not,
    Operand,
    Ref,
    Scalar,
)
from tactful.graph.texts import ZONE
from tactful.values import DAY, HOUR, parse_instant

# Half past ten in the evening in New York, and the next morning in Auckland.
NOW = parse_instant("2026-12-02T03:30:00Z")


def x(operator: Comparison, *rights: Scalar | Operand) -> Compare:
    operands = tuple(
        right if isinstance(right, Ref | Constant | Moment) else Constant(value=right)
        for right in rights
    )
    return Compare(left=Ref(name="x"), operator=operator, right=operands)


def holds(condition: Condition, zone: str | None = None, **values: Scalar) -> bool:
    return compile_condition(condition)({ZONE: zone, **values}, NOW)


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        ("200.01 EUR", x("above", "200 EUR"), True),
        ("200.00 EUR", x("above", "200 EUR"), False),
        ("200.00 EUR", x("is", "200 EUR"), True),
        ("0.30 EUR", x("is", "0.3 EUR"), True),
        ("-5 EUR", x("below", "0 EUR"), True),
        ("9 EUR", x("at most", "10 EUR"), True),
        ("9 EUR", x("one of", "8 EUR", "9.00 EUR"), True),
        ("9 EUR", x("above", Ref(name="y")), True),
        (250, x("above", "200 EUR"), True),
        ("250.5", x("above", "200 EUR"), True),
        ("9 EUR", x("is", "free"), False),
    ],
)
def test_amounts_compare_exactly(value: Scalar, condition: Compare, expected: bool) -> None:
    assert holds(condition, x=value, y="8.99 EUR") is expected
    assert holds(Not(test=condition), x=value, y="8.99 EUR") is not expected


@pytest.mark.parametrize("operator", ["above", "below", "at least", "at most"])
def test_amounts_in_two_currencies_do_not_compare(operator: Comparison) -> None:
    assert not holds(x(operator, "200 USD"), x="300 EUR")
    assert not holds(Not(test=x(operator, "200 USD")), x="300 EUR")


TODAY = Moment(whole_day=True)


@pytest.mark.parametrize(
    ("zone", "value", "condition", "expected"),
    [
        ("America/New_York", "2026-12-01", x("is", TODAY), True),
        ("Pacific/Auckland", "2026-12-01", x("is", TODAY), False),
        ("Pacific/Auckland", "2026-12-02", x("is", TODAY), True),
        ("America/New_York", "2026-12-01", x("before", TODAY), False),
        ("Pacific/Auckland", "2026-12-01", x("before", TODAY), True),
        # A moment falls on a day of the reader's calendar.
        ("America/New_York", "2026-12-02T04:59:00.000Z", x("is", TODAY), True),
        ("America/New_York", "2026-12-02T05:00:00.000Z", x("is", TODAY), False),
        ("America/New_York", "2026-12-02T05:00:00.000Z", x("after", TODAY), True),
        ("Europe/Dublin", "2026-12-24T23:30:00.000Z", x("is", "2026-12-24"), True),
        ("Europe/Vienna", "2026-12-24T23:30:00.000Z", x("is", "2026-12-24"), False),
        ("Europe/Vienna", "2026-12-24T23:30:00.000Z", x("one of", "2026-12-25"), True),
        # A day is compared with a moment as the day on which it falls.
        ("America/New_York", "2026-11-24", x("before", Moment(offset=-7 * DAY)), False),
        ("Pacific/Auckland", "2026-11-24", x("before", Moment(offset=-7 * DAY)), True),
        # Moments compare to the instant; without a zone they are by the reader's clock.
        ("UTC", "2026-12-02T05:30:00.000Z", x("after", Moment(offset=2 * HOUR)), False),
        ("UTC", "2026-12-02T05:30:01.000Z", x("after", Moment(offset=2 * HOUR)), True),
        ("Europe/Vienna", "2026-12-01T08:59:00.000Z", x("before", "2026-12-01T10:00"), True),
        ("Europe/Vienna", "2026-12-01T09:00:00.000Z", x("before", "2026-12-01T10:00"), False),
        ("Europe/Vienna", "2026-12-01T09:00:00.000Z", x("is", "2026-12-01T10:00"), True),
        (None, "2026-12-02", x("is", TODAY), True),
        ("Nowhere/Land", "2026-12-02", x("is", TODAY), True),
    ],
)
def test_days_are_of_the_readers_calendar(
    zone: str | None, value: Scalar, condition: Compare, expected: bool
) -> None:
    assert holds(condition, zone, x=value) is expected
    assert holds(Not(test=condition), zone, x=value) is not expected


@pytest.mark.parametrize(
    ("zone", "expected"), [("America/New_York", False), ("Pacific/Auckland", True)]
)
def test_a_day_on_its_own_has_come_when_it_begins_for_the_reader(zone: str, expected: bool) -> None:
    assert holds(Holds(name="x"), zone, x="2026-12-02") is expected


@pytest.mark.parametrize("value", ["soon", "2026-02-30", 0.5, True])
def test_what_is_no_day_does_not_compare_with_one(value: Scalar) -> None:
    assert not holds(x("before", TODAY), x=value)
    assert not holds(Not(test=x("before", TODAY)), x=value)


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_cents_are_never_lost(left: int, right: int) -> None:
    ours, theirs = (f"{cents / 100:.2f} EUR" for cents in (left, right))
    assert holds(x("above", theirs), x=ours) is (left > right)
    assert holds(x("is", theirs), x=ours) is (left == right)

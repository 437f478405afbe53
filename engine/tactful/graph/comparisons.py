"""How two values compare: as texts, numbers, amounts of money, days or moments.

A relation is chosen once, when a condition is compiled: what a constant is decides how the other
side is read. None means that the values do not compare.
"""

import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from tactful.graph.days import as_day, as_instant, is_day
from tactful.graph.fold import fold
from tactful.graph.model import Compare, Constant, Moment, Operand, Scalar
from tactful.graph.texts import ZONE, Values, as_number, is_missing, show

Relation = Callable[[Scalar, Scalar, Values], bool | None]

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "above": operator.gt,
    "below": operator.lt,
    "at least": operator.ge,
    "at most": operator.le,
}
_MOMENTS: dict[str, Callable[[Any, Any], bool]] = {
    "before": operator.lt,
    "after": operator.gt,
    "is": operator.eq,
    "one of": operator.eq,
}
_is_money = re.compile(r"-?[0-9]+(?:\.[0-9]+)? [A-Z]{3}").fullmatch


def relation_of(compare: Compare, right: Operand) -> Relation:
    """Return how a comparison decides, once both sides have a value."""
    name = compare.operator
    if name == "contains":
        return _contains
    if name in _ORDERS:
        return _by_amount(_ORDERS[name])
    if name in ("before", "after"):
        return _by_moment(_MOMENTS[name])
    constant = right.value if isinstance(right, Constant) else None
    if isinstance(right, Moment) or isinstance(compare.left, Moment):
        return _by_moment(operator.eq)
    if isinstance(constant, str):
        return _is_constant(constant)
    return _is


def _is_constant(constant: str) -> Relation:
    """Return how `is` decides with a text that stands in the flow."""
    if _is_money(constant):
        return _first_of(_by_amount(operator.eq))
    if as_instant(constant) is not None:
        return _first_of(_by_moment(operator.eq))
    if as_number(constant) is not None:
        return _is
    folded = fold(constant.strip())

    def decide(left: Scalar, right: Scalar, values: Values) -> bool:
        return fold(left.strip() if isinstance(left, str) else show(left)) == folded

    return decide


def _first_of(relation: Relation) -> Relation:
    """Return a relation that compares texts where the values are not of its kind."""

    def decide(left: Scalar, right: Scalar, values: Values) -> bool | None:
        found = relation(left, right, values)
        return _same_text(left, right) if found is None else found

    return decide


# ---- texts --------------------------------------------------------------------------------------


def _is(left: Scalar, right: Scalar, values: Values) -> bool:
    numbers = as_number(left), as_number(right)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] == numbers[1]
    if isinstance(left, str) and isinstance(right, str):
        if _is_money(left) and _is_money(right):
            return as_amount(left) == as_amount(right)
        if as_instant(left) is not None and as_instant(right) is not None:
            return _by_moment(operator.eq)(left, right, values) is True
    return _same_text(left, right)


def _same_text(left: Scalar, right: Scalar) -> bool:
    return fold(show(left).strip()) == fold(show(right).strip())


def _contains(left: Scalar, right: Scalar, values: Values) -> bool:
    return fold(show(right)) in fold(show(left))


# ---- numbers and money --------------------------------------------------------------------------


def as_amount(value: Scalar) -> tuple[Decimal, str] | None:
    """Return the amount that a value names and its currency; a number has none (an empty text)."""
    if isinstance(value, str) and _is_money(value):
        amount, _, currency = value.partition(" ")
        return Decimal(amount), currency
    number = as_number(value)
    if number is None:
        return None
    try:
        return Decimal(str(number)), ""
    except InvalidOperation:
        return None


def _by_amount(order: Callable[[Any, Any], bool]) -> Relation:
    """Return a relation of numbers, or of amounts in one currency.

    A number that meets money is in its currency. Amounts in two currencies do not compare.
    """

    def decide(left: Scalar, right: Scalar, values: Values) -> bool | None:
        kinds = type(left), type(right)
        if kinds in _NUMBERS:
            return order(left, right)
        ours, theirs = as_amount(left), as_amount(right)
        if ours is None or theirs is None:
            return None
        if ours[1] and theirs[1] and ours[1] != theirs[1]:
            return None
        return order(ours[0], theirs[0])

    return decide


_NUMBERS = frozenset((left, right) for left in (int, float) for right in (int, float))


# ---- days and moments ---------------------------------------------------------------------------


def _by_moment(order: Callable[[Any, Any], bool]) -> Relation:
    """Return a relation of moments, or of days as soon as one side is a day.

    On which day a moment falls is by the reader's clock.
    """

    def decide(left: Scalar, right: Scalar, values: Values) -> bool | None:
        zone = values.get(ZONE)
        ours: str | int | None
        theirs: str | int | None
        if is_day(left) or is_day(right):
            ours, theirs = as_day(left, zone), as_day(right, zone)
        else:
            ours, theirs = as_instant(left, zone), as_instant(right, zone)
        return None if ours is None or theirs is None else order(ours, theirs)

    return decide


def same_value(mine: Scalar, carried: Scalar) -> bool:
    """Whether an event's value is that of a row: numbers by their size, all else by its words.

    A number written in a column of texts is a text there: `007` is not `7`. Nothing is the same as
    a missing value.
    """
    if is_missing(mine) or is_missing(carried):
        return False
    if isinstance(mine, int | float) and not isinstance(mine, bool):
        return as_number(carried) == mine
    return fold(show(mine).strip()) == fold(show(carried).strip())

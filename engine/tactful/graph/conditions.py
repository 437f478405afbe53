"""Conditions, compiled once per revision and asked once per decision.

A comparison with a missing value, or with one that does not compare (`above` on a word), is neither
true nor false: `not` leaves it so, `and` and `or` decide without it where they can, and a whole
condition that stays undecided counts as false. So `status is not "paid"` is false while the status
is missing, and so is `not (status is "paid")`. A name on its own is always decided: `not vip` is
true when `vip` is missing, as `not update.sent` must be when nothing was sent.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import regex

from tactful.graph.fold import fold
from tactful.graph.model import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Holds,
    Missing,
    Moment,
    Not,
    Operand,
    Ref,
    Scalar,
)
from tactful.graph.texts import Values, as_number, is_missing, show
from tactful.values import DAY, Instant, instant

Test = Callable[[Values, Instant], bool]
_Decide = Callable[[Values, Instant], bool | None]
_Read = Callable[[Values, Instant], Scalar]
_Relation = Callable[[Scalar, Scalar], bool | None]

# The longest text that `matches` looks at: ten segments of SMS, so that no text can hold the loop.
MATCH_LIMIT = 1_600

# A pattern such as (a+)+$ can search for ever: one that takes longer has not matched.
MATCH_SECONDS = 0.1


def compile_condition(condition: Condition) -> Test:
    """Return a function that tells, for values and a moment, whether the condition holds.

    Days and moments without a zone are read in UTC. Raises `regex.error` on a pattern that is none.
    """
    decide = _compile(condition)
    return lambda values, now: decide(values, now) is True


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Return a test for `matches /…/`: anywhere in the text, whatever its capitals and accents."""
    search = regex.compile(pattern, regex.IGNORECASE).search

    def matches(text: str) -> bool:
        text = text[:MATCH_LIMIT]
        try:
            return any(search(form, timeout=MATCH_SECONDS) for form in (text, fold(text)))
        except TimeoutError:
            return False

    return matches


def _compile(condition: Condition) -> _Decide:
    match condition:
        case Holds(name=name):
            return lambda values, now: _holds(values.get(name), now)
        case Missing(name=name):
            return lambda values, now: is_missing(values.get(name))
        case Not(test=inner):
            return _negated(_compile(inner))
        case AllOf(tests=tests):
            return _combined([_compile(test) for test in tests], decided_by=False)
        case AnyOf(tests=tests):
            return _combined([_compile(test) for test in tests], decided_by=True)
        case Compare():
            return _comparison(condition)


def _holds(value: Scalar, now: Instant) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return False
    if fold(value.strip()) in ("yes", "true"):
        return True
    at = as_instant(value)
    return at is not None and at <= now


def _negated(inner: _Decide) -> _Decide:
    def decide(values: Values, now: Instant) -> bool | None:
        found = inner(values, now)
        return None if found is None else not found

    return decide


def _combined(tests: list[_Decide], *, decided_by: bool) -> _Decide:
    def decide(values: Values, now: Instant) -> bool | None:
        verdict: bool | None = not decided_by
        for test in tests:
            found = test(values, now)
            if found is decided_by:
                return decided_by
            if found is None:
                verdict = None
        return verdict

    return decide


# ---- comparisons --------------------------------------------------------------------------------


def _comparison(compare: Compare) -> _Decide:
    left = _operand(compare.left)
    if compare.operator == "matches":
        return _matching(left, compare.right)
    moments = any(isinstance(side, Moment) for side in (compare.left, *compare.right))
    relation = _RELATIONS["on" if moments and compare.operator == "is" else compare.operator]
    rights = [_operand(operand) for operand in compare.right]

    def decide(values: Values, now: Instant) -> bool | None:
        value = left(values, now)
        if is_missing(value):
            return None
        verdict: bool | None = None
        for right in rights:
            other = right(values, now)
            if is_missing(other):
                continue
            found = relation(value, other)
            if found:
                return True
            if found is False:
                verdict = False
        return verdict

    return decide


def _matching(left: _Read, patterns: tuple[Operand, ...]) -> _Decide:
    tests = [compile_pattern(show(each.value)) for each in patterns if isinstance(each, Constant)]

    def decide(values: Values, now: Instant) -> bool | None:
        value = left(values, now)
        return None if is_missing(value) else any(test(show(value)) for test in tests)

    return decide


def _operand(operand: Operand) -> _Read:
    match operand:
        case Ref(name=name):
            return lambda values, now: values.get(name)
        case Constant(value=value):
            return lambda values, now: value
        case Moment(offset=offset, whole_day=True):
            return lambda values, now: (now + offset) // DAY * DAY
        case Moment(offset=offset):
            return lambda values, now: now + offset


def as_instant(value: Scalar) -> Instant | None:
    """Return the moment that a value names: an instant, or an ISO day or moment (else UTC)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or value[4:5] != "-":  # 20261201 is rather an order number
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _is(left: Scalar, right: Scalar) -> bool:
    numbers = as_number(left), as_number(right)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] == numbers[1]
    return fold(show(left).strip()) == fold(show(right).strip())


def _contains(left: Scalar, right: Scalar) -> bool:
    return fold(show(right)) in fold(show(left))


def _by_number(relation: Callable[[float, float], bool]) -> _Relation:
    def decide(left: Scalar, right: Scalar) -> bool | None:
        numbers = as_number(left), as_number(right)
        if numbers[0] is None or numbers[1] is None:
            return None
        return relation(numbers[0], numbers[1])

    return decide


def _by_moment(relation: Callable[[int, int], bool]) -> _Relation:
    def decide(left: Scalar, right: Scalar) -> bool | None:
        moments = as_instant(left), as_instant(right)
        if moments[0] is None or moments[1] is None:
            return None
        return relation(moments[0], moments[1])

    return decide


_RELATIONS: dict[str, _Relation] = {
    "is": _is,
    "one of": _is,
    "contains": _contains,
    "above": _by_number(lambda left, right: left > right),
    "below": _by_number(lambda left, right: left < right),
    "at least": _by_number(lambda left, right: left >= right),
    "at most": _by_number(lambda left, right: left <= right),
    "before": _by_moment(lambda left, right: left < right),
    "after": _by_moment(lambda left, right: left > right),
    "on": _by_moment(lambda left, right: left == right),
}

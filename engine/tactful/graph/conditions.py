"""Conditions, compiled once per revision and asked once per decision.

A comparison with a missing value, or with one that does not compare (`above` on a word), is neither
true nor false: `not` leaves it so, `and` and `or` decide without it where they can, and a whole
condition that stays undecided counts as false. So `status is not "paid"` is false while the status
is missing, and so is `not (status is "paid")`. A name on its own is always decided: `not vip` is
true when `vip` is missing, as `not update.sent` must be when nothing was sent.
"""

from collections.abc import Callable

import regex

from tactful.graph.comparisons import relation_of
from tactful.graph.days import day_at, has_come
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
from tactful.graph.texts import ZONE, Values, is_missing, show
from tactful.values import Instant

Test = Callable[[Values, Instant], bool]
_Decide = Callable[[Values, Instant], bool | None]
_Read = Callable[[Values, Instant], Scalar]

# The longest text that `matches` looks at: ten segments of SMS, so that no text can hold the loop.
MATCH_LIMIT = 1_600

# A pattern such as (a+)+$ can search for ever: one that takes longer has not matched.
MATCH_SECONDS = 0.1


def compile_condition(condition: Condition) -> Test:
    """Return a function that tells, for values and a moment, whether the condition holds.

    Days, and moments without a zone, are by the reader's clock: `recipient.zone` of the values.
    Raises `regex.error` on a pattern that is none.
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
            return lambda values, now: _holds(values.get(name), values, now)
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


def _holds(value: Scalar, values: Values, now: Instant) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return False
    if fold(value.strip()) in ("yes", "true"):
        return True
    return has_come(value, now, values.get(ZONE))


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
    left = operand_reader(compare.left)
    if compare.operator == "matches":
        return _matching(left, compare.right)
    tests = [(relation_of(compare, right), operand_reader(right)) for right in compare.right]
    if len(tests) == 1:
        [(only, other)] = tests

        def decide(values: Values, now: Instant) -> bool | None:
            value, right = left(values, now), other(values, now)
            if is_missing(value) or is_missing(right):
                return None
            return only(value, right, values)

        return decide

    def decide_any(values: Values, now: Instant) -> bool | None:
        value = left(values, now)
        if is_missing(value):
            return None
        verdict: bool | None = None
        for relation, read in tests:
            right = read(values, now)
            if is_missing(right):
                continue
            found = relation(value, right, values)
            if found:
                return True
            if found is False:
                verdict = False
        return verdict

    return decide_any


def _matching(left: _Read, patterns: tuple[Operand, ...]) -> _Decide:
    tests = [compile_pattern(show(each.value)) for each in patterns if isinstance(each, Constant)]

    def decide(values: Values, now: Instant) -> bool | None:
        value = left(values, now)
        return None if is_missing(value) else any(test(show(value)) for test in tests)

    return decide


def operand_reader(operand: Operand) -> _Read:
    """Return a function that gives the value of one side of a comparison."""
    match operand:
        case Ref(name=name):
            return lambda values, now: values.get(name)
        case Constant(value=value):
            return lambda values, now: value
        case Moment(offset=offset, whole_day=True):
            return lambda values, now: day_at(now + offset, values.get(ZONE))
        case Moment(offset=offset):
            return lambda values, now: now + offset

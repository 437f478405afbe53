"""What a few messages prove of a rate."""

from math import comb, isclose, log
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import ValueUnreadable
from tactful.guard.evidence import COMPLAINTS, Cusum, Prior, beta_below, interval, posterior_above

# Messages, complaints, and how likely a rate above 0.1 % and above 0.3 % is after them: computed
# once with another program, and rounded to two digits.
COMPLAINT_TABLE = [
    (100, 0, 0.27, 0.06),
    (100, 1, 0.75, 0.31),
    (500, 2, 0.85, 0.31),
    (1000, 1, 0.39, 0.03),
    (1000, 3, 0.89, 0.25),
    (1000, 5, 0.99, 0.62),
    (3000, 9, 0.99, 0.34),
    (10000, 30, 1.00, 0.41),
]


@pytest.mark.parametrize(("of", "events", "above_one", "above_three"), COMPLAINT_TABLE)
def test_complaints_prove_as_much_as_the_table_says(
    of: int, events: int, above_one: float, above_three: float
) -> None:
    assert round(posterior_above(events, of, 0.001), 2) == pytest.approx(above_one, abs=0.005)
    assert round(posterior_above(events, of, 0.003), 2) == pytest.approx(above_three, abs=0.005)


def test_one_complaint_in_a_hundred_does_not_prove_what_its_share_says() -> None:
    assert posterior_above(1, 100, 0.003) < 0.5
    assert posterior_above(100, 10_000, 0.003) > 0.999


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.001, 0.999))
def test_the_beta_distribution_is_that_of_the_binomial_sum(a: int, b: int, x: float) -> None:
    """DLMF 8.17.5, for whole numbers."""
    n = a + b - 1
    exact = sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert isclose(beta_below(x, a, b), exact, rel_tol=1e-9, abs_tol=1e-12)


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6), st.integers(1, 999).map(lambda x: x / 1000))
def test_it_is_a_probability_and_its_two_tails_are_one(a: float, b: float, x: float) -> None:
    below = beta_below(x, a, b)
    assert 0 <= below <= 1
    assert isclose(below + beta_below(1 - x, b, a), 1, abs_tol=1e-6)


@given(st.integers(0, 500), st.integers(0, 100_000), st.floats(0.0005, 0.5))
def test_more_events_make_it_likelier_and_more_other_messages_less_likely(
    events: int, of: int, limit: float
) -> None:
    of = max(of, events)
    here = posterior_above(events, of, limit)
    assert posterior_above(events + 1, of + 1, limit) >= here - 1e-9
    assert posterior_above(events, of + 100, limit) <= here + 1e-9


def test_a_limit_that_no_rate_reaches_or_misses_needs_no_evidence() -> None:
    assert posterior_above(5, 5, 1.0) == 0
    assert posterior_above(0, 100, 0.0) == 1


def test_an_event_that_comes_before_its_message_counts_as_one() -> None:
    assert posterior_above(3, 1, 0.01) == posterior_above(3, 3, 0.01)


def test_a_prior_is_made_around_a_rate() -> None:
    assert Prior(0.5, 499.5) == COMPLAINTS
    for rate, weight in ((0, 10), (1, 10), (0.1, 0), (0.1, float("inf"))):
        with pytest.raises(ValueUnreadable):
            Prior.around(rate, weight)


@pytest.mark.parametrize(
    ("events", "of", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 100, 0.0, 0.0370),
        (1, 100, 0.0018, 0.0545),
        (50, 100, 0.4038, 0.5962),
        (100, 100, 0.9630, 1.0),
        (9, 3000, 0.0016, 0.0057),
    ],
)
def test_the_interval_of_wilson(events: int, of: int, low: float, high: float) -> None:
    assert interval(events, of) == pytest.approx((low, high), abs=5e-5)


def test_the_rule_of_three_holds_for_no_events() -> None:
    """One-sided 95 %: nothing in 3,000 messages says that the rate is below about 0.1 %."""
    assert interval(0, 3000, z=1.644854)[1] == pytest.approx(3 / 3000, abs=1.1e-4)


def test_an_event_weighs_as_the_likelihoods_say() -> None:
    cusum = Cusum(0.001, 0.003, alarm=3)
    assert cusum.event == pytest.approx(1.0986, abs=5e-5)
    assert cusum.other == pytest.approx(-0.0020040, abs=5e-8)
    assert cusum.event == pytest.approx(log(3))


@pytest.mark.parametrize(
    ("alarm", "rate", "messages"),
    [
        (2, 0.001, 7_800), (2, 0.003, 1_130), (2, 0.01, 250),
        (3, 0.001, 27_000), (3, 0.003, 1_800), (3, 0.01, 340),
        (4, 0.001, 85_000), (4, 0.003, 2_700), (4, 0.01, 470),
    ],
)  # fmt: skip
def test_the_sum_alarms_after_as_many_messages_as_were_measured(
    alarm: float, rate: float, messages: int
) -> None:
    """The mean of 300 runs, as in the table that these figures are from: within a fifth."""
    cusum = Cusum(0.001, 0.003, alarm)
    chance = Random(7)
    lengths = [_messages_to_alarm(cusum, rate, chance) for _ in range(1_000)]
    assert mean(lengths) == pytest.approx(messages, rel=0.2)


def _messages_to_alarm(cusum: Cusum, rate: float, chance: Random) -> int:
    score, messages = 0.0, 0
    while not cusum.alarms(score):
        others = int(log(1 - chance.random()) / log(1 - rate))
        score = cusum.after(score, events=1, others=others)
        messages += others + 1
    return messages


@given(st.integers(0, 10), st.integers(0, 5_000), st.floats(0, 8))
def test_many_messages_at_once_count_as_one_after_the_other(
    events: int, others: int, score: float
) -> None:
    cusum = Cusum(0.001, 0.003, alarm=4)
    singly = score
    for _ in range(others):
        singly = cusum.after(singly, others=1)
    for _ in range(events):
        singly = cusum.after(singly, events=1)
    assert cusum.after(score, events, others) == pytest.approx(singly, abs=1e-6)


def test_a_sum_that_can_tell_nothing_is_refused() -> None:
    for usual, bad, alarm in ((0.003, 0.001, 4), (0, 0.1, 4), (0.1, 1, 4), (0.1, 0.2, 0)):
        with pytest.raises(ValueUnreadable):
            Cusum(usual, bad, alarm)

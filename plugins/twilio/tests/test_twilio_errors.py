"""What each error code does to a message, and that the file of codes is whole."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.runtime.ports import Refused, Retry, Unknown
from tactful.testing import sample_message
from tactful.values import DAY, HOUR, MINUTE, SECOND, instant
from tactful_twilio.errors import explain, known_codes
from tactful_twilio.outcomes import Tries, again, refusal, taken

NOON = instant(datetime(2026, 7, 1, 19, tzinfo=UTC))  # in California


def outcome(code: int, status: int = 400, now: int = NOON, **changes: Any) -> Any:
    return refusal(status, code, sample_message(**changes), Tries(), now)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (
            (21211, 21217, 21214, 21610, 21612, 21614, 30004, 30005, 30006, 30640, 30011),
            "recipient",
        ),
        ((13224, 13225, 21216, 32016, 63003, 63024, 63014, 63033), "recipient"),
        ((20003, 20404, 20001, 11200, 11205, 14107, 21212, 21210, 21606), "configuration"),
        ((21408, 21215, 13227, 21608, 21219, 21617, 21620, 21623, 21652), "configuration"),
        ((30002, 30033, 30019, 30012, 30013, 30045, 90007, 21624, 30024), "configuration"),
        ((30035, 30032, 30034, 30450, 63007, 63013, 63026, 63016), "configuration"),
        ((30007, 32017, 32021), "policy"),
    ],
)
def test_what_ends_a_message_says_whose_matter_it_is(codes: tuple[int, ...], kind: str) -> None:
    for code in codes:
        refused = outcome(code)
        assert isinstance(refused, Refused), (code, refused)
        assert refused.kind == kind, code
        assert str(code) in refused.reason
        if kind == "configuration":
            assert explain(code).action in refused.reason


@pytest.mark.parametrize(
    ("code", "gone"), [(21610, True), (21211, True), (30004, True), (21612, False), (20003, False)]
)
@pytest.mark.promise("STOP")
def test_an_address_that_is_gone_or_opted_out_is_told_as_such_at_once(
    code: int, gone: bool
) -> None:
    made = SimpleNamespace(sid="SM1", status="failed", error_code=code)
    for refused in (outcome(code), taken(made)):
        assert isinstance(refused, Refused)
        assert refused.gone is gone


@pytest.mark.parametrize(
    ("code", "least", "most"),
    [
        (21611, 5 * MINUTE, 10 * MINUTE),
        (30001, 5 * MINUTE, 10 * MINUTE),
        (30022, 5 * MINUTE, 10 * MINUTE),
        (30008, 7 * MINUTE, 15 * MINUTE),
        (30003, HOUR, 2 * HOUR),
        (30017, 2 * MINUTE, 5 * MINUTE),
        (30610, 30 * MINUTE, HOUR),
        (20429, SECOND // 2, SECOND),
        (4_711, 30 * SECOND, MINUTE),
    ],
)
def test_what_may_pass_waits_as_long_as_its_code_says(code: int, least: int, most: int) -> None:
    put_off = outcome(code)
    assert isinstance(put_off, Retry)
    assert least <= put_off.after <= most


@pytest.mark.parametrize("code", [30023, 30027])
@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-07-01T19:00:00Z", "2026-07-02T07:00:00Z"),
        ("2026-12-01T07:59:00Z", "2026-12-01T08:00:00Z"),
        ("2026-11-01T07:30:00Z", "2026-11-02T08:00:00Z"),  # a day of 25 hours
        ("2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z"),  # a day of 23 hours
    ],
)
def test_a_daily_cap_waits_for_the_next_pacific_midnight(
    code: int, now: str, midnight: str
) -> None:
    at, next_day = (instant(datetime.fromisoformat(text)) for text in (now, midnight))
    put_off = outcome(code, now=at)
    assert isinstance(put_off, Retry)
    assert next_day <= at + put_off.after <= next_day + 10 * MINUTE


@pytest.mark.parametrize("code", [20500, 20503, 30410])
def test_what_may_have_been_sent_is_in_doubt(code: int) -> None:
    assert isinstance(outcome(code), Unknown)


@given(st.integers(1, 99_999), st.integers(500, 599))
def test_whatever_the_code_a_failing_server_leaves_it_in_doubt(code: int, status: int) -> None:
    assert isinstance(outcome(code, status), Unknown)


@given(st.integers(0, 99_999), st.integers(300, 599))
def test_every_answer_has_an_outcome(code: int, status: int) -> None:
    assert isinstance(outcome(code, status), Refused | Retry | Unknown)


@given(st.sampled_from(sorted(known_codes())), st.integers(1, 10**6))
def test_no_send_is_put_off_for_ever(code: int, number: int) -> None:
    message, tries, known = sample_message(number=number), Tries(), explain(code)
    outcomes = [again(known, message, tries, NOON) for _ in range(known.tries + 1)]
    assert all(isinstance(one, Retry) for one in outcomes[:-1])
    assert isinstance(outcomes[-1], Refused)
    assert all(0 < one.after <= 2 * DAY for one in outcomes if isinstance(one, Retry))


def test_sends_that_were_refused_together_do_not_come_back_together() -> None:
    waits = {outcome(20429, 429, number=number).after for number in range(50)}
    assert len(waits) > 40


def test_what_was_put_off_is_forgotten_when_too_many_are_remembered() -> None:
    tries = Tries()
    for number in range(25_000):
        assert tries.count(f"late-{number}") == 0
    assert tries.count("late-24999") == 1
    assert tries.count("late-0") == 0


def test_every_code_is_explained_once_and_in_words() -> None:
    for code, known in known_codes().items():
        assert known.code == code
        assert known.meaning, code
        assert known.meaning[-1] != ".", code
        assert known.action.endswith("."), code
        assert known.classes, code
        if known.gone:
            assert known.classes[0] == "permanent", code


def test_addresses_are_given_up_for_what_does_not_pass_only() -> None:
    gone = {code for code, known in known_codes().items() if known.gone}
    assert {21211, 21610, 21614, 30004, 30006, 30640, 21216} <= gone
    assert not gone & {21612, 30003, 30005, 30007, 30008, 30011, 13224}

"""Tokens find their attempt again, and nobody else can make one."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_smtp.tokens import Tokens, kept_key

OURS, THEIRS = Tokens(b"ours"), Tokens(b"theirs")
ATTEMPTS = st.one_of(st.integers(0).map(str), st.text(st.characters(exclude_categories=["Cs"])))


@given(ATTEMPTS)
def test_a_token_finds_its_attempt_in_any_case_of_letters(attempt: str) -> None:
    bounce, link = OURS.bounce(attempt), OURS.unsubscribe(attempt)
    for changed in (bounce, bounce.upper(), f" {bounce} "):
        assert OURS.bounced(changed) == attempt
    assert OURS.unsubscribed(link) == attempt


@given(ATTEMPTS)
def test_a_token_is_good_for_one_purpose_and_one_key(attempt: str) -> None:
    assert OURS.unsubscribed(OURS.bounce(attempt)) is None
    assert OURS.bounced(OURS.unsubscribe(attempt)) is None
    assert OURS.bounced(THEIRS.bounce(attempt)) is None


@given(ATTEMPTS, st.integers(0), st.characters(exclude_categories=["Cs"]))
def test_a_token_with_a_changed_sign_is_nobodys(attempt: str, at: int, sign: str) -> None:
    token = OURS.bounce(attempt)
    at %= len(token)
    changed = token[:at] + sign + token[at + 1 :]
    if changed.strip().lower() != token:
        assert OURS.bounced(changed) is None


@given(st.text())
def test_any_text_is_read_without_harm(text: str) -> None:
    assert OURS.bounced(text) is None
    assert OURS.unsubscribed(text) is None


def test_the_engines_attempts_fit_into_an_address() -> None:
    longest = OURS.bounce(str(2**63 - 1))
    assert len(f"bounce+{longest}") <= 64


def test_a_message_id_is_one_for_each_send_of_each_store() -> None:
    one, other = Tokens(b"key", b"one store"), Tokens(b"key", b"another store")
    assert one.message_id("late.1-1-0-1") == one.message_id("late.1-1-0-1")
    assert one.message_id("late.1-1-0-1") != one.message_id("late.1-2-0-1")
    assert one.message_id("late.1-1-0-1") != other.message_id("late.1-1-0-1")


@pytest.mark.promise("SECRET")
def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "smtp"
    first = kept_key(folder)
    assert len(first) == 32
    assert kept_key(folder) == first
    assert [path.name for path in folder.iterdir()] == ["tokens.key"]
    assert stat.S_IMODE((folder / "tokens.key").stat().st_mode) == 0o600

"""A machine is told by how fast, or how often the same, it answers; a person is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.loops import SILENCE, Heard, silent_until
from tactful.values import HOUR, MINUTE, SECOND, Span

AUTOMATIC = "Thank you for your message. We will answer soon."


def said(text: str, times: int, every: Span) -> list[Heard]:
    return [Heard(number * every, text) for number in range(1, times + 1)]


@pytest.mark.parametrize(
    "replies",
    [
        [Heard(n * SECOND, f"answer {n}") for n in range(1, 16)],
        said(AUTOMATIC, 5, 5 * HOUR),
        said("ok", 10, 6 * MINUTE),
        said("OK", 5, 6 * MINUTE) + said(" ok ", 5, 6 * MINUTE),
    ],
)
def test_a_machine_is_left_alone_for_a_while(replies: list[Heard]) -> None:
    assert silent_until(replies) == replies[-1].at + SILENCE
    assert silent_until(replies[:-1]) == 0


@pytest.mark.parametrize(
    "replies",
    [
        [],
        said("yes", 14, SECOND)[:9],
        said("yes", 20, 7 * MINUTE),
        said(AUTOMATIC, 20, 6 * HOUR),
        [Heard(n * 3 * SECOND, f"line {n}") for n in range(1, 40)],
    ],
)
def test_a_person_gets_an_answer(replies: list[Heard]) -> None:
    assert silent_until(replies) == 0


@given(st.lists(st.tuples(st.integers(1, 60 * MINUTE), st.sampled_from(["a", AUTOMATIC]))))
def test_more_replies_never_end_a_silence_sooner(told: list[tuple[int, str]]) -> None:
    replies = [Heard(*one) for one in sorted(told)]
    ends = [silent_until(replies[:count]) for count in range(len(replies) + 1)]
    assert ends == sorted(ends)

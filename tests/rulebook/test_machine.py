"""The machine finds what patterns say, no more and no less, and nothing makes it slow."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import RulesInvalid
from tactful.rulebook.machine import MOST_HITS, Machine
from tactful.rulebook.patterns import Pattern, Step, parse
from tactful.rulebook.tokens import Token, tokens_of

PATTERNS = ("a b", "a ..2 b", "a b? c", "a ~2 b c? d", "a|b c*", "a ..1 b ~1 c", "<number> a",
            "<any> d", "a b? c? ..2 d", "c", "d*")  # fmt: skip
MACHINE = Machine([parse(text, {}) for text in PATTERNS])


def _fits(step: Step, token: Token) -> bool:
    kind, word = token[0], token[1]
    if step.gap:
        return kind != "end" or step.crosses
    if kind == "end":
        return "end" in step.kinds
    numbers = {"number"} if kind in ("phone", "short") else set()
    return (
        bool(step.kinds & {kind, "any", *numbers})
        or word in step.words
        or word.startswith(tuple(step.prefixes))
    )


def _ends(pattern: Pattern, tokens: Sequence[Token]) -> set[int]:
    """Return where a pattern ends, tried out in every way."""
    ends: set[int] = set()

    def go(place: int, index: int) -> None:
        if place == len(pattern):
            ends.add(index - 1)
            return
        if pattern[place].optional:
            go(place + 1, index)
        if index < len(tokens) and _fits(pattern[place], tokens[index]):
            go(place + 1, index + 1)

    for index in range(len(tokens)):
        go(0, index)
    return ends


@given(st.lists(st.sampled_from(["a", "b", "c", "ca", "d", "x", ".", "5"]), max_size=12))
def test_the_machine_finds_what_trying_every_way_finds(words: list[str]) -> None:
    tokens = tokens_of(" ".join(words))
    hits = MACHINE.find(tokens, {})
    for number, text in enumerate(PATTERNS):
        expected = _ends(parse(text, {}), tokens)
        found = {hit.last for hit in hits if hit.pattern == number}
        assert found <= expected
        assert len(found) >= min(len(expected), MOST_HITS)
    assert all(0 <= hit.first <= hit.last for hit in hits)


@pytest.mark.parametrize("bait", PATTERNS)
def test_a_pattern_is_told_a_few_times_only(bait: str) -> None:
    hits = MACHINE.find(tokens_of("a b c ca d 5 . " * 3_000), {})
    assert len(hits) <= MOST_HITS * len(PATTERNS)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("", "may begin or end with nothing"),
        ("..3 a", "may begin or end with nothing"),
        ("a b?", "may begin or end with nothing"),
        ("a ..50 b", "52 steps"),
        ("a <nothing>", "unknown kind"),
        ("a {nothing}", "unknown list"),
        ("a b|*", "neither a word nor a kind"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_told(pattern: str, told: str) -> None:
    with pytest.raises(RulesInvalid, match=told):
        parse(pattern, {})

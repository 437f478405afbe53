"""Small memories: what they keep, how wrong they may be, and that they never grow."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.guard.evidence import COMPLAINTS
from tactful.guard.standing import SenderSignal
from tactful.values import DAY, HOUR
from tactful_observers.rules import Proof, Rule
from tactful_observers.sketches import Heard, People, Texts
from tactful_observers.tally import Clockwork

START = 1_800_000_000_000_000
HOURS = Clockwork(HOUR, 24, 2)


@pytest.mark.parametrize("many", [1, 10, 100, 1_000, 20_000])
def test_people_are_counted_nearly_right_however_often_they_are_written_to(many: int) -> None:
    people, total = People(), 0
    for number in range(many):
        for _ in range(2):
            people, more = people.add(f"person {number}", 1)
            total += more
    assert total == people.count
    assert total == pytest.approx(many, rel=0.1, abs=1)
    assert len(people.registers) == 1_024


def test_each_day_counts_people_anew() -> None:
    people, first = People().add("ann", 1)
    people, again = people.add("ann", 1)
    people, next_day = people.add("ann", 2)
    people, late = people.add("ann", 1)
    assert (first, again, next_day, late) == (1, 0, 1, 1)


@given(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), max_size=400))
def test_a_text_is_never_counted_too_often_and_a_common_one_hardly_too_seldom(
    said: list[str],
) -> None:
    texts = Texts()
    for text in said:
        texts = texts.add(text, START)
    most = max(Counter(said).values(), default=0)
    assert most - len(said) / 25 <= texts.most(START) <= most
    assert len(texts.now) <= 24


def test_texts_of_the_last_half_day_count_and_older_ones_do_not() -> None:
    texts = Texts()
    for _ in range(5):
        texts = texts.add("x", START)
    assert texts.most(START + 12 * HOUR) == 5
    assert texts.add("x", START + 12 * HOUR).most(START + 12 * HOUR) == 6
    assert texts.add("x", START + 12 * HOUR).add("x", START).most(START + 12 * HOUR) == 7
    assert texts.most(START + 24 * HOUR) == 0


@given(st.lists(st.tuples(st.integers(0, 60 * HOUR), st.integers(0, 1)), max_size=60))
def test_a_tally_holds_what_happened_in_its_window_in_any_order(
    happened: list[tuple[int, int]],
) -> None:
    now = START + 60 * HOUR
    tally = HOURS.start()
    for ago, counter in happened:
        tally = HOURS.add(tally, now - ago, now, [(counter, 1)])
    first = now // HOUR - 23
    for counter in (0, 1):
        inside = [ago for ago, its in happened if its == counter and (now - ago) // HOUR >= first]
        assert tally.totals[counter] == len(inside)
    assert [*tally.buckets] == sorted(tally.buckets)
    assert len(tally.buckets) <= 24
    assert HOURS.aged(tally, now + 2 * DAY) == HOURS.start()


@given(
    st.lists(st.tuples(st.integers(0, 23), st.integers(1, 9)), min_size=1, max_size=40),
    st.integers(1, 60),
)
def test_a_count_is_below_its_limit_when_the_tally_says_so_and_not_before(
    happened: list[tuple[int, int]], limit: int
) -> None:
    now, tally = START + DAY, HOURS.start()
    for hour, count in happened:
        tally = HOURS.add(tally, START + hour * HOUR, now, [(0, count)])
    free = HOURS.below(tally, 0, limit)
    if free == 0:
        assert tally.totals[0] < limit
        return
    assert HOURS.aged(tally, free).totals[0] < limit
    assert HOURS.aged(tally, free - 1).totals[0] >= limit


def test_a_signal_that_comes_again_is_known_and_one_about_nobody_is_not() -> None:
    heard: Heard | None = Heard()
    for number in range(500):
        assert heard is not None
        heard = heard.add(SenderSignal("complaint", START + number, recipient="ann"))
    assert heard is not None
    assert heard.add(SenderSignal("complaint", START + 499, recipient="ann")) is None
    assert heard.add(SenderSignal("bounced", START + 499, recipient="ann")) is not None
    assert heard.add(SenderSignal("complaint", START + 499, recipient="bob")) is not None
    assert heard.add(SenderSignal("complaint", START + 499)) == heard
    assert len(heard.rare) == 128 * 8


_RULE = Rule(
    name="complaint_rate", events="complaints", of="arrived", what="", among="", watch=0.001,
    stop=0.003, prior=COMPLAINTS, half=3 * DAY, rest=DAY,
)  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 20 * DAY), st.integers(0, 300)), max_size=30),
    st.randoms(use_true_random=False),
)
def test_evidence_is_the_same_in_any_order(sent: list[tuple[int, int]], chance: object) -> None:
    now = START + 20 * DAY
    shuffled = [*sent]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    proofs = []
    for order in (sent, shuffled):
        proof = Proof()
        for ago, many in order:
            proof = _RULE.take(proof, now - ago, now, of=many)
        proofs.append(proof)
    assert proofs[0].of == pytest.approx(proofs[1].of, rel=1e-9, abs=1e-9)
    assert proofs[0].at == proofs[1].at


@given(st.lists(st.tuples(st.integers(0, DAY), st.integers(0, 400), st.booleans()), max_size=120))
def test_a_pause_ends_and_what_is_said_of_it_holds(steps: list[tuple[int, int, bool]]) -> None:
    proof, now = Proof(), START
    for later, many, complained in steps:
        now += later
        proof = _RULE.take(proof, now, now, of=many)
        if complained:
            proof = _RULE.take(proof, now, now, events=1)
        assert (proof.standing == "paused") == (proof.until > 0)
        assert proof.until - now <= 7 * DAY
        if proof.until:
            assert _RULE.settle(proof, proof.until).standing == "slowed"

"""A split gives every person one variant, always the same, and remembers it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.model import Constant, Split
from tactful.graph.texts import RECIPIENT
from tactful.journey.commands import Note
from tactful.journey.lots import WHOLE, lot
from tests.journey.driving import Drive, choose, equals, repeat, set_to, split, tag


def wording(name: str = "wording", first: int = 50) -> Split:
    return split(name, ("short", first, 1), ("long", 100 - first, 2))


def variant(person: str, step: Split) -> str:
    """Return the tag of the variant that a person gets."""
    (given,) = Drive(step, tag("short"), tag("long"), row={RECIPIENT: person}).tags
    return given


@given(st.text(), st.sampled_from(["wording", "hour"]))
def test_the_same_person_always_gets_the_same_variant(person: str, name: str) -> None:
    assert variant(person, wording(name)) == variant(person, wording(name))


@pytest.mark.parametrize("share", [0, 1, 30, 99, 100])
def test_a_variant_gets_its_share_of_the_people(share: int) -> None:
    people = 2_000
    found = Counter(variant(f"A-{at}", wording(first=share)) for at in range(people))
    assert abs(found["short"] - people * share // 100) <= people // 25


def test_splits_do_not_follow_one_another() -> None:
    both = Counter(
        (variant(f"A-{at}", wording("wording")), variant(f"A-{at}", wording("hour")))
        for at in range(2_000)
    )
    assert all(abs(both[a, b] - 500) <= 80 for a in ("short", "long") for b in ("short", "long"))


def test_the_variant_is_remembered_noted_and_asked_for_in_conditions() -> None:
    drive = Drive(
        split("wording", ("short", 100, 1), ("long", 0, 1)),
        choose(None, (equals("wording", "short"), 2), (None, 3)),
        tag("was short"),
        tag("was long"),
        row={RECIPIENT: "A-1"},
    )
    assert drive.tags == ["was short"]
    assert drive.journey.values["wording"] == "short"
    assert drive.log[0] == Note("set", 0, {"name": "wording", "value": "short"})


def test_who_was_given_a_variant_keeps_it_when_the_shares_change() -> None:
    other = {"short": "long", "long": "short"}[variant("A-1", wording())]
    drive = Drive(
        set_to("wording", Constant(value=other), 3), tag("short"), tag("long"),
        wording(), row={RECIPIENT: "A-1"},
    )  # fmt: skip
    assert drive.tags == [other]


def test_a_split_in_a_repetition_takes_the_same_way_each_time() -> None:
    even = split("wording", ("short", 50, None), ("long", 50, None))
    drive = Drive(repeat(1, 3), even, row={RECIPIENT: "A-1"})
    noted = [each.data["value"] for each in drive.log if isinstance(each, Note)]
    assert len(noted) == 3
    assert len({*noted}) == 1


@given(st.text(), st.text(), st.text())
def test_lots_are_parts_of_a_whole(campaign: str, name: str, person: str) -> None:
    assert 0 <= lot(campaign, name, person) < WHOLE

"""What imitates a domain, and what only happens to be like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_links.likeness import Imitated, apart, imitated

OWN = frozenset({"paypal.com", "brightparcel.co.uk", "ox.ie"})


@pytest.mark.parametrize(
    ("host", "likeness"),
    [
        ("paypa1.com", "drawn_alike"),
        ("p\u0430ypal.com", "drawn_alike"),  # a Cyrillic letter
        ("\u0440\u0430\u0443\u0440\u0430l.com", "drawn_alike"),  # five of them
        ("pay-pal.com", "drawn_alike"),
        ("brlghtparcel.co.uk", "drawn_alike"),
        ("brightparce1.top", "drawn_alike"),
        ("paypall.com", "misspelt"),
        ("payapl.com", "misspelt"),
        ("brightpacrle.co.uk", "misspelt"),
        ("paypal-login.com", "built_in"),
        ("secure.paypal.com.example.top", "built_in"),
        ("mybrightparceltrack.com", "built_in"),
        ("ox-track.com", "built_in"),
        ("paypal.net", "other_ending"),
        ("brightparcel.com", "other_ending"),
    ],
)
def test_what_imitates(host: str, likeness: str) -> None:
    found = imitated(host, OWN)
    assert found is not None
    assert found.likeness == likeness


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "parcelforce.com",
        "oxford.ac.uk",
        "bright.co.uk",
        "fox.ie",
        "a.ie",
    ],
)
def test_what_does_not(host: str) -> None:
    assert imitated(host, OWN) is None


def test_the_clearest_way_is_told_first() -> None:
    own = frozenset({"acmebank.com", "acmebanc.com"})
    assert imitated("acmebank.net", own) == Imitated("acmebanc.com", "misspelt")


words = st.text("abcde-", max_size=9)


@given(words, words)
def test_distance_is_that_of_the_definition(one: str, other: str) -> None:
    """Optimal string alignment, by its recursion, and cut off above what is wanted."""
    memo: dict[tuple[int, int], int] = {}

    def slow(i: int, j: int) -> int:
        if (i, j) not in memo:
            if min(i, j) == 0:
                memo[i, j] = max(i, j)
            else:
                best = min(
                    slow(i - 1, j) + 1,
                    slow(i, j - 1) + 1,
                    slow(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
                )
                if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                    best = min(best, slow(i - 2, j - 2) + 1)
                memo[i, j] = best
        return memo[i, j]

    true = slow(len(one), len(other))
    for most in range(4):
        assert apart(one, other, most) == min(true, most + 1) or (
            true > most and apart(one, other, most) > most
        )

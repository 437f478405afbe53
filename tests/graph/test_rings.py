"""Rings: places that lead back to each other, beside what trying out all ways finds."""

from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.rings import rings

GRAPHS = st.integers(1, 8).flatmap(
    lambda size: st.fixed_dictionaries(
        {at: st.lists(st.integers(0, size - 1), max_size=4) for at in range(size)}
    )
)


def _reached(leads: dict[int, list[int]], start: int) -> set[int]:
    reached = {start}
    ahead = [start]
    for at in ahead:
        new = [to for to in leads[at] if to not in reached]
        reached.update(new)
        ahead += new
    return reached


@given(GRAPHS)
def test_places_share_a_ring_if_each_leads_to_the_other(leads: dict[int, list[int]]) -> None:
    ring = rings(leads)
    reach = {at: _reached(leads, at) for at in leads}
    for one in leads:
        for other in leads:
            assert (ring[one] == ring[other]) == (other in reach[one] and one in reach[other])
            if other in reach[one]:
                assert ring[other] <= ring[one]


def test_a_long_chain_needs_no_deep_stack() -> None:
    assert rings({at: [at + 1] for at in range(9_999)} | {9_999: []})[0] == 9_999

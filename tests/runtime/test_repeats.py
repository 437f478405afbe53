"""What one reading leaves for the next takes little memory, and forgets nobody."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from tactful.graph.model import Audience, Column
from tactful.journey.inputs import Value
from tactful.runtime.audience.repeats import MOST_TOLD, Seen, Told, digest_of, moments_of

AUDIENCE = Audience(
    source="csv",
    path="people.csv",
    key=("id",),
    columns=(
        Column(name="starts_at", type="time"),
        Column(name="total", type="number"),
        Column(name="day", type="date"),
    ),
)


@given(st.lists(st.integers(1, 100_000)))
def test_only_the_first_sight_of_a_journey_is_the_first(journeys: list[int]) -> None:
    seen = Seen()
    first = [journey for journey in journeys if seen.is_first(journey)]
    assert first == list(dict.fromkeys(journeys))


def test_a_million_journeys_are_remembered_in_little_memory() -> None:
    tracemalloc.start()
    seen = Seen()
    for journey in range(5_000_000, 6_000_000, 7):
        seen.is_first(journey)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 18


def test_a_problem_is_news_once_and_only_so_many_are_told() -> None:
    told = Told()
    assert told.is_news("K-1", "phone", "bad_phone", "sms")
    assert not told.is_news("K-1", "phone", "bad_phone", "sms")
    assert told.is_news("K-1", "phone", "bad_phone", None)
    assert told.is_news(1, "phone", "bad_phone", "sms")
    assert sum(told.is_news(number) for number in range(MOST_TOLD + 10)) == MOST_TOLD - 3


def test_dates_and_times_count_and_nothing_else() -> None:
    values: dict[str, Value] = {
        "id": "K-1",
        "starts_at": "2026-12-09T10:00:00Z",
        "total": 3,
        "day": None,
    }
    moments = moments_of(AUDIENCE, values)
    assert moments == {"starts_at": "2026-12-09T10:00:00Z", "day": None}
    assert digest_of(moments) == digest_of(dict(reversed(moments.items())))
    assert digest_of(moments) != digest_of(moments | {"day": "2026-12-09"})
    assert digest_of({}) == ""

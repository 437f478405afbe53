"""A pace for each value of a column: each holds on its own, over restarts and live changes."""

from bisect import bisect_left
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.runtime.grouplanes import MOST_PARTS
from tactful.store.contract import Store
from tactful.store.rows import SendRow
from tactful.values import MINUTE, Instant, Span
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

TOP = HEAD.replace(
    "column first_name text", "column first_name text\n  column region text optional"
)
ONE = 'journey:\n  send sms "Hi"\n'


def flow(pace: str = "3 per minute per region") -> str:
    return f'throttle sms {pace} because "a test"\n{ONE}'


def of_regions(*regions: str | None, each: int = 6) -> list[object]:
    return [
        person(at * 100 + n, region=region)
        for at, region in enumerate(regions)
        for n in range(each)
    ]


def fullest(moments: Sequence[Instant], period: Span) -> int:
    """Return the most moments in any half-open window of a period."""
    ordered = sorted(moments)
    return max(
        (bisect_left(ordered, at + period) - place for place, at in enumerate(ordered)), default=0
    )


def stamps(rows: Sequence[SendRow]) -> list[Instant]:
    return [row.ended_at for row in rows if row.ended_at is not None]


@pytest.mark.promise("PACE")
async def test_every_region_has_a_pace_of_its_own(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(
            compile_flow(flow(), TOP),
            of_regions("Dublin", "Cork", None),  # type: ignore[arg-type]
        )
        await stage.run(active)
        sent = await stage.lines("sent")
        queued = {line["lane"] for line in await stage.lines("queued")}
    assert len(sent) == 18
    for number in range(3):
        mine = [line["at"] for line in sent if int(line["recipient"][2:]) // 100 == number]
        assert sorted(set(mine)) == ["2026-12-01T09:00:00.000Z", "2026-12-01T09:01:00.000Z"]
        assert mine.count("2026-12-01T09:00:00.000Z") == 3
    assert queued == {"text", "text region=Cork", "text region=Dublin"}


@pytest.mark.promise("PACE")
async def test_the_pace_of_a_region_holds_over_a_restart(store: Store) -> None:
    people = of_regions("Dublin", "Cork")
    async with on_stage(store) as stage:
        await stage.begin(compile_flow(flow(), TOP), people)  # type: ignore[arg-type]
        await stage.run_until(NINE + MINUTE // 2)
    async with on_stage(store, start=NINE + MINUTE // 2 + 1) as stage:
        active = await stage.begin(compile_flow(flow(), TOP), people)  # type: ignore[arg-type]
        await stage.run(active)
        rows = await stage.ledger()
    assert len(stamps(rows)) == 12
    for number in range(2):
        mine = [row for row in rows if (row.journey - 1) // 6 == number]
        assert fullest(stamps(mine), MINUTE) <= 3


CHANGES = ("3 per minute", "3 per minute per region", "3 per minute per first_name")


@pytest.mark.promise("PACE")
@pytest.mark.promise("EDIT")
@given(
    st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(1, 90)), min_size=1, max_size=4),
    st.sampled_from(CHANGES),
)
@settings(max_examples=30, deadline=None)
async def test_what_a_pace_goes_by_may_change_at_any_time(
    changes: list[tuple[str, int]], first: str
) -> None:
    people = of_regions("Dublin", "Cork", each=8)
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow(first), TOP), people)  # type: ignore[arg-type]
        for pace, seconds in changes:
            await stage.run_until(stage.clock.now() + seconds * MINUTE // 60)
            if active.row.state != "running":
                break
            await stage.session.adopt(active, compile_flow(flow(pace), TOP), stage.clock.now())
        await stage.run(active)
        rows = await stage.ledger()
    assert len(stamps(rows)) == 16
    # Under two of the three rules everybody of one region shares a pace; the third is by person.
    if "3 per minute per first_name" not in (first, *(pace for pace, _ in changes)):
        for number in range(2):
            mine = [row for row in rows if (row.journey - 1) // 8 == number]
            assert fullest(stamps(mine), MINUTE) <= 3


async def test_a_pause_holds_every_region_and_those_still_to_come() -> None:
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(flow(), TOP),
            of_regions("Dublin", "Cork"),  # type: ignore[arg-type]
        )
        stage.order(NINE + 1, "pause", campaign="late-order")
        stage.order(NINE + 10 * MINUTE, "resume", campaign="late-order")
        await stage.run(active)
        moments = {row.permitted_at or 0 for row in await stage.ledger()}
    assert all(at == NINE or at >= NINE + 10 * MINUTE for at in moments)


async def test_more_values_than_a_campaign_can_keep_share_one_pace() -> None:
    people = [person(n, region=f"R{n}") for n in range(MOST_PARTS + 10)]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow(), TOP), people)
        await stage.run(active)
        late = [line for line in await stage.lines("sent") if line["at"] > "2026-12-01T09:00:01"]
        assert len(list(active.lanes["text"])) == MOST_PARTS + 1
    assert len(late) == 7

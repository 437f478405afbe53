"""Several paces at once: all of them hold, a send takes a slot of each or of none."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.runtime.ports import Message
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import SendRow
from tactful.values import DAY, HOUR, MINUTE, SECOND, Instant, Rate, Span
from tests.runtime.mortal import MortalStore, until_dead
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

TOP = HEAD.replace("column first_name text", "column first_name text\n  column region text")
JOURNEY = 'journey:\n  send sms "Hi"\n'
LONG = f'journey:\n  send sms "{"Hello, your order is late. " * 8}"\n'  # two segments


def flow(*paces: str, journey: str = JOURNEY) -> str:
    return "".join(f'throttle sms {pace} because "a test"\n' for pace in paces) + journey


def fullest(rows: Sequence[SendRow], period: Span, moment: str, *, segments: bool = False) -> int:
    """Return the most messages (or segments) in any half-open window of a period."""
    marks: list[tuple[Instant, int]] = sorted(
        (getattr(row, moment), row.segments if segments else 1)
        for row in rows
        if getattr(row, moment) is not None
    )
    return max(
        (sum(size for at, size in marks if start <= at < start + period) for start, _ in marks),
        default=0,
    )


def assert_paced(rows: Sequence[SendRow], *limits: str) -> None:
    for limit in limits:
        rate = Rate.parse(limit)
        for moment in ("called_at", "ended_at"):
            assert fullest(rows, rate.per.span, moment) <= rate.count, (limit, moment)


@pytest.mark.promise("PACE")
async def test_all_lines_of_a_channel_hold(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(
            compile_flow(flow("4 per minute", "6 per hour")), [person(n) for n in range(14)]
        )
        await stage.run(active)
        rows = await stage.ledger()
    sent = sorted((row.called_at or 0) - NINE for row in rows)
    assert sent == [0] * 4 + [MINUTE] * 2 + [HOUR] * 4 + [HOUR + MINUTE] * 2 + [2 * HOUR] * 2


@pytest.mark.promise("PACE")
async def test_a_line_for_each_value_and_one_for_all_hold_together() -> None:
    people = [person(n, region=("Dublin", "Cork")[n % 2]) for n in range(20)]
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(flow("3 per minute per region", "4 per minute"), TOP), people
        )
        await stage.run(active)
        rows = await stage.ledger()
    assert_paced(rows, "4 per minute")
    for odd in range(2):
        assert_paced([row for row in rows if row.journey % 2 == odd], "3 per minute")
    # No slot stays empty while somebody waits who may have it.
    assert max(row.called_at or 0 for row in rows) == NINE + 4 * MINUTE


@pytest.mark.promise("PACE")
async def test_a_limit_in_segments_counts_what_long_texts_are() -> None:
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(flow("4 per minute counts segments", journey=LONG)),
            [person(n) for n in range(5)],
        )
        await stage.run(active)
        rows = await stage.ledger()
    assert sorted(((row.called_at or 0) - NINE) // MINUTE for row in rows) == [0, 0, 1, 1, 2]


async def test_the_log_and_the_store_say_which_pace_holds(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.begin(
            compile_flow(flow("4 per minute", "6 per hour")), [person(n) for n in range(14)]
        )
        await stage.run_until(NINE + 30 * MINUTE)
        lanes = {lane.row.rule: lane.row for lane in stage.engine.lanes.values()}
        assert lanes[""].held_by == "throttle sms 6 per hour"
        assert lanes[""].held_until == NINE + HOUR


@pytest.mark.promise("PACE")
@pytest.mark.promise("EDIT")
async def test_a_limit_by_the_day_that_comes_later_counts_what_left_before(store: Store) -> None:
    people = [person(n) for n in range(30)]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(flow("5 per hour")), people)
        await stage.run_until(NINE + 90 * MINUTE)
        now = stage.clock.now()
        await stage.session.adopt(active, compile_flow(flow("5 per hour", "12 per day")), now)
        await stage.run(active)
        rows = await stage.ledger()
    days = [((row.called_at or 0) - NINE) // HOUR for row in rows]
    assert days.count(0) == days.count(1) == 5
    assert days.count(2) == 2  # not twelve more, and not nothing for a day
    assert_paced(rows, "12 per day")


@pytest.mark.promise("PACE")
async def test_several_paces_hold_over_a_kill() -> None:
    inside = MemoryStore()
    people = [person(n) for n in range(9)]
    campaign = compile_flow(flow("4 per minute", "5 per 3 minutes"))
    for lives in (3, 4, 5):
        store = MortalStore(inside, lives)
        async with on_stage(store) as stage:

            async def work(stage: object = stage) -> None:
                active = await stage.begin(campaign, people)  # type: ignore[attr-defined]
                await stage.run(active)  # type: ignore[attr-defined]

            await until_dead(store, work)
    async with on_stage(inside) as stage:
        active = await stage.begin(campaign, people)
        await stage.run(active)
        rows = await stage.ledger()
    assert {row.state for row in rows} <= {"delivered", "in doubt", "retried"}
    assert_paced([row for row in rows if row.ended_at is not None], "4 per minute")
    assert_paced([row for row in rows if row.ended_at is not None], "5 per 3 minutes")


LINES = ("3 per minute", "5 per 2 minutes", "4 per minute per region", "9 per 10 minutes")


@pytest.mark.promise("PACE")
@given(
    latencies=st.lists(st.integers(0, 40 * SECOND), min_size=1, max_size=4),
    lines=st.lists(
        st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True),
        min_size=1,
        max_size=3,
    ),
    restarts=st.lists(st.integers(1, 400), max_size=2),
)
@settings(max_examples=20, deadline=None)
async def test_any_lines_latencies_and_restarts_keep_every_pace(
    latencies: list[Span], lines: list[list[str]], restarts: list[int]
) -> None:
    def latency(message: Message) -> Span:
        return latencies[int(message.attempt) % len(latencies)]

    people = [person(n, region=("Dublin", "Cork")[n % 2]) for n in range(12)]
    held = [line for line in LINES if all(line in some for some in lines)]
    store, at = MemoryStore(), NINE
    stops = [*sorted(restarts), None]
    for number, moment in enumerate(stops):
        campaign = compile_flow(flow(*lines[number % len(lines)]), TOP)
        async with on_stage(store, start=at, wrap=slow(latency)) as stage:
            last = stage.session.last_launch(campaign.graph.campaign)
            if last is not None and last.state == "finished":
                break
            active = await stage.begin(campaign, people)
            if moment is not None:
                at = max(at, NINE + moment * SECOND)
                await stage.run_until(at)
                continue
            await stage.run(active)
    async with on_stage(store, start=at + DAY) as stage:
        rows = [row for row in await stage.ledger() if row.ended_at is not None]
    assert len({row.journey for row in rows}) == len(people)
    for line in held:
        rate = line.removesuffix(" per region")
        if " per region" not in line:
            assert_paced(rows, rate)
        else:
            for odd in range(2):
                assert_paced([row for row in rows if row.journey % 2 == odd], rate)

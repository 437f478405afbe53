"""The pace of a sender: one over all campaigns that send from it, counted in segments."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.graph.model import Campaign
from tactful.guard.strategies import WINDOW, SenderPace
from tactful.plugins.config import parse_config
from tactful.runtime.active import Active
from tactful.runtime.paces import no_pace, own_pace
from tactful.runtime.ports import Message
from tactful.simulate.plan import make_plan
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import SendRow
from tactful.values import MINUTE, SECOND, Instant, Rate, Span
from tests.runtime.mortal import MortalStore, until_dead
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person, rows_of, slow

pytestmark = pytest.mark.anyio

FAST = 'throttle sms 100 per minute because "a test"\n'
ONE = f'{FAST}journey:\n  send sms "Hi"\n'
LONG = f'{FAST}journey:\n  send sms "{"Hello, your order is late. " * 8}"\n'  # two segments
OTHER_HEAD = HEAD.replace("Late order", "Other order")
FOUR = Rate.parse("4 per minute")
CONFIG = parse_config("", Path("tactful.toml"))


def four_a_minute(medium: str, through: str, sender: str) -> tuple[SenderPace, ...]:
    return (own_pace(through, sender, FOUR),) if medium == "sms" else ()


def fullest(rows: Sequence[SendRow], period: Span, moment: str) -> int:
    """Return the most segments in any half-open window of a period."""
    marks: list[tuple[Instant, int]] = sorted(
        (getattr(row, moment), row.segments) for row in rows if row.called_at is not None
    )
    return max(
        (sum(size for at, size in marks if start <= at < start + period) for start, _ in marks),
        default=0,
    )


def assert_paced(rows: Sequence[SendRow], limit: int = 4) -> None:
    assert fullest(rows, MINUTE, "called_at") <= limit
    assert fullest(rows, MINUTE, "ended_at") <= limit


def is_done(stage: Stage, campaign: Campaign) -> bool:
    last = stage.session.last_launch(campaign.graph.campaign)
    return last is not None and last.state == "finished"


async def run_all(stage: Stage, launches: Sequence[Active]) -> None:
    """Run until all launches are finished: the engine ends the calls under way when it stops."""
    await stage.engine.run(
        lambda: all(one.row.state == "finished" and not one.open_sends for one in launches)
    )


async def minutes_sent(stage: Stage) -> list[int]:
    rows = [row for row in await stage.ledger() if row.called_at is not None]
    return sorted(((row.called_at or 0) - NINE) // MINUTE for row in rows)


@pytest.mark.promise("PACE")
async def test_campaigns_that_send_from_one_number_share_its_pace(store: Store) -> None:
    async with on_stage(store, pace_for=four_a_minute) as stage:
        one = await stage.begin(compile_flow(ONE), [person(n) for n in range(6)])
        two = await stage.begin(compile_flow(ONE, OTHER_HEAD), [person(n) for n in range(6, 12)])
        await run_all(stage, [one, two])
        assert await minutes_sent(stage) == [0] * 4 + [1] * 4 + [2] * 4
        assert_paced(await stage.ledger())


@pytest.mark.promise("PACE")
async def test_a_long_text_takes_as_much_as_its_segments() -> None:
    async with on_stage(pace_for=four_a_minute) as stage:
        active = await stage.begin(compile_flow(LONG), [person(n) for n in range(5)])
        await stage.run(active)
        assert await minutes_sent(stage) == [0, 0, 1, 1, 2]


async def test_a_sender_without_a_pace_of_its_own_keeps_that_of_the_campaign() -> None:
    async with on_stage(pace_for=no_pace) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(50)])
        await stage.run(active)
        assert await minutes_sent(stage) == [0] * 50


@pytest.mark.promise("PACE")
async def test_neither_pace_is_spent_on_a_send_that_the_other_holds_back() -> None:
    flow = 'throttle sms 3 per minute because "a test"\njourney:\n  send sms "Hi"\n'
    async with on_stage(pace_for=four_a_minute) as stage:
        one = await stage.begin(compile_flow(flow), [person(n) for n in range(6)])
        two = await stage.begin(compile_flow(flow, OTHER_HEAD), [person(n) for n in range(6, 12)])
        await run_all(stage, [one, two])
        sent = Counter(await minutes_sent(stage))
    assert (sent[0], sent[1]) == (4, 4)
    assert sent[2] + sent[3] == 4  # either may come first, and then waits for its own pace


@pytest.mark.promise("PACE")
async def test_the_pace_of_a_sender_holds_over_a_kill() -> None:
    inside = MemoryStore()
    people = [person(n) for n in range(9)]
    for lives in (3, 4, 5):
        store = MortalStore(inside, lives)
        async with on_stage(store, pace_for=four_a_minute) as stage:

            async def work(stage: Stage = stage) -> None:
                active = await stage.begin(compile_flow(ONE), people)
                await stage.run(active)

            await until_dead(store, work)
    async with on_stage(inside, pace_for=four_a_minute) as stage:
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run(active)
        rows = await stage.ledger()
    assert {row.state for row in rows} <= {"delivered", "in doubt", "retried"}
    assert_paced([row for row in rows if row.ended_at is not None])


async def test_the_plan_knows_the_pace_of_a_sender() -> None:
    plan = await make_plan(
        compile_flow(ONE),
        rows_of([person(n) for n in range(12)]),
        start=NINE,
        config=CONFIG,
        strategies={"window": WINDOW},
        pace_for=four_a_minute,
    )
    assert plan.last_send == NINE + 2 * MINUTE


@pytest.mark.promise("PACE")
@given(
    latencies=st.lists(st.integers(0, 40 * SECOND), min_size=1, max_size=5),
    sizes=st.lists(st.integers(1, 20), min_size=4, max_size=14),
    restarts=st.lists(st.integers(1, 400), max_size=3),
    limit=st.integers(1, 6),
)
@settings(max_examples=30, deadline=None)
async def test_any_sizes_latencies_and_restarts_keep_the_pace_of_a_sender(
    latencies: list[Span], sizes: list[int], restarts: list[int], limit: int
) -> None:
    def latency(message: Message) -> Span:
        return latencies[int(message.attempt) % len(latencies)]

    def pace(medium: str, through: str, sender: str) -> tuple[SenderPace, ...]:
        return (own_pace(through, sender, Rate.parse(f"{limit} per minute")),)

    people = [person(n, first_name="x" * 40 * size) for n, size in enumerate(sizes)]
    half = len(people) // 2
    flow = f'{FAST}journey:\n  send sms "Hi {{{{ first_name }}}}"\n'
    store, at = MemoryStore(), NINE
    for moment in [*sorted(restarts), None]:
        async with on_stage(store, start=at, wrap=slow(latency), pace_for=pace) as stage:
            halves = ((HEAD, people[:half]), (OTHER_HEAD, people[half:]))
            launches = [
                await stage.begin(campaign, some)
                for head, some in halves
                if not is_done(stage, campaign := compile_flow(flow, head))
            ]
            if moment is not None:
                at = max(at, NINE + moment * SECOND)
                await stage.run_until(at)
                continue
            await run_all(stage, launches)
            rows = [row for row in await stage.ledger() if row.ended_at is not None]
    assert len({row.journey for row in rows}) == len(people)
    dearest = max(row.segments for row in rows)
    assert_paced(rows, max(limit, dearest))

"""`hold when inbox above N`: nothing unasked leaves while too much waits for people."""

import pytest

from tactful.store.contract import Store
from tactful.values import HOUR, MINUTE
from tests.runtime.stage import NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio


def people(calls: int, texts: int) -> list[object]:
    return [person(n, first_name="call" if n < calls else f"Ana{n}") for n in range(calls + texts)]


async def minutes(stage: Stage) -> list[int]:
    rows = [row for row in await stage.ledger() if row.called_at is not None]
    return [((row.called_at or 0) - NINE) // MINUTE for row in rows]


HANDED = """\
hold when inbox above 2
throttle sms 100 per minute because "a test"
journey:
  when first_name is "call":
    hand off to orders
  otherwise:
    wait 10 minutes
    send sms "Hello"
    wait up to 1 day:
      on reply "more": send sms "More"
      on timeout: tag quiet
"""


@pytest.mark.promise("LOSS")
async def test_a_campaign_holds_while_more_is_open_and_goes_on_when_it_is_closed(
    store: Store,
) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(HANDED), people(3, 4))  # type: ignore[arg-type]
        stage.order(NINE + 2 * HOUR, "close", campaign="late-order", data='{"item": 1}')
        await stage.run_until(NINE + HOUR)
        assert await minutes(stage) == []
        assert [line["by"] for line in await stage.lines("held")] == ["inbox"]
        await stage.run_until(NINE + 3 * HOUR)
        assert await minutes(stage) == [120] * 4
        assert not active.crowded


async def test_as_many_items_as_the_line_says_hold_nothing() -> None:
    async with on_stage() as stage:
        await stage.begin(compile_flow(HANDED), people(2, 4))  # type: ignore[arg-type]
        await stage.run_until(NINE + HOUR)
        assert await minutes(stage) == [10] * 4


async def test_an_answer_to_a_person_goes_on() -> None:
    async with on_stage() as stage:
        await stage.begin(
            compile_flow(HANDED.replace("above 2", "above 0")),
            people(0, 2),  # type: ignore[arg-type]
        )
        stage.text_from(NINE + 12 * MINUTE, "+12025550199", "who is this?")  # into the inbox
        stage.reply(NINE + 15 * MINUTE, 0, "more")
        await stage.run_until(NINE + HOUR)
        texts = [row.text for row in await stage.ledger() if row.called_at is not None]
        assert texts == ["Hello", "Hello", "More"]


async def test_one_queue_is_counted_alone() -> None:
    other = HANDED.replace("inbox above", "inbox.billing above")
    async with on_stage() as stage:
        await stage.begin(compile_flow(other), people(3, 4))  # type: ignore[arg-type]
        await stage.run_until(NINE + HOUR)
        assert await minutes(stage) == [10] * 4


@pytest.mark.promise("EDIT")
async def test_a_live_change_of_the_limit_counts_at_once(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(HANDED), people(3, 4))  # type: ignore[arg-type]
        await stage.run_until(NINE + HOUR)
        looser = compile_flow(HANDED.replace("above 2", "above 5"))
        await stage.session.adopt(active, looser, stage.clock.now())
        await stage.run_until(NINE + 2 * HOUR)
        assert await minutes(stage) == [60] * 4


async def test_it_is_counted_anew_after_a_restart(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.begin(compile_flow(HANDED), people(3, 4))  # type: ignore[arg-type]
        await stage.run_until(NINE + MINUTE)
    async with on_stage(store, start=NINE + HOUR) as stage:
        await stage.run_until(NINE + 2 * HOUR)
        assert await minutes(stage) == []


async def test_what_a_person_writes_in_an_open_conversation_is_no_other_one(store: Store) -> None:
    calling = HANDED.replace("hand off to orders\n", "hand off to orders\n    wait 1 day\n", 1)
    async with on_stage(store) as stage:
        await stage.begin(compile_flow(calling), people(2, 4))  # type: ignore[arg-type]
        for minute, number in ((1, 0), (2, 0), (3, 1)):
            at, key = NINE + minute * MINUTE, f"P-{number}"
            stage.raw(at, "reply", key=key, channel="sms", data='{"text": "Are you there?"}')
        await stage.run_until(NINE + HOUR)
        assert len(await stage.engine.store.inbox()) == 2 + 3
        assert await minutes(stage) == [10] * 4

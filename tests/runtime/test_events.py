"""Events for many: everyone they are about is reached, once each, whatever happens in between."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from tactful.runtime import events
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import SignalRow
from tactful.values import HOUR, MINUTE, Instant
from tests.runtime.mortal import MortalStore, until_dead
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

OUTAGE = HEAD.replace(
    "  column first_name text\n",
    "  column first_name text\n  column region text\n  column back number optional\n"
    "  update on event outage.updated with same region\n  update on event moved\n",
)
FLOW = """\
at any time:
  on event outage.restored with same region at most 5 times: tag told
  on event outage.updated with same region at most 5 times: send sms "Back at {{ back }}"
  on event mine at most 5 times: tag mine

journey:
  wait 3 hours
"""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PAGE", 3)


def tell(stage: Stage, at: Instant, name: str, key: str | None = None, **values: Any) -> None:
    """Have an event come in at a moment, for a key or for many."""
    data = msgspec.json.encode(values).decode()
    stage.session.incoming.later(
        at,
        SignalRow(id=0, at=at, kind="event", dedup=f"{name}/{at}", key=key, name=name, data=data),
    )


async def took(stage: Stage) -> Counter[str]:
    """Count how often each person took a line for an event."""
    lines = await stage.lines("signal")
    return Counter(line["recipient"] for line in lines if "took" in line)


@pytest.mark.promise("SIGNAL")
async def test_an_event_for_many_reaches_everyone_with_its_value_once(store: Store) -> None:
    north = [person(n, region="North") for n in range(1, 12)]
    south = [person(n, region="south") for n in range(12, 20)]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(FLOW, OUTAGE), north + south)
        tell(stage, NINE + HOUR, "outage.restored", region="north")
        await stage.run(active)
        assert await took(stage) == {one.key: 1 for one in north}


@pytest.mark.promise("SIGNAL")
async def test_who_has_the_key_is_reached_once_and_needs_no_value() -> None:
    people = [person(1, region="north"), person(2, region="north"), person(3, region=None)]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(FLOW, OUTAGE), people)
        tell(stage, NINE + HOUR, "outage.restored", key="P-1", region="north")
        tell(stage, NINE + 2 * HOUR, "outage.restored", key="P-3")
        await stage.run(active)
        assert await took(stage) == {"P-1": 1, "P-2": 1, "P-3": 1}


async def test_an_event_that_carries_the_key_column_is_for_that_key() -> None:
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(FLOW, OUTAGE), [person(n, region="x") for n in (1, 2)]
        )
        tell(stage, NINE + HOUR, "mine", id="P-2")
        await stage.run(active)
        assert await took(stage) == {"P-2": 1}


async def test_a_line_without_same_hears_nothing_of_others() -> None:
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(FLOW, OUTAGE), [person(n, region="x") for n in (1, 2)]
        )
        tell(stage, NINE + HOUR, "mine", region="x")
        await stage.run(active)
        assert await took(stage) == {}


@pytest.mark.promise("SIGNAL")
async def test_events_for_many_and_for_one_take_effect_in_the_order_they_came() -> None:
    people = [person(n, region="north") for n in range(1, 9)]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(FLOW, OUTAGE), people)
        tell(stage, NINE + HOUR, "outage.restored", region="north")
        tell(stage, NINE + HOUR, "mine", key="P-8")
        await stage.run(active)
        lines = [line for line in await stage.lines("signal", "P-8") if "took" in line]
    assert [line["took"] for line in lines] == ["outage.restored", "mine"]


async def test_every_campaign_under_way_hears_it_and_no_other_when_one_is_named() -> None:
    other = OUTAGE.replace("Late order", "Other order")
    people = [person(n, region="north") for n in range(1, 6)]
    async with on_stage() as stage:
        one = await stage.begin(compile_flow(FLOW, OUTAGE), people)
        two = await stage.begin(compile_flow(FLOW, other), people)
        tell(stage, NINE + HOUR, "outage.restored", region="north")
        data = '{"region":"north"}'
        stage.raw(
            NINE + 2 * HOUR, "event", name="outage.restored", data=data, campaign="late-order"
        )
        await stage.run(one)
        await stage.run(two)
        lines = [line for line in await stage.lines("signal") if "took" in line]
    assert Counter(line["launch"] for line in lines) == {"late-order.1": 10, "other-order.1": 5}


@pytest.mark.promise("SIGNAL")
@pytest.mark.parametrize("lives", range(1, 16))
async def test_an_engine_killed_on_the_way_reaches_the_rest_and_nobody_twice(lives: int) -> None:
    people = [person(n, region="north" if n % 3 else "south") for n in range(1, 17)]
    inside = MemoryStore()
    asked = NINE + HOUR

    async def live(store: Any, start: Instant) -> Counter[str]:
        async with on_stage(store, start=start) as stage:
            active = await stage.begin(compile_flow(FLOW, OUTAGE), people)
            at = max(start, asked)
            stage.session.incoming.later(
                at,
                SignalRow(
                    id=0, at=asked, kind="event", dedup="once", name="outage.restored",
                    data='{"region":"north"}',
                ),
            )  # fmt: skip
            await stage.run(active)
            return await took(stage)

    mortal = MortalStore(inside, lives)

    async def first() -> None:
        await live(mortal, NINE)

    await until_dead(mortal, first)
    opened = await inside.open()
    found = await live(inside, max(NINE, opened.last_at or 0) + MINUTE)
    assert found == {one.key: 1 for one in people if one.values["region"] == "north"}


async def test_an_update_changes_the_row_before_the_lines_are_looked_at(store: Store) -> None:
    people = [person(1, region="north", back=None), person(2, region="south", back=1)]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(FLOW, OUTAGE), people)
        tell(stage, NINE + HOUR, "outage.updated", region="NORTH", back="15", first_name="Bo")
        tell(stage, NINE + 2 * HOUR, "outage.updated", region="north", back=17.5)
        await stage.run(active)
        rows = await stage.engine.store.load([1, 2], 0)
        renewed = [line["values"] for line in await stage.lines("signal", "P-1") if "kind" in line]
    assert [m.text for m in stage.channel.messages] == ["Back at 15", "Back at 17.5"]
    data = [msgspec.json.decode(one.recipient.data) for one in rows]
    assert data[0]["back"] == 17.5
    assert data[0]["first_name"] == "Bo"
    assert data[1]["back"] == 1
    assert renewed == [{"first_name": "Bo", "back": 15}, {"back": 17.5}]


async def test_a_value_that_cannot_be_read_is_told_and_the_rest_is_taken() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(FLOW, OUTAGE), [person(1, region="north", back=3)])
        tell(stage, NINE + HOUR, "moved", key="P-1", back="soon", first_name="", region="west")
        await stage.run(active)
        renewed, line = await stage.lines("signal", "P-1")
        ((loaded),) = await stage.engine.store.load([1], 0)
    assert line["problem"] == "first_name: it is empty; back: it is not a number"
    assert renewed["values"] == {"region": "west"}
    data = msgspec.json.decode(loaded.recipient.data)
    assert (data["back"], data["first_name"], data["region"]) == (3, "Ana1", "west")


async def test_an_update_survives_a_restart() -> None:
    store = MemoryStore()
    flow = 'journey:\n  wait 2 hours\n  send sms "{{ region }}"\n'
    campaign = compile_flow(flow, OUTAGE)
    async with on_stage(store) as stage:
        await stage.begin(campaign, [person(1, region="north")])
        tell(stage, NINE + HOUR, "moved", key="P-1", region="west")
        await stage.run_until(NINE + HOUR + MINUTE)
    async with on_stage(store, start=NINE + HOUR + 2 * MINUTE) as stage:
        await stage.run(await stage.begin(campaign, []))
    assert [m.text for m in stage.channel.messages] == ["west"]


async def test_the_key_never_changes() -> None:
    head = OUTAGE.replace("  column region", "  column id text\n  column region")
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(FLOW, head), [person(1, region="north")])
        tell(stage, NINE + HOUR, "moved", key="P-1", id="P-9")
        await stage.run(active)
        ((loaded),) = await stage.engine.store.load([1], 0)
    assert msgspec.json.decode(loaded.recipient.data)["id"] == "P-1"


async def test_a_wait_for_a_date_moves_with_the_event_that_changes_it() -> None:
    head = OUTAGE.replace("purpose service", "purpose service\nexpires after 5 days").replace(
        "  column back number optional", "  column visit time in Europe/Dublin"
    )
    flow = 'journey:\n  wait until 1 hour before visit\n  send sms "Soon"\n'
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(flow, head), [person(1, region="x", visit="2026-12-01T12:00:00Z")]
        )
        tell(stage, NINE + HOUR, "moved", key="P-1", visit="2026-12-01 16:00")
        await stage.run(active)
        (row,) = await stage.ledger()
    assert row.called_at == NINE + 6 * HOUR


async def test_a_moment_in_an_event_is_by_the_rows_timezone_like_one_in_the_audience() -> None:
    head = OUTAGE.replace("purpose service", "purpose service\nexpires after 5 days").replace(
        "  column back number optional",
        "  column visit time in Europe/Dublin",
    )
    flow = 'journey:\n  wait until 1 hour before visit\n  send sms "Soon"\n'
    row = person(1, region="x", visit="2026-12-01T20:00:00Z", tz="America/New_York")
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow, head), [row])
        tell(stage, NINE + HOUR, "moved", key="P-1", visit="2026-12-01 11:00")
        await stage.run(active)
        (sent,) = await stage.ledger()
    assert sent.called_at == NINE + 6 * HOUR

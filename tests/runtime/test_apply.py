"""The order `apply`: who enters takes the new form, and journeys under way are kept or stopped."""

from typing import Any

import msgspec
import pytest

from tactful.graph.model import Campaign
from tactful.store.contract import Store
from tactful.values import HOUR, MINUTE, Instant
from tests.runtime.stage import NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

OLD = 'journey:\n  send sms "Old one"\n  wait 1 hour\n  send sms "Old two"\n'
NEW = OLD.replace("Old", "New")


def _data(campaign: Campaign, before: str, journeys: str) -> str:
    data = {"campaign": campaign.model_dump(mode="json"), "before": before, "journeys": journeys}
    return msgspec.json.encode(data).decode()


def _order(stage: Stage, at: Instant, new: str, journeys: str, **fields: Any) -> None:
    data = _data(compile_flow(new), compile_flow(OLD).graph.revision, journeys)
    stage.order(at, "apply", campaign="late-order", data=data, **fields)


async def _results(stage: Stage) -> list[str]:
    return [line["result"] for line in await stage.lines("order")]


@pytest.mark.promise("EDIT")
async def test_who_enters_later_takes_the_new_form_and_the_others_keep_theirs(
    store: Store,
) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(OLD), [person(1)])
        _order(stage, NINE + MINUTE, NEW, "keep")
        await stage.run_until(NINE + 2 * MINUTE)
        await stage.join(active, [person(1), person(2)])
        await stage.run(active)
        texts = {(m.key, m.text) for m in stage.channel.messages}
        (result,) = await _results(stage)
    assert texts == {("P-1", "Old one"), ("P-1", "Old two"),
                     ("P-2", "New one"), ("P-2", "New two")}  # fmt: skip
    assert result == f"applied: revision {compile_flow(NEW).graph.revision}"


@pytest.mark.promise("EDIT")
async def test_journeys_are_stopped_with_the_reason_and_those_of_the_new_form_are_spared() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(OLD), [person(1), person(2)])
        _order(stage, NINE + MINUTE, NEW, "keep")
        await stage.run_until(NINE + 2 * MINUTE)
        await stage.join(active, [person(3)])
        _order(stage, NINE + 3 * MINUTE, NEW, "stop", because="wrong price")
        _order(stage, NINE + 4 * MINUTE, NEW, "stop")  # as an engine does again after a crash
        await stage.run(active)
        ends = {line["recipient"]: line.get("because") for line in await stage.lines("ended")}
        texts = {(m.key, m.text) for m in stage.channel.messages}
        results = await _results(stage)
    assert ends == {"P-1": "wrong price", "P-2": "wrong price", "P-3": None}
    assert texts == {("P-1", "Old one"), ("P-2", "Old one"),
                     ("P-3", "New one"), ("P-3", "New two")}  # fmt: skip
    assert results[1:] == [
        "applied: nothing is new; 2 journeys cancelled",
        "applied: nothing is new; 0 journeys cancelled",
    ]


@pytest.mark.promise("EDIT", "PACE")
async def test_a_tighter_pace_counts_at_once_and_forgets_nothing() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(OLD), [person(n) for n in range(14)])
        _order(stage, NINE + MINUTE, "throttle sms 2 per 5 minutes\n" + OLD, "keep")
        await stage.run(active)
        called = sorted(row.called_at or 0 for row in await stage.ledger())
    assert called[:10] == [NINE] * 10
    assert all(called[n + 2] - called[n] >= 5 * MINUTE for n in range(10, len(called) - 2))


async def test_a_file_read_later_than_the_order_was_given_wins() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(OLD), [person(1)])
        active.read_at = NINE + HOUR
        _order(stage, NINE + MINUTE, NEW, "keep")
        await stage.run_until(NINE + 2 * MINUTE)
        (result,) = await _results(stage)
        assert active.campaign.graph.revision == compile_flow(OLD).graph.revision
        await stage.run(active)
    assert "read later than that" in result


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('{"campaign": {}, "journeys": "keep"}', "not done: the order cannot be read"),
        ("{}", "not done: the order cannot be read"),
        (None, "not done: the order cannot be read"),
    ],
)
async def test_an_order_that_makes_no_sense_changes_nothing(data: str | None, said: str) -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(OLD), [person(1)])
        stage.order(NINE + MINUTE, "apply", campaign="late-order", data=data)
        await stage.run(active)
        (result,) = await _results(stage)
        assert await stage.ends() == {"P-1": "finished"}
    assert result.startswith(said)

"""A campaign that starts later waits for its moment, over restarts, and reads its people then."""

import pytest

from tactful.guard.strategies import WINDOW
from tactful.simulate.plan import make_plan
from tactful.store.contract import Store
from tactful.values import DAY, HOUR, iso
from tests.runtime.stage import NINE, compile_flow, on_stage, person
from tests.simulate.test_plan import CONFIG
from tests.simulate.test_rehearsal import rows

pytestmark = pytest.mark.anyio

FLOW = """\
starts 2026-12-02 10:00 Europe/Dublin
journey:
  send sms "Hi"
"""
START = NINE + DAY + HOUR


async def test_nobody_is_read_before_the_start(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        await stage.run_until(NINE + DAY)
        assert active.row.rows == 0
        assert active.row.starts_at == START
    async with on_stage(store, start=NINE + DAY) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1), person(2)])
        await stage.run(active)
        assert [line["at"] for line in await stage.lines("entered")] == [iso(START)] * 2
        assert (await stage.lines("sent"))[0]["at"] == iso(START)


async def test_a_start_that_is_over_is_at_once() -> None:
    async with on_stage(start=START + HOUR) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        assert active.row.starts_at is None
        await stage.run(active)
        assert (await stage.lines("sent"))[0]["at"] == iso(START + HOUR)


async def test_another_start_counts_while_the_first_is_still_to_come(store: Store) -> None:
    later = FLOW.replace("10:00", "15:00")
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        await stage.run_until(NINE + HOUR)
        assert await stage.session.adopt(active, compile_flow(later), stage.clock.now())
        await stage.run(active)
        assert (await stage.lines("sent"))[0]["at"] == iso(START + 5 * HOUR)


async def test_what_is_stopped_before_its_start_never_starts() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        stage.order(NINE + HOUR, "stop", campaign=active.row.name)
        await stage.run(active)
        assert active.row.state == "stopped"
        assert stage.clock.now() < START
        await stage.run_until(START + HOUR)
        assert await stage.lines("entered") == []


def test_when_it_starts_is_no_part_of_the_revision() -> None:
    other = compile_flow(FLOW.replace("10:00", "11:00"))
    assert compile_flow(FLOW).graph.revision == other.graph.revision
    assert compile_flow(FLOW.replace("starts", "# starts")).starts_at is None
    assert compile_flow("starts now\njourney:\n  stop\n").starts_at is None


async def test_a_plan_that_begins_before_the_start_waits_for_it_and_one_after_it_says_so() -> None:
    for start, told in ((NINE, False), (START + HOUR, True)):
        plan = await make_plan(
            compile_flow(FLOW),
            rows([person(1)]),
            start=start,
            config=CONFIG,
            strategies={"window": WINDOW},
        )
        assert plan.first_send == max(start, START)
        assert ("PL107" in {finding.code for finding in plan.findings}) is told

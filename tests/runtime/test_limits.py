"""Limits that always hold, and what becomes of rows that cannot be told."""

import anyio
import pytest

from tactful.plugins.config import Limits
from tactful.runtime.loading import Out
from tactful.store.contract import Group, Scan, Store
from tactful.store.memory import MemoryStore
from tactful.values import DAY, HOUR, Instant
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

ONE = 'journey:\n  send sms "One"\n'
TALKING = """\
quiet hours none because "a test"
journey:
  go to again
stage again:
  send sms "Again"
  wait 30 minutes
  go to again at most 29
"""


async def test_an_address_gets_25_messages_in_24_hours_and_no_more(store: Store) -> None:
    async with on_stage(store) as stage:
        one = await stage.begin(compile_flow(TALKING), [person(1)])
        other = HEAD.replace("Late order", "Other order")
        two = await stage.begin(compile_flow(TALKING, other), [person(1)])
        await stage.run(one)
        await stage.run(two)
        refused = await stage.lines("refused")
        called = [row.called_at or 0 for row in await stage.ledger() if row.called_at is not None]
    assert len(called) == 25
    assert max(called) - NINE < DAY
    assert {line["code"] for line in refused} == {"daily_limit"}
    assert len(refused) == 35


async def test_after_24_hours_an_address_may_be_written_to_again() -> None:
    limits = Limits(per_address_per_day=2)
    flow = TALKING.replace("30 minutes", "9 hours").replace("at most 29", "at most 4")
    async with on_stage(limits=limits) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        await stage.run(active)
        called = [row.called_at for row in await stage.ledger() if row.called_at is not None]
    assert called == [NINE, NINE + 9 * HOUR, NINE + 27 * HOUR, NINE + 36 * HOUR]


@pytest.mark.promise("LOSS")
async def test_each_later_duplicate_names_the_first_row(store: Store) -> None:
    people = [person(1), person(2), person(3, key="P-1"), person(4, key="P-1")]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ONE), [])
        loading = await stage.join(active, people)
        await stage.run(active)
        refused = await stage.lines("refused")
    reason = "row 1 has the same key, and comes first"
    assert loading.outs == [
        Out(3, "P-1", "duplicate_key", reason),
        Out(4, "P-1", "duplicate_key", reason),
    ]
    assert [(line["row"], line["code"]) for line in refused] == [
        (3, "duplicate_key"),
        (4, "duplicate_key"),
    ]
    assert len(stage.channel.messages) == 2


@pytest.mark.promise("LOSS")
async def test_a_row_without_one_address_is_reached_on_the_other_channel() -> None:
    flow = """\
journey:
  send sms:
    "Hello"
    on not delivered: send email:
      subject "Hello"
      "By mail"
"""
    people = [person(1, phone=None), person(2), person(3, phone=None, email=None)]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow), people)
        await stage.run(active)
        ends = await stage.ends()
    assert sorted((m.key, m.text) for m in stage.channel.messages) == [
        ("P-1", "By mail"),
        ("P-2", "Hello"),
    ]
    assert ends == {"P-1": "finished", "P-2": "finished", "P-3": "unreachable"}


async def test_loading_the_same_rows_again_adds_nobody(store: Store) -> None:
    people = [person(n) for n in range(5)]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run_until(NINE + HOUR)
        loading = await stage.join(active, people)
    assert (loading.rows, loading.joined, loading.outs) == (5, 0, [])
    assert len(stage.channel.messages) == 5


class LateLook(MemoryStore):
    """A store whose first look for what is due ends only after somebody has joined."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = anyio.Event()

    async def write(self, group: Group) -> None:
        await super().write(group)
        self.joined.set()

    async def scan(self, now: Instant, since: Instant, limit: int) -> Scan:
        seen = await super().scan(now, since, limit)
        with anyio.move_on_after(1):
            await self.joined.wait()
        return seen


@pytest.mark.promise("LOSS")
async def test_who_joins_while_the_store_looks_for_others_is_not_overlooked() -> None:
    async with on_stage(LateLook()) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        with anyio.fail_after(20):
            await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}

"""The pace, end to end: how fast a campaign goes, and who goes first."""

import pytest

from tactful.store.memory import MemoryStore
from tactful.values import MINUTE
from tests.runtime.stage import NINE, compile_flow, on_stage, person

ONE_TEXT = 'journey:\n  send sms "Hi {{ first_name }}, your order is late."\n'

pytestmark = pytest.mark.anyio


@pytest.mark.promise("PACE")
async def test_five_hundred_texts_take_245_minutes_and_no_window_holds_more_than_ten() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(500)])
        await stage.run(active)
        sent = [line["at"] for line in await stage.lines("sent")]
        rows = await stage.engine.store.by_state("delivered")
    assert len(sent) == 500
    for stamps in ([row.called_at or 0 for row in rows], [row.ended_at or 0 for row in rows]):
        stamps.sort()
        assert stamps[-1] - NINE == 245 * MINUTE
        assert all(b - a >= 5 * MINUTE for a, b in zip(stamps, stamps[10:], strict=False))


@pytest.mark.promise("LOSS")
async def test_every_recipient_ends_in_a_named_state() -> None:
    people = [person(1), person(2, phone=None, email=None), person(3, zone=None, phone=None)]
    async with on_stage(MemoryStore()) as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), people)
        await stage.run(active)
        ended = {line["recipient"]: line["state"] for line in await stage.lines("ended")}
    assert ended == {"P-1": "finished", "P-2": "unreachable", "P-3": "unreachable"}

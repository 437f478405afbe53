"""Urgent messages pass quiet hours and go first, and pass nothing else."""

import pytest

from tactful.values import HOUR, parse_instant
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

SAFETY = HEAD.replace("purpose service", "purpose safety")
NIGHT = parse_instant("2026-12-01T23:00:00Z")
FLOW = """\
journey:
  send sms urgent "Boil your water." when first_name is "Ana1"
  send sms "All is well." when first_name is not "Ana1"
"""


@pytest.mark.promise("HOURS")
async def test_an_urgent_message_leaves_at_night_and_says_why() -> None:
    async with on_stage(start=NIGHT) as stage:
        active = await stage.begin(compile_flow(FLOW, SAFETY), [person(1), person(2)])
        await stage.run(active)
        sent = {line["recipient"]: line["at"] for line in await stage.lines("sent")}
        passed = [row.verdict for row in await stage.ledger() if row.verdict]
    assert sent == {"P-1": "2026-12-01T23:00:00.000Z", "P-2": "2026-12-02T08:00:00.000Z"}
    assert '"urgent"' in passed[0]


@pytest.mark.promise("PACE")
async def test_an_urgent_message_goes_first_but_takes_a_slot_like_all() -> None:
    people = [person(n) for n in (*range(2, 17), 1)]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(FLOW, SAFETY), people)
        await stage.run_until(NINE + HOUR)
        order = [line["recipient"] for line in await stage.lines("sent")]
        called = sorted(row.called_at or 0 for row in await stage.ledger())
        await stage.run(active)
    assert "P-1" in order[:10]
    assert called[9] == NINE
    assert called[10] > NINE


@pytest.mark.promise("STOP")
async def test_an_opt_out_holds_for_urgent_messages_too() -> None:
    again = 'journey:\n  send sms "Hello"\n  wait 1 hour\n  send sms urgent "Boil your water."\n'
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(again, SAFETY), [person(1)])
        stage.reply(NINE + HOUR // 2, 1, "STOP")
        await stage.run(active)
        texts = [line["text"] for line in await stage.lines("sent")]
    assert "Boil your water." not in texts

"""Waits for a moment, run by the engine: by each person's clock, and moved by an event."""

import pytest

from tactful.values import DAY, HOUR, iso
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

CLOCK = """\
journey:
  wait until 10:00 recipient time
  send sms "Good morning"
"""
EVENT = """\
expires after 30 days

journey:
  wait up to 5 days:
    on event visit.planned as visit: go to remind

stage remind:
  wait until 24 hours before visit.starts_at:
    on event visit.planned as visit: go to remind at most 9 times
    on too late: tag late
  send sms "Tomorrow"
"""


async def test_everyone_is_written_to_by_their_own_clock() -> None:
    people = [person(1), person(2, zone="America/New_York"), person(3, zone="Asia/Kolkata")]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(CLOCK), people)
        await stage.run(active)
        sent = {line["recipient"]: line["at"] for line in await stage.lines("sent")}
    assert sent == {
        "P-1": "2026-12-01T10:00:00.000Z",
        "P-2": "2026-12-01T15:00:00.000Z",
        "P-3": "2026-12-02T04:30:00.000Z",
    }


async def test_an_event_that_moves_the_date_moves_the_wait() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(EVENT), [person(1), person(2)])
        stage.event(NINE + HOUR, "P-1", "visit.planned", starts_at=iso(NINE + 4 * DAY))
        stage.event(NINE + DAY, "P-1", "visit.planned", starts_at=iso(NINE + 6 * DAY))
        stage.event(NINE + HOUR, "P-2", "visit.planned", starts_at=iso(NINE + DAY))
        await stage.run(active)
        sent = {line["recipient"]: line["at"] for line in await stage.lines("sent")}
        tags = [(line["recipient"], line["at"]) for line in await stage.lines("tag")]
    assert sent == {"P-1": iso(NINE + 5 * DAY), "P-2": iso(NINE + HOUR)}
    assert tags == [("P-2", iso(NINE + HOUR))]

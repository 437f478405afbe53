"""Memory: a simulation holds at most 1 KiB for each journey that waits, and streams its log."""

import gc
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from tactful.guard.strategies import WINDOW
from tactful.plugins.config import Limits
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.simulate.behaviour import Behaviour
from tactful.simulate.rehearsal import rehearse
from tactful.store.rows import EventRow, SendRow
from tests.runtime.stage import NINE, compile_flow, person

pytestmark = pytest.mark.anyio

WAITING = """\
throttle sms 10 per 5 minutes
journey:
  when id is "P-0": go to halfway
  wait 1 day
  tag waited
stage halfway:
  wait 12 hours
  tag halfway
"""
MOST = 1024


async def bytes_per_journey(count: int) -> tuple[float, int]:
    """Let so many journeys wait side by side; return their memory each, and lines of the log."""
    lines = peak = 0

    async def people() -> AsyncIterator[Recipient | OutRow]:
        for number in range(count):
            yield person(number, phone=f"+1202{number + 5_550_000:07d}")

    def watch(event: EventRow, key: str | None, send: SendRow | None) -> None:
        nonlocal lines, peak
        lines += 1
        if event.event == "tag" and key == "P-0":  # all others wait, and nothing is due
            gc.collect()
            peak = tracemalloc.get_traced_memory()[0]

    campaign = compile_flow(WAITING)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        await rehearse(
            campaign,
            people(),
            start=NINE,
            behaviour=Behaviour(),
            strategies={"window": WINDOW},
            limits=Limits(),
            watch=watch,
        )
    finally:
        tracemalloc.stop()
    return (peak - before) / count, lines


async def test_ten_thousand_waiting_journeys_take_a_kibibyte_each() -> None:
    each, lines = await bytes_per_journey(10_000)
    assert 0 < each <= MOST
    assert lines == 30_000


@pytest.mark.soak
async def test_a_hundred_thousand_waiting_journeys_take_a_kibibyte_each() -> None:
    each, lines = await bytes_per_journey(100_000)
    assert 0 < each <= MOST
    assert lines == 300_000

"""Simulated journeys per second, beside the same at other sizes, and memory per waiting journey."""

import time
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO

import anyio
import msgspec
import pytest

from tactful.graph.model import Campaign
from tactful.guard.strategies import WINDOW
from tactful.plugins.config import Limits
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.tuning import tune
from tactful.simulate.behaviour import Behaviour
from tactful.simulate.rehearsal import rehearse
from tests.runtime.stage import HEAD, NINE, compile_flow

CORE = """\
campaign "Bench"
owner "care@example.com"
purpose service
quiet hours none because "a measurement"

audience from csv "people.csv":
  key id
  phone mobile
  column first_name text

senders:
  chat from "desk" through outbox

journey:
  wait 1 second
  send chat "Hi {{ first_name }}, order {{ id }} is late. Sorry, {{ first_name }}."
"""
GUARDED = """\
throttle sms 200 per minute because "a measurement"
consent for sms when first_name is not missing

journey:
  send sms "Hi {{ first_name }}, order {{ id }} is late. Sorry, {{ first_name }}."
  wait up to 1 hour:
    on reply "refund": stop
"""


_encode = msgspec.json.Encoder().encode


async def _people(count: int) -> AsyncIterator[Recipient | OutRow]:
    for number in range(count):
        key = f"K-{number}"
        yield Recipient(key, number + 1, f"+12025{number:06d}", None, ("Europe/Dublin",), "en",
                        None, {"id": key, "first_name": "Ana"})  # fmt: skip


def _simulate(campaign: Campaign, count: int, log: BinaryIO) -> float:
    def line(told: dict[str, Any]) -> None:
        log.write(_encode(told) + b"\n")  # as the command line writes it

    async def run() -> None:
        await rehearse(
            campaign,
            _people(count),
            start=NINE,
            behaviour=Behaviour(),
            strategies={"window": WINDOW},
            limits=Limits(),
            line=line,
        )

    tune()
    begun = time.perf_counter()
    anyio.run(run)
    return time.perf_counter() - begun


@pytest.mark.bench
@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
@pytest.mark.parametrize("kind", ["core", "guarded"])
def test_simulated_journeys(tmp_path: Path, kind: str, count: int) -> None:
    campaign = compile_flow(CORE, "") if kind == "core" else compile_flow(GUARDED, HEAD)
    with (tmp_path / "log.jsonl").open("wb") as log:
        seconds = _simulate(campaign, count, log)
    print(f"\n{kind}: {count:,} journeys at {count / seconds:,.0f}/s, log written")


@pytest.mark.bench
def test_memory_of_waiting_journeys(tmp_path: Path) -> None:
    campaign = compile_flow(GUARDED, HEAD)
    figures = {}
    for count in (1_000, 21_000):
        tracemalloc.start()
        with (tmp_path / "log.jsonl").open("wb") as log:
            _simulate(campaign, count, log)
        figures[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    grown = (figures[21_000] - figures[1_000]) / 20_000
    print(f"\n{grown:,.0f} bytes at the peak for each further waiting journey")

"""Durable journeys per second, beside raw SQLite doing the same state transitions in one run."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from tactful.graph.model import Campaign
from tactful.runtime.loading import Loading
from tactful.runtime.ports import ChannelLimits
from tactful.runtime.tuning import tune
from tests.bench.measured import HEAD, NullChannel, open_store, people
from tests.runtime.stage import compile_flow

JOURNEYS = 50_000
BATCH = 1_000

WAITS = """\
quiet hours none because "a measurement"

journey:
  wait {wait} second
  send chat "Hi {{{{ first_name }}}}, {{{{ id }}}} is late. {{{{ first_name }}}}: {{{{ id }}}}"
"""


async def _engine(path: Path, campaign: Campaign) -> float:
    """Record, wait, guard, render, send and end every journey; returns the seconds it took."""
    channel = NullChannel(limits=ChannelLimits(at_once=64))
    session = await open_store(path, channel)
    begun = time.perf_counter()
    active = await session.begin(
        campaign, flow_path="", audience_path="", live=False, now=session.engine.clock.now()
    )
    loading = Loading(session, active)

    async def load() -> None:
        await loading.load(people(JOURNEYS))

    session.engine.at_start(load)
    await session.engine.run(lambda: active.row.state == "finished")
    seconds = time.perf_counter() - begun
    await session.engine.store.close()
    assert active.tally["accepted"] == JOURNEYS
    return seconds


def _batches() -> Iterator[range]:
    for start in range(0, JOURNEYS, BATCH):
        yield range(start, start + BATCH)


def _raw(path: Path) -> float:
    """Do the same with SQLite alone: record, intent, outcome, in commits of a thousand rows."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE journey (id INTEGER PRIMARY KEY, campaign INTEGER, recipient INTEGER,
            step INTEGER, due INTEGER, data TEXT, UNIQUE (campaign, recipient));
        CREATE INDEX due ON journey (due, id) WHERE due IS NOT NULL;
        CREATE TABLE send (journey INTEGER, step INTEGER, visit INTEGER, state INTEGER, at INTEGER,
            PRIMARY KEY (journey, step, visit)) WITHOUT ROWID;
        """
    )
    begun = time.perf_counter()
    for batch in _batches():
        db.execute("BEGIN")
        db.executemany(
            'INSERT INTO journey VALUES (?, 1, ?, 0, 0, \'{"first_name":"Ana"}\')',
            [(n, n) for n in batch],
        )
        db.execute("COMMIT")
    for _ in _batches():
        found = db.execute(
            "SELECT id FROM journey WHERE due IS NOT NULL ORDER BY due, id LIMIT ?", (BATCH,)
        ).fetchall()
        db.execute("BEGIN")
        db.executemany("UPDATE journey SET step = 1, due = NULL WHERE id = ?", found)
        db.executemany("INSERT INTO send VALUES (?, 1, 1, 0, 0)", found)
        db.execute("COMMIT")
        db.execute("BEGIN")
        db.executemany("UPDATE send SET state = 1, at = 1 WHERE journey = ?", found)
        db.executemany("UPDATE journey SET step = 2 WHERE id = ?", found)
        db.execute("COMMIT")
    seconds = time.perf_counter() - begun
    db.close()
    return seconds


@pytest.mark.bench
@pytest.mark.parametrize("wait", [0, 1])
def test_durable_journeys_beside_raw_sqlite(tmp_path: Path, wait: int) -> None:
    text = WAITS.format(wait=wait)
    if wait == 0:
        text = text.replace("  wait 0 second\n", "")
    campaign = compile_flow(text, HEAD)
    tune()
    first = _raw(tmp_path / "raw1.db")
    engine = anyio.run(_engine, tmp_path / "engine.db", campaign)
    last = _raw(tmp_path / "raw2.db")
    raw = 2 * JOURNEYS / (first + last)
    print(
        f"\nwait {wait}: engine {JOURNEYS / engine:,.0f} journeys/s "
        f"({1e6 * engine / JOURNEYS:.1f} us each), raw SQLite {JOURNEYS / first:,.0f} and "
        f"{JOURNEYS / last:,.0f}/s, ratio {JOURNEYS / engine / raw:.2f}"
    )

"""Durable rows/s of the SQLite store beside raw SQLite which does the same state transitions.

Both record a journey, claim it (permit: a send row, `sending`) and settle it (`accepted`, the end),
1,000 journeys a commit, synced. Raw first and last, because the machine is not always as fast.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import anyio
import pytest
from msgspec.structs import replace

from tactful.store.contract import Group
from tactful.store.memory import MemoryStore
from tactful.store.sqlite import SqliteStore
from tests.store.sample import AT, journey, permitted, recipient

pytestmark = pytest.mark.bench

JOURNEYS, BATCH = 50_000, 1_000
BATCHES = [range(start, start + BATCH) for start in range(1, JOURNEYS + 1, BATCH)]
ROWS = 4  # journey and send inserted, send settled, journey ended
TEXT = "Your order is late. It comes tomorrow."


def _raw(path: Path) -> None:
    con = sqlite3.connect(path, isolation_level=None)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("PRAGMA synchronous = FULL")
    con.execute(
        "CREATE TABLE journey (id INTEGER PRIMARY KEY, key TEXT, phone TEXT, due, ended TEXT)"
    )
    con.execute("CREATE INDEX journey_due ON journey (due) WHERE due IS NOT NULL")
    con.execute(
        'CREATE TABLE send (id INTEGER PRIMARY KEY, journey, step, visit, "to", text, state, at)'
    )
    con.execute("CREATE UNIQUE INDEX send_key ON send (journey, step, visit)")

    def commit(sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        con.execute("BEGIN IMMEDIATE")
        con.executemany(sql, rows)
        con.execute("COMMIT")

    for batch in BATCHES:
        people = [(n, f"K-{n}", f"+35385{n:07}", AT) for n in batch]
        commit("INSERT INTO journey VALUES (?, ?, ?, ?, NULL)", people)
        claimed = [(n, n, 1, 1, f"+35385{n:07}", TEXT, "sending", AT) for n in batch]
        commit("INSERT INTO send VALUES (?, ?, ?, ?, ?, ?, ?, ?)", claimed)
        con.execute("BEGIN IMMEDIATE")
        con.executemany("UPDATE send SET state = 'accepted' WHERE id = ?", [(n,) for n in batch])
        con.executemany(
            "UPDATE journey SET due = NULL, ended = 'finished' WHERE id = ?", [(n,) for n in batch]
        )
        con.execute("COMMIT")
    con.close()


def _groups(batch: range) -> list[Group]:
    """Make the groups of a batch: recorded, claimed, settled."""
    recorded = Group(recipients=[recipient(n, email=None, phone=f"+35385{n:07}") for n in batch])
    sent = {n: permitted(n, n, to=f"+35385{n:07}", text=TEXT) for n in batch}
    over = {n: replace(row, state="accepted", ended_at=AT) for n, row in sent.items()}
    ends = {n: journey(n, state=None, ended="finished") for n in batch}
    return [recorded, Group(new_sends=sent), Group(sends=over, journeys=ends)]


async def _in_store(store: SqliteStore | MemoryStore, batches: list[list[Group]]) -> float:
    """Write the groups one after another, each waiting for the last; return the seconds."""
    await store.open()
    begun = perf_counter()
    for groups in batches:
        for group in groups:
            await store.write(group)
    took = perf_counter() - begun
    await store.close()
    return took


async def _windows(store: SqliteStore, count: int) -> float:
    """Read windows of 500 due journeys with their facts; return the seconds."""
    await store.open()
    due = Group(recipients=[recipient(n, launch=9) for n in range(JOURNEYS + 1, JOURNEYS + 501)])
    await store.write(due)
    begun = perf_counter()
    for _ in range(count):
        assert len((await store.scan(AT, 0, 500)).journeys) == 500
    took = perf_counter() - begun
    await store.close()
    return took


def _timed(function: Callable[[Path], None], path: Path) -> float:
    begun = perf_counter()
    function(path)
    return perf_counter() - begun


def test_bench_store(tmp_path: Path) -> None:
    first = _timed(_raw, tmp_path / "raw1.db")
    store = tmp_path / "store.db"
    ours = anyio.run(_in_store, SqliteStore(store), [_groups(batch) for batch in BATCHES])
    memory = anyio.run(_in_store, MemoryStore(), [_groups(batch) for batch in BATCHES])
    windows = anyio.run(_windows, SqliteStore(store), 20)
    last = _timed(_raw, tmp_path / "raw2.db")
    raw = (first + last) / 2
    print()
    for name, took in (("raw SQLite, first", first), ("raw SQLite, last", last),
                       ("SqliteStore", ours), ("MemoryStore", memory)):  # fmt: skip
        rate = JOURNEYS / took
        print(f"{name:18} {rate:10,.0f} journeys/s {rate * ROWS:12,.0f} rows/s"
              f" {took / JOURNEYS * 1e6:6.1f} us/journey {raw / took:6.2f} of raw")  # fmt: skip
    print(f"{'window of 500':18} {windows / 20 / 500 * 1e6:6.1f} us/journey with its facts")
    print(f"{'on disk':18} {store.stat().st_size / JOURNEYS:6.0f} B/journey with its send")

"""What only the SQLite store promises: durable, private, unharmed by bad text, well indexed."""

import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from tactful.errors import StoreInvalid
from tactful.store import queries, window
from tactful.store.client import StoreClient
from tactful.store.contract import Group, GroupRefused
from tactful.store.files import open_to_own
from tactful.store.rows import SendRow
from tactful.store.sqlite import SqliteStore
from tactful.store.tables import SEND
from tests.store.sample import entered, event, everything, filled, order, permitted, send, sends

pytestmark = pytest.mark.anyio

_WRITE_AND_DIE = """
import anyio, os, signal, sys
from tactful.store.sqlite import SqliteStore
from tactful.store.tables import SEND
from tests.store.sample import entered, permitted, sends

async def main() -> None:
    store = SqliteStore(sys.argv[1])
    await store.open()
    await store.write(entered(1))
    store.submit(sends(permitted(1, 1)), lambda error: os.kill(os.getpid(), signal.SIGKILL))
    await anyio.sleep_forever()

anyio.run(main, backend=sys.argv[2])
"""

_APPEND = """
import sys
from tactful.store.client import StoreClient
from tests.store.sample import order

with StoreClient(sys.argv[1]) as client:
    client.append_order(order())
"""

# Scans of what was found before, and of the arguments.
_OF_A_FEW = re.compile(
    r"SCAN (?:x|j|mine|\(subquery-\d+\)|a VIRTUAL TABLE|json_each VIRTUAL TABLE)"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".tactful" / "store.db"


async def _opened(path: Path) -> SqliteStore:
    store = SqliteStore(path)
    await store.open()
    return store


@pytest.mark.promise("ONCE")
@pytest.mark.promise("LOSS")
def test_what_is_done_survives_the_kill_of_its_process(path: Path, anyio_backend: str) -> None:
    command = [sys.executable, "-c", _WRITE_AND_DIE, str(path), anyio_backend]
    died = subprocess.run(command, timeout=60, check=False, env={**os.environ})
    assert died.returncode == -signal.SIGKILL
    with StoreClient(path) as client:
        assert client.by_state("sending") == (permitted(1, 1),)
        assert client.journey_of(1, "K-1") == 1


@pytest.mark.promise("SECRET")
async def test_only_the_owner_can_read_the_files(path: Path) -> None:
    before = os.umask(0)
    try:
        store = await _opened(path)
        await store.write(entered(1))
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await store.close()


@pytest.mark.promise("SECRET")
def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    path.chmod(0o664)
    open_to_own(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_commit_is_synced(path: Path) -> None:
    connection = open_to_own(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    connection.close()


async def test_closing_finishes_what_was_asked_for_and_opening_finds_it(path: Path) -> None:
    store = await _opened(path)
    await store.write(entered(1))
    for number in range(1, 100):
        store.submit(sends(send(number, 1, visit=number)), lambda error: None)
    await store.close()
    await store.close()
    again = await _opened(path)
    assert len(await again.sends(range(100))) == 99
    assert (await again.intern(["a"]), await again.intern(["b"])) == ({"a": 1}, {"b": 2})
    await again.close()


async def test_a_closed_store_says_so(path: Path) -> None:
    store = SqliteStore(path)
    with pytest.raises(StoreInvalid, match="not open"):
        await store.write(entered(1))


@pytest.mark.promise("POISON")
@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\\\0"])
async def test_a_text_that_json_cannot_carry_is_refused_alone(path: Path, text: str) -> None:
    store = await _opened(path)
    await store.write(entered(1, 2))
    errors: list[BaseException | None] = []
    store.submit(sends(send(1, 1)), errors.append)
    store.submit(sends(send(2, 2, text=text)), errors.append)
    assert [row.id for row in await store.sends([1, 2])] == [1]
    assert errors[0] is None
    assert isinstance(errors[1], GroupRefused)
    await store.close()


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "'\"\\ \n\r\t\x01\x7f\u2028", "🙂", ""])
async def test_any_other_text_comes_back_as_it_was(path: Path, text: str) -> None:
    store = await _opened(path)
    await filled(store, entered(1), sends(send(1, 1, text=text)))
    assert (await store.sends([1]))[0].text == text
    await store.close()


async def test_a_reader_that_is_cancelled_leaves_the_store_in_order(path: Path) -> None:
    store = await _opened(path)
    with anyio.move_on_after(0):
        await store.counts(1)
    await store.write(entered(1))
    assert await store.live(1) == 1
    await store.close()


async def test_a_full_disk_is_an_error_of_the_store_not_of_the_row(path: Path) -> None:
    store = await _opened(path)
    await store._ask(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall())
    with pytest.raises(StoreInvalid, match="could not be written"):
        await store.write(Group(events=[event(data="x" * 500_000)]))
    assert await everything(store.events()) == []
    await store.close()


async def test_another_process_is_seen_to_have_written(path: Path) -> None:
    store = await _opened(path)
    await store.write(entered(1))
    assert await store.changed() is False
    await anyio.run_process([sys.executable, "-c", _APPEND, str(path)])
    assert await store.changed() is True
    assert await store.changed() is False
    assert (await store.news()).orders == (order(id=1),)
    await store.close()


async def test_a_write_waits_for_the_short_one_of_another_process(path: Path) -> None:
    store = await _opened(path)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    async with anyio.create_task_group() as group:
        group.start_soon(store.write, entered(1))
        await anyio.wait_all_tasks_blocked()
        await anyio.to_thread.run_sync(other.execute, "COMMIT")
    assert await store.live(1) == 1
    other.close()
    await store.close()


@pytest.mark.parametrize(
    ("index", "query"),
    [
        ("journey_due", window.DUE_PAIRS),
        ("journey_due", window.NEXT_JOURNEY),
        ("send_due", window.DUE_SENDS),
        ("send_due", window.NEXT_SEND),
        ("send_lane", window.LANE_SENDS),
        ("send_lane", window.WAITING),
        ("send_key", window.OPEN_SENDS),
        ("recipient_phone", window.RECENT),
        ("recipient_email", window.RECENT),
        ("recipient_phone", queries.ASKED),
        ("recipient_email", queries.ASKED),
        ("recipient_key", queries.KEYS),
        ("recipient_key", queries.JOURNEY_OF),
        ("journey_live", queries.LIVE),
        ("journey_live", queries.LIVE_JOURNEYS),
        ("send_unsettled", queries.BY_UNSETTLED),
        ("signal_new", queries.NEW_SIGNALS),
        ("signal_reply", queries.REPLIES),
        ("order_new", queries.NEW_ORDERS),
        ("consent_address", queries.CONSENTS_OF),
        ("inbox_open", queries.INBOX_OPEN),
    ],
)
def test_each_index_serves_the_query_that_pays_for_it(index: str, query: str, path: Path) -> None:
    connection = open_to_own(path)
    values = (1,) * (len({*re.findall(r"\?\d", query)}) or query.count("?"))
    plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
    steps = [row[3] for row in plan]
    connection.close()
    assert any(index in step for step in steps), steps
    whole = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert [step for step in whole if not _OF_A_FEW.match(step)] == []


COLUMNS = len(SendRow.__struct_fields__)


@pytest.mark.parametrize("varying", [(0,), (0, 10, 13), tuple(range(COLUMNS))])
def test_rows_are_replaced_by_looking_them_up(varying: tuple[int, ...], path: Path) -> None:
    connection = open_to_own(path)
    query = SEND._update(varying)
    plan = connection.execute(
        f"EXPLAIN QUERY PLAN {query}", ("[]", *[1] * (COLUMNS - len(varying)))
    )
    steps = [row[3] for row in plan.fetchall()]
    connection.close()
    assert "SEARCH send USING INTEGER PRIMARY KEY (rowid=?)" in steps


async def test_rows_that_agree_in_everything_are_all_kept(path: Path) -> None:
    store = await _opened(path)
    await store.write(Group(events=[event()] * 3, orders=[order()] * 2))
    assert len(await everything(store.events())) == 3
    assert [row.id for row in (await store.news()).orders] == [1, 2]
    await store.close()

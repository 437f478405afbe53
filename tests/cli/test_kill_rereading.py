"""Killed with -9 while it reads its audience again, or hands an event to many: nobody is lost."""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tactful.store.client import StoreClient
from tests.cli.shells import FLOW, PATIENCE, begin, number, second_shell, until, write_campaign

FEW, MANY = 30, 1500
WAITING = """\
journey:
  wait up to 2 days:
    on event depot_found with same depot: tag found
"""


def flow(opening: str) -> str:
    """Return a campaign whose people wait for one event, with another line for its audience."""
    head = FLOW.replace('audience from csv "people.csv":', opening).split("journey:")[0]
    return head.replace("  column name text", "  column name text\n  column depot text") + WAITING


def write_people(folder: Path, rows: int) -> None:
    """Write an audience of so many people as an editor does: whole, or not at all."""
    lines = [f"K{n},{number(n % 100)},k{n}@example.com,Kim {n},north" for n in range(1, rows + 1)]
    new = folder / "people.new"
    new.write_text("\n".join(["id,mobile,mail,name,depot", *lines]))
    new.replace(folder / "people.csv")


@contextmanager
def running(folder: Path, *args: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the campaign in a process of its own, which ends by kill -9 at the latest."""
    process = begin(folder, "run", "late.flow", *args)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def seen(folder: Path, event: str) -> Counter[str]:
    """Return how often each person is in the log with an event."""
    log = second_shell(folder, "log", "late-order", "--format", "jsonl").lines
    return Counter(line["recipient"] for line in log if line["event"] == event)


def journeys(client: StoreClient) -> Counter[str]:
    """Return how many journeys there are, by their end; `live` for those under way."""
    counted = Counter[str]()
    for launch in client.launches():
        counted.update(client.counts(launch.id).journeys)
    return counted


def joined(at_least: int) -> Callable[[StoreClient], bool]:
    return lambda client: journeys(client).total() >= at_least


@pytest.mark.promise("ONCE")
@pytest.mark.promise("LOSS")
def test_a_kill_while_new_rows_join_neither_repeats_nor_loses_anybody(tmp_path: Path) -> None:
    write_campaign(tmp_path, flow=flow('audience from csv "people.csv" every 10 seconds:'))
    write_people(tmp_path, FEW)
    with running(tmp_path, "--speed", "20"):
        until(tmp_path, joined(FEW))
        write_people(tmp_path, MANY)
        until(tmp_path, joined(FEW + 1))
    with running(tmp_path, "--speed", "20"):
        until(tmp_path, lambda _: seen(tmp_path, "entered").total() >= MANY)
    assert seen(tmp_path, "entered") == {f"K{n}": 1 for n in range(1, MANY + 1)}


@pytest.mark.promise("SIGNAL")
def test_a_kill_while_an_event_goes_out_to_many_reaches_each_of_them_once(tmp_path: Path) -> None:
    write_campaign(tmp_path, flow=flow('audience from csv "people.csv":'))
    write_people(tmp_path, MANY)

    with running(tmp_path):
        until(tmp_path, joined(MANY))
        second_shell(tmp_path, "send-event", "depot_found", "--value", "depot=north")
        until(tmp_path, lambda client: journeys(client)["finished"] > 0)
    with running(tmp_path) as process:
        process.communicate(timeout=PATIENCE)
    assert seen(tmp_path, "tag") == {f"K{n}": 1 for n in range(1, MANY + 1)}

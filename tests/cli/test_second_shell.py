"""Beside a running `run`, people do everything else from other shells."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tactful.store.client import StoreClient
from tests.cli.shells import (
    PATIENCE,
    begin,
    greeted,
    number,
    second_shell,
    sent,
    until,
    write_campaign,
)

AT_ONCE, ALL = 10, 12
"""The default pace lets ten of the twelve go at once; two wait for five minutes."""

LATE = (number(11), number(12))


@pytest.fixture
def run(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A campaign under way, on the real clock, with its first messages out."""
    write_campaign(tmp_path, rows=ALL)
    process = begin(tmp_path, "run", "late.flow", "--speed", "1")
    try:
        until(tmp_path, lambda client: len(sent(client)) == AT_ONCE)
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def stop(process: "subprocess.Popen[str]") -> int:
    """Press Ctrl-C, and return the exit code."""
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    return process.returncode


def test_a_campaign_is_paused_resumed_and_stopped(
    run: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    for order, state in (("pause", "paused"), ("resume", "running")):
        answer = second_shell(tmp_path, order, "late-order", "--because", "a test", "--wait")
        assert answer.code == 0, answer.err
        assert answer.out.splitlines()[-1].startswith(order)
        status = second_shell(tmp_path, "status", "--format", "json").json
        assert status["launches"][0]["state"] == state
    again = second_shell(tmp_path, "resume", "late-order", "--wait")
    assert again.code == 1
    assert "not done: `resume` is not possible in the state `running`" in again.err

    stopped = second_shell(tmp_path, "stop", "--all", "--because", "a test", "--wait")
    assert "stopped; 12 journeys cancelled" in stopped.out
    run.communicate(timeout=PATIENCE)
    log = second_shell(tmp_path, "log", "late-order", "--format", "jsonl").lines
    orders = [line for line in log if line["event"] == "order"]
    assert [line["order"] for line in orders] == ["pause", "resume", "resume", "stop"]
    assert [line.get("because") for line in orders] == ["a test", "a test", None, "a test"]


def test_replies_and_events_reach_their_journeys(
    run: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    said = second_shell(tmp_path, "reply", "late-order", "K1", "Refund please", "--wait")
    assert said.out.splitlines()[-1] == "reached K1"
    by_number = second_shell(tmp_path, "reply", "--from", number(2), "keep", "--wait")
    assert by_number.out.splitlines()[-1] == "reached K2"
    told = second_shell(tmp_path, "send-event", "parcel_found", "--key", "K3", "--wait")
    assert told.out.splitlines()[-1] == "reached 1 journey"
    value = ("--value", "name=KIM 5", "--wait")
    for_many = second_shell(tmp_path, "send-event", "depot_found", *value)
    assert "event depot_found for 1 journey under way" in for_many.out
    assert for_many.out.splitlines()[-1] == "reached 1 journey"
    slip = second_shell(tmp_path, "send-event", "depot_fund", *value)
    assert (slip.code, slip.out) == (1, "")
    assert "Did you mean `depot_found`?" in slip.err
    lacks = second_shell(tmp_path, "send-event", "depot_found", "--value", "colour=red")
    assert "give a value of `name`" in lacks.err
    dropped = second_shell(tmp_path, "drop", "late-order", "K4", "--wait")
    assert dropped.out.splitlines()[-1] == "dropped K4"

    (item,) = second_shell(tmp_path, "inbox", "--format", "json").json
    assert (item["recipient"], item["queue"]) == ("K1", "refunds")
    closed = second_shell(tmp_path, "inbox", "close", str(item["item"]), "--wait")
    assert closed.out.splitlines()[-1] == f"item {item['item']} is closed"
    (launch,) = second_shell(tmp_path, "status", "--format", "json").json["launches"]
    assert launch["ended"] == {"dropped": 1, "finished": 4}
    assert launch["answered"] == 2
    assert stop(run) == 3


@pytest.mark.promise("STOP")
def test_a_consent_that_is_taken_back_stops_what_is_queued(
    run: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    for address in LATE:
        about = (address, "--channel", "sms", "--source", "a call", "--wait")
        assert second_shell(tmp_path, "consent", "remove", *about).out.endswith("noted\n")
    assert second_shell(tmp_path, "consent", "add", *about).code == 0
    assert stop(run) == 3

    assert second_shell(tmp_path, "run", "late.flow", "--speed", "max").code == 0
    names = {f"Kim {row}" for row in range(1, ALL + 1)}
    assert greeted(tmp_path) == dict.fromkeys(names - {"Kim 11"}, 1)
    log = second_shell(tmp_path, "log", "--key", "K11", "--format", "jsonl").lines
    assert [line["event"] for line in log if line["event"] == "refused"] == ["refused"]


def test_a_second_engine_is_refused_by_name(run: "subprocess.Popen[str]", tmp_path: Path) -> None:
    second = second_shell(tmp_path, "run", "late.flow")
    assert second.code == 2
    assert f"process {run.pid} on " in second.err
    assert "`run`" in second.err
    assert f"process {run.pid} on " in second_shell(tmp_path, "status").out
    assert stop(run) == 3
    assert "none is running" in second_shell(tmp_path, "status").out


@pytest.mark.promise("ONCE")
@pytest.mark.promise("LOSS")
def test_a_killed_run_goes_on_where_it_was(run: "subprocess.Popen[str]", tmp_path: Path) -> None:
    run.kill()
    run.communicate(timeout=PATIENCE)
    paused = second_shell(tmp_path, "pause", "late-order")
    assert "No engine is running" in paused.out
    assert "tactful run" in paused.out
    assert second_shell(tmp_path, "resume", "late-order").code == 0

    resumed = second_shell(tmp_path, "run", "late.flow", "--speed", "max")
    assert resumed.code == 0, resumed.err
    assert greeted(tmp_path) == {f"Kim {row}": 1 for row in range(1, ALL + 1)}
    with StoreClient(tmp_path / ".tactful" / "store.db") as client:
        assert [order.result for order in client.orders()] == ["paused", "resumed"]


def test_an_engine_starts_a_campaign_by_order(run: "subprocess.Popen[str]", tmp_path: Path) -> None:
    flow = (tmp_path / "late.flow").read_text()
    (tmp_path / "second.flow").write_text(flow.replace('"Late order"', '"Second"'))
    started = second_shell(tmp_path, "start", "second.flow", "--wait")
    assert started.out.splitlines()[-1] == "started second.1"
    until(tmp_path, lambda client: len(sent(client)) == 2 * AT_ONCE)
    assert stop(run) == 3


def test_a_start_without_its_audience_leaves_no_launch_behind(
    run: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    flow = (tmp_path / "late.flow").read_text()
    (tmp_path / "second.flow").write_text(flow.replace('"Late order"', '"Second"'))
    people = (tmp_path / "people.csv").rename(tmp_path / "away.csv")
    started = second_shell(tmp_path, "start", "second.flow", "--wait")
    assert "not done: the audience" in started.out + started.err
    people.rename(tmp_path / "people.csv")
    again = second_shell(tmp_path, "start", "second.flow", "--wait")
    assert again.out.splitlines()[-1] == "started second.1"
    assert stop(run) == 3


def test_a_followed_log_shows_what_happens_as_it_happens(
    run: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    follower = begin(tmp_path, "log", "late-order", "--follow")
    assert follower.stdout is not None
    try:
        second_shell(tmp_path, "reply", "late-order", "K1", "keep", "--wait")
        seen = next(line for line in follower.stdout if "  reply  " in line)
        assert seen.rstrip().endswith("sms: “keep”")
        assert stop(follower) == 0
    finally:
        follower.kill()
    assert stop(run) == 3

"""`run` and `demo`: a campaign on a real store, from its start to its end."""

import shutil
import signal
from pathlib import Path

import pytest

from tactful.store.client import StoreClient
from tests.cli.shells import (
    FLOW,
    PATIENCE,
    Answer,
    begin,
    greeted,
    here,
    sent,
    store_of,
    until,
    write_campaign,
)
from tests.house.source import ROOT

START = "2026-12-01T09:00:00Z"
MAX = ("run", "--speed", "max", "--start", START)

LOST = '[[behave]]\nkey = "K2"\noutcome = "lost"\n'


@pytest.mark.promise("ONCE")
def test_a_finished_campaign_is_not_run_twice_unless_asked(tmp_path: Path) -> None:
    flow = str(write_campaign(tmp_path, rows=3))
    first = here(*MAX, flow)
    assert first.code == 0
    assert first.out.startswith("late-order.1 is finished.")
    again = here(*MAX, flow)
    assert again.code == 0
    assert "late-order.1 had finished already" in again.out
    assert "--again" in again.out
    assert greeted(tmp_path) == {"Kim 1": 1, "Kim 2": 1, "Kim 3": 1}
    assert here(*MAX, "--again", flow).out.startswith("late-order.2 is finished.")
    assert greeted(tmp_path) == {"Kim 1": 2, "Kim 2": 2, "Kim 3": 2}


def test_sends_in_doubt_are_4_until_they_are_settled(tmp_path: Path) -> None:
    flow, script = str(write_campaign(tmp_path, rows=3)), tmp_path / "behave.toml"
    script.write_text(LOST)
    told = here(*MAX, "--behave", str(script), flow)
    assert told.code == 4
    assert "tactful status late-order" in told.out
    assert here(*MAX, flow).code == 4
    with StoreClient(store_of(tmp_path)) as client:
        (attempt,) = client.by_state("in doubt")
    store = ("--store", str(store_of(tmp_path)))
    assert here("settle", str(attempt.id), "sent", *store).code == 0
    assert here(*MAX, flow).code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--live", "--speed", "60"),
        ("--live", "--speed", "max", "--start", START),
        ("--start", START),
        ("--speed", "0"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(options: tuple[str, ...], tmp_path: Path) -> None:
    assert here("run", *options, str(write_campaign(tmp_path))).code == 2
    assert not store_of(tmp_path).exists()


@pytest.mark.promise("CLOSED")
def test_a_live_run_needs_the_channel_that_the_flow_names(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path)
    flow.write_text(flow.read_text().replace("through outbox", "through twilio"))
    told = here("run", "--live", str(flow))
    assert told.code == 1
    assert "the channel `twilio` is not ready" in told.err
    assert "`plugins.twilio.account_sid` is missing" in told.err
    assert not store_of(tmp_path).exists()


NOT_ON = """
[plugins]
block = ["twilio"]

[plugins.twilio]
account_sid = "AC1"

[plugins.pigeon]
loft = "roof"
"""
ONE_TEXT = FLOW.partition("  wait up to")[0]


def test_a_live_run_tells_which_plugins_with_settings_are_not_on(tmp_path: Path) -> None:
    flow = str(write_campaign(tmp_path, rows=1, flow=ONE_TEXT))
    (tmp_path / "tactful.toml").write_text(NOT_ON)
    told = here("run", "--live", flow)
    assert told.code == 0, told.err
    warned = [line for line in told.err.splitlines() if line.startswith("warning: the plugin")]
    assert warned == [
        "warning: the plugin `pigeon` is not installed: it has settings, but is not installed",
        "warning: the plugin `twilio` is off: blocked in the configuration",
    ]
    assert "the plugin" not in here(*MAX, "--again", flow).err, "without --live, none is needed"


@pytest.mark.promise("LOSS")
def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(tmp_path: Path) -> None:
    flow = str(write_campaign(tmp_path, rows=12))
    process = begin(tmp_path, "run", flow)
    until(tmp_path, lambda client: len(sent(client)) == 10)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 3
    assert "stopping: nothing more is sent; 0 in flight" in err
    assert "the same command goes on with it" in out
    assert here("run", "--speed", "max", flow).code == 0
    assert greeted(tmp_path) == {f"Kim {row}": 1 for row in range(1, 13)}


def test_another_store_and_another_audience_can_be_named(tmp_path: Path) -> None:
    flow, store = str(write_campaign(tmp_path, rows=3)), tmp_path / "elsewhere" / "mine.db"
    people = tmp_path / "few.csv"
    people.write_text("id,mobile,mail,name\nX1,+12025550101,,Xi\n")
    told = here(*MAX, "--store", f"sqlite:///{store}", "--audience", str(people), flow)
    assert told.code == 0
    assert f"--store sqlite:///{store}" in told.out
    assert not store_of(tmp_path).exists()
    assert len([*(store.parent / "outbox").rglob("*.txt")]) == 1


def test_the_demonstration_shows_a_campaign_and_keeps_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = here("demo")
    assert first.code == 0
    for shown in (
        "delayed-order.1 is finished.",
        "opted out",
        "wants the money back",
        "wants no more texts",
        "no channel reaches this customer",
        "tactful log delayed-order",
        "tactful inbox",
    ):
        assert shown in first.out
    flow = tmp_path / "tactful-demo" / "delayed_order.flow"
    flow.write_text(flow.read_text().replace("Acme here", "Acme Inc. here"))
    assert "delayed-order.1 is finished." in here("demo").out
    assert "Acme Inc. here" in flow.read_text()
    assert "delayed-order.2 is finished." in here("demo", "--keep").out
    monkeypatch.chdir(tmp_path / "tactful-demo")
    assert "Acme Inc. here" in here("log", "delayed-order", "--key", "A-1001").out


@pytest.mark.parametrize("example", ["hello", "delayed_order"])
def test_a_run_on_the_jumping_clock_sends_what_simulate_says(example: str, tmp_path: Path) -> None:
    unused = shutil.ignore_patterns(".tactful")
    shutil.copytree(ROOT / "flows", tmp_path, ignore=unused, dirs_exist_ok=True)
    flow = str(tmp_path / f"{example}.flow")
    script = tmp_path / f"{example}.behave.toml"
    behave = ("--behave", str(script)) if script.exists() else ()
    told = here("simulate", "--start", START, "--format", "jsonl", "--full", *behave, flow)
    assert here(*MAX, *behave, flow).code in (0, 4)
    log = here("log", "--format", "jsonl", "--full", "--store", f"sqlite:///{store_of(tmp_path)}")
    assert _sends(log) == _sends(told)
    assert _sends(told)


def _sends(log: Answer) -> list[tuple[str, ...]]:
    return sorted(
        (line["at"], line["recipient"], line["channel"], line["to"], line["text"])
        for line in log.lines
        if line["event"] in ("sent", "in_doubt")
    )


def test_an_audience_that_cannot_be_read_starts_nothing(tmp_path: Path) -> None:
    flow, people = str(write_campaign(tmp_path, rows=3)), tmp_path / "people.csv"
    rows = people.read_bytes()
    for broken in (b"", b"id,name\n1,Ann\n"):
        people.write_bytes(broken)
        told = here(*MAX, flow)
        assert told.code == 1, told
        assert told.err.startswith("error: ")
    people.write_bytes(rows)
    assert here(*MAX, flow).out.startswith("late-order.1 is finished.")


def test_the_end_tells_of_rows_that_were_left_out(tmp_path: Path) -> None:
    flow = str(write_campaign(tmp_path, rows=2))
    with (tmp_path / "people.csv").open("a") as people:
        people.write("\nK1,+12025550100,,again\n")
    lines = [" ".join(line.split()) for line in here(*MAX, flow).out.splitlines()]
    assert "finished 2" in lines
    assert "rows left out (`tactful log` says why) 1" in lines

"""`check`, `plan` and `simulate`: what a flow would do, before anything leaves."""

from pathlib import Path

import msgspec
import pytest

from tactful.values import MINUTE, SECOND, parse_instant
from tests.cli.shells import FLOW, PATIENCE, begin, here, number, write_campaign
from tests.house.plain import without_policies
from tests.house.source import ROOT

START = "2026-12-01T09:00:00Z"
EXAMPLES = sorted((ROOT / "flows").glob("*.flow"))
ONE_TEXT = """
campaign "One text"
owner "care@example.com"
purpose service
quiet hours none because "a test at any hour"

audience from csv "people.csv":
  key id
  phone mobile

senders:
  sms from "+12025550199" through outbox

journey:
  send sms "Your order is late."
"""


# ---- check --------------------------------------------------------------------------------------


def test_check_tells_every_mistake_of_every_file(tmp_path: Path) -> None:
    good = write_campaign(tmp_path)
    bad, worse = tmp_path / "bad.flow", tmp_path / "worse.flow"
    bad.write_text(FLOW.replace("purpose service", "purpose marketing"))
    worse.write_bytes(b"\xff\xfe")
    told = here("check", str(good), str(bad), str(worse))
    assert told.code == 1
    assert f"{good}: ok · 1 stage (journey) · at most 1 sms per person" in told.out
    assert f"--> {bad}:4:9" in told.out
    assert "not UTF-8" in told.out
    assert "2 mistakes in 2 of 3 files" in told.out


def test_check_as_json_has_a_row_for_each_mistake(tmp_path: Path) -> None:
    bad = tmp_path / "bad.flow"
    bad.write_text(FLOW.replace("purpose service", "purpose marketing"))
    told = here("check", "--format", "json", str(bad))
    (row,) = told.json
    assert told.code == 1
    assert set(row) == {
        "file", "line", "column", "end_line", "end_column", "code", "severity", "message", "help",
        "fix",
    }  # fmt: skip
    assert (row["file"], row["line"], row["severity"]) == (str(bad), 4, "error")


def test_check_of_good_files_as_json_is_an_empty_list(tmp_path: Path) -> None:
    told = here("check", "--format", "json", str(write_campaign(tmp_path)))
    assert (told.code, told.json) == (0, [])


def test_check_in_short_is_one_line_for_each_mistake(tmp_path: Path) -> None:
    bad = tmp_path / "bad.flow"
    bad.write_text("campain\n")
    told = here("check", "--format", "short", str(bad))
    assert all(line.startswith(f"{bad}:") for line in told.out.splitlines())


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(
    "line", ["throttle sms 0 per 5 minutes", "throttle sms ten", "quiet hours 25:00 to 08:00"]
)
def test_a_wrong_limit_is_a_compile_error_for_every_command(line: str, tmp_path: Path) -> None:
    flow = write_campaign(tmp_path, flow=FLOW.replace("senders:", f"{line}\n\nsenders:"))
    for command in ("check", "plan", "simulate", "run"):
        assert here(command, str(flow)).code == 1
    assert not (tmp_path / ".tactful" / "outbox").exists()


@pytest.mark.parametrize("flow", EXAMPLES, ids=lambda flow: flow.stem)
def test_the_examples_are_well(flow: Path) -> None:
    assert here("check", str(flow)).code == 0
    assert here("plan", str(flow)).code == 0


# ---- plan ---------------------------------------------------------------------------------------


def _people(folder: Path, count: int) -> Path:
    flow = folder / "one.flow"
    flow.write_text(ONE_TEXT)
    rows = [f"K{row},+447700900{row:03d}" for row in range(count)]
    (folder / "people.csv").write_text("\n".join(["id,mobile", *rows]))
    return flow


@pytest.mark.promise("PACE")
def test_500_recipients_take_245_minutes(tmp_path: Path) -> None:
    flow = _people(tmp_path, 500)
    plan = here("plan", "--start", START, "--format", "json", str(flow)).json
    last = parse_instant(plan["last_send"]) - parse_instant(START)
    assert abs(last - 245 * MINUTE) <= 10 * SECOND
    assert plan["sends"]["sms"]["messages"] == 500
    page = here("plan", "--start", START, str(flow)).out
    assert "4 h 5 min after the start" in page
    assert "No pace is a guarantee" in page


def test_the_plan_names_who_is_out_and_why(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path, rows=3)
    with (tmp_path / "people.csv").open("a") as file:
        file.write(f"\nK1,{number(9)},,again\nK9,call me,,nobody\n")
    told = here("plan", "--start", START, "--format", "json", str(flow)).json
    assert (told["recipients"]["rows"], told["recipients"]["in"]) == (5, 3)
    codes = {(out["row"], out["code"]) for out in told["recipients"]["out"]}
    assert {(4, "duplicate_key"), (5, "bad_phone"), (5, "no_address")} <= codes
    page = here("plan", "--start", START, str(flow)).out
    assert "5 rows: 3 in, 2 out" in page
    assert "row 1 has the same key" in page


def test_an_audience_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path)
    (tmp_path / "people.csv").unlink()
    told = here("plan", str(flow))
    assert told.code == 1
    assert told.err.startswith("error: ")


def test_a_run_keeps_to_its_plan_or_is_refused(tmp_path: Path) -> None:
    flow, plan = write_campaign(tmp_path, rows=2), tmp_path / "plan.json"
    assert here("plan", "--out", str(plan), str(flow)).code == 0
    flow.write_text(FLOW.replace("quiet hours none", "# changed\nquiet hours none"))
    assert here("run", "--speed", "max", "--plan", str(plan), str(flow)).code == 0
    for old, new, what in (
        ("is late", "is very late", "revision"),
        ("senders:", "throttle sms 5 per 5 minutes\nsenders:", "guards"),
    ):
        flow.write_text(FLOW.replace(old, new))
        told = here("run", "--speed", "max", "--again", "--plan", str(plan), str(flow))
        assert told.code == 1
        assert f"the {what} of" in told.err


# ---- simulate -----------------------------------------------------------------------------------

SCRIPT = """
[[behave]]
key = "K1"
reply = "Refund me"
after = "10 minutes"

[[behave]]
key = "K2"
reply = "STOP"
after = "1 minute"

[[behave]]
key = "K3"
outcome = "undelivered"
after = "1 minute"
"""


def _script(folder: Path) -> str:
    path = folder / "behave.toml"
    path.write_text(SCRIPT)
    return str(path)


def test_simulate_streams_the_event_log(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path, rows=3)
    script = ("--behave", _script(tmp_path), "--start", START, "--format", "jsonl")
    told = here("simulate", *script, str(flow))
    assert told.code == 0
    assert told.out == here("simulate", *script, str(flow)).out
    events = [(line["recipient"], line["event"]) for line in told.lines]
    assert ("K1", "hand_off") in events
    assert ("K2", "opt_out") in events
    assert ("K3", "undelivered") in events
    assert number(1) not in told.out
    assert number(1) in here("simulate", *script, "--full", str(flow)).out


def test_simulate_sums_up_for_people(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path, rows=3)
    told = here("simulate", "--behave", _script(tmp_path), "--start", START, str(flow))
    lines = [" ".join(line.split()) for line in told.out.splitlines()]
    assert "channel sent delivered undelivered" in lines
    assert "sms 4 3 1" in lines
    assert "hand off 1" in lines
    assert "ended: opted out 1" in lines


def test_a_script_with_mistakes_is_told(tmp_path: Path) -> None:
    script = tmp_path / "behave.toml"
    script.write_text('[[behave]]\nshare = "20%"\nkey = "K1"\noutcome = "eaten"\n')
    told = here("simulate", "--behave", str(script), str(write_campaign(tmp_path)))
    assert told.code == 1
    assert "rule 1" in told.err


def test_who_has_read_enough_ends_it_quietly(tmp_path: Path) -> None:
    without_policies(tmp_path)
    process = begin(tmp_path, "simulate", "--format", "jsonl", str(_people(tmp_path, 900)))
    assert process.stdout is not None
    assert process.stderr is not None
    first = msgspec.json.decode(process.stdout.readline())
    process.stdout.close()
    assert first["event"] == "entered"
    assert process.wait(PATIENCE) == 1
    assert process.stderr.read() == ""
    process.stderr.close()

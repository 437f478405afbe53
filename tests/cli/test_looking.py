"""Looking at a store: status, log, inbox and plugins, for people and for programs."""

import functools
from pathlib import Path

import anyio
import pytest

from tactful.cli.eventlines import details
from tactful.store.contract import Group
from tactful.store.sqlite import SqliteStore
from tactful.values import MINUTE, iso
from tests.cli.shells import here, number, write_campaign
from tests.store.sample import AT, entered, event, filled, held, lane, launch, permitted, sends

SCRIPT = """
[[behave]]
key = "K3"
outcome = "lost"

[[behave]]
key = "K4"
outcome = "failed"

[[behave]]
key = "K5"
reply = "REFUND please"

[[behave]]
key = "K6"
reply = "who is this?"
"""


@pytest.fixture
def done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a finished campaign: a doubt, a failure, a hand-off, an unclaimed reply."""
    monkeypatch.chdir(tmp_path)
    write_campaign(tmp_path)
    (tmp_path / "script.toml").write_text(SCRIPT)
    assert here("run", "late.flow", "--speed", "max", "--behave", "script.toml").code == 4
    return tmp_path


def test_status_counts_people_and_messages(done: Path) -> None:
    status = here("status", "--format", "json").json
    (stands,) = status["launches"]
    assert status["engine"] is None
    assert (stands["launch"], stands["state"]) == ("late-order.1", "finished")
    assert (stands["rows"], stands["ended"]) == (12, {"finished": 12})
    assert (stands["sent"], stands["failed"], stands["in_doubt"]) == (11, 1, 1)
    assert (stands["answered"], stands["open_inbox"]) == (2, 2)


def test_status_names_the_command_that_settles_a_doubt(done: Path) -> None:
    (doubt,) = here("status", "late-order", "--format", "json").json["launches"][0]["doubts"]
    assert (doubt["recipient"], doubt["to"]) == ("K3", "+1 ••• ••• 0103")
    assert f"tactful settle {doubt['attempt']} sent|not-sent" == doubt["settle"]
    assert doubt["settle"] in here("status").out
    assert number(3) in here("status", "--full", "--format", "json").out


@pytest.mark.promise("ONCE")
@pytest.mark.parametrize(
    ("order", "texts", "state"),
    [
        (("sent",), 1, "sent"),
        (("not-sent",), 0, "failed"),
        (("not-sent", "--resend"), 1, "sent"),
    ],
)
def test_a_doubt_is_settled_by_the_next_run(
    order: tuple[str, ...], texts: int, state: str, done: Path
) -> None:
    (doubt,) = here("status", "--format", "json").json["launches"][0]["doubts"]
    settled = here("settle", str(doubt["attempt"]), *order)
    assert settled.code == 0
    assert "tactful run" in settled.out
    assert here("run", "late.flow", "--speed", "max").code == 0
    (stands,) = here("status", "--format", "json").json["launches"]
    assert stands["in_doubt"] == 0
    assert here("settle", str(doubt["attempt"]), "sent").code == 1
    log = here("log", "--key", "K3", "--format", "jsonl").lines
    assert [line["event"] for line in log].count("sent") == texts
    assert log[-1]["event"] in (state, "delivered")


def test_the_log_is_one_object_a_line_with_masked_addresses(done: Path) -> None:
    lines = here("log", "--format", "jsonl").lines
    sent = [line for line in lines if line["event"] == "sent"]
    assert len({line["recipient"] for line in sent}) == len(sent) == 11
    first = sent[0]
    assert first.keys() >= {"at", "launch", "step", "stage", "visit", "attempt", "revision",
                            "guards", "channel", "to", "sender", "text", "segments",
                            "verdict"}  # fmt: skip
    assert first["to"] == "+1 ••• ••• 0101"
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


@pytest.mark.promise("SECRET")
def test_whole_addresses_are_shown_only_when_asked_for(done: Path) -> None:
    looks = (("log",), ("log", "--format", "jsonl"), ("inbox",), ("inbox", "--format", "json"))
    for look in looks:
        assert "+1202555" not in here(*look).out
        assert "+1202555" in here(*look, "--full").out or look == ("log",)


def test_the_log_of_one_recipient_or_launch_holds_nothing_else(done: Path) -> None:
    assert here("run", "late.flow", "--speed", "max", "--again").code == 0

    def seen(*args: str) -> set[tuple[str, str]]:
        lines = here("log", *args, "--format", "jsonl").lines
        return {(line["launch"], line.get("recipient")) for line in lines}

    assert seen("late-order.2", "--key", "K5") == {("late-order.2", "K5")}
    assert seen("--key", "K5") == {("late-order.1", "K5"), ("late-order.2", "K5")}
    assert {name for name, _ in seen("late-order")} == {"late-order.1", "late-order.2"}
    assert {name for name, _ in seen("late-order.1")} == {"late-order.1"}


def test_people_read_the_log_in_columns(done: Path) -> None:
    lines = here("log", "late-order.1").out.splitlines()
    assert any(line.endswith("K5        reply        sms: “REFUND please”") for line in lines)
    assert any(line.endswith("K5        hand off     to refunds") for line in lines)
    assert any("K6        signal       to the inbox: “who is this?”" in line for line in lines)
    assert any("K1        tag          silent" in line for line in lines)
    assert len({line.index("K1 ") for line in lines if "K1 " in line}) == 1


def test_the_inbox_shows_hand_offs_and_unclaimed_replies(done: Path) -> None:
    items = here("inbox", "--format", "json").json
    assert [(item["recipient"], item["kind"], item["note"]) for item in items] == [
        ("K5", "hand_off", ""),
        ("K6", "reply", "who is this?"),
    ]
    people = here("inbox").out
    assert "K5 of late-order.1" in people
    assert "hand-off to refunds" in people


def test_a_closed_item_leaves_the_inbox(done: Path) -> None:
    assert here("inbox", "close", "2", "--because", "a wrong number").code == 0
    assert here("run", "late.flow", "--speed", "max", "--again").code == 0
    assert [item["item"] for item in here("inbox", "--format", "json").json] == [1]
    states = {
        item["item"]: item["state"] for item in here("inbox", "--all", "--format", "json").json
    }
    assert states == {1: "open", 2: "closed"}
    assert "is closed already" in here("inbox", "give-back", "2").err


def test_an_empty_store_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here("consent", "add", number(1), "--channel", "sms", "--source", "a form")
    assert "Nothing has been run yet" in here("status").out
    assert here("log").err == "Nothing has happened yet.\n"
    assert here("inbox").out == "Nobody waits for a person.\n"


def test_status_tells_what_waits_and_why(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    state = f'{{"version":1,"next_id":2,"open":[[1,{AT},4]],"ends":[],"forgotten":null}}'
    no_slot, night = (f'{{"by":"guard","reason":"{why}"}}' for why in ("no slot", "it is night"))
    groups = (
        Group(launches={1: launch(1, rows=4)}, lanes={1: lane(1, state)}),
        entered(1, 2, 3, 4),
        sends(
            held(1, 1, due=AT + MINUTE),
            held(2, 2, due=AT + 2 * MINUTE),
            held(3, 3),
            permitted(4, 4),
        ),
        Group(
            events=[
                event(journey=1, send=1, event="held", data=no_slot),
                event(journey=1, send=1, event="held", data=night),
                event(journey=2, send=2, event="held", data=night),
            ]
        ),
    )  # fmt: skip

    async def fill() -> None:
        store = SqliteStore(path)
        await store.open()
        await filled(store, *groups)
        await store.close()

    anyio.run(fill)
    look = functools.partial(here, "status", "--store", f"sqlite:///{path}")
    (stands,) = look("--format", "json").json["launches"]
    assert stands["held"] == [
        {"sends": 2, "until": iso(AT + MINUTE), "by": "guard", "reason": "it is night"}
    ]
    (pace,) = stands["lanes"]
    assert (pace["limit"], pace["busy"], pace["waits"]) == ("10 per 5 minutes", 4, 1)
    assert stands["interrupted"] == 1
    people = look().out
    assert "guard, it is night" in people
    assert "4 of 10 slots in use, 1 waiting" in people
    assert "1 send when the engine went away: tactful run late.flow" in people
    # What the crash left behind may be settled before the next run looks into it.
    assert here("settle", "4", "sent", "--store", f"sqlite:///{path}").code == 0


def test_plugins_are_listed_with_what_they_supply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tactful.toml").write_text('[plugins]\nblock = ["outbox"]\n')
    listed = {info["name"]: info for info in here("plugins", "--format", "json").json}
    assert listed["csv"]["state"] == "on"
    assert "audience csv" in listed["csv"]["supplies"]
    assert listed["outbox"]["state"] == "off"
    assert listed["outbox"]["why"]
    people = here("plugins").out
    assert "outbox is off: " in people
    assert "words of the language" in people


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"kind": "wrong number", "text": "not me"}, "a wrong number: “not me”"),
        ({"kind": "loop", "reason": "a machine"}, "no answer: a machine"),
    ],
)
def test_the_log_tells_why_somebody_gets_no_answer(line: dict[str, str], told: str) -> None:
    assert details({"event": "signal", **line}) == told

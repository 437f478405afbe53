"""`inspect`: what Tactful makes of one text and one number, single and line by line."""

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.plugins.manager import Plugins
from tactful.runtime.ports import Message, PolicyFinding, PolicyVerdict
from tests.cli.shells import PATIENCE, Answer, here

DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(*args: str, lines: list[Any]) -> Answer:
    """Run a command with JSON lines coming in."""
    given = b"".join(
        (line if isinstance(line, bytes) else msgspec.json.encode(line)) + b"\n" for line in lines
    )
    done = CliRunner().invoke(application, args, input=given, catch_exceptions=False)
    return Answer(done.exit_code, done.stdout, done.stderr)


def test_every_text_from_outside_is_counted_in_bulk() -> None:
    texts = rows("segments.csv")
    said = asked("inspect", "text", "--format", "jsonl", lines=[{"text": r["text"]} for r in texts])
    assert said.code == 0
    assert [(line["encoding"], line["segments"]) for line in said.lines] == [
        (row["encoding"], int(row["segments"])) for row in texts
    ]
    assert {tuple(line) for line in said.lines} == {("encoding", "segments", "verdict", "findings")}


def test_every_number_from_outside_is_read_in_bulk() -> None:
    numbers = rows("phone_numbers.csv")
    lines = [{"number": row["raw"], "region": row["default_region"]} for row in numbers]
    said = asked("inspect", "number", "--format", "jsonl", lines=lines)
    assert said.code == 0
    for row, line in zip(numbers, said.lines, strict=True):
        assert list(line) == ["e164", "possible", "valid", "fictional", "type", "zones"]
        assert (line["e164"] or "") == row["e164"]
        assert (line["type"] or "") == row["type"]
        assert line["possible"] == (row["possible"] == "yes")
        assert line["valid"] == (row["valid"] == "yes")
        assert line["fictional"] or row["kind"] != "reserved-range"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"no json", "JSON is malformed"),
        (b'{"txt": "x"}', "missing required field `text`"),
        (b'{"text": 7}', "Expected `str`"),
        (b'{"text": "x", "channel": "pigeon"}', "Invalid enum value"),
        (b'{"text": "\xff"}', "utf-8"),
        (b"[]", "Expected `object`"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_in_its_place(line: bytes, why: str) -> None:
    said = asked("inspect", "text", "--format", "jsonl", lines=[{"text": "a"}, line, {"text": "b"}])
    assert said.code == 1
    assert len(said.lines) == 3
    assert why in said.lines[1]["error"]
    assert said.lines[1]["error"].startswith("line 2: ")
    assert said.lines[2]["segments"] == 1
    assert "line 2 could not be read" in said.err


def test_fields_that_are_null_or_unknown_do_no_harm() -> None:
    line = {"text": "a", "channel": None, "country": None, "label": "x", "purpose": None}
    said = asked("inspect", "text", "--format", "jsonl", lines=[b"", line])
    assert said.json == {"encoding": "GSM-7", "segments": 1, "verdict": "allow", "findings": []}


def test_a_program_gets_each_answer_before_it_asks_again(tmp_path: Path) -> None:
    program = "from tactful.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "inspect", "number", "--format", "jsonl"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in ("+12025550143", "nobody"):
            process.stdin.write(f'{{"number": "{number}"}}\n')
            process.stdin.flush()
            line = msgspec.json.decode(process.stdout.readline())
            assert line["fictional"] == (number != "nobody")
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_a_mail_is_one_message_without_an_encoding() -> None:
    said = asked(
        "inspect", "text", "--format", "jsonl", lines=[{"text": "x" * 500, "channel": "email"}]
    )
    assert said.json["encoding"] is None
    assert said.json["segments"] == 1


class Strict:
    """Refuses texts that hold a word, and doubts shouting."""

    name = "strict"
    version = "1"

    def __init__(self) -> None:
        self.seen: list[tuple[Message, dict[str, Any]]] = []

    def check_flow(self, campaign: Any) -> tuple[()]:
        return ()

    async def check_message(self, message: Message, facts: dict[str, Any]) -> PolicyVerdict:
        self.seen.append((message, facts))
        at = message.text.find("casino")
        if at >= 0:
            found = PolicyFinding(
                category="gambling", rule="G1", message="it names a casino", help="Leave it out.",
                start=at, end=at + len("casino"),
            )  # fmt: skip
            return PolicyVerdict("refuse", self.name, "G1", "it names a casino", (found,))
        if message.text.isupper():
            return PolicyVerdict("warn", self.name, "S1", "it shouts")
        if message.text == "break":
            raise RuntimeError("broken")
        return PolicyVerdict("allow", self.name)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Strict:
    """Have a policy installed."""
    policy = Strict()

    def policies(self: Plugins) -> dict[str, Strict]:
        return {policy.name: policy}

    monkeypatch.setattr(Plugins, "policies", policies)
    return policy


def test_the_verdict_is_that_of_the_installed_policies(strict: Strict) -> None:
    lines = [{"text": t, "country": "IE"} for t in ("Hello", "HELLO", "my casino", "break")]
    said = asked("inspect", "text", "--format", "jsonl", "--business", "Acme", lines=lines)
    assert [line["verdict"] for line in said.lines] == ["allow", "warn", "refuse", "refuse"]
    assert said.lines[2]["findings"] == [
        {"policy": "strict", "category": "gambling", "rule": "G1", "start": 3, "end": 9,
         "message": "it names a casino", "help": "Leave it out."}
    ]  # fmt: skip
    assert [found["message"] for found in said.lines[1]["findings"]] == ["it shouts"]
    assert "RuntimeError" in said.lines[3]["findings"][0]["message"]
    facts = strict.seen[0][1]
    assert (facts["country"], facts["business"], facts["purpose"]) == ("IE", "Acme", "service")


@pytest.mark.parametrize(("media", "verdict"), [((), "allow"), (("sms",), "refuse")])
def test_a_policy_that_waits_to_be_named_judges_no_text_of_no_campaign(
    strict: Strict, media: tuple[str, ...], verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Strict, "applies_to", media, raising=False)
    said = asked("inspect", "text", "--format", "jsonl", lines=[{"text": "my casino"}])
    assert said.json["verdict"] == verdict


def test_people_see_what_a_policy_found_and_where(strict: Strict) -> None:
    told = here("inspect", "text", "Win at my casino").out
    assert "refuse: 1 policy asked" in told
    assert "strict (G1): it names a casino" in told
    assert "in “casino”" in told


def test_people_see_what_makes_a_text_long_and_what_it_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tactful.toml").write_text('[prices]\nsms = { IE = "0.05 EUR" }\n')
    told = here("inspect", "text", "Don’t wait, łódź. " + "x" * 70, "--country", "IE").out
    assert "UCS-2, 2 segments: 88 of 134 units, 0.10 EUR" in told
    assert "U+2019 right single quotation mark" in told
    assert "a letter without a plain form" in told
    told = here("inspect", "text", "Don’t wait. " + "x" * 70, "--country", "IE").out
    assert "Mended like that it is GSM-7, 1 segment, 0.05 EUR." in told
    assert "smart encoding would do it by itself: 1 segment" in told


def test_every_segment_is_drawn_with_how_full_it_is() -> None:
    told = here("inspect", "text", "a\n" * 80 + "€").out
    assert "GSM-7, 2 segments: 162 of 306 septets" in told
    assert "   1 a⏎" in told
    assert "  153/153" in told
    assert "  9/153" in told
    assert "Each of these counts twice: €" in told


@pytest.mark.parametrize("args", [["text"], ["number"], ["text", "a", "--format", "jsonl"],
                                  ["number", "1", "--format", "jsonl"], ["pigeon"]])  # fmt: skip
def test_wrong_usage_is_2(args: list[str]) -> None:
    assert here("inspect", *args).code == 2


def test_a_number_is_told_to_people() -> None:
    told = here("inspect", "number", "087 123 4567", "--region", "IE").out
    assert "+353871234567" in told
    assert "a mobile" in told
    assert "Tactful sends there." in told
    told = here("inspect", "number", "911", "--region", "US").out
    assert "Tactful sends nothing there" in told
    assert here("inspect", "number", "911", "--region", "US", "--format", "json").json["e164"]


# ---- mails --------------------------------------------------------------------------------------

BOUNCES = DATA / "bounces"


def test_a_mail_is_told_line_by_line_in_order_and_what_is_missing_in_its_place() -> None:
    names = ["lhost-postfix-31.eml", "arf-02.eml", "missing.eml", "rfc3834-03.eml"]
    said = asked(
        "inspect", "mail", "--format", "jsonl",
        lines=[*({"path": str(BOUNCES / name)} for name in names), {"number": 1}],
    )  # fmt: skip
    assert said.code == 1
    assert [line.get("kind") for line in said.lines] == [
        "bounce", "complaint", None, "auto_reply", None
    ]  # fmt: skip
    assert "missing.eml` cannot be read" in said.lines[2]["error"]
    first = said.lines[0]
    assert tuple(first) == ("kind", "class", "addresses", "status", "reason", "recipients")
    assert (first["class"], first["status"], first["reason"]) == (
        "hard",
        "5.1.1",
        "unknown_address",
    )


def test_every_mail_from_outside_is_told_in_bulk() -> None:
    names = sorted(BOUNCES.glob("*.eml"))
    said = asked("inspect", "mail", "--format", "jsonl", lines=[{"path": str(n)} for n in names])
    assert said.code == 0
    assert len(said.lines) == len(names) == 325
    assert {line["class"] for line in said.lines} == {"hard", "soft", None}


def test_a_mail_is_shown_to_people_with_what_follows_from_it() -> None:
    said = here("inspect", "mail", str(BOUNCES / "lhost-gmx-03.eml"))
    assert "mikeneko@example.co.jp: hard, there is no such address (5.2.1)" in said.out
    assert "Tactful would write there no more" in said.out
    assert "sabineko@example.co.jp: soft, the mailbox is full (5.2.2)" in said.out


def test_one_mail_is_an_object_and_several_are_a_list_with_their_paths() -> None:
    path = str(BOUNCES / "arf-02.eml")
    one = msgspec.json.decode(here("inspect", "mail", "--format", "json", path).out)
    two = msgspec.json.decode(here("inspect", "mail", "--format", "json", path, path).out)
    assert one["kind"] == "complaint"
    assert two == [{"path": path, **one}] * 2


def test_a_mail_that_cannot_be_read_is_an_error_with_its_name(tmp_path: Path) -> None:
    for wrong in (tmp_path, tmp_path / "none.eml"):
        said = here("inspect", "mail", str(wrong))
        assert said.code == 1
        assert f"`{wrong}` cannot be read" in said.err
    assert here("inspect", "mail").code == 2

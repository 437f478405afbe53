"""Consent in and out of files: proof, bad lines, a dry run, and the same file twice."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tactful.store.client import StoreClient
from tactful.store.rows import OrderRow, SuppressionRow
from tests.cli.shells import here, store_of

ANN, BO = "+35320910" + "1234", "+35320910" + "1235"
HEAD = "address,channel,purpose,at,source,method,wording,evidence,ip,revoked_at,revoke_source\n"
GOOD = (
    HEAD
    + f'{ANN},sms,account,2026-01-05T10:00:00Z,form 12,web form,"Yes, text me",s3/12,192.0.2.7,,\n'
    + f"{BO},sms,,2026-01-05T10:00:00.000001Z,form 13,web form,,,,"
    + "2026-02-01T08:00:00+01:00,a call\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text(GOOD, encoding="utf-8")
    return tmp_path


def exported(*args: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(here("consent", "export", *args).out))]


def brought(*args: str) -> Any:
    return here("consent", "import", *args, "--format", "json").json


def test_what_is_brought_in_keeps_its_proof_and_its_end(folder: Path) -> None:
    said = here("consent", "import", "in.csv")
    assert (said.code, said.out) == (
        0,
        "noted 2 consents and 1 end from 2 lines\nopt-outs: 1 new, 0 ended by a newer consent\n",
    )
    kept = here("consent", "list", ANN, "--full", "--format", "json").json["consents"][0]
    assert {name: kept[name] for name in ("method", "wording", "evidence", "ip", "purpose")} == {
        "method": "web form", "wording": "Yes, text me", "evidence": "s3/12", "ip": "192.0.2.7",
        "purpose": "account",
    }  # fmt: skip
    ann, bo, stop = exported("--full")
    assert (ann["at"], ann["revoked_at"]) == ("2026-01-05T10:00:00Z", "")
    assert (bo["at"], bo["revoked_at"], bo["revoke_source"]) == (
        "2026-01-05T10:00:00.000001Z", "2026-02-01T07:00:00Z", "a call",
    )  # fmt: skip
    assert (stop["purpose"], stop["at"], stop["revoked_at"]) == ("all", "", bo["revoked_at"])


def test_the_same_file_twice_changes_nothing(folder: Path) -> None:
    here("consent", "import", "in.csv")
    again = brought("in.csv")
    assert (again["lines"], again["consents"], again["ends"], again["opt_outs"]) == (2, 0, 0, 0)


def test_a_dry_run_says_what_it_would_do_and_notes_nothing(folder: Path) -> None:
    said = here("consent", "import", "in.csv", "--dry-run")
    assert said.out.startswith("would note 2 consents and 1 end from 2 lines\n")
    assert not store_of(folder).exists()
    here("consent", "add", ANN, "--channel", "sms", "--source", "a form")
    assert brought("in.csv", "--dry-run")["consents"] == 2
    assert len(here("consent", "list", "--format", "json").json["consents"]) == 1


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_full_export_brings_another_store_to_the_same_state(folder: Path, form: str) -> None:
    here("consent", "import", "in.csv")
    here("consent", "remove", "ann@example.com", "--channel", "email", "--source", "a letter")
    out = folder / f"all.{form}"
    out.write_text(here("consent", "export", "--full", "--format", form).out, encoding="utf-8")
    other = f"sqlite:///{folder / 'other.db'}"
    assert here("consent", "import", out.name, "--store", other).code == 0
    assert exported("--full", "--store", other) == exported("--full")
    with StoreClient(store_of(folder)) as one, StoreClient(other) as two:
        assert one.suppressions() == two.suppressions()
    assert brought(out.name)["consents"] == 0


@pytest.mark.promise("SECRET")
def test_an_export_is_masked_and_cannot_be_brought_in(folder: Path) -> None:
    here("consent", "import", "in.csv")
    told = here("consent", "export").out
    assert ANN not in told
    assert "192.0.2.7" not in told
    (folder / "masked.csv").write_text(told, encoding="utf-8")
    said = here("consent", "import", "masked.csv")
    assert said.code == 1
    assert "masked.csv:2: address:" in said.err


BAD = [
    ("address", f"{ANN[:4]}", "cannot be used"),
    ("channel", "fax", "no channel"),
    ("at", "last spring", "not a moment"),
    ("at", "2026-01-05", "not a moment"),
    ("at", "2999-01-05T10:00:00Z", "lies ahead"),
    ("at", "", "does not say when"),
    ("revoked_at", "2025-01-01T00:00:00Z", "before it was given"),
    ("source", "", "how we know"),
    ("purpose", "all", "nobody agrees to everything"),
    ("ip", "somewhere", "not an IP address"),
    ("wording", "y" * 10_001, "10,001 characters"),
]


@pytest.mark.parametrize(("column", "cell", "told"), BAD, ids=[f"{b[0]} {b[1]:.9}" for b in BAD])
def test_a_bad_line_is_told_and_the_others_are_taken(
    folder: Path, column: str, cell: str, told: str
) -> None:
    names = HEAD.strip().split(",")
    line = {
        "address": BO, "channel": "sms", "at": "2026-01-05T10:00:00Z", "source": "form",
        column: cell,
    }  # fmt: skip
    first = GOOD.splitlines()[1]
    bad = ",".join(line.get(name, "") for name in names)
    (folder / "in.csv").write_text(f"{HEAD}{bad}\n{first}\n", encoding="utf-8")
    said = here("consent", "import", "in.csv")
    assert said.code == 1
    assert f"in.csv:2: {column}:" in said.err
    assert told in said.err
    assert "noted 1 consent and 0 ends from 1 line\n" in said.out


def test_what_lines_leave_out_may_be_said_for_all_of_them(folder: Path) -> None:
    text = f"address,at,colour\n{ANN},2026-01-05T10:00:00Z,red\n"
    (folder / "in.csv").write_text(text, encoding="utf-8")
    said = here("consent", "import", "in.csv", "--channel", "sms", "--source", "the old system")
    assert (said.code, said.err) == (0, "not taken: colour\n")
    (line,) = exported("--full")
    assert (line["channel"], line["source"], line["purpose"]) == (
        "sms", "the old system", "service",
    )  # fmt: skip


@pytest.mark.parametrize("line", ["no json", "[1]", '{"address": 5}', "[" * 5_000])
def test_a_bad_line_of_json_is_told(folder: Path, line: str) -> None:
    (folder / "in.jsonl").write_text(f"{line}\n", encoding="utf-8")
    said = here("consent", "import", "in.jsonl")
    assert said.code == 1
    assert "in.jsonl:1:" in said.err


def test_a_file_without_addresses_is_told(folder: Path) -> None:
    (folder / "in.csv").write_text("name\nAnn\n", encoding="utf-8")
    said = here("consent", "import", "in.csv")
    assert said.code != 0
    assert "has no column `address`" in said.err


@pytest.mark.promise("STOP")
@pytest.mark.parametrize(
    ("at", "method", "ended"),
    [
        ("2026-03-05", "form", True),
        ("2026-03-05", "", False),
        ("2026-01-05", "form", False),
    ],
    ids=["newer proof", "no proof", "older"],
)
def test_only_a_newer_proof_ends_an_opt_out(
    folder: Path, at: str, method: str, ended: bool
) -> None:
    here("consent", "remove", BO, "--channel", "sms", "--source", "a call")
    with StoreClient(store_of(folder)) as client:
        (stop,) = client.suppressions()
        early = SuppressionRow(BO, "text", 1_770_000_000_000_000, "STOP")  # 2 February 2026
        gone = [(stop.address, stop.group)]
        client.apply_consent([], OrderRow(0, 1, "ana", "test"), suppress=[early], lift=gone)
    text = f"address,at,source,method\n{BO},{at}T10:00:00Z,form 4,{method}\n"
    (folder / "in.csv").write_text(text, encoding="utf-8")
    assert here("consent", "import", "in.csv", "--channel", "sms").code == 0
    left = here("consent", "list", "--format", "json").json["opt_outs"]
    assert (left == []) is ended


# ---- one purpose --------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["all", "purpose"])
def test_what_one_purpose_taken_back_means_is_a_setting(folder: Path, scope: str) -> None:
    (folder / "tactful.toml").write_text(f'[consent]\nrevoke = "{scope}"\n', encoding="utf-8")
    words = ("--channel", "sms", "--purpose", "account", "--source", "a call")
    assert here("consent", "remove", ANN, *words).code == 0
    kept = here("consent", "list", "--format", "json").json
    assert len(kept["opt_outs"]) == (scope == "all")
    assert [row["purpose"] for row in kept["consents"]] == ["all" if scope == "all" else "account"]


def test_a_consent_from_before_an_opt_out_does_not_end_it(folder: Path) -> None:
    here("consent", "remove", ANN, "--channel", "sms", "--source", "a call")
    words = ("--channel", "sms", "--source", "old form", "--at", "2026-01-05T10:00:00Z")
    said = here("consent", "add", ANN, *words)
    assert (said.code, said.err) == (0, "The person has opted out since then; that stays.\n")
    assert len(here("consent", "list", "--format", "json").json["opt_outs"]) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--purpose", "all"), "nobody agrees to everything"),
        (("--ip", "here"), "not an IP address"),
        (("--at", "2999-01-01T00:00:00Z"), "lies ahead"),
    ],
)
def test_a_consent_that_proves_nothing_is_not_noted(
    folder: Path, words: tuple[str, str], told: str
) -> None:
    said = here("consent", "add", ANN, "--channel", "sms", "--source", "a form", *words)
    assert said.code != 0
    assert told in said.err
    assert not store_of(folder).exists()

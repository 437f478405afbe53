"""A messy spreadsheet: who can be reached is in with the right values, all others have a reason."""

import json
from pathlib import Path
from typing import NamedTuple

import anyio
import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.project import Project
from tests.runtime.messy import FLOW, Messy, written

ROWS = 2_000


class Saved(NamedTuple):
    """How a spreadsheet is saved, and what its encoding can write."""

    encoding: str
    separator: str
    line_end: str
    first: str = ""
    finding: str | None = None

    def fits(self, text: str) -> bool:
        """Whether the encoding can write a text."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


SAVED = {
    "as CSV UTF-8": Saved("utf-8-sig", ",", "\r\n"),
    "as Unicode text": Saved("utf-16", "\t", "\r\n"),
    "as CSV in Western Europe": Saved("cp1252", ";", "\r\n", "sep=;\r\n", "guessed_encoding"),
    "on an old Mac": Saved("utf-8", ";", "\r"),
    "by a program": Saved("utf-8", ",", "\n"),
}


@pytest.fixture(params=SAVED, ids=lambda name: name)
def sheet(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Messy, Saved]:
    """A flow and its spreadsheet in a folder."""
    saved = SAVED[request.param]
    messy = Messy(11, ROWS, saved.fits)
    text = written(messy.lines, saved.separator, saved.line_end, saved.first)
    (tmp_path / "messy.csv").write_bytes(text.encode(saved.encoding))
    (tmp_path / "messy.flow").write_text(FLOW, encoding="utf-8")
    return tmp_path / "messy.flow", messy, saved


def read(flow: Path) -> tuple[list[Recipient | OutRow], list[str]]:
    """Return what the audience of a flow comes to, row by row, and the codes of its findings."""

    project = Project(flow.parent)
    campaign = project.read(flow).campaign()

    async def reading() -> tuple[list[Recipient | OutRow], list[str]]:
        recipients = await project.recipients(campaign, flow, at=0)
        rows = [one async for one in recipients]
        await project.plugins.aclose()
        return rows, [finding.code for finding in recipients.findings]

    return anyio.run(reading)


def shown(wrong: list[object]) -> str:
    return "\n".join(map(str, wrong[:10]))


def test_everyone_who_can_be_reached_is_read_with_the_right_values(
    sheet: tuple[Path, Messy, Saved],
) -> None:
    flow, messy, saved = sheet
    rows, findings = read(flow)
    assert [row.row for row in rows] == [verdict.row for verdict in messy.verdicts]
    wrong: list[object] = []
    for row, verdict in zip(rows, messy.verdicts, strict=True):
        if verdict.values is None:
            continue
        if not isinstance(row, Recipient):
            wrong.append((verdict, row.problems))
            continue
        differing = {
            name: (row.values.get(name), value)
            for name, value in verdict.values.items()
            if row.values.get(name) != value
        }
        if differing or row.key != verdict.key or not (row.phone or row.email):
            wrong.append((verdict.row, differing))
    assert not wrong, shown(wrong)
    expected = ["guessed_reading", "read_as_empty"]
    assert findings == ([saved.finding] if saved.finding else []) + expected


def test_each_other_row_is_out_with_its_reason(sheet: tuple[Path, Messy, Saved]) -> None:
    flow, messy, _ = sheet
    made = CliRunner().invoke(application, ["plan", "--format", "json", str(flow)])
    recipients = json.loads(made.stdout)["recipients"]
    told: dict[int, set[tuple[str, str | None]]] = {}
    keys: dict[int, str | None] = {}
    for out in recipients["out"]:
        assert out["reason"]
        told.setdefault(out["row"], set()).add((out["code"], out["channel"]))
        keys[out["row"]] = out["key"]
    wrong: list[object] = [
        (verdict, told.get(verdict.row))
        for verdict in messy.verdicts
        if told.get(verdict.row, set()) != verdict.codes
        or keys.get(verdict.row, verdict.key) != verdict.key
    ]
    assert not wrong, shown(wrong)
    assert recipients["rows"] == ROWS
    assert recipients["in"] == sum(verdict.joins for verdict in messy.verdicts)


def test_every_kind_of_trouble_is_there() -> None:
    messy = Messy(11, ROWS)
    seen = {code for verdict in messy.verdicts for code, _ in verdict.codes}
    assert {
        "no_key", "duplicate_key", "one_per", "skipped", "bad_money", "missing_value", "bad_date",
        "bad_yes_no", "bad_country", "bad_zone", "bad_time", "bad_phone", "bad_email",
        "no_address", "ragged_row",
    } <= seen  # fmt: skip
    assert 0.3 < sum(verdict.joins for verdict in messy.verdicts) / ROWS < 0.7

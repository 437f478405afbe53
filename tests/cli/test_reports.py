"""What `check` says to programs: one line each, JSON, SARIF, and GitHub's workflow commands."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from tactful.cli.annotations import annotation
from tactful.cli.group import application
from tactful.cli.sarif import sarif_log
from tactful.language.diagnostics import Diagnostic, Edit, Fix, Label, Span
from tests.cli.shells import FLOW, here

WRONG = FLOW.replace("service", "srvice").replace("tag silent", "go to silence")

JUMP = 1 + next(at for at, line in enumerate(WRONG.split("\n")) if "silence" in line)
"""The line of the jump that leads nowhere."""


def _folder(folder: Path) -> Path:
    (folder / "b.flow").write_text(WRONG)
    (folder / "a.flow").write_text(WRONG)
    (folder / "good.flow").write_text(FLOW)
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "c.flow").write_text(WRONG)
    return folder


def test_a_folder_is_checked_file_by_file_and_line_by_line(tmp_path: Path) -> None:
    told = here("check", "--format", "short", str(_folder(tmp_path)))
    assert told.code == 1
    lines = told.out.replace(f"{tmp_path}/", "").splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["a.flow:4:9", "error[TF210]"],
        [f"a.flow:{JUMP}:23", "error[TF301]"],
        ["b.flow:4:9", "error[TF210]"],
        [f"b.flow:{JUMP}:23", "error[TF301]"],
    ]


def test_no_file_gets_more_than_fifty_messages(tmp_path: Path) -> None:
    for name in ("a.flow", "b.flow"):
        stages = "".join(f"\nstage s{number}:\n  frobnicate\n" for number in range(80))
        (tmp_path / name).write_text(FLOW + stages)
    told = here("check", "--format", "json", str(tmp_path)).json
    assert [row["file"] for row in told] == [str(tmp_path / name) for name in ("a.flow",) * 50
                                             + ("b.flow",) * 50]  # fmt: skip


@pytest.mark.parametrize("form", ["human", "short", "json", "sarif", "github"])
@pytest.mark.parametrize(("name", "code"), [("good.flow", 0), ("a.flow", 1)])
def test_the_exit_code_says_whether_there_are_mistakes(
    form: str, name: str, code: int, tmp_path: Path
) -> None:
    assert here("check", "--format", form, str(_folder(tmp_path) / name)).code == code


def test_warnings_are_told_and_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "late.flow"
    path.write_text(f"{FLOW}\nstage spare:\n  tag spare\n")
    line = FLOW.count("\n") + 2
    told = here("check", "--format", "github", str(path))
    assert told.code == 0
    assert told.out.startswith(
        f"::warning file={path},line={line},endLine={line},col=7,endColumn=12,"
    )
    path.write_text(f"{FLOW}\n# allow TF310: for the night shift\nstage spare:\n  tag spare\n")
    assert here("check", "--format", "short", str(path)).out == ""


def test_a_flow_that_comes_in_is_checked_under_its_name() -> None:
    arguments = ["check", "-", "--stdin-name", "x/late.flow", "--format", "short"]
    told = CliRunner().invoke(application, arguments, input=WRONG)
    assert told.exit_code == 1
    assert told.stdout.splitlines()[0].startswith("x/late.flow:4:9: error[TF210]")


def test_a_flow_that_comes_in_stands_alone(tmp_path: Path) -> None:
    assert here("check", "-", str(_folder(tmp_path) / "a.flow")).code == 2
    assert here("check", "-", "--fix").code == 2


def test_github_gets_one_line_for_each_mistake_with_its_signs_written_so_that_they_stay() -> None:
    found = Diagnostic(
        "TF201", "error", "100%\nsure", Span(3, 5, 3, 9), "here", ("Help.",), file="a:b,c.flow"
    )
    assert annotation(found) == (
        "::error file=a%3Ab%2Cc.flow,line=3,endLine=3,col=5,endColumn=9,title=TF201"
        "::100%25%0Asure%0Ahere%0AHelp."
    )
    over_rows = Diagnostic("TF107", "warning", "x", Span(1, 1, 4, 2), file="a.flow")
    assert annotation(over_rows) == "::warning file=a.flow,line=1,endLine=4,title=TF107::x"


# What SARIF 2.1.0 requires (OASIS, section 3): the properties that must be there, and of what type.
REQUIRED: dict[str, dict[str, type]] = {
    "log": {"version": str, "runs": list},
    "run": {"tool": dict, "results": list},
    "driver": {"name": str},
    "rule": {"id": str},
    "result": {"message": dict, "ruleId": str, "ruleIndex": int, "level": str, "locations": list},
    "message": {"text": str},
    "region": {"startLine": int, "startColumn": int, "endLine": int, "endColumn": int},
    "fix": {"artifactChanges": list},
    "change": {"artifactLocation": dict, "replacements": list},
    "replacement": {"deletedRegion": dict},
}


def _is(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    assert {name: type(value.get(name)) for name in REQUIRED[kind]} == REQUIRED[kind]
    return value


def _place(location: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    place = location["physicalLocation"]
    region = _is("region", place["region"])
    assert all(number >= 1 for number in region.values())
    return place["artifactLocation"]["uri"], region


def test_sarif_has_what_its_standard_requires(tmp_path: Path) -> None:
    log = _is("log", here("check", "--format", "sarif", str(_folder(tmp_path))).json)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = _is("driver", _is("run", run)["tool"]["driver"])
    rules = [_is("rule", rule)["id"] for rule in driver["rules"]]
    assert rules == sorted(set(rules))
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        _is("message", _is("result", result)["message"])
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert _place(result["locations"][0])[0].startswith("file:///")
        for related in result.get("relatedLocations", []):
            _is("message", related["message"])
            _place(related)
        for fix in result.get("fixes", []):
            for change in _is("fix", fix)["artifactChanges"]:
                for replacement in _is("change", change)["replacements"]:
                    _is("region", _is("replacement", replacement)["deletedRegion"])


def test_sarif_shows_the_second_place_and_the_fix() -> None:
    found = Diagnostic(
        "TF301", "error", "no such stage", Span(3, 5, 3, 9), "did you mean `b`?", (),
        Fix("safe", "write `b`", (Edit(Span(3, 5, 3, 9), "b"),)),
        (Label(Span(9, 1, 9, 8), "this one exists"),), "my flows/a.flow",
    )  # fmt: skip
    (result,) = sarif_log([found])["runs"][0]["results"]
    assert msgspec.json.decode(msgspec.json.encode(result)) == result
    uri, region = _place(result["locations"][0])
    assert uri == "my%20flows/a.flow"
    assert region == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    (related,) = result["relatedLocations"]
    assert related["message"] == {"text": "this one exists"}
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "b"}}]

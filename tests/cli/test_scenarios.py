"""`test`: which scenarios came true, why one did not, and what no scenario took."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.shells import here, write_campaign
from tests.house.source import ROOT

FLOW = """
campaign "Late order"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile
  column name text

senders:
  sms from "+12025550199" through outbox

journey:
  send sms "Hi {{ name }}, your order is late. Reply KEEP or REFUND."
  wait up to 2 hours:
    on reply "keep": tag keeps
    on reply "refund": hand off to refunds
    on event parcel_found: tag found
    on timeout: tag silent
"""
GOOD = """
scenario "keeps it":
  given:
    name "Kim"
  expect sms containing "Hi Kim"
  reply "keep" after 5 minutes
  expect tag keeps
  expect end
"""
BAD = """
scenario "wants the money & more":
  reply "REFUND" after 1 minute
  expect hand off to refunds
  expect sms containing "thank you"
"""
EXAMPLES = sorted((ROOT / "flows").glob("*.flow"))


def _write(folder: Path, scenarios: str) -> str:
    return str(write_campaign(folder, flow=FLOW + scenarios))


def test_scenarios_that_come_true_are_ticked(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD)
    told = here("test", path)
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[:2] == [path, "  ok keeps it  (5 min)"]
    assert told.out.splitlines()[-1] == "1 scenario came true · 1 of 4 arms taken (25 %)"


def test_a_scenario_that_fails_shows_its_line_what_nearly_fitted_and_what_happened(
    tmp_path: Path,
) -> None:
    path = _write(tmp_path, GOOD + BAD)
    told = here("test", path)
    line = (FLOW + GOOD + BAD).splitlines().index('  expect sms containing "thank you"') + 1
    assert told.code == 1
    assert "  ok keeps it  (5 min)\n  FAILED wants the money & more" in told.out
    assert "error[TF002]: an sms like this did not come" in told.out
    assert f"--> {path}:{line}:3" in told.out
    assert "= seen: one came at 2026-12-01 10:00, but it said “Hi , your order is late." in told.out
    assert "2026-12-01 10:01  reply       sms: “REFUND”" in told.out
    assert "2026-12-01 10:01  hand off    to refunds" in told.out
    assert told.out.splitlines()[-1].startswith("1 scenario came true, 1 did not")


def test_arms_that_no_scenario_took_are_named_with_their_lines(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD)
    told = here("test", path)
    place = FLOW.splitlines().index('    on reply "refund": hand off to refunds') + 1
    missed = told.out[told.out.index("No scenario takes") :].splitlines()[1:4]
    assert missed == [
        f'  {path}:{place}  on reply "refund": hand off to refunds',
        f"  {path}:{place + 1}  on event parcel_found: tag found",
        f"  {path}:{place + 2}  on timeout: tag silent",
    ]


def test_a_part_of_the_name_chooses_scenarios(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD + BAD)
    told = here("test", "-k", "KEEPS", path)
    assert told.code == 0
    assert told.out.splitlines() == [path, "  ok keeps it  (5 min)", "", "1 scenario came true"]
    none = here("test", "-k", "nothing like it", path)
    assert none.code == 1
    assert none.out == "No scenario has “nothing like it” in its name.\n"


def test_a_flow_without_scenarios_says_so(tmp_path: Path) -> None:
    path = _write(tmp_path, "")
    told = here("test", path)
    assert (told.code, told.out) == (0, f"{path}: no scenarios\nNo scenarios.\n")


def test_a_flow_with_mistakes_is_told_as_check_tells_it(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD.replace("expect tag", "expect stage"))
    told = here("test", path)
    assert told.code == 1
    assert "error[TF382]: this flow has no stage `keeps`" in told.err
    assert f"{path}: not tested, the flow has mistakes" in told.out


def test_folders_are_searched_for_flows(tmp_path: Path) -> None:
    inside, hidden = tmp_path / "more", tmp_path / ".old"
    inside.mkdir()
    hidden.mkdir()
    for folder in (tmp_path, inside, hidden):
        _write(folder, GOOD)
    told = here("test", str(tmp_path), str(tmp_path / "late.flow"))
    assert told.code == 0
    assert [line for line in told.out.splitlines() if line.endswith(".flow")] == [
        str(tmp_path / "late.flow"),
        str(inside / "late.flow"),
    ]
    empty = here("test", str(ROOT / "docs" / "how-to"))
    assert empty.code == 2


def test_the_result_as_json_has_every_event_and_every_arm(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD + BAD)
    told = here("test", "--format", "json", path)
    assert told.code == 1
    assert (told.json["scenarios"], told.json["failed"]) == (2, 1)
    (file,) = told.json["files"]
    good, bad = file["scenarios"]
    assert (good["name"], good["passed"], good["failure"]) == ("keeps it", True, None)
    assert [event["event"] for event in good["events"]][:2] == ["entered", "sent"]
    assert bad["failure"]["code"] == "TF002"
    assert bad["failure"]["help"]
    assert file["coverage"]["percent"] == 50
    assert [arm["taken"] for arm in file["coverage"]["arms"]] == [True, True, False, False]


def test_junit_has_a_case_for_each_scenario(tmp_path: Path) -> None:
    broken = tmp_path / "broken.flow"
    broken.write_text(FLOW.replace("purpose service", "purpose marketing") + GOOD)
    path, out = _write(tmp_path, GOOD + BAD), tmp_path / "result.xml"
    told = here("test", "--junit", str(out), path, str(broken))
    assert told.code == 1
    root = ElementTree.parse(out).getroot()
    assert root.tag == "testsuites"
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3", "failures": "1", "errors": "1",
    }  # fmt: skip
    first, second = root.findall("testsuite")
    for suite, counts in ((first, ("2", "1", "0")), (second, ("1", "0", "1"))):
        names = ("tests", "failures", "errors")
        assert tuple(suite.get(name) for name in names) == counts
        assert suite.get("time") is not None
        assert len(suite.findall("testcase")) == int(counts[0])
    good, bad = first.findall("testcase")
    assert (good.get("name"), good.get("classname"), list(good)) == ("keeps it", path, [])
    (failure,) = bad
    assert bad.get("name") == "wants the money & more"
    assert (failure.tag, failure.get("type")) == ("failure", "unmet")
    assert "expect sms containing" in (failure.text or "")
    (case,) = second.findall("testcase")
    assert case[0].tag == "error"


@pytest.mark.parametrize("flow", EXAMPLES, ids=lambda path: path.name)
def test_the_scenarios_of_the_examples_come_true(flow: Path) -> None:
    told = here("test", str(flow))
    assert told.code == 0, told.out + told.err
    assert "no scenarios" not in told.out

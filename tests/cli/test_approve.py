"""Plans that policies doubt: told by rule, approved by people, and good for one launch."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tactful.plugins.manager import Plugins
from tactful.runtime.ports import Finding, FlowView, Message, PolicyVerdict
from tests.cli.shells import Answer, here

FLOW = """\
campaign "Late order"
owner "care@example.com"
purpose service
quiet hours none because "a test"

audience from csv "people.csv":
  key id
  phone mobile
  column first_name text

senders:
  sms from "+353 1 555 0100" through outbox

journey:
  send sms "Hi {{ first_name }}, take a voucher."
"""
PEOPLE = (
    "id,mobile,first_name\nA-1,+12025550101,Ana\nA-2,+12025550102,Bo\nA-3,+12025550103,casino\n"
)


class Strict:
    """Doubts every voucher, refuses every casino."""

    name = "strict"
    version = "1"
    applies_to = frozenset({"sms"})

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        return ()

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        if "casino" in message.text:
            return PolicyVerdict("refuse", self.name, "gambling", "it names a casino")
        if "voucher" in message.text:
            return PolicyVerdict("warn", self.name, "offer", "it gives something away")
        return PolicyVerdict("allow", self.name)


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def policies(self: Plugins) -> Any:
        return {"strict": Strict()}

    monkeypatch.setattr(Plugins, "policies", policies)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    path = tmp_path / "late.flow"
    path.write_text(FLOW, encoding="utf-8")
    return path


def call(*args: object) -> Answer:
    return here(*(str(arg) for arg in args))


def plan(flow: Path) -> Path:
    path = flow.with_name("plan.json")
    result = call("plan", "--out", path, flow)
    assert result.code == 0, result.err
    return path


def approve(path: Path, who: str = "duty@example.com") -> Answer:
    return call("approve", path, "--as", who, "--because", "owed by law")


def test_a_plan_tells_what_policies_say_by_rule(flow: Path) -> None:
    page = call("plan", "--format", "json", flow).json
    told = [one for one in page["findings"] if one["code"] in ("PL110", "PL111")]
    assert [(one["code"], one["message"], one["line"]) for one in told] == [
        ("PL110", "`strict` (gambling) refuses 1 message to 1 person: it names a casino. "
         "For example A-3 (+1 ••• ••• 0103).", 15),
        ("PL111", "`strict` (offer) warns of 2 messages to 2 people: it gives something away. "
         "For example A-1 (+1 ••• ••• 0101).", 15),
    ]  # fmt: skip
    assert "5550101" not in json.dumps(page)


def test_a_doubted_plan_runs_live_only_when_it_is_approved(flow: Path) -> None:
    path = plan(flow)
    refused = call("run", "--live", "--plan", path, flow)
    assert refused.code == 1
    assert "must be approved by 1 person" in refused.err
    approved = approve(path)
    assert "strict (offer, line 15), 2 people: it gives something away" in approved.out
    assert call("run", "--live", "--plan", path, flow).code == 0
    store = f"sqlite:///{flow.parent}/.tactful/store.db"
    lines = call("log", "--store", store, "--format", "jsonl").lines
    (order,) = [one for one in lines if one["event"] == "order"]
    wanted = {"order": "approve", "who": "duty@example.com", "because": "owed by law"}
    assert wanted.items() <= order.items()
    assert {one["verdict"] for one in lines if one["event"] == "sent"} == {"approved"}


def test_the_house_may_ask_for_two_people(flow: Path) -> None:
    flow.with_name("tactful.toml").write_text("[policies]\napprovals = 2\n", encoding="utf-8")
    path = plan(flow)
    approve(path)
    again = approve(path, "Duty@example.com")
    assert again.code == 1
    assert "has approved" in again.err
    one = call("run", "--live", "--plan", path, flow)
    assert "must be approved by 2 people; so far: duty@example.com" in one.err
    approve(path, "boss@example.com")
    assert call("run", "--live", "--plan", path, flow).code == 0


def test_a_plan_starts_one_launch(flow: Path) -> None:
    path = plan(flow)
    approve(path)
    assert call("run", "--live", "--plan", path, flow).code == 0
    again = call("run", "--live", "--again", "--plan", path, flow)
    assert again.code == 1
    assert "this plan has started late-order.1 already" in again.err


CHANGES = {
    "the text": ("late.flow", "take a", "please take a", "the revision"),
    "a guard": ("late.flow", "quiet hours none", "expires after 2 days\nquiet hours none",
                "the guards"),
    "the people": ("people.csv", "Bo", "Cy", "the audience"),
    "the plan itself": ("plan.json", "it gives something away", "fine", "is not a plan as"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after", "told"), CHANGES.values(), ids=CHANGES)
def test_a_plan_is_refused_when_anything_it_covers_has_changed(
    flow: Path, name: str, before: str, after: str, told: str
) -> None:
    path = plan(flow)
    approve(path)
    changed = flow.with_name(name)
    text = changed.read_text(encoding="utf-8")
    assert before in text
    changed.write_text(text.replace(before, after), encoding="utf-8")
    refused = call("run", "--live", "--plan", path, flow)
    assert refused.code == 1
    assert told in refused.err


def test_a_plan_is_refused_under_other_rules(flow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plan(flow)
    approve(path)
    monkeypatch.setattr(Strict, "version", "2")
    refused = call("run", "--live", "--plan", path, flow)
    assert "the policy strict is now 2" in refused.err


def test_nothing_to_approve_is_told(flow: Path) -> None:
    flow.write_text(FLOW.replace("a voucher", "care"), encoding="utf-8")
    result = approve(plan(flow))
    assert result.code == 0
    assert "nothing to approve" in result.err

"""Approvals: a doubted text that named people let stand, in one wording and no other."""

import msgspec
import pytest

from tactful.errors import TactfulError
from tactful.graph.approvals import carried, outdated, print_of_texts
from tactful.graph.model import Approval, Campaign, Send
from tactful.runtime.approving import log_approvals, need_approval
from tactful.runtime.judging import NO_HOUSE, remarks_on
from tactful.runtime.ports import Finding, Message, PolicyFinding, PolicyVerdict
from tests.runtime.judges import Facts, FakePolicy, says
from tests.runtime.stage import compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

ONE = 'journey:\n  send sms "Hello {{ first_name }}"\n'


def print_in(campaign: Campaign) -> str:
    return print_of_texts(step for step in campaign.graph.steps if isinstance(step, Send))


def approve(
    campaign: Campaign, text: str | None = None, rule: str = "rule", plan: str = ""
) -> Campaign:
    one = Approval(
        policy="fake", rule=rule, text=text or print_in(campaign), because="agreed",
        by="duty@example.com", plan=plan,
    )  # fmt: skip
    return campaign.model_copy(update={"approvals": (*campaign.approvals, one)})


def named(campaign: Campaign) -> Campaign:
    guards = campaign.guards.model_copy(update={"policies": ("fake",)})
    return campaign.model_copy(update={"guards": guards})


def doubts(line: int | None = None) -> FakePolicy:
    return FakePolicy(says("warn"), findings=(Finding("warning", "rule", "hm", line),))


async def test_an_approved_warning_is_kept_as_approved() -> None:
    async with on_stage(policies=(doubts(),)) as stage:
        active = await stage.begin(approve(compile_flow(ONE)), [person(1)])
        await stage.run(active)
        (sent,) = await stage.lines("sent")
        (row,) = await stage.ledger()
    assert sent["verdict"] == "approved"
    (reason,) = msgspec.json.decode(row.verdict or "{}")["reasons"]
    assert reason["text"] == "because (approved by duty@example.com: agreed)"


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize("approval", [{"text": "00000000"}, {"rule": "another"}])
async def test_another_wording_or_rule_is_not_approved(approval: dict[str, str]) -> None:
    async with on_stage(policies=(doubts(),)) as stage:
        active = await stage.begin(approve(compile_flow(ONE), **approval), [person(1)])
        await stage.run(active)
        (sent,) = await stage.lines("sent")
    assert sent["verdict"] == "warn"


@pytest.mark.promise("CLOSED")
async def test_every_rule_that_warns_needs_its_approval() -> None:
    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        found = tuple(
            PolicyFinding(category="c", rule=rule, message="hm") for rule in ("rule", "other")
        )
        return PolicyVerdict("warn", "fake", "rule", "because", found)

    for rules, verdict in ((("rule",), "warn"), (("rule", "other"), "approved")):
        async with on_stage(policies=(FakePolicy(check),)) as stage:
            campaign = compile_flow(ONE)
            for rule in rules:
                campaign = approve(campaign, rule=rule)
            await stage.run(await stage.begin(campaign, [person(1)]))
            (sent,) = await stage.lines("sent")
        assert sent["verdict"] == verdict


async def test_a_refusal_cannot_be_approved() -> None:
    async with on_stage(policies=(FakePolicy(says("refuse")),)) as stage:
        await stage.run(await stage.begin(approve(compile_flow(ONE)), [person(1)]))
    assert stage.channel.messages == []


async def test_the_log_keeps_who_approved_what_and_why() -> None:
    async with on_stage(policies=(doubts(),)) as stage:
        active = await stage.begin(approve(compile_flow(ONE)), [person(1)])
        log_approvals(stage.engine, active, stage.clock.now())
        await stage.run(active)
        (line,) = await stage.lines("order")
    wanted = {"order": "approve", "who": "duty@example.com", "because": "agreed", "rule": "rule"}
    assert wanted.items() <= line.items()


# ---- before a live start ------------------------------------------------------------------------


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize("line", [None, 99])
def test_an_unapproved_warning_refuses_a_live_start(line: int | None) -> None:
    campaign = named(compile_flow(ONE))
    with pytest.raises(TactfulError, match="nobody has approved"):
        need_approval(campaign, {"fake": doubts(line)}, NO_HOUSE)
    need_approval(approve(campaign), {"fake": doubts(line)}, NO_HOUSE)


def test_a_warning_tells_the_line_that_approves_it() -> None:
    campaign = named(compile_flow(ONE))
    line = campaign.lines["journey/send sms/1"]
    (remark,) = remarks_on(campaign, {"fake": doubts(line)})
    assert remark.texts == (print_in(campaign),)
    assert remarks_on(approve(campaign), {"fake": doubts(line)}) == []


def test_a_changed_text_is_told_to_be_approved_no_longer() -> None:
    before = approve(named(compile_flow(ONE)))
    after = compile_flow(ONE.replace("Hello", "Good morning"))
    changed = named(after).model_copy(update={"approvals": before.approvals})
    codes = [remark.code for remark in remarks_on(changed, {"fake": doubts()})]
    assert codes == ["TF520", "TF521"]
    assert list(outdated(before)) == []


def test_the_flow_around_a_text_may_change() -> None:
    before = approve(named(compile_flow(ONE)))
    after = named(compile_flow(ONE.replace("  send", "  wait 1 hour\n  send")))
    assert print_in(after) == print_in(before)


def test_what_a_plan_approved_stays_approved_when_the_file_is_read_again() -> None:
    campaign = named(compile_flow(ONE))
    old = approve(campaign, plan="p1").model_copy(update={"plan": "p1"})
    assert carried(old, campaign) == old
    assert carried(campaign, campaign) == campaign


def test_a_line_in_the_file_approves() -> None:
    text = print_in(compile_flow(ONE))
    line = f'approve fake "rule" in "{text}" because "agreed" by "duty@example.com"\n'
    campaign = compile_flow(line + ONE)
    assert [(one.by, one.text) for one in campaign.approvals] == [("duty@example.com", text)]
    assert campaign.guards == compile_flow(ONE).guards

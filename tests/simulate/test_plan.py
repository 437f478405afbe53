"""The plan says beforehand who is told, how much leaves, what it costs, and when it is done."""

from pathlib import Path

import pytest

from tactful.guard.strategies import WINDOW
from tactful.plugins.config import parse_config
from tactful.runtime.audience.recipients import Recipient
from tactful.simulate.plan import Plan, make_plan
from tests.runtime.stage import NINE, compile_flow, person
from tests.simulate.test_rehearsal import rows

pytestmark = pytest.mark.anyio

CONFIG = parse_config('[prices]\nsms = "0.05 EUR"\n', Path("tactful.toml"))
FLOW = """\
throttle sms 2 per 10 minutes
journey:
  send sms "Hi {{ first_name }}, ready?"
  wait up to 2 hours:
    on reply "yes": send sms "Thank you."
    on timeout: go to by_email
stage by_email:
  send email:
    subject "Ready?"
    "By mail"
"""


async def planned(flow: str, people: list[Recipient]) -> Plan:
    """Plan a flow for people, from nine o'clock on."""
    return await make_plan(
        compile_flow(flow),
        rows(people),
        start=NINE,
        config=CONFIG,
        strategies={"window": WINDOW},
    )


async def test_a_plan_has_every_field_of_its_contract() -> None:
    people = [person(n) for n in range(5)]
    people += [person(8, key="P-1"), person(9, phone=None, email=None)]
    plan = await planned(FLOW, people)
    told = plan.to_json("late.flow")
    assert told["recipients"]["rows"] == 7
    assert told["recipients"]["in"] == 5
    assert [(out["row"], out["key"], out["code"]) for out in told["recipients"]["out"]] == [
        (8, "P-1", "duplicate_key"),
        (9, "P-9", "no_address"),
    ]
    assert told["sends"]["sms"] == {"messages": 5, "segments": 5, "cost": "0.25 EUR"}
    assert told["sends"]["email"]["messages"] == 5
    assert told["first_send"] == "2026-12-01T09:00:00.000Z"
    assert told["last_send"] == told["finish"] == "2026-12-01T11:20:00.000Z"
    assert told["worst_case"] == {"sms": 2, "email": 1}
    assert {"severity", "code", "message", "file", "line"} <= told["findings"][0].keys()


async def test_what_would_be_refused_is_a_finding() -> None:
    people = [person(1), person(2, phone=None), person(3, phone=None)]
    plan = await planned(FLOW, people)
    warnings = [finding.message for finding in plan.findings if finding.severity == "warning"]
    assert warnings == ["2 messages would be refused: no_address"]


async def test_nobody_in_is_a_plan_without_sends() -> None:
    plan = await planned(FLOW, [])
    told = plan.to_json("late.flow")
    assert (told["sends"], told["first_send"], told["last_send"]) == ({}, None, None)


async def test_a_moment_that_is_over_already_is_a_note() -> None:
    flow = 'journey:\n  wait until 2026-11-01 09:00 Europe/Dublin\n  send sms "Hi"\n'
    plan = await planned(flow, [person(1), person(2)])
    (late,) = [finding for finding in plan.findings if finding.code == "PL105"]
    assert late.severity == "note"
    assert late.message.startswith("2 waits are for a moment that is over already")


@pytest.mark.parametrize(("days", "told"), [(5, ["PL108"]), (9, [])])
async def test_journeys_that_expire_before_they_are_done_are_a_warning(
    days: int, told: list[str]
) -> None:
    flow = f'expires after {days} days\njourney:\n  wait 8 days\n  send sms "Hi"\n'
    plan = await planned(flow, [person(1), person(2)])
    warnings = [finding for finding in plan.findings if finding.severity == "warning"]
    assert [finding.code for finding in warnings] == told
    assert all(finding.message.startswith("2 journeys would expire") for finding in warnings)


@pytest.mark.parametrize(("above", "told"), [(1, ["PL109"]), (2, [])])
async def test_more_hand_offs_than_the_campaign_holds_for_are_a_note(
    above: int, told: list[str]
) -> None:
    flow = f'hold when inbox above {above}\njourney:\n  send sms "Hi"\n  hand off to orders\n'
    plan = await planned(flow, [person(1), person(2)])
    assert [found.code for found in plan.findings if found.code == "PL109"] == told
    assert plan.last_send == NINE


async def test_a_budget_that_will_not_do_is_a_warning_with_its_figures() -> None:
    flow = 'budget 0.12 EUR\njourney:\n  send sms "Hi"\n'
    plan = await planned(flow, [person(n) for n in range(5)])
    warnings = [finding for finding in plan.findings if finding.severity == "warning"]
    assert [(finding.code, finding.line) for finding in warnings] == [("PL106", 16)]
    assert "3 messages to 3 people would not leave" in warnings[0].message
    assert plan.sends["sms"].cost_text == "0.1 EUR"

"""Policies that judge without being named, what they learn, and what waits for them."""

from typing import Any

import anyio
import pytest

from tactful.graph.first import first_sends
from tactful.runtime import policies
from tactful.runtime.facts import House
from tactful.runtime.judging import remarks_on, view_of
from tactful.runtime.ports import Finding, Message, PolicyVerdict
from tactful.store.contract import Store
from tactful.values import DAY, HOUR, MINUTE
from tests.runtime.judges import (
    Facts,
    FakePolicy,
    HousePolicy,
    PatientPolicy,
    after_a_while,
    says,
)
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

ONE = 'journey:\n  send sms "Hello {{ first_name }}"\n'
MAIL = 'journey:\n  send email:\n    subject "Hello"\n    "Dear {{ first_name }}"\n'
BOTH = ONE + MAIL.removeprefix("journey:\n")


# ---- judging without being named ----------------------------------------------------------------


@pytest.mark.promise("CLOSED")
async def test_a_policy_of_the_house_judges_campaigns_that_do_not_name_it(store: Store) -> None:
    policy = HousePolicy(says("refuse"))
    async with on_stage(store, policies=(policy,), named=False) as stage:
        active = await stage.begin(compile_flow(BOTH), [person(1)])
        await stage.run(active)
        (refused,) = await stage.lines("refused")
    assert refused["channel"] == "sms"
    assert [message.channel for message in stage.channel.messages] == ["email"]


async def test_a_campaign_that_names_a_policy_has_all_its_channels_judged() -> None:
    policy = HousePolicy(says("refuse"))
    async with on_stage(policies=(policy,)) as stage:
        active = await stage.begin(compile_flow(BOTH), [person(1)])
        await stage.run(active)
    assert stage.channel.messages == []


async def test_a_policy_that_is_only_installed_judges_nothing() -> None:
    policy = FakePolicy(says("refuse"))
    async with on_stage(policies=(policy,), named=False) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run(active)
    assert len(stage.channel.messages) == 1
    assert policy.seen == []


@pytest.mark.promise("CLOSED")
async def test_nothing_leaves_once_a_policy_of_the_house_is_gone(store: Store) -> None:
    campaign = compile_flow(ONE)
    guards = campaign.guards.model_copy(update={"house_policies": ("gone",)})
    async with on_stage(store) as stage:
        await stage.begin(campaign.model_copy(update={"guards": guards}), [person(1)])
        await stage.run_until(NINE + HOUR)
        problems = {lane.row.problem for lane in stage.engine.lanes.values()}
    assert stage.channel.messages == []
    assert problems == {"the policy `gone` is not installed"}


def test_a_policy_of_the_house_sees_only_its_channels_of_a_flow() -> None:
    policy = HousePolicy(says("allow"), findings=(Finding("warning", "rule", "look"),))
    campaign = compile_flow(BOTH)
    guards = campaign.guards.model_copy(update={"house_policies": ("fake",)})
    remarks = remarks_on(campaign.model_copy(update={"guards": guards}), {"fake": policy})
    assert [remark.message for remark in remarks] == ["look"]
    assert [text.channel for text in policy.flows[0].texts] == ["sms"]
    assert list(policy.flows[0].senders) == ["sms"]


async def test_built_in_answers_are_not_judged_and_those_of_people_are() -> None:
    policy = HousePolicy(says("allow"))
    flow = (
        'journey:\n  send sms "Hello"\n  wait up to 1 day:\n    on other reply: hand off to desk\n'
    )
    async with on_stage(policies=(policy,), named=False) as stage:
        await stage.begin(compile_flow(flow), [person(1)])
        stage.text_from(NINE + MINUTE, person(1).phone or "", "What is this?")
        await stage.run_until(NINE + 2 * MINUTE)
        data = '{"item": 1, "text": "A parcel for you."}'
        stage.order(NINE + 3 * MINUTE, "answer", data=data)
        stage.text_from(NINE + 5 * MINUTE, person(1).phone or "", "STOP")
        await stage.run_until(NINE + 6 * MINUTE)
    sent = [message.text for message in stage.channel.messages]
    assert [message.text for message in policy.seen] == ["Hello", "A parcel for you."]
    assert len(sent) == 3
    assert [facts["answering"] for facts in policy.facts] == [False, True]


# ---- what they learn ----------------------------------------------------------------------------


async def test_facts_tell_who_writes_to_whom_and_why() -> None:
    house = House("Acme", "parcels", ("Acme", "AcmePost"), ("acme.example",))
    policy = FakePolicy(says("allow"))
    async with on_stage(policies=(policy,), house=house) as stage:
        people = [person(1, purpose="marketing", country="nowhere")]
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run(active)
    (facts,) = policy.facts
    wanted: dict[str, Any] = {
        "id": "P-1",
        "purpose": "service",
        "locale": "en",
        "country": "US",
        "campaign": "Late order",
        "owner": "care@example.com",
        "sender": "+353 1 555 0100",
        "first": True,
        "answering": False,
        "urgent": False,
        "zones": ("Europe/Dublin",),
        "house": "Acme",
        "business": "parcels",
        "brands": ("Acme", "AcmePost"),
        "domains": ("acme.example",),
    }
    assert wanted.items() <= facts.items()


async def test_the_country_of_a_row_goes_before_that_of_its_number(store: Store) -> None:
    policy = FakePolicy(says("allow"))
    there = [person(1)]
    async with on_stage(store, policies=(policy,)) as stage:
        people = [*there, _in(person(2), "IE"), _in(person(3, phone=None), "FR")]
        active = await stage.begin(compile_flow(BOTH), people)
        await stage.run(active)
    countries = {facts["id"]: facts["country"] for facts in policy.facts}
    assert countries == {"P-1": "US", "P-2": "IE", "P-3": "FR"}


def _in(recipient: Any, country: str) -> Any:
    from msgspec.structs import replace

    return replace(recipient, country=country)


async def test_the_first_message_on_a_channel_is_known_as_such() -> None:
    flow = ONE + '  wait 1 hour\n  send sms "Again"\n' + MAIL.removeprefix("journey:\n")
    policy = FakePolicy(says("allow"))
    async with on_stage(policies=(policy,)) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        await stage.run(active)
    assert [facts["first"] for facts in policy.facts] == [True, False, True]


async def test_after_a_refused_message_the_next_is_the_first() -> None:
    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        return PolicyVerdict("refuse" if "Hello" in message.text else "allow", "fake")

    policy = FakePolicy(check)
    async with on_stage(policies=(policy,)) as stage:
        active = await stage.begin(compile_flow(ONE + '  send sms "Again"\n'), [person(1)])
        await stage.run(active)
    assert [facts["first"] for facts in policy.facts] == [True, True]


FIRSTS = {
    "one after the other": ('journey:\n  send sms "a"\n  send sms "b"\n', [True, False]),
    "two channels": (
        'journey:\n  send sms "a"\n  send email:\n    subject "b"\n    "b"\n', [True, True],
    ),
    "either of two": (
        'journey:\n  when first_name is "A": send sms "a"\n  send sms "b"\n', [True, True],
    ),
    "after one that failed": (
        'journey:\n  send sms "a":\n    on not delivered: send sms "b"\n  send sms "c"\n',
        [True, True, False],
    ),
    "behind a stage that sends": (
        'journey:\n  send sms "a"\n  go to late\n\nstage late:\n  send sms "b"\n', [True, False],
    ),
    "at any time": (
        'at any time:\n  on reply "x": send sms "b"\n\njourney:\n  send sms "a"\n', [True, True],
    ),
    "in a repetition": (
        'journey:\n  repeat at most 2 times:\n    send sms "a"\n  send sms "b"\n', [True, False],
    ),
    "after a repetition that says nothing": (
        'journey:\n  repeat at most 2 times:\n    wait 1 hour\n  send sms "b"\n', [True],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("flow", "wanted"), FIRSTS.values(), ids=FIRSTS)
def test_policies_are_told_which_texts_may_come_first(flow: str, wanted: list[bool]) -> None:
    campaign = compile_flow(flow)
    texts = sorted(view_of(campaign).texts, key=lambda text: text.text)
    assert [text.first for text in texts] == wanted
    assert len(first_sends(campaign.graph)) == sum(wanted)


# ---- hold ---------------------------------------------------------------------------------------


async def test_a_message_that_a_policy_holds_waits_and_is_judged_again(store: Store) -> None:
    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        if message.permitted_at < NINE + HOUR:
            return PolicyVerdict("hold", "fake", "noon", "too early", until=NINE + HOUR)
        return PolicyVerdict("allow", "fake")

    async with on_stage(store, policies=(FakePolicy(check),)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(3)])
        await stage.run(active)
        held = await stage.lines("held")
        sent = await stage.lines("sent")
    assert [(line["by"], line["reason"], line["verdict"]) for line in held] == [
        ("fake", "too early", "allow")
    ] * 3
    assert {line["at"] for line in sent} == {"2026-12-01T10:00:00.000Z"}


async def test_a_hold_outlives_a_restart(store: Store) -> None:
    hold = FakePolicy(says("hold", NINE + HOUR))
    async with on_stage(store, policies=(hold,)) as stage:
        await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run_until(NINE + MINUTE)
    free = FakePolicy(says("allow"), "2")
    async with on_stage(store, policies=(free,), start=NINE + 2 * MINUTE) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run_until(NINE + 59 * MINUTE)
        assert stage.channel.messages == []
        await stage.run(active)
    assert len(stage.channel.messages) == 1


@pytest.mark.promise("LATE")
async def test_a_hold_beyond_the_expiry_expires() -> None:
    flow = "expires after 2 hours\n" + ONE
    async with on_stage(policies=(FakePolicy(says("hold", NINE + 100 * DAY)),)) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        await stage.run(active)
        assert await stage.ends() == {"P-1": "expired"}
    assert stage.channel.messages == []
    assert stage.clock.now() == NINE + 2 * HOUR


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize("until", [None, NINE - 1, NINE, "tomorrow"])
async def test_a_hold_until_no_later_moment_refuses(until: Any) -> None:
    async with on_stage(policies=(FakePolicy(says("hold", until)),)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run(active)
        (refused,) = await stage.lines("refused")
    assert refused["code"] == "error"
    assert stage.channel.messages == []


@pytest.mark.promise("STOP")
async def test_an_opt_out_ends_what_a_policy_holds() -> None:
    flow = 'journey:\n  send email:\n    subject "a"\n    "a"\n  send sms "b"\n'
    async with on_stage(policies=(HousePolicy(says("hold", NINE + HOUR)),), named=False) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        stage.text_from(NINE + MINUTE, person(1).phone or "", "STOP")
        await stage.run(active)
    assert [message.channel for message in stage.channel.messages if message.text == "b"] == []


async def test_what_was_allowed_for_a_while_is_judged_again_after_it() -> None:
    """Fifteen people at ten per five minutes: the last ones' turn comes after the word is over."""

    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        now = message.permitted_at
        if now < NINE + MINUTE:
            return PolicyVerdict("allow", "fake", until=NINE + MINUTE)
        return PolicyVerdict("hold", "fake", "night", "it is late", until=now + HOUR)

    async with on_stage(policies=(FakePolicy(check),)) as stage:
        await stage.begin(compile_flow(ONE), [person(n) for n in range(15)])
        await stage.run_until(NINE + 30 * MINUTE)
    assert len(stage.channel.messages) == 10


# ---- asking many --------------------------------------------------------------------------------


async def test_a_policy_that_waits_is_asked_for_all_side_by_side() -> None:
    policy = PatientPolicy(after_a_while("allow", 0.01))
    async with on_stage(policies=(policy,)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(40)])
        await stage.run(active)
    assert len(stage.channel.messages) == len(policy.seen) == 40


@pytest.mark.promise("CLOSED")
async def test_one_that_never_answers_refuses_its_message_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Sometimes(FakePolicy):
        """Hangs for one person."""

    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        if facts["id"] in ("P-0", "P-3"):
            await anyio.sleep_forever()
        return PolicyVerdict("allow", "fake")

    monkeypatch.setattr(policies, "LIMIT_SECONDS", 0.01)
    async with on_stage(policies=(Sometimes(check),)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(6)])
        await stage.run(active)
        refused = await stage.lines("refused")
    assert {line["recipient"] for line in refused} == {"P-0", "P-3"}
    assert {line["code"] for line in refused} == {"no answer"}
    assert len(stage.channel.messages) == 4


async def test_one_that_opens_scopes_of_its_own_is_asked_as_well() -> None:
    class Scoped(FakePolicy):
        """Waits inside a time limit of its own."""

    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        with anyio.move_on_after(0.001):
            await anyio.sleep_forever()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.sleep, 0)
        return PolicyVerdict("warn", "fake", "slow", "it took a while")

    async with on_stage(policies=(Scoped(check),)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(3)])
        await stage.run(active)
        sent = await stage.lines("sent")
    assert [line["verdict"] for line in sent] == ["warn"] * 3

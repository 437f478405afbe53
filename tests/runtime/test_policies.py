"""Policies: asked before each send; whatever goes wrong with one, the message is refused."""

import anyio
import msgspec
import pytest

from tactful.runtime import policies
from tactful.runtime.ports import Message, PolicyVerdict
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.values import HOUR, MINUTE
from tests.runtime.judges import Check, Facts, FakePolicy, says
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

ONE = 'journey:\n  send sms "Hello {{ first_name }}"\n'


async def raises(message: Message, facts: Facts) -> PolicyVerdict:
    raise RuntimeError("broken")


async def hangs(message: Message, facts: Facts) -> PolicyVerdict:
    await anyio.sleep_forever()
    raise AssertionError


async def says_nothing(message: Message, facts: Facts) -> None:
    return None


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize("check", [says("refuse"), raises, hangs, says_nothing])
async def test_no_yes_is_a_no(store: Store, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "LIMIT_SECONDS", 0.01)
    both = (FakePolicy(says("allow")), FakePolicy(check))
    async with on_stage(store, policies=both) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run(active)
        (refused,) = await stage.lines("refused")
        assert await stage.ends() == {"P-1": "unreachable"}
    assert refused["by"] == "fake"
    assert refused["verdict"] == "refuse"
    assert stage.channel.messages == []


@pytest.mark.promise("CLOSED")
async def test_one_persons_refusal_is_not_the_others() -> None:
    async def check(message: Message, facts: Facts) -> PolicyVerdict:
        return PolicyVerdict("refuse" if facts["id"] == "P-2" else "allow", "fake")

    async with on_stage(policies=(FakePolicy(check),)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(4)])
        await stage.run(active)
        ends = await stage.ends()
    assert [key for key, state in ends.items() if state == "unreachable"] == ["P-2"]


async def test_a_warning_sends_and_is_recorded() -> None:
    async with on_stage(policies=(FakePolicy(says("warn")),)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run(active)
        (sent,) = await stage.lines("sent")
        (row,) = await stage.ledger()
    assert sent["verdict"] == "warn"
    assert msgspec.json.decode(row.verdict or "{}")["reasons"][0]["text"] == "because"


async def test_policies_are_asked_once_for_a_text_that_waits() -> None:
    policy = FakePolicy(says("allow"))
    async with on_stage(policies=(policy,)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(25)])
        await stage.run(active)
    assert len(policy.seen) == len(stage.channel.messages) == 25


@pytest.mark.promise("CLOSED")
async def test_a_new_version_of_a_policy_is_asked_again_before_what_waits_may_leave() -> None:
    store, old, new = MemoryStore(), FakePolicy(says("allow")), FakePolicy(says("refuse"), "2")
    people = [person(n) for n in range(15)]
    async with on_stage(store, policies=(old,)) as stage:
        await stage.begin(compile_flow(ONE), people)
        await stage.run_until(NINE + MINUTE)
        before = len(stage.channel.messages)
    async with on_stage(store, policies=(new,), start=NINE + HOUR) as stage:
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run(active)
        assert stage.channel.messages == []
    assert before == 10
    assert len(new.seen) == 5


async def test_policies_see_no_more_than_1600_characters_of_a_text() -> None:
    policy = FakePolicy(says("allow"))
    async with on_stage(policies=(policy,)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1, first_name="x" * 9000)])
        await stage.run(active)
    assert len(policy.seen[0].text) == 1600
    assert len(stage.channel.messages[0].text) > 9000

"""Two machines do not answer each other for ever, and somebody else's number gets nothing more."""

import pytest

from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.values import HOUR, MINUTE, SECOND
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

ASKING = """\
journey:
  send sms "Ready?"
  wait up to 3 days:
    on reply "yes": send sms "Thank you."
  send sms "Still there?"
"""
FAST = 'throttle sms 100 per minute because "a test"\n'
MACHINE = "a machine seems to be answering"


def texts(stage: Stage) -> list[str]:
    return [message.text for message in stage.channel.messages]


async def test_a_machine_that_asks_for_help_gets_it_a_few_times_only(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(FAST + ASKING), [person(1)])
        for number in range(40):
            stage.reply(NINE + MINUTE + number * SECOND, 1, "HELP")
        await stage.run(active)
        items = await stage.engine.store.inbox()
        loops = [line for line in await stage.lines("signal") if line.get("kind") == "loop"]
    assert sum("we write about" in text for text in texts(stage)) == 9
    assert [(item.note, item.journey) for item in items] == [(f"{MACHINE}: HELP", 1)]
    assert len(loops) == 1


async def test_a_restart_forgets_no_machine() -> None:
    store = MemoryStore()
    campaign = compile_flow(ASKING)
    async with on_stage(store) as stage:
        await stage.begin(campaign, [person(1)])
        for number in range(10):
            stage.reply(NINE + MINUTE + number * SECOND, 1, f"{'x' * number}?")
        await stage.run_until(NINE + MINUTE + 12 * SECOND)
    async with on_stage(store, start=NINE + MINUTE + 13 * SECOND) as stage:
        await stage.begin(campaign, [person(1)])
        for number in range(10):
            stage.reply(NINE + MINUTE + (14 + number) * SECOND, 1, f"{'y' * number}!")
        stage.reply(NINE + 3 * HOUR, 1, "a person, later")
        await stage.run_until(NINE + 4 * HOUR)
        notes = [item.note for item in await store.inbox()]
    assert len([note for note in notes if note.startswith(MACHINE)]) == 1
    assert notes[-1] == "a person, later"
    assert len(notes) == 14 + 1 + 1  # those before the sign, the sign itself, and the person


async def test_an_automatic_answer_that_comes_again_and_again_is_noticed() -> None:
    answer = "Thank you for your message. We are closed today."
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        for number in range(8):
            stage.reply(NINE + number * 2 * HOUR, 1, answer)
        await stage.run(active)
        notes = [item.note for item in await stage.engine.store.inbox()]
    assert notes == [answer] * 4 + [f"{MACHINE}: {answer}"]


@pytest.mark.promise("STOP")
async def test_a_stop_is_heard_from_a_machine_too() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        for number in range(20):
            stage.reply(NINE + MINUTE + number * SECOND, 1, f"{number}")
        stage.reply(NINE + 2 * MINUTE, 1, "STOP")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "opted_out"}


@pytest.mark.parametrize("words", ["Wrong number", "Sorry, I'm not Ana", "falsche Nummer"])
async def test_a_wrong_number_gets_nothing_more_and_a_person_is_told(
    store: Store, words: str
) -> None:
    async with on_stage(store) as stage:
        people = [person(1, first_name="Ana"), person(2)]
        one = await stage.begin(compile_flow(ASKING), people)
        stage.reply(NINE + HOUR, 1, words)
        stage.reply(NINE + 2 * HOUR, 1, words)
        await stage.run(one)
        ends = await stage.ends()
        (item,) = await stage.engine.store.inbox()
        (kept,) = await stage.engine.store.suppressions()
        told = [line for line in await stage.lines("signal") if line.get("kind") == "wrong number"]
    assert ends == {"P-1": "unreachable", "P-2": "finished"}
    assert (item.note, item.journey, item.address) == (f"wrong number: {words}", 1, person(1).phone)
    assert (kept.address, kept.group, kept.source) == (person(1).phone, "text", item.note)
    assert [line["text"] for line in told] == [words]
    assert [m.text for m in stage.channel.messages if m.key == "P-1"] == ["Ready?"]


async def test_a_wrong_number_holds_for_every_campaign() -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        stage.text_from(NINE + MINUTE, person(1).phone or "", "you have the wrong number")
        await stage.begin(compile_flow(ASKING), [person(2)])
        await stage.run_until(NINE + HOUR)
        (item,) = await store.inbox()
    async with on_stage(store, start=NINE + 2 * HOUR) as stage:
        other = await stage.begin(compile_flow(ASKING, HEAD.replace("Late", "Other")), [person(1)])
        await stage.run(other)
        refused = await stage.lines("refused")
    assert item.journey is None
    assert {line["recipient"] for line in refused} == {"P-1"}


async def test_who_is_ready_has_no_wrong_number() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1, status="ready")])
        stage.reply(NINE + HOUR, 1, "I'm not ready")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}

"""STOP, START and HELP: one confirmation, then nothing, on that group and for every campaign."""

import msgspec
import pytest

from tactful.journey.lifecycle import ENDED
from tactful.plugins.answers import Answers, Owner, Texts
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import SuppressionRow
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, SECOND
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

OTHER_HEAD = HEAD.replace("Late order", "Other order")
ASKING = """\
journey:
  send sms "Ready?"
  wait up to 3 days:
    on reply "yes": send sms "Thank you."
  send sms "Still there?"
"""
LATER = """\
journey:
  wait 2 hours
  send sms:
    "Hello"
    on not delivered: send email:
      subject "Hello"
      "Hello by mail"
"""
MAILING = """\
journey:
  send sms "Ready?"
  wait 1 hour
  send email:
    subject "Ready?"
    "By mail"
"""


def texts(stage: Stage, number: int = 1) -> list[str]:
    """Return the texts that a person got."""
    return [m.text for m in stage.channel.messages if m.key == person(number).key]


@pytest.mark.promise("STOP")
@pytest.mark.parametrize("words", ["STOP", "Stop.", "please stop texting me", "unsubscribe"])
async def test_one_confirmation_and_then_nothing(store: Store, words: str) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1), person(2)])
        stage.reply(NINE + HOUR, 1, words)
        await stage.run(active)
        assert await stage.ends() == {"P-1": "opted_out", "P-2": "finished"}
        got = texts(stage)
        timeline = await stage.timeline("P-1")
    assert got[0] == "Ready?"
    assert len(got) == 2
    assert "Late order: you are opted out" in got[1]
    assert timeline.count("opt_out") == 1


@pytest.mark.promise("STOP")
async def test_a_repeated_stop_is_silent() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        for minutes in (1, 2, 3, 300):
            stage.reply(NINE + minutes * MINUTE, 1, "STOP")
        await stage.run(active)
        await stage.run_until(NINE + 6 * HOUR)
    assert len(texts(stage)) == 2


@pytest.mark.promise("STOP")
async def test_it_counts_for_every_campaign_of_the_store_and_later_ones() -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        one = await stage.begin(compile_flow(ASKING), [person(1)])
        two = await stage.begin(compile_flow(LATER, OTHER_HEAD), [person(1)])
        stage.reply(NINE + HOUR, 1, "STOP")
        await stage.run(one)
        await stage.run(two)
        assert texts(stage)[-1] == "Hello by mail"  # other channels go on
        sms = [m.text for m in stage.channel.messages if m.channel == "sms"]
    assert len(sms) == 2
    async with on_stage(store, start=NINE + 24 * HOUR) as stage:
        third = await stage.begin(
            compile_flow(ASKING, HEAD.replace("Late order", "Third")), [person(1)]
        )
        await stage.run(third)
        assert await stage.timeline("P-1") != []
        assert stage.channel.messages == []


@pytest.mark.promise("STOP")
async def test_it_reaches_what_is_queued_behind_the_pace() -> None:
    flow = 'throttle sms 1 per 30 minutes\njourney:\n  send sms "One"\n  send sms "Two"\n'
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        stage.reply(NINE + MINUTE, 1, "STOP")
        await stage.run(active)
        ends = await stage.ends()
    assert texts(stage) == ["One"]  # its confirmation had no slot within five minutes
    assert ends == {"P-1": "opted_out"}


@pytest.mark.promise("STOP")
async def test_a_confirmation_that_cannot_leave_within_five_minutes_does_not_leave() -> None:
    flow = f"throttle sms 1 per 6 minutes\n{ASKING}"
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        stage.reply(NINE + 30 * SECOND, 1, "STOP")
        await stage.run(active)
        rows = await stage.ledger()
    assert texts(stage) == ["Ready?"]
    assert [row.state for row in rows] == ["delivered", "expired"]


@pytest.mark.promise("STOP")
async def test_it_reaches_a_journey_whose_text_is_in_flight() -> None:
    async with on_stage(wrap=slow(lambda message: 20 * SECOND)) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.reply(NINE + 5 * SECOND, 1, "STOP")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "opted_out"}
    assert len(texts(stage)) == 2


@pytest.mark.promise("STOP")
async def test_only_journeys_that_wrote_last_on_that_group_end() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(MAILING), [person(1), person(2)])
        stage.reply(NINE + 10 * MINUTE, 1, "STOP")
        stage.reply(NINE + 2 * HOUR, 2, "STOP", channel="email")
        await stage.run(active)
        ends = await stage.ends()
    assert ends == {"P-1": "opted_out", "P-2": "finished"}


@pytest.mark.promise("STOP")
async def test_two_journeys_of_one_number_both_end() -> None:
    people = [person(1), person(2, phone=person(1).phone)]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), people)
        stage.reply(NINE + HOUR, 1, "STOP")
        await stage.run(active)
        assert set((await stage.ends()).values()) == {"opted_out"}
    assert len([m for m in stage.channel.messages if "opted out" in m.text]) == 1


@pytest.mark.promise("STOP")
async def test_a_provider_that_confirms_itself_keeps_us_silent() -> None:
    channel = RecordingChannel()
    channel.confirms_opt_out = True
    async with on_stage(channel=channel) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.reply(NINE + HOUR, 1, "STOP")
        await stage.run(active)
    assert texts(stage) == ["Ready?"]


@pytest.mark.promise("STOP")
async def test_a_journey_that_has_ended_gets_its_confirmation_too() -> None:
    flow = 'journey:\n  when id is "P-1": send sms "One"\n  wait 2 hours\n'
    async with on_stage() as stage:
        active = await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        other = await stage.begin(compile_flow(flow, OTHER_HEAD), [person(2)])
        stage.reply(NINE + HOUR, 1, "STOP")
        await stage.run(other)
        assert active.row.state == "finished"
    assert len(texts(stage)) == 2


@pytest.mark.promise("STOP")
async def test_start_lifts_the_block_and_nothing_else() -> None:
    async with on_stage() as stage:
        mine = SuppressionRow(address=person(1).phone or "", group="voice", at=NINE, source="hand")
        stage.engine.group.rows.suppressions.append(mine)
        active = await stage.begin(compile_flow(LATER), [person(1), person(2)])
        keep = await stage.begin(compile_flow(ASKING, OTHER_HEAD), [person(1)])
        stage.reply(NINE + MINUTE, 1, "STOP")
        stage.reply(NINE + HOUR, 1, "START")
        await stage.run(active)
        await stage.run(keep)
        left = await stage.engine.store.suppressions()
    assert [row.group for row in left] == ["voice"]
    assert "Hello" in texts(stage)


async def test_help_tells_who_writes_and_where_to_ask() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.reply(NINE + HOUR, 1, "HELP")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}
    assert "Late order" in texts(stage)[1]
    assert "care@example.com" in texts(stage)[1]
    assert texts(stage)[2] == "Still there?"


@pytest.mark.promise("STOP")
async def test_every_end_is_a_named_state_whatever_is_answered() -> None:
    words = ["STOP", "yes", "HELP", "START", "", "x" * 5000, "\u202e", "stop the delivery"]
    async with on_stage() as stage:
        people = [person(n) for n in range(len(words))]
        active = await stage.begin(compile_flow(ASKING), people)
        for number, said in enumerate(words):
            stage.reply(NINE + HOUR, number, said)
        await stage.run(active)
        ends = await stage.ends()
    assert len(ends) == len(words)
    assert set(ends.values()) <= ENDED


@pytest.mark.promise("STOP")
async def test_who_comes_back_is_told_so_once() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.reply(NINE + MINUTE, 1, "STOP")
        stage.reply(NINE + HOUR, 1, "START")
        stage.reply(NINE + 2 * HOUR, 1, "START")
        await stage.run(active)
        await stage.run_until(NINE + 3 * HOUR)
    assert len(texts(stage)) == 3
    assert "you can get our messages here again" in texts(stage)[2]


@pytest.mark.promise("STOP")
@pytest.mark.parametrize("wish", ["STOP", "HELP"])
async def test_a_provider_that_has_answered_this_one_keeps_us_silent(wish: str) -> None:
    address = person(1).phone or ""
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.raw(
            NINE + MINUTE,
            "reply",
            channel="sms",
            address=address,
            data=f'{{"text": "{wish}", "answered": true}}',
        )
        await stage.run(active)
    assert set(texts(stage)) <= {"Ready?", "Still there?"}


async def test_the_answers_of_the_house_are_sent() -> None:
    own: Texts = {"en": {"help": "{owner}. Ask at {contact}! STOP ends this."}}
    async with on_stage() as stage:
        stage.engine.answers = Answers(own, Owner(name="Harbour Lights", contact="the desk"))
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.reply(NINE + HOUR, 1, "HELP")
        await stage.run(active)
    assert texts(stage)[1] == "Harbour Lights. Ask at the desk! STOP ends this."


@pytest.mark.promise("STOP")
async def test_an_opt_out_by_mail_is_confirmed_with_a_subject() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(MAILING), [person(1)])
        stage.reply(NINE + 90 * MINUTE, 1, "unsubscribe", channel="email")
        await stage.run(active)
        await stage.run_until(NINE + 2 * HOUR)
        last = stage.channel.messages[-1]
    assert (last.channel, last.subject) == ("email", "Late order")
    assert "opted out" in last.text


@pytest.mark.promise("STOP")
@pytest.mark.parametrize(
    ("words", "groups"), [(("START", "STOP"), ["text"]), (("STOP", "START"), [])]
)
async def test_the_last_word_counts_when_words_come_in_together(
    store: Store, words: tuple[str, str], groups: list[str]
) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        if words[0] == "START":
            stage.reply(NINE + MINUTE, 1, "STOP")
        for word in words:
            stage.reply(NINE + HOUR, 1, word)
        await stage.run(active)
        await stage.run_until(NINE + 2 * HOUR)
        left = await stage.engine.store.suppressions()
    assert [row.group for row in left] == groups


@pytest.mark.promise("STOP")
@pytest.mark.parametrize("written_from", ["P1@EXAMPLE.COM", "an.alias@elsewhere.example"])
async def test_a_stop_that_names_its_message_counts_for_who_got_it(written_from: str) -> None:
    async with on_stage() as stage:
        await stage.begin(compile_flow(MAILING), [person(1)])
        await stage.run_until(NINE + 90 * MINUTE)
        mail = next(m for m in stage.channel.messages if m.channel == "email")
        data = msgspec.json.encode({"text": "STOP"}).decode()
        stage.raw(
            NINE + 2 * HOUR,
            "reply",
            channel="email",
            address=written_from,
            send=int(mail.attempt),
            data=data,
        )
        await stage.run_until(NINE + 3 * HOUR)
        left = await stage.engine.store.suppressions()
    assert {(row.address, row.group) for row in left} == {(mail.to, "email")}

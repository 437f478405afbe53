"""Replies and events, end to end: each takes effect once, at once, for the journey that asked."""

import pytest

from tactful.runtime.ports import Message, SendOutcome, Unknown
from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, SECOND
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

OTHER_HEAD = HEAD.replace("Late order", "Other order")
ASKING = """\
journey:
  send sms "Ready?"
  wait up to 2 hours:
    on reply "yes": send sms "Thank you."
    on reply "no": stop
  send sms "Still there?"
"""
KEEPING = """\
journey:
  send sms:
    "Ready?"
    on not delivered within 30 minutes: send sms "Once more."
  wait up to 2 hours:
    on reply "yes": send sms "Thank you."
"""


def texts(stage: Stage, number: int = 1) -> list[str]:
    """Return the texts that a person got."""
    return [m.text for m in stage.channel.messages if m.key == person(number).key]


async def test_a_reply_takes_its_line_at_once(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.reply(NINE + 17 * MINUTE, 1, "Yes, please")
        await stage.run(active)
        called = {row.text: row.called_at for row in await stage.ledger()}
    assert called["Thank you."] == NINE + 17 * MINUTE
    assert active.answered == 1


async def test_a_reply_while_the_follow_up_waits_for_its_turn_cancels_it(store: Store) -> None:
    flow = "throttle sms 1 per 30 minutes\n" + ASKING.replace(
        '  send sms "Still there?"', '    on timeout: send sms "Still there?"'
    )
    people = [person(n) for n in range(1, 7)]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(flow), people)
        stage.reply(NINE + 2 * HOUR + 10 * MINUTE, 1, "no")
        await stage.run(active)
        rows = [row for row in await stage.ledger() if row.journey == 1]
        assert (await stage.ends())["P-1"] == "stopped"
    assert texts(stage) == ["Ready?"]
    assert [row.state for row in rows] == ["delivered", "cancelled"]


async def test_a_reply_after_the_follow_up_left_goes_to_a_person() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING + "  wait 1 day\n"), [person(1)])
        stage.reply(NINE + 3 * HOUR, 1, "no")
        await stage.run(active)
        (item,) = await stage.engine.store.inbox()
    assert (item.note, item.journey) == ("no", 1)
    assert texts(stage) == ["Ready?", "Still there?"]


async def test_a_reply_proves_delivery_and_is_kept_for_the_next_wait() -> None:
    channel = RecordingChannel(delivered=False)
    async with on_stage(channel=channel) as stage:
        active = await stage.begin(compile_flow(KEEPING), [person(1)])
        stage.reply(NINE + 5 * MINUTE, 1, "yes")
        await stage.run(active)
        rows = await stage.ledger()
    assert texts(stage) == ["Ready?", "Thank you."]
    assert [row.state for row in rows] == ["delivered", "accepted"]
    assert rows[1].called_at == NINE + 5 * MINUTE


async def test_a_reply_while_the_text_is_still_leaving_is_kept_too() -> None:
    async with on_stage(wrap=slow(lambda message: 10 * SECOND)) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.reply(NINE + 3 * SECOND, 1, "yes")
        await stage.run(active)
    assert texts(stage)[:2] == ["Ready?", "Thank you."]


async def test_a_reply_settles_what_is_in_doubt_also_after_the_end(store: Store) -> None:
    def doubtful(message: Message) -> SendOutcome:
        return Unknown("the line broke")

    async with on_stage(store, channel=RecordingChannel(doubtful)) as stage:
        one = await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        stage.reply(NINE + HOUR, 1, "thanks")
        await stage.run_until(NINE + 2 * HOUR)
        (row,) = await stage.ledger()
        assert one.row.state == "finished"
        timeline = await stage.timeline("P-1")
    assert row.state == "delivered"
    assert timeline.count("sent") == timeline.count("in_doubt") == 1


async def test_a_bare_reply_goes_to_the_journey_that_asked_last(store: Store) -> None:
    async with on_stage(store) as stage:
        one = await stage.begin(compile_flow(ASKING), [person(1)])
        late = ASKING.replace("journey:\n", "journey:\n  wait 10 minutes\n")
        two = await stage.begin(compile_flow(late, OTHER_HEAD), [person(1)])
        stage.reply(NINE + 20 * MINUTE, 1, "no")
        await stage.run(one)
        await stage.run(two)
        ends = {line["launch"]: line["state"] for line in await stage.lines("ended")}
        (reply,) = await stage.lines("reply")
    assert ends == {"late-order.1": "finished", "other-order.1": "stopped"}
    assert reply["launch"] == "other-order.1"
    assert reply["because"] == "asked last of 2"


async def test_a_reply_to_an_ended_journey_goes_to_the_inbox_with_its_journey() -> None:
    async with on_stage() as stage:
        one = await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        await stage.begin(compile_flow("journey:\n  wait 1 day\n", OTHER_HEAD), [person(2)])
        stage.reply(NINE + HOUR, 1, "where is it?")
        await stage.run_until(NINE + 2 * HOUR)
        (item,) = await stage.engine.store.inbox()
    assert (item.kind, item.launch, item.note) == ("reply", one.row.id, "where is it?")


async def test_a_reply_of_a_stranger_goes_to_the_inbox() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.text_from(NINE + MINUTE, "+353850001234", "who are you?")
        await stage.run(active)
        (item,) = await stage.engine.store.inbox()
    assert (item.address, item.launch) == ("+353850001234", None)


@pytest.mark.promise("SIGNAL")
async def test_the_same_reply_twice_counts_once() -> None:
    asking_twice = ASKING + '  wait up to 1 hour:\n    on reply "yes": stop\n'
    address = person(1).phone or ""
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(asking_twice), [person(1)])
        for minutes in (5, 5, 150, 151):
            stage.text_from(NINE + minutes * MINUTE, address, "yes", dedup="SM-1")
        await stage.run(active)
        replies = await stage.lines("reply")
        assert await stage.ends() == {"P-1": "finished"}
    assert len(replies) == 1


async def test_two_machines_that_answer_each_other_are_stopped() -> None:
    asking = 'journey:\n  go to again\nstage again:\n  send sms "Ready?"\n' + (
        "  wait up to 1 hour:\n    on other reply: go to again at most 50\n"
    )
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(asking.replace("send sms", "send chat"), CHAT_HEAD), [person(1)]
        )
        for number in range(100):
            stage.text_from(NINE + number * SECOND, person(1).phone or "", "auto reply")
        await stage.run(active)
        replies = await stage.lines("reply")
        inbox = await stage.engine.store.inbox()
    assert len(replies) + len(inbox) < 20


CHAT_HEAD = HEAD.rstrip() + '\n  chat from "acme" through outbox\n\n'


@pytest.mark.promise("SIGNAL")
async def test_an_event_reaches_its_key_in_every_campaign_once() -> None:
    flow = 'journey:\n  wait up to 1 day:\n    on event shipped as news: send sms "{{ news.by }}"\n'
    async with on_stage() as stage:
        one = await stage.begin(compile_flow(flow), [person(1), person(2)])
        two = await stage.begin(compile_flow(flow, OTHER_HEAD), [person(1)])
        stage.event(NINE + HOUR, "P-1", "shipped", by="An Post")
        stage.event(NINE + 2 * HOUR, "P-1", "shipped", by="DHL")
        stage.event(NINE + 2 * HOUR, "P-9", "shipped")
        await stage.run(one)
        await stage.run(two)
    assert [m.text for m in stage.channel.messages] == ["An Post", "An Post"]


@pytest.mark.parametrize("data", ["[]", "no", '{"values": [1]}'])
async def test_a_signal_that_cannot_be_read_changes_nothing(data: str) -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        stage.raw(NINE, "event", key="P-1", name="x", data=data)
        stage.raw(NINE, "reply", address=person(1).phone, data=data)
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}

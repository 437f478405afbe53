"""What channels tell of messages and people: addresses that are gone, complaints, answers."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.runtime.inbound import (
    Complaint,
    DeliveryStatus,
    KeyPress,
    OptedIn,
    OptedOut,
    PersonReply,
    Signal,
)
from tactful.runtime.ports import Accepted, Message, Retry, SendOutcome, Unknown
from tactful.runtime.reception import row_of
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import SendRow, SignalRow
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, SECOND, Instant
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

PHONE = str(person(1).phone)
MAIL = str(person(1).email)

ASKING = """\
journey:
  send sms "Ready?"
  wait up to 3 hours:
    on reply "yes": tag said_yes
    on timeout: tag silent
  send sms "Goodbye."
"""
ASKING_LATER = ASKING.replace("journey:", "journey:\n  wait 1 minute")
MAILING = """\
journey:
  send email:
    subject "Hello"
    "Hello"
    on not delivered within 1 hour: tag missed
  send email:
    subject "Again"
    "Again"
"""


def tell(stage: Stage, at: Instant, *signals: Signal) -> None:
    """Have a plugin tell signals at a moment."""
    for signal in signals:
        stage.session.incoming.later(at, row_of(signal, "wire", at))


def status(name: str, attempt: str = "1", **more: object) -> DeliveryStatus:
    """Make a status; each has a name of its own."""
    dedup = f"{attempt}-{name}-{random.random()}"
    return DeliveryStatus(attempt=attempt, status=name, dedup=dedup, **more)  # type: ignore[arg-type]


async def suppressed(store: Store, address: str) -> dict[str, str]:
    """Return the groups on which an address gets nothing, each with why."""
    return {row.group: row.source for row in await store.suppressions(address)}


# ---- statuses -----------------------------------------------------------------------------------


async def test_an_address_that_is_gone_gets_nothing_more_on_that_channel(store: Store) -> None:
    async with on_stage(store, channel=RecordingChannel(delivered=False)) as stage:
        active = await stage.begin(compile_flow(MAILING), [person(1), person(2)])
        tell(stage, NINE + MINUTE, status("bounced", gone=True, reason="5.1.1 unknown user"))
        tell(stage, NINE + MINUTE, status("bounced", gone=True, reason="5.1.1 unknown user"))
        await stage.run(active)
        assert await suppressed(store, MAIL) == {"email": "address gone: 5.1.1 unknown user"}
        told = [line for line in await stage.lines("signal") if line.get("kind")]
        got = [message.key for message in stage.channel.messages]
        reasons = [line["reason"] for line in await stage.lines("bounced")]
    assert [(line["recipient"], line["kind"]) for line in told] == [("P-1", "address gone")]
    assert reasons == ["5.1.1 unknown user"]
    assert sorted(got) == ["P-1", "P-2", "P-2"]


async def test_what_is_gone_counts_also_when_a_better_status_came_first() -> None:
    store = MemoryStore()
    async with on_stage(store, channel=RecordingChannel(delivered=False)) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + MINUTE, status("delivered"))
        tell(stage, NINE + MINUTE, status("undelivered", gone=True))
        await stage.run(active)
        (row,) = [row for row in await stage.ledger() if row.id == 1]
        assert row.state == "delivered"
        assert await suppressed(store, PHONE) == {"text": "address gone"}


@pytest.mark.promise("SIGNAL")
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_status_of_a_launch_that_is_over_still_counts(restarted: bool) -> None:
    store = MemoryStore()
    late = status("bounced", "1", gone=True, reason="no such user", provider_id="M1")
    async with on_stage(store, channel=RecordingChannel(delivered=False)) as stage:
        active = await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        await stage.run(active)
        if not restarted:
            tell(stage, NINE + HOUR, late)
            await stage.run_until(NINE + 2 * HOUR)
    async with on_stage(store, start=NINE + 3 * HOUR) as stage:
        if restarted:
            tell(stage, NINE + 4 * HOUR, late)
            await stage.run_until(NINE + 5 * HOUR)
        (row,) = await stage.ledger()
        assert (row.state, row.reason) == ("bounced", "no such user")
        assert await suppressed(store, PHONE) == {"text": "address gone: no such user"}
        assert [line["recipient"] for line in await stage.lines("bounced")] == ["P-1"]
        assert stage.session.launches[1].state == "finished"


async def test_a_receipt_before_the_answer_tells_how_the_provider_calls_the_message() -> None:
    wrap = slow(lambda message: 10 * SECOND)
    channel = RecordingChannel(lambda message: Unknown("the line broke"))
    async with on_stage(channel=channel, wrap=wrap) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + SECOND, status("accepted", provider_id="SM1"))
        await stage.run(active)
        assert (await stage.ledger())[0].provider_id == "SM1"
        assert "accepted" not in await stage.timeline("P-1")


async def test_an_answer_after_a_nameless_receipt_tells_the_name() -> None:
    wrap = slow(lambda message: 10 * SECOND)
    channel = RecordingChannel(lambda message: Accepted("SM1"))
    async with on_stage(channel=channel, wrap=wrap) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + SECOND, status("delivered"))
        await stage.run(active)
        row = (await stage.ledger())[0]
    assert (row.state, row.provider_id) == ("delivered", "SM1")


async def test_a_late_status_of_a_retried_attempt_hides_no_later_one() -> None:
    answers: list[SendOutcome] = [Retry(MINUTE, "busy"), Accepted("two"), Accepted("three")]

    def give(message: Message) -> SendOutcome:
        return answers.pop(0)

    async with on_stage(channel=RecordingChannel(give)) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + HOUR, status("delivered", "1"), status("undelivered", "2"))
        await stage.run(active)
        states = [row.state for row in await stage.ledger()]
    assert states == ["retried", "undelivered", "accepted"]


@pytest.mark.parametrize("attempt", ["77", "", "abc", "9" * 40, "-1", "１", "0"])
async def test_an_attempt_that_is_none_is_taken_and_changes_nothing(attempt: str) -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + MINUTE, status("bounced", attempt, gone=True))
        tell(stage, NINE + MINUTE, KeyPress(attempt=attempt, key="1", dedup="k"))
        tell(stage, NINE + MINUTE, Complaint(channel="sms", attempt=attempt, dedup="c"))
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}
        assert await suppressed(store, PHONE) == {}
        assert not (await store.news()).signals


async def state_after(signals: list[Signal], seed: int) -> tuple[list[SendRow], dict[str, str]]:
    """Deliver signals in a random order, in lumps; return the ledger and the suppressions."""
    chance = random.Random(seed)
    chance.shuffle(signals)
    store = MemoryStore()
    async with on_stage(store, channel=RecordingChannel(delivered=False)) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1), person(2)])
        at = NINE + MINUTE
        for signal in signals:
            at += chance.choice((0, 0, SECOND))
            tell(stage, at, signal)
        await stage.run(active)
        rows = await stage.ledger()
        return rows, await suppressed(store, PHONE)


@pytest.mark.promise("SIGNAL")
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
async def test_forty_six_statuses_in_any_order_end_alike(seed: int) -> None:
    def all_of_them() -> list[Signal]:
        once: list[tuple[str, str, dict[str, object]]] = [
            ("1", "accepted", {}),
            ("1", "undelivered", {"reason": "30003", "gone": True}),
            ("1", "delivered", {"provider_id": "SM1"}),
            ("2", "failed", {"reason": "30005"}),
        ]
        repeated: list[Signal] = [
            status(name, attempt, **more) for attempt, name, more in once for _ in range(12)
        ]
        return repeated[:46]

    rows, gone = await state_after(all_of_them(), seed)
    first, second = rows[:2]
    assert (first.state, first.reason) == ("delivered", None)
    assert (second.state, second.reason) == ("failed", "30005")
    assert gone == {"text": "address gone: 30003"}


# ---- replies ------------------------------------------------------------------------------------


def reply(text: str, **more: object) -> PersonReply:
    """Make a reply of the first person by SMS."""
    fields = {"channel": "sms", "address": PHONE, "dedup": f"{text}-{random.random()}"}
    return PersonReply(text=text, **{**fields, **more})  # type: ignore[arg-type]


async def test_a_reply_to_a_certain_message_reaches_its_journey_and_no_other() -> None:
    other = HEAD.replace("Late order", "Other order")
    async with on_stage() as stage:
        first = await stage.begin(compile_flow(ASKING), [person(1)])
        second = await stage.begin(compile_flow(ASKING_LATER, other), [person(1)])
        tell(stage, NINE + 10 * MINUTE, reply("yes", attempt="1", address="+12025550199"))
        await stage.run(first)
        await stage.run(second)
        tags = {line["launch"]: line["tag"] for line in await stage.lines("tag")}
    assert tags == {"late-order.1": "said_yes", "other-order.1": "silent"}


async def test_a_reply_goes_to_the_campaign_that_asked_from_the_number_it_came_to() -> None:
    other = HEAD.replace("Late order", "Other order").replace("0100", "0200")
    async with on_stage() as stage:
        first = await stage.begin(compile_flow(ASKING), [person(1)])
        second = await stage.begin(compile_flow(ASKING_LATER, other), [person(1)])
        tell(stage, NINE + 10 * MINUTE, reply("yes", to="+35315550100"))
        await stage.run(first)
        await stage.run(second)
        tags = {line["launch"]: line["tag"] for line in await stage.lines("tag")}
    assert tags == {"late-order.1": "said_yes", "other-order.1": "silent"}


async def test_a_reply_to_an_unknown_number_goes_to_who_asked_last() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + MINUTE, reply("yes", to="MG0123"))
        await stage.run(active)
        assert [line["tag"] for line in await stage.lines("tag")] == ["said_yes"]


async def test_pictures_and_subject_of_a_reply_are_kept() -> None:
    media = ("https://example.com/1.png", "https://example.com/2.png")
    store = MemoryStore()
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + MINUTE, reply("yes", media=media, subject="Re: order"))
        await stage.run(active)
        (line,) = await stage.lines("reply")
        tell(stage, NINE + 9 * HOUR, reply("And?", media=media[:1]))
        await stage.run_until(NINE + 10 * HOUR)
        (item,) = await store.inbox()
    assert (line["media"], line["subject"]) == (list(media), "Re: order")
    assert item.note == "And?\nhttps://example.com/1.png"
    assert item.launch == 1


@pytest.mark.promise("STOP")
@pytest.mark.parametrize("signal", [
    reply("STOP", answered=True),
    OptedOut(channel="sms", address=PHONE, dedup="o", answered=True),
    Complaint(channel="sms", address=PHONE, dedup="c", reason="abuse"),
    Complaint(channel="sms", attempt="1", dedup="c"),
], ids=["stop", "opted out", "complaint", "complaint about an attempt"])  # fmt: skip
async def test_who_was_answered_by_the_provider_hears_nothing_more(signal: Signal) -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + HOUR, signal)
        await stage.run(active)
        assert await stage.ends() == {"P-1": "opted_out"}
        assert [message.text for message in stage.channel.messages] == ["Ready?"]
        assert list(await suppressed(store, PHONE)) == ["text"]
        assert len(await stage.lines("opt_out")) == 1


async def test_a_complaint_says_why_in_the_log_and_beside_the_address() -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(MAILING), [person(1)])
        spam = Complaint(channel="email", attempt="1", dedup="c", reason="spam")
        tell(stage, NINE + MINUTE, spam)
        await stage.run(active)
        await stage.run_until(NINE + HOUR)
        assert await suppressed(store, MAIL) == {"email": "complaint: spam"}
        told = [line for line in await stage.lines("signal") if line.get("kind") == "complaint"]
    assert [(line["reason"], line["channel"]) for line in told] == [("spam", "email")]


async def test_help_that_the_provider_has_given_is_not_given_again() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + MINUTE, reply("HELP", answered=True))
        await stage.run(active)
        assert len(stage.channel.messages) == 2


async def test_an_opt_out_of_a_campaign_that_is_over_is_confirmed_after_a_restart() -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        await stage.run(active)
    async with on_stage(store, start=NINE + 3 * HOUR) as stage:
        tell(stage, NINE + 4 * HOUR, reply("STOP"))
        await stage.run_until(NINE + 5 * HOUR)
        (confirmed,) = [message.text for message in stage.channel.messages]
    assert "opted out" in confirmed


async def test_an_opt_in_lifts_what_an_opt_out_has_set() -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        tell(stage, NINE + MINUTE, OptedOut(channel="sms", address=PHONE, dedup="o"))
        tell(stage, NINE + HOUR, OptedIn(channel="sms", address=PHONE, dedup="i"))
        await stage.run(active)
        await stage.run_until(NINE + 2 * HOUR)
        assert await suppressed(store, PHONE) == {}


async def test_reopening_an_old_launch_leaves_the_pace_of_the_new_one() -> None:
    store = MemoryStore()
    fast = 'throttle sms 60 per minute because "it is a test"\njourney:\n  send sms "One"\n'
    async with on_stage(store) as stage:
        await stage.run(await stage.begin(compile_flow(fast), [person(1)]))
    people = [person(number) for number in range(1, 31)]
    async with on_stage(store, start=NINE + HOUR) as stage:
        slow_one = compile_flow('throttle sms 5 per 5 minutes\njourney:\n  send sms "Two"\n')
        active = await stage.begin(slow_one, people)
        tell(stage, NINE + HOUR + SECOND, status("delivered", "1"))
        await stage.run(active)
        first_minute = [
            message
            for message in stage.channel.messages
            if message.permitted_at < NINE + HOUR + MINUTE
        ]
    assert len(first_minute) == 5


def test_what_a_stranger_sends_can_be_kept() -> None:
    row: SignalRow = row_of(
        PersonReply(
            channel="sms",
            address="+1\x00",
            text="a\x00b\ud83d",
            dedup="x\x00",
            media=("https://example.com/\udc00",),
        ),
        "wire",
        NINE,
    )
    assert row.address == "+1\ufffd"
    assert row.dedup == "wire:x\ufffd"
    assert "\\u0000" not in (row.data or "")
    assert "a\ufffdb\ufffd" in (row.data or "")


@pytest.mark.parametrize("kind", ["event", "reply"])
async def test_a_launch_that_a_webhook_opens_meanwhile_disturbs_no_signal(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        await stage.run(
            await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        )
    async with on_stage(store, start=NINE + HOUR) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1)])
        look_up = MemoryStore.journey_of

        async def journey_of(self: MemoryStore, launch: int, key: str) -> int | None:
            await stage.session.message(1)
            return await look_up(self, launch, key)

        monkeypatch.setattr(MemoryStore, "journey_of", journey_of)
        data = '{"text": "yes"}'
        if kind == "event":
            stage.event(NINE + HOUR + MINUTE, "P-1", "nothing")
        stage.raw(NINE + HOUR + 2 * MINUTE, "reply", key="P-1", channel="sms", data=data)
        await stage.run(active)
        assert [line["tag"] for line in await stage.lines("tag")] == ["said_yes"]
        assert sorted(stage.engine.actives) == [1, 2]

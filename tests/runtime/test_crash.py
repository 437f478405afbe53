"""Crashes at any moment: nothing is lost, nothing is sent twice, what is unknown is in doubt."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.runtime.audience.recipients import Recipient
from tactful.runtime.ports import Accepted, Message, Refused, Retry, SendOutcome
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import SendRow
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, SECOND, Instant
from tests.runtime.mortal import MortalStore, until_dead
from tests.runtime.stage import NINE, Stage, compile_flow, on_stage, person, slow
from tests.runtime.test_pace import assert_paced

pytestmark = pytest.mark.anyio

TWO_TEXTS = """\
journey:
  send sms "One"
  wait 10 minutes
  send sms "Two"
"""
WITH_ARM = """\
journey:
  send sms:
    "One"
    on not delivered within 2 hours: send email:
      subject "One"
      "By mail"
  tag done
"""


class Knowing(RecordingChannel):
    """Tells of a lost answer what it is told to tell."""

    def __init__(self, told: Callable[[Message], SendOutcome | None]) -> None:
        super().__init__(delivered=False)
        self._told = told

    async def reconcile(self, message: Message) -> SendOutcome | None:
        return self._told(message)


async def live_and_die(
    store: Store, channel: RecordingChannel, flow: str, people: Sequence[Recipient], lives: int
) -> tuple[Instant, bool]:
    """Run a campaign until it is done or its engine dies; returns when, and whether it is done."""
    mortal = MortalStore(store, lives)
    latest = NINE
    done = False

    async def work() -> None:
        nonlocal latest, done
        opened = await store.open()
        start = max(NINE, (opened.last_at or 0) + 7 * SECOND)
        async with on_stage(
            mortal, start=start, channel=channel, wrap=slow(lambda message: 2 * SECOND)
        ) as stage:
            try:
                last = stage.session.last_launch("late-order")
                if last is None or last.state != "finished":
                    await stage.run(await stage.begin(compile_flow(flow), people))
                done = True
            finally:
                latest = stage.clock.now()

    await until_dead(mortal, work)
    return latest, done


async def sends_of(store: Store) -> list[SendRow]:
    opened = await store.open()
    return list(await store.sends(range(1, opened.next_send)))


@pytest.mark.promise("ONCE", "LOSS", "PACE")
@given(lives=st.lists(st.integers(1, 30), max_size=8), knows=st.booleans())
@settings(max_examples=40)
async def test_after_any_crashes_every_text_is_there_once_or_in_doubt(
    lives: list[int], knows: bool
) -> None:
    store, channel = MemoryStore(), RecordingChannel(knows=knows)
    people = [person(n) for n in range(13)]
    for some in lives:
        await live_and_die(store, channel, TWO_TEXTS, people, some)
    _, done = await live_and_die(store, channel, TWO_TEXTS, people, 10_000)
    assert done
    rows = await sends_of(store)
    wanted = {(person(n).key, text) for n in range(13) for text in ("One", "Two")}
    got = Counter((message.key, message.text) for message in channel.messages)
    assert set(got.values()) <= {1}
    doubted = {(f"P-{row.journey - 1}", row.text) for row in rows if row.state == "in doubt"}
    assert wanted - set(got) <= doubted
    assert not (knows and doubted & set(got))
    assert_paced(rows)
    sent = [event async for _, event, _, _ in store.events() if event.event == "sent"]
    assert len({event.send for event in sent}) == len(sent) == len(wanted) - len(doubted)


@pytest.mark.promise("ONCE", "LOSS")
@pytest.mark.parametrize("lives", [3, 4, 5, 6, 7])
async def test_a_real_store_goes_on_where_it_was_killed(tmp_path: Path, lives: int) -> None:
    channel, people = RecordingChannel(), [person(n) for n in range(12)]
    rows: list[SendRow] = []
    for some in (lives, lives + 3, 10_000):
        store = SqliteStore(tmp_path / "store.db")
        _, done = await live_and_die(store, channel, TWO_TEXTS, people, some)
        rows = await sends_of(store)
        await store.close()
    assert done
    got = Counter((message.key, message.text) for message in channel.messages)
    doubted = {(f"P-{row.journey - 1}", row.text) for row in rows if row.state == "in doubt"}
    assert set(got.values()) <= {1}
    assert set(got) | doubted == {(one.key, text) for one in people for text in ("One", "Two")}


async def crashed(store: Store, channel: RecordingChannel, flow: str = WITH_ARM) -> None:
    """Leave one send behind, in the state `sending`."""
    mortal = MortalStore(store, 10_000)

    async with on_stage(mortal, channel=channel, wrap=slow(lambda message: 20 * SECOND)) as stage:
        await stage.begin(compile_flow(flow), [person(1)])
        await stage.run_until(NINE + SECOND)
    assert [row.state for row in await sends_of(store)] == ["sending"]


async def resume(
    store: Store, channel: RecordingChannel, script: Callable[[Stage], None] = lambda stage: None
) -> list[SendRow]:
    async with on_stage(store, start=NINE + MINUTE, channel=channel) as stage:
        active = await stage.begin(compile_flow(WITH_ARM), [person(1)])
        script(stage)
        await stage.run(active)
        return await stage.ledger()


@pytest.mark.promise("ONCE")
async def test_a_lost_answer_that_the_channel_finds_counts_as_sent(store: Store) -> None:
    channel = Knowing(lambda message: Accepted("found"))
    await crashed(store, channel)
    rows = await resume(store, channel)
    assert [(row.state, row.provider_id) for row in rows if row.channel == "sms"] == [
        ("accepted", "found")
    ]


@pytest.mark.promise("ONCE")
@pytest.mark.parametrize("told", [Refused("not here"), Retry(MINUTE, "not here")])
async def test_a_message_that_never_reached_the_channel_is_sent_again_with_its_token(
    store: Store, told: SendOutcome
) -> None:
    channel = Knowing(lambda message: told)
    await crashed(store, channel)
    rows = await resume(store, channel)
    assert [row.state for row in rows if row.channel == "sms"] == ["retried", "accepted"]
    first, second = [message for message in channel.messages if message.channel == "sms"]
    assert first.token == second.token
    assert first.attempt != second.attempt


def raising(message: Message) -> SendOutcome:
    raise RuntimeError("no connection")


@pytest.mark.promise("ONCE")
@pytest.mark.parametrize("told", [lambda message: None, raising])
async def test_what_nobody_knows_stays_in_doubt_and_is_never_repeated(
    store: Store, told: Callable[[Message], SendOutcome | None]
) -> None:
    channel = Knowing(told)
    await crashed(store, channel)
    rows = await resume(store, channel)
    assert [row.state for row in rows if row.channel == "sms"] == ["in doubt"]
    assert [message.text for message in channel.messages] == ["One"]


@pytest.mark.promise("PACE")
async def test_the_slot_of_a_lost_call_ends_with_its_time_limit(store: Store) -> None:
    channel = Knowing(lambda message: Accepted("found"))
    await crashed(store, channel)
    rows = await resume(store, channel)
    assert rows[0].ended_at == NINE + 30 * SECOND


async def doubted(store: Store, script: Callable[[Stage], None]) -> tuple[list[SendRow], list[str]]:
    """Bring a send in doubt, let a person act, and return the ledger and the timeline."""
    channel = Knowing(lambda message: None)
    await crashed(store, channel)
    async with on_stage(store, start=NINE + MINUTE, channel=channel) as stage:
        active = await stage.begin(compile_flow(WITH_ARM), [person(1)])
        script(stage)
        await stage.run(active)
        rows = [row for row in await stage.ledger() if row.attempt < 100]
        return rows, await stage.timeline("P-1")


def settles(at: Instant, data: str) -> Callable[[Stage], None]:
    return lambda stage: stage.order(at, "settle", data=data)


@pytest.mark.promise("ONCE")
async def test_settled_as_sent_it_counts_as_sent(store: Store) -> None:
    script = settles(NINE + 2 * MINUTE, '{"attempt": 1, "outcome": "sent"}')
    rows, timeline = await doubted(store, script)
    assert rows[0].state == "accepted"
    assert timeline.count("sent") == 1


@pytest.mark.promise("ONCE")
async def test_settled_as_not_sent_the_journey_takes_its_arm_while_it_waits(store: Store) -> None:
    script = settles(NINE + 2 * MINUTE, '{"attempt": 1, "outcome": "not sent"}')
    rows, _ = await doubted(store, script)
    assert [(row.channel, row.state) for row in rows] == [
        ("sms", "rejected"),
        ("email", "accepted"),
    ]
    assert rows[1].called_at == NINE + 2 * MINUTE


@pytest.mark.promise("ONCE")
async def test_settled_as_not_sent_too_late_it_changes_only_the_ledger(store: Store) -> None:
    flow = WITH_ARM.replace("2 hours", "5 minutes") + "  wait 2 hours\n"
    channel = Knowing(lambda message: None)
    await crashed(store, channel, flow)
    async with on_stage(store, start=NINE + MINUTE, channel=channel) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        stage.order(NINE + HOUR, "settle", data='{"attempt": 1, "outcome": "not sent"}')
        await stage.run(active)
        rows = await stage.ledger()
    assert [row.state for row in rows] == ["rejected"]
    assert [message.text for message in channel.messages] == ["One"]


@pytest.mark.promise("ONCE")
async def test_resent_it_is_a_new_attempt_through_the_guard(store: Store) -> None:
    script = settles(NINE + 2 * MINUTE, '{"attempt": 1, "outcome": "not sent", "resend": true}')
    rows, timeline = await doubted(store, script)
    assert [(row.state, row.attempt) for row in rows if row.channel == "sms"] == [
        ("retried", 1),
        ("accepted", 2),
    ]
    assert timeline.count("in_doubt") == 1


@pytest.mark.promise("STOP")
async def test_what_was_opted_out_meanwhile_is_not_resent(store: Store) -> None:
    def script(stage: Stage) -> None:
        stage.reply(NINE + 2 * MINUTE, 1, "STOP")
        stage.order(
            NINE + 10 * MINUTE,
            "settle",
            data='{"attempt": 1, "outcome": "not sent", "resend": true}',
        )

    rows, _ = await doubted(store, script)
    assert rows[0].state == "delivered"  # their STOP proves that it arrived
    assert [row.state for row in rows if row.text == "One"] == ["delivered"]


async def test_a_finished_launch_can_still_be_settled() -> None:
    channel = RecordingChannel(lambda message: 1 // 0)  # type: ignore[arg-type,return-value]
    store = MemoryStore()
    async with on_stage(store, channel=channel) as stage:
        active = await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        await stage.run(active)
        assert active.row.state == "finished"
    async with on_stage(store, start=NINE + HOUR) as stage:
        stage.order(
            NINE + HOUR,
            "settle",
            data='{"attempt": 1, "outcome": "not sent", "resend": true}',
        )
        await stage.run_until(NINE + 2 * HOUR)
        rows = await stage.ledger()
    assert [row.state for row in rows[:2]] == ["retried", "delivered"]


@pytest.mark.parametrize(
    "data",
    [
        "{}",
        "[]",
        "no",
        '{"attempt": "x"}',
        '{"attempt": null}',
        '{"attempt": 77, "outcome": "sent"}',
    ],
)
async def test_an_order_that_cannot_be_read_changes_nothing(data: str) -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow('journey:\n  send sms "One"\n'), [person(1)])
        stage.order(NINE, "settle", data=data)
        stage.order(NINE, "dance")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}

"""A launch that a channel would refuse for everybody is paused before everybody has failed."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio
import msgspec
import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.loading import CHUNK, load_in_time
from tactful.runtime.ports import Accepted, Message, Refused, SendOutcome, Unknown
from tactful.store.contract import Store
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

SLUG = "late-order"
ONE = 'journey:\n  send sms "Hello {{ first_name }}"\n'
QUICK = 'throttle sms 200 per minute because "a test"\n' + ONE
SEVERAL = 'journey:\n  send sms "One"\n  send sms "Two"\n  send sms "Three"\n  send sms "Four"\n'
WITH_MAIL = '''\
journey:
  send sms "Hello":
    on not delivered: go to by_mail
stage by_mail:
  send email:
    subject "Late"
    """
    Hello {{ first_name }}
    """
'''
WRONG = Refused("the token is not valid", "configuration")
BECAUSE = "sms is refused for everybody: the token is not valid"


def refusing(*keys: str) -> Callable[[Message], SendOutcome | None]:
    """Return a channel's answer: these people are refused for the configuration."""
    return lambda message: WRONG if message.key in keys else None


def first(count: int) -> Callable[[Message], SendOutcome | None]:
    """Return a channel's answer: the configuration is mended after so many refusals."""
    left = [WRONG] * count
    return lambda message: left.pop() if left else None


async def test_the_third_refusal_in_a_row_pauses_the_launch_and_a_resume_goes_on(
    store: Store,
) -> None:
    async with on_stage(store, channel=RecordingChannel(first(3))) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(25)])
        stage.order(NINE + HOUR, "resume", campaign=SLUG)
        await stage.run_until(NINE + 30 * MINUTE)
        assert (active.row.state, active.row.because) == ("paused", BECAUSE)
        assert len(stage.channel.messages) == 3
        (held,) = [line for line in await stage.lines("held") if "recipient" not in line]
        assert (held["by"], held["launch"]) == ("sms", "late-order.1")
        assert held["reason"] == "refused for everybody: the token is not valid"
        await stage.run(active)
        ends = await stage.ends()
        failed = await stage.lines("failed")
    assert (active.row.state, active.row.because) == ("finished", "")
    assert len(ends) == 25
    assert len(failed) == 3
    assert len(stage.channel.messages) == 25, "those that had a permit had not left"


@pytest.mark.promise("POISON")
@pytest.mark.parametrize("flow", [ONE, SEVERAL])
async def test_one_recipient_that_is_refused_so_changes_nothing_for_the_others(
    store: Store, flow: str
) -> None:
    async with on_stage(store, channel=RecordingChannel(refusing("P-3"))) as stage:
        active = await stage.begin(compile_flow(flow), [person(n) for n in range(8)])
        await stage.run(active)
        states = {row.journey: row.state for row in await stage.ledger()}
        held = await stage.lines("held")
    assert active.row.state == "finished"
    assert held == []
    assert sorted(states.values()) == ["delivered"] * 7 + ["rejected"]


async def test_a_message_that_is_taken_between_the_refusals_says_that_the_channel_works(
    store: Store,
) -> None:
    bad = [f"P-{n}" for n in (0, 1, 3, 4, 6, 7)]
    async with on_stage(store, channel=RecordingChannel(refusing(*bad))) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(9)])
        await stage.run(active)
        assert active.row.state == "finished"
        assert await stage.lines("held") == []
    assert len(stage.channel.messages) == 9


@pytest.mark.parametrize("between", [Refused("no such number"), Unknown("the line broke")])
async def test_what_else_goes_wrong_between_them_does_not_say_so(
    store: Store, between: SendOutcome
) -> None:
    def answer(message: Message) -> SendOutcome:
        return WRONG if message.key in ("P-0", "P-2", "P-4") else between

    async with on_stage(store, channel=RecordingChannel(answer)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(9)])
        await stage.run_until(NINE + MINUTE)
        assert active.row.is_held
    assert [message.key for message in stage.channel.messages] == [f"P-{n}" for n in range(5)]


async def test_refusals_for_the_recipient_or_the_text_pause_nothing(store: Store) -> None:
    def answer(message: Message) -> SendOutcome:
        return Refused("no", "policy" if int(message.attempt) % 2 else "recipient")

    async with on_stage(store, channel=RecordingChannel(answer)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(9)])
        await stage.run(active)
    assert active.row.state == "finished"


async def test_each_channel_is_counted_for_itself(store: Store) -> None:
    def answer(message: Message) -> SendOutcome | None:
        return WRONG if message.channel == "sms" else None

    async with on_stage(store, channel=RecordingChannel(answer)) as stage:
        active = await stage.begin(compile_flow(WITH_MAIL), [person(n) for n in range(9)])
        await stage.run_until(NINE + MINUTE)
        assert active.row.because == BECAUSE
        stage.order(NINE + HOUR, "stop", campaign=SLUG)
        await stage.run(active)
    assert active.row.state == "stopped"


async def test_it_is_still_paused_after_a_restart(store: Store) -> None:
    people = [person(n) for n in range(15)]
    async with on_stage(store, channel=RecordingChannel(first(3))) as stage:
        await stage.begin(compile_flow(ONE), people)
        await stage.run_until(NINE + MINUTE)
    async with on_stage(store, start=NINE + HOUR) as stage:
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run_until(NINE + 2 * HOUR)
        assert (active.row.because, stage.channel.messages) == (BECAUSE, [])
        stage.order(NINE + 3 * HOUR, "resume", campaign=SLUG)
        await stage.run(active)
    assert len(stage.channel.messages) == 12


async def test_it_is_paused_again_when_nothing_was_mended(store: Store) -> None:
    async with on_stage(store, channel=RecordingChannel(first(6))) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(15)])
        for hours in (1, 2):
            stage.order(NINE + hours * HOUR, "resume", campaign=SLUG)
        await stage.run_until(NINE + HOUR + MINUTE)
        assert active.row.is_held
        await stage.run(active)
        held = [line for line in await stage.lines("held") if "recipient" not in line]
        failed = await stage.lines("failed")
    assert (len(held), len(failed)) == (2, 6)


@pytest.mark.parametrize("resumed", [False, True])
async def test_while_the_audience_is_read_nothing_more_leaves_and_it_is_read_to_its_end(
    store: Store, resumed: bool
) -> None:
    """A launch whose audience is not in yet cannot be `paused`: a restart would not read on.

    The virtual clock stands still meanwhile, so all that leaves must be within one period's pace.
    """
    more, whole = anyio.Event(), anyio.Event()

    async def slowly() -> AsyncIterator[Recipient | OutRow]:
        for number in range(CHUNK):
            yield person(number % 3)
        await more.wait()
        for number in range(CHUNK):
            yield person(3 + number % 5)
        await whole.wait()
        yield person(8)

    channel = RecordingChannel(first(3))
    async with on_stage(store, channel=channel) as stage:
        active = await stage.session.begin(
            compile_flow(ONE), flow_path="", audience_path="", live=False, now=NINE
        )

        async def load() -> None:
            if active.row.state == "loading":  # each `run` begins what stands beside it anew
                await stage.session.rereading.first(active, slowly())

        load_in_time(stage.engine, active, load)
        await stage.engine.run(lambda: active.row.is_held)
        if resumed:
            stage.order(NINE, "resume", campaign=SLUG)
            await stage.engine.run(lambda: not active.row.is_held)
        more.set()
        left = 8 if resumed else 3
        await stage.engine.run(
            lambda: active.row.rows >= 2 * CHUNK and len(channel.messages) == left
        )
        assert active.row.state == "loading"
        whole.set()
        await stage.engine.run(lambda: active.row.state != "loading")
        assert active.row.state == ("running" if resumed else "paused")
        if resumed:
            await stage.run(active)
        assert active.row.rows == 2 * CHUNK + 1
    assert len(channel.messages) == (9 if resumed else 3)


async def test_the_channel_is_asked_no_more_while_it_is_held_by_any_message() -> None:
    """Also what nobody's pace slows down: it was permitted, but has not left."""
    asked: list[str] = []

    def answer(message: Message) -> SendOutcome:
        asked.append(message.key)
        return WRONG if len(asked) <= 3 else Accepted(message.attempt)

    async with on_stage(channel=RecordingChannel(answer)) as stage:
        active = await stage.begin(compile_flow(QUICK), [person(n) for n in range(150)])
        stage.order(NINE + HOUR, "resume", campaign=SLUG)
        await stage.run(active)
        rows = await stage.ledger()
    assert len(asked) == len(set(asked)) == 150
    assert sum(row.state == "rejected" for row in rows) == 3
    assert {row.state for row in rows} == {"rejected", "retried", "accepted"}


@pytest.mark.parametrize("state", ["paused", "loading"])
def test_status_and_log_tell_why_it_is_paused_and_how_it_goes_on(
    tmp_path: Path, state: str
) -> None:
    path = tmp_path / "s.db"
    people = 9 if state == "paused" else CHUNK

    async def slowly() -> AsyncIterator[Recipient | OutRow]:
        for number in range(people):
            yield person(number)
        if state == "loading":
            await anyio.sleep_forever()

    async def refuse() -> None:
        async with on_stage(SqliteStore(path), channel=RecordingChannel(first(3))) as stage:
            active = await stage.session.begin(
                compile_flow(ONE), flow_path="", audience_path="", live=False, now=NINE
            )
            load_in_time(
                stage.engine, active, lambda: stage.session.rereading.first(active, slowly())
            )
            await stage.engine.run(lambda: active.row.is_held and active.row.state == state)

    anyio.run(refuse)
    store = ["--store", f"sqlite:///{path}"]
    shown = " ".join(CliRunner().invoke(application, ["status", *store]).output.split())
    assert f"paused, {BECAUSE}; mend that, then `tactful resume late-order`" in shown
    answer = CliRunner().invoke(application, ["status", "--format", "json", *store])
    (stands,) = msgspec.json.decode(answer.output)["launches"]
    assert (stands["state"], stands["because"]) == (state, BECAUSE)
    log = " ".join(CliRunner().invoke(application, ["log", *store]).output.split())
    assert "held sms, refused for everybody: the token is not valid" in log
    assert "P-3 held sms to +1 ••• ••• 0103: sms, refused for everybody, so" in log

"""Observers hear what becomes of live messages, and the guard keeps to the standing they give."""

from collections.abc import Sequence
from pathlib import Path

import anyio
import msgspec
import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.guard.standing import Advice, Flag, Observed, Pause, SenderSignal, Slow
from tactful.runtime.ports import Message, Refused, SendOutcome
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, SECOND, Instant, Rate
from tests.runtime.stage import NINE, VOICE, compile_flow, on_stage, person
from tests.runtime.watched import (
    FLOW,
    PLAIN,
    SENDER,
    TWICE,
    Heard,
    Strict,
    accepting,
    another,
    told,
)

pytestmark = pytest.mark.anyio

# ---- what they hear -----------------------------------------------------------------------------


async def test_an_observer_hears_what_becomes_of_a_message_once_in_its_order(store: Store) -> None:
    strict = Strict()
    async with on_stage(store, channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(1)], live=True)
        for late in (1, 2, 3):
            stage.status(NINE + late * MINUTE, 1, "undelivered")
        stage.status(NINE + 4 * MINUTE, 1, "delivered")
        stage.reply(NINE + 5 * MINUTE, 1, "thank you")
        await stage.run(active)
    assert strict.kinds == ["sent", "undelivered", "delivered", "reply", "sent"]
    assert [one.at for one in strict.signals[:2]] == [NINE, NINE + MINUTE]


CALL = 'watch using strict\n\njourney:\n  send voice "Hello"\n  wait 1 hour\n'
HEARD = [(one, one) for one in ("undelivered", "failed", "no answer", "delivered", "voicemail")]


@pytest.mark.parametrize(("status", "kind"), HEARD)
async def test_each_status_is_heard_under_its_name(status: str, kind: str) -> None:
    strict = Strict()
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(CALL, VOICE), [person(1)], live=True)
        stage.status(NINE + SECOND, 1, status)
        await stage.run(active)
    assert strict.kinds == ["sent", kind]


async def test_opt_outs_and_complaints_are_heard_of_the_sender_of_the_message() -> None:
    strict = Strict(("healthy", None))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(n) for n in range(1, 4)], live=True)
        stage.reply(NINE + MINUTE, 1, "STOP")
        stage.raw(NINE + 2 * MINUTE, "complaint", send=2, channel="sms")
        stage.raw(NINE + 3 * MINUTE, "complaint", send=2, channel="sms")  # suppressed by now
        await stage.run(active)
    heard = [kind for kind in strict.kinds if kind not in ("sent", "delivered")]
    assert heard == ["opt_out", "complaint", "complaint"]


async def test_what_the_channel_refuses_is_heard_as_refused() -> None:
    def refuse(message: Message) -> SendOutcome | None:
        return Refused("filtered") if message.key == "P-1" else None

    strict = Strict(("watched", None))
    channel = RecordingChannel(refuse)
    async with on_stage(channel=channel, observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1), person(2)], live=True)
        await stage.run(active)
    assert sorted(strict.kinds) == ["delivered", "refused", "sent"]


@pytest.mark.parametrize(("flow", "live"), [(FLOW, False), (PLAIN, True)])
async def test_nothing_is_heard_of_rehearsals_and_of_flows_that_watch_nobody(
    store: Store, flow: str, live: bool
) -> None:
    strict = Strict()
    async with on_stage(store, observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)], live=live)
        await stage.run(active)
        assert (await stage.engine.store.open()).standings == ()
        assert strict.signals == []


# ---- what comes of it ---------------------------------------------------------------------------


async def test_nothing_leaves_from_a_sender_that_is_paused(store: Store) -> None:
    strict = Strict()
    async with on_stage(store, channel=accepting(), observers=(strict,)) as stage:
        people = [person(n) for n in range(1, 4)]
        active = await stage.begin(compile_flow(TWICE), people, live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run_until(NINE + 2 * MINUTE)
        assert active.stands.standings == {"sms": "watched"}
        stage.status(NINE + 3 * MINUTE, 2, "undelivered")
        await stage.run(active)
        held = [line["reason"] for line in await stage.lines("held")]
        assert await told(stage) == [
            ("healthy", "watched", "1 lost", "watch"),
            ("watched", "paused", "2 lost", "pause"),
        ]
        assert set((await stage.ends()).values()) == {"expired"}
    assert held == ["the sender is paused"] * 3
    assert len(stage.channel.messages) == 3


async def test_other_senders_and_campaigns_that_do_not_watch_go_on(store: Store) -> None:
    strict = Strict(("flagged", Flag()))
    mail = '  wait 1 hour\n  send email:\n    subject "Hello"\n    "Hello"\n'
    async with on_stage(store, channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(FLOW + mail + '  send sms "More"\n'), [person(1)],
                                   live=True)  # fmt: skip
        plain = await stage.begin(
            another(TWICE.replace("watch using strict\n", "")), [person(2)], live=True
        )
        for send in (1, 2):  # whichever is whose
            stage.status(NINE + MINUTE, send, "undelivered")
        await stage.run(active)
        await stage.run(plain)
    sent = [(message.campaign, message.channel) for message in stage.channel.messages]
    assert sorted(sent) == [
        ("another", "sms"), ("another", "sms"), ("late-order", "email"), ("late-order", "sms"),
    ]  # fmt: skip


async def test_a_standing_is_that_of_every_campaign_that_watches_the_sender() -> None:
    strict = Strict(("paused", None))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        first = await stage.begin(compile_flow(TWICE), [person(1)], live=True)
        second = await stage.begin(another(TWICE), [person(2)], live=True)
        stage.status(NINE + 2 * MINUTE, 1, "undelivered")
        await stage.run(first)
        await stage.run(second)
        launches = [line["launch"] for line in await stage.lines("standing")]
    assert second.stands.standings == {"sms": "paused"}
    assert sorted(launches) == ["another.1", "late-order.1"]
    assert len(stage.channel.messages) == 2


async def test_a_sender_recovers_by_one_step_for_what_is_heard_later() -> None:
    class Forgiving(Strict):
        def observe(
            self, state: Heard, signal: SenderSignal, now: Instant
        ) -> tuple[Heard, Observed]:
            bad = signal.kind == "undelivered"
            return state, Observed("paused" if bad else "healthy")

    async with on_stage(channel=accepting(), observers=(Forgiving(),)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(1)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        stage.status(NINE + 2 * MINUTE, 1, "delivered")
        await stage.run(active)
        assert [line[:2] for line in await told(stage)] == [
            ("healthy", "paused"), ("paused", "slowed"), ("slowed", "watched"),
        ]  # fmt: skip
    assert len(stage.channel.messages) == 2


async def test_a_flow_that_no_longer_watches_is_free_at_once() -> None:
    async with on_stage(channel=accepting(), observers=(Strict(("flagged", Flag())),)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(1)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run_until(NINE + 2 * MINUTE)
        assert active.stands.standings == {"sms": "flagged"}
        await stage.begin(compile_flow(TWICE.replace("watch using strict\n", "")), [person(1)])
        assert active.stands.standings == {}
        await stage.run(active)
    assert len(stage.channel.messages) == 2


ADVICE: Sequence[tuple[Advice, str, str]] = [
    (Slow(Rate.parse("3 per minute")), "slowed", "slow to 3 per minute"),
    (Pause(NINE + 2 * HOUR), "paused", "pause until 2026-12-01T11:00:00.000Z"),
    (Flag(), "flagged", "flag"),
]


@pytest.mark.parametrize(("advice", "standing", "words"), ADVICE)
async def test_advice_that_is_worse_than_the_standing_counts(
    advice: Advice, standing: str, words: str
) -> None:
    strict = Strict(("watched", advice))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        await stage.begin(compile_flow(TWICE), [person(1)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run_until(NINE + HOUR)
        assert await told(stage) == [("healthy", standing, "1 lost", words)]


async def test_a_standing_and_its_state_are_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with on_stage(SqliteStore(path), channel=accepting(), observers=(Strict(),)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(1), person(2)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run_until(NINE + 2 * MINUTE)
    async with on_stage(
        SqliteStore(path), start=NINE + 3 * MINUTE, channel=accepting(), observers=(Strict(),)
    ) as stage:
        active = await stage.begin(compile_flow(TWICE), [])
        assert active.stands.standings == {"sms": "watched"}
        stage.status(NINE + 4 * MINUTE, 2, "undelivered")
        await stage.run(active)
        row, *others = (await stage.engine.store.open()).standings
    assert stage.channel.messages == []
    assert (row.standing, row.reasons, others) == ("paused", "2 lost", [])
    assert row.state == '{"kinds":["sent","sent","undelivered","undelivered"]}'


async def test_the_worst_of_several_observers_counts() -> None:
    class Other(Strict):
        name = "odd"

    both = (Strict(("watched", None)), Other(("flagged", None)))
    flow = "watch using odd\n" + TWICE
    async with on_stage(channel=accepting(), observers=both) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run(active)
        assert active.stands.standings == {"sms": "flagged"}


@pytest.mark.promise("STOP")
async def test_an_opt_out_is_confirmed_from_a_flagged_sender_too() -> None:
    strict = Strict(("flagged", Flag()))
    async with on_stage(channel=accepting(), observers=(strict,)) as stage:
        active = await stage.begin(compile_flow(TWICE), [person(1), person(2)], live=True)
        stage.status(NINE + MINUTE, 1, "undelivered")
        stage.reply(NINE + 2 * MINUTE, 2, "STOP")
        await stage.run(active)
    assert len(stage.channel.messages) == 3


def test_status_and_log_show_a_sender_that_is_not_healthy(tmp_path: Path) -> None:
    path = tmp_path / "s.db"

    async def lose() -> None:
        strict = Strict(("flagged", Flag()))
        async with on_stage(SqliteStore(path), channel=accepting(), observers=(strict,)) as stage:
            active = await stage.begin(compile_flow(TWICE), [person(1)], live=True)
            stage.status(NINE + MINUTE, 1, "undelivered")
            await stage.run(active)

    anyio.run(lose)
    store = ["--store", f"sqlite:///{path}"]
    shown = " ".join(CliRunner().invoke(application, ["status", *store]).output.split())
    assert f"sender {SENDER} (text) is flagged since" in shown
    assert "says strict: 1 lost; it advises: flag" in shown
    answer = CliRunner().invoke(application, ["status", "--format", "json", *store])
    (sender,) = msgspec.json.decode(answer.output)["senders"]
    assert (sender["standing"], sender["by"], sender["group"]) == ("flagged", "strict", "text")
    log = CliRunner().invoke(application, ["log", "--full", *store]).output
    assert f"{SENDER} (text) healthy -> flagged, strict: 1 lost (it advises: flag)" in log


async def test_a_store_without_observers_says_nothing_of_senders() -> None:
    store = MemoryStore()
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(PLAIN), [person(1)], live=True)
        await stage.run(active)
    assert (await store.open()).standings == ()

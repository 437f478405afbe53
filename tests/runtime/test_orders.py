"""Orders: what people ask of a campaign, while it runs or while no engine does."""

import pytest

from tactful.runtime.engine import Engine, Work
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import OrderRow
from tactful.values import HOUR, MINUTE, SECOND, Instant
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

ONE = 'journey:\n  send sms "One"\n'
SLUG = "late-order"
HANDING = """\
journey:
  send sms "Ready?"
  wait up to 2 days:
    on reply "person": go to talk
stage talk:
  hand off to care priority high:
    note "They said {{ reply }}"
  send sms "A person will call you."
  wait up to 1 hour:
    on reply "fine": send sms "Thank you."
    on timeout: send sms "Are you well?"
"""


async def test_a_pause_holds_everything_and_a_resume_lets_it_go_on(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(25)])
        stage.order(NINE + MINUTE, "pause", campaign=SLUG, because="wrong text")
        stage.order(NINE + HOUR, "resume", campaign=SLUG)
        await stage.run(active)
        called = sorted(row.called_at or 0 for row in await stage.ledger())
        orders = await stage.lines("order")
    assert called == [NINE] * 10 + [NINE + HOUR] * 10 + [NINE + HOUR + 5 * MINUTE] * 5
    assert [(line["order"], line["who"]) for line in orders] == [
        ("pause", "test"),
        ("resume", "test"),
    ]


async def test_a_paused_campaign_is_still_paused_after_a_restart(store: Store) -> None:
    people = [person(n) for n in range(15)]
    async with on_stage(store) as stage:
        await stage.begin(compile_flow(ONE), people)
        stage.order(NINE + MINUTE, "pause", campaign=SLUG)
        await stage.run_until(NINE + 2 * MINUTE)
    async with on_stage(store, start=NINE + HOUR) as stage:
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run_until(NINE + 2 * HOUR)
        assert (active.row.state, stage.channel.messages) == ("paused", [])
        stage.order(NINE + 3 * HOUR, "resume", campaign=SLUG)
        await stage.run(active)
        assert len(stage.channel.messages) == 5


@pytest.mark.promise("LOSS")
async def test_a_stop_ends_everybody_and_withdraws_what_waits(store: Store) -> None:
    async with on_stage(store, wrap=slow(lambda message: 20 * SECOND)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(600)])
        stage.order(NINE + 10 * SECOND, "stop", campaign=SLUG, because="enough")
        await stage.run(active)
        ends = await stage.ends()
    assert len(ends) == 600
    assert set(ends.values()) == {"cancelled"}
    assert len(stage.channel.messages) == 10
    assert active.row.state == "stopped"
    assert active.open_sends == 0


@pytest.mark.promise("LOSS")
async def test_a_stop_is_still_a_stop_after_a_restart(store: Store) -> None:
    people = [person(n) for n in range(15)]
    async with on_stage(store, wrap=slow(lambda message: 20 * SECOND)) as stage:
        await stage.begin(compile_flow(ONE), people)
        stage.order(NINE + 10 * SECOND, "stop", campaign=SLUG)
        await stage.run_until(NINE + 11 * SECOND)
    async with on_stage(store, start=NINE + HOUR) as stage:
        await stage.run_until(NINE + 2 * HOUR)
        last = stage.session.last_launch(SLUG)
        states = {row.state for row in await stage.ledger()}
        assert stage.channel.messages == []
    assert last is not None
    assert last.state == "stopped"
    assert states == {"cancelled", "in doubt"}


async def test_stop_all_stops_every_campaign() -> None:
    other = HEAD.replace("Late order", "Other order")
    async with on_stage() as stage:
        one = await stage.begin(compile_flow(ONE), [person(n) for n in range(15)])
        two = await stage.begin(compile_flow(ONE, other), [person(n) for n in range(15)])
        stage.order(NINE + MINUTE, "stop")
        await stage.run(one)
        await stage.run(two)
    assert one.row.state == two.row.state == "stopped"
    assert len(stage.channel.messages) == 20


async def test_a_dropped_recipient_gets_nothing_more(store: Store) -> None:
    flow = ONE + '  wait 1 hour\n  send sms "Two"\n'
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(flow), [person(1), person(2)])
        stage.order(NINE + MINUTE, "drop", campaign=SLUG, key="P-1", because="asked by phone")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "dropped", "P-2": "finished"}
    assert [m.key for m in stage.channel.messages] == ["P-1", "P-2", "P-2"]


async def test_a_dropped_recipient_is_not_sent_what_waits_for_a_worker_or_a_retry() -> None:
    async with on_stage(wrap=slow(lambda message: 20 * SECOND)) as stage:
        flow = "throttle sms 1 per 10 minutes\n" + ONE
        active = await stage.begin(compile_flow(flow), [person(1), person(2)])
        stage.order(NINE + MINUTE, "drop", campaign=SLUG, key="P-2")
        await stage.run(active)
    assert [m.key for m in stage.channel.messages] == ["P-1"]


async def test_given_back_a_conversation_goes_on_where_it_was(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(HANDING), [person(1)])
        stage.reply(NINE + MINUTE, 1, "a person please")
        stage.reply(NINE + 10 * MINUTE, 1, "are you there?")
        stage.order(NINE + 2 * HOUR, "give back", data='{"item": 1}')
        stage.reply(NINE + 2 * HOUR + 30 * MINUTE, 1, "fine")
        await stage.run(active)
        texts = [m.text for m in stage.channel.messages]
        items = await stage.engine.store.inbox(open_only=False)
    assert texts == ["Ready?", "A person will call you.", "Thank you."]
    assert [(item.kind, item.state) for item in items] == [
        ("hand_off", "given back"),
        ("reply", "given back"),
    ]
    assert items[0].note == "They said a person please"


async def test_closed_a_conversation_ends_its_journey(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(HANDING), [person(1)])
        stage.reply(NINE + MINUTE, 1, "a person please")
        stage.order(NINE + HOUR, "close", data='{"item": 1}')
        stage.order(NINE + 2 * HOUR, "close", data='{"item": 1}')
        await stage.run(active)
        assert await stage.ends() == {"P-1": "closed"}


async def test_orders_given_while_no_engine_runs_count_at_the_next_start(store: Store) -> None:
    people = [person(n) for n in range(15)]
    async with on_stage(store) as stage:
        await stage.begin(compile_flow(ONE), people)
        await stage.run_until(NINE + MINUTE)
        order = OrderRow(id=0, at=NINE, who="ann", kind="stop", campaign=SLUG)
        stage.engine.group.rows.orders.append(order)
        await stage.engine.flush()
    async with on_stage(store, start=NINE + HOUR) as stage:
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run(active)
        assert stage.channel.messages == []
    assert active.row.state == "stopped"


@pytest.mark.promise("LOSS", "ONCE")
async def test_a_drain_waits_for_what_is_in_flight_and_permits_nothing_more() -> None:
    store = MemoryStore()
    flow = "throttle sms 2 per 1 minute\n" + ONE + '  send sms "Two"\n'
    people = [person(n) for n in range(4)]
    async with on_stage(store, wrap=slow(lambda message: 20 * SECOND)) as stage:
        active = await stage.begin(compile_flow(flow), people)
        stage.engine.at_start(drain_at(stage.engine, NINE + 10 * SECOND))
        await stage.run(active)
        states = [row.state for row in await stage.ledger()]
    assert "sending" not in states
    assert states.count("delivered") == len(stage.channel.messages) == 2
    async with on_stage(store, start=NINE + HOUR) as stage:
        await stage.run(await stage.begin(compile_flow(flow), people))
        assert len(stage.channel.messages) == 6


def drain_at(engine: Engine, at: Instant) -> Work:
    """Return what asks an engine to stop cleanly at a moment."""

    async def drain() -> None:
        await engine.clock.sleep(at - engine.clock.now())
        engine.drain()

    return drain


async def test_an_order_for_no_campaign_says_so_and_changes_nothing() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        for kind in ("pause", "drop", "stop"):
            stage.order(NINE, kind, campaign="nobody")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}

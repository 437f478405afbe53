"""Expiry: nothing leaves after it, wherever the journey stands, and it ends `expired`."""

import pytest

from tactful.runtime.ports import Message, Retry, SendOutcome
from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import DAY, HOUR, MINUTE, SECOND
from tests.runtime.stage import NINE, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

HOUR_LONG = "expires after 1 hour\n"
ONE = 'journey:\n  send sms "One"\n'


@pytest.mark.promise("LATE")
async def test_what_waits_behind_the_pace_at_its_expiry_never_leaves(store: Store) -> None:
    flow = HOUR_LONG + "throttle sms 1 per 25 minutes\n" + ONE
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(flow), [person(n) for n in range(5)])
        await stage.run(active)
        ends = await stage.ends()
        called = [row.called_at for row in await stage.ledger() if row.called_at is not None]
    assert called == [NINE, NINE + 25 * MINUTE, NINE + 50 * MINUTE]
    assert sorted(ends.values()) == ["expired", "expired", "finished", "finished", "finished"]


@pytest.mark.promise("LATE")
async def test_what_is_held_for_the_morning_expires_in_the_night() -> None:
    async with on_stage(start=NINE + 13 * HOUR) as stage:
        active = await stage.begin(compile_flow(HOUR_LONG + ONE), [person(1)])
        await stage.run(active)
        assert await stage.ends() == {"P-1": "expired"}
        assert stage.channel.messages == []


@pytest.mark.promise("LATE")
async def test_what_waits_for_another_attempt_is_not_tried_after_its_expiry() -> None:
    def busy(message: Message) -> SendOutcome:
        return Retry(25 * MINUTE, "busy")

    async with on_stage(channel=RecordingChannel(busy)) as stage:
        active = await stage.begin(compile_flow(HOUR_LONG + ONE), [person(1)])
        await stage.run(active)
        called = [row.called_at for row in await stage.ledger()]
        ends = await stage.ends()
    assert called == [NINE, NINE + 25 * MINUTE, NINE + 50 * MINUTE]
    assert ends == {"P-1": "unreachable"}


@pytest.mark.promise("LATE")
async def test_a_wait_that_is_longer_than_the_journey_ends_with_it() -> None:
    flow = HOUR_LONG + 'journey:\n  wait 2 hours\n  send sms "Late"\n'
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        await stage.run(active)
        (ended,) = await stage.lines("ended")
    assert (ended["state"], ended["at"]) == ("expired", "2026-12-01T10:00:00.000Z")
    assert stage.channel.messages == []


@pytest.mark.promise("LATE")
async def test_a_message_that_waits_for_a_worker_is_withdrawn_at_its_expiry() -> None:
    flow = HOUR_LONG + ONE
    wrap = slow(lambda message: 5 * SECOND)
    async with on_stage(wrap=wrap) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}


@pytest.mark.promise("LATE", "LOSS")
async def test_without_a_line_a_journey_ends_after_seven_days(store: Store) -> None:
    flow = 'journey:\n  wait 30 days\n  send sms "Late"\n'
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        await stage.run(active)
        assert await stage.ends() == {"P-1": "expired"}
        assert stage.clock.now() == NINE + 7 * DAY


@pytest.mark.promise("LATE")
async def test_a_paused_campaign_expires_all_the_same() -> None:
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(HOUR_LONG + "throttle sms 1 per 30 minutes\n" + ONE),
            [person(1), person(2)],
        )
        stage.order(NINE + MINUTE, "pause", campaign="late-order")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished", "P-2": "expired"}

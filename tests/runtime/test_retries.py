"""Retries: a new attempt of the same send, through the guard and the pace, with the same token."""

import pytest

from tactful.runtime.ports import Accepted, Message, Retry, SendOutcome
from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, SECOND
from tests.runtime.stage import NINE, compile_flow, on_stage, person
from tests.runtime.test_pace import assert_paced

pytestmark = pytest.mark.anyio

ONE = 'journey:\n  send sms "One"\n'


class Busy(RecordingChannel):
    """Is busy for the first attempts of each message."""

    def __init__(self, times: int, after: int = 2 * MINUTE) -> None:
        super().__init__()
        self._times, self._after = times, after
        self._met: dict[str, int] = {}

    async def send(self, message: Message) -> SendOutcome:
        await super().send(message)
        self._met[message.token] = self._met.get(message.token, 0) + 1
        if self._met[message.token] <= self._times:
            return Retry(self._after, "busy")
        return Accepted("ok", delivered=True)


@pytest.mark.promise("ONCE", "PACE")
async def test_a_second_attempt_takes_a_slot_is_a_row_and_keeps_its_token(store: Store) -> None:
    channel = Busy(1)
    async with on_stage(store, channel=channel) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(10)])
        await stage.run(active)
        rows = await stage.ledger()
        timeline = await stage.timeline("P-1")
    assert len(rows) == len(channel.messages) == 20
    assert len({message.token for message in channel.messages}) == 10
    assert {(row.attempt, row.state) for row in rows} == {(1, "retried"), (2, "delivered")}
    assert_paced(rows)
    assert timeline.count("sent") == 1


@pytest.mark.promise("STOP")
async def test_a_second_attempt_passes_the_guard_again() -> None:
    channel = Busy(1)
    async with on_stage(channel=channel) as stage:
        active = await stage.begin(compile_flow(ONE + "  wait 1 hour\n"), [person(1)])
        stage.reply(NINE + MINUTE, 1, "STOP")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "opted_out"}
    assert [m.text for m in channel.messages if m.text == "One"] == ["One"]


@pytest.mark.promise("HOURS")
async def test_a_second_attempt_in_the_night_waits_for_the_morning() -> None:
    channel = Busy(1)
    async with on_stage(channel=channel, start=NINE + 11 * HOUR + 59 * MINUTE) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run(active)
        called = [row.called_at for row in await stage.ledger()]
    assert called == [NINE + 11 * HOUR + 59 * MINUTE, NINE + 23 * HOUR]


async def test_a_dropped_recipient_is_not_tried_again() -> None:
    channel = Busy(1)
    async with on_stage(channel=channel) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        stage.order(NINE + 30 * SECOND, "drop", campaign="late-order", key="P-1")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "dropped"}
        assert [row.state for row in await stage.ledger()] == ["retried", "cancelled"]
    assert len(channel.messages) == 1


@pytest.mark.promise("ENDS")
async def test_after_ten_attempts_it_has_failed() -> None:
    channel = Busy(99, SECOND)
    async with on_stage(channel=channel) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run(active)
        rows = await stage.ledger()
        assert await stage.ends() == {"P-1": "unreachable"}
    assert [row.state for row in rows] == ["retried"] * 9 + ["rejected"]

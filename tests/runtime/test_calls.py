"""Calls, run by the engine: keys reach the journey once, and prove that the call was answered."""

import pytest

from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE
from tests.runtime.stage import NINE, VOICE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

FLOW = """\
journey:
  send voice "Press 1 to confirm, 2 for a person.":
    leave "Please call us back, {{ first_name }}."
    on pressed 1: tag confirmed
    on pressed 2, 3 within 5 minutes: hand off to desk
    on other key: tag unsure
    on no answer: tag nobody
    on voicemail: tag machine
"""


def _taken() -> RecordingChannel:
    """A channel that takes calls, and says later what became of them."""
    return RecordingChannel(delivered=False)


async def test_a_key_takes_its_line_once_and_proves_that_the_call_was_answered(
    store: Store,
) -> None:
    async with on_stage(store, channel=_taken()) as stage:
        active = await stage.begin(compile_flow(FLOW, VOICE), [person(1), person(2), person(3)])
        for _ in range(3):
            stage.raw(NINE + MINUTE, "press", send=1, name="1", channel="voice")
        stage.raw(NINE + MINUTE, "press", key="P-2", name="9", channel="voice")
        stage.status(NINE + MINUTE, 3, "delivered")
        await stage.run(active)
        tags = {line["recipient"]: line["tag"] for line in await stage.lines("tag")}
        states = [row.state for row in await stage.ledger()]
        assert await stage.timeline("P-1") == [
            "entered", "sent", "delivered", "signal", "signal", "tag", "ended",
        ]  # fmt: skip
        assert stage.channel.messages[0].leave == "Please call us back, Ana1."
        assert stage.channel.messages[0].keys == ("1", "2", "3")
        assert stage.channel.messages[0].any_key
        assert stage.channel.messages[0].locale == "en"
    assert tags == {"P-1": "confirmed", "P-2": "unsure", "P-3": "unsure"}
    assert states == ["delivered"] * 3


@pytest.mark.promise("SIGNAL")
async def test_machines_and_silence_are_statuses_in_any_order(store: Store) -> None:
    async with on_stage(store, channel=_taken()) as stage:
        active = await stage.begin(compile_flow(FLOW, VOICE), [person(1), person(2)])
        for status in ("voicemail", "delivered", "voicemail", "accepted", "no answer"):
            stage.status(NINE + MINUTE, 1, status)
        for status in ("accepted", "no answer", "undelivered"):
            stage.status(NINE + MINUTE, 2, status)
        await stage.run(active)
        tags = {line["recipient"]: line["tag"] for line in await stage.lines("tag")}
        states = [row.state for row in await stage.ledger()]
        events = [line["event"] for line in await stage.lines()]
    assert tags == {"P-1": "machine", "P-2": "nobody"}
    assert states == ["voicemail", "no answer"]
    assert {"voicemail", "no_answer"} <= set(events)


async def test_a_key_after_all_is_over_reaches_nobody() -> None:
    async with on_stage(channel=_taken()) as stage:
        active = await stage.begin(compile_flow(FLOW, VOICE), [person(1), person(2)])
        stage.raw(NINE + HOUR, "press", send=1, name="1", channel="voice")
        stage.raw(NINE + HOUR, "press", key="P-9", name="1", channel="voice")
        stage.raw(NINE + HOUR, "press", send=99, name="1", channel="voice")
        await stage.run(active)
        assert await stage.lines("tag") == []
        assert await stage.lines("signal") == []

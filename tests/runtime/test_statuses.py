"""Delivery statuses: repeated and out of order, they equal one ordered delivery."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.runtime.ports import Accepted, Message, Refused, Retry, SendOutcome, Unknown
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, SECOND
from tests.runtime.stage import NINE, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

WITH_ARMS = """\
journey:
  send sms:
    "One"
    on delivered: tag got_it
    on not delivered within 2 hours: tag missed_it
  wait 3 hours
"""


async def outcome_of(statuses: list[str], seed: int) -> tuple[str, list[str], list[str]]:
    """Deliver statuses in a random order; return the ledger's state, the tags, and the log."""
    chance = random.Random(seed)
    chance.shuffle(statuses)
    async with on_stage(channel=RecordingChannel(delivered=False)) as stage:
        active = await stage.begin(compile_flow(WITH_ARMS), [person(1)])
        for name in statuses:
            stage.status(NINE + MINUTE, 1, name)
        await stage.run(active)
        (row,) = await stage.ledger()
        tags = [line["tag"] for line in await stage.lines("tag")]
        told = [e for e in await stage.timeline("P-1") if e in ("sent", "delivered", "failed")]
    return row.state, tags, told


@pytest.mark.promise("SIGNAL")
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
async def test_forty_six_repeated_statuses_equal_one_ordered_delivery(seed: int) -> None:
    assert await outcome_of(["accepted", "delivered"] * 23, seed) == (
        "delivered",
        ["got_it"],
        ["sent", "delivered"],
    )


@pytest.mark.promise("SIGNAL")
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
async def test_the_ledger_ends_alike_in_every_order(seed: int) -> None:
    statuses = ["accepted", "undelivered", "failed", "delivered", "sent", "queued"] * 8
    state, _, _ = await outcome_of(statuses[:46], seed)
    assert state == "delivered"


ANSWERS: list[SendOutcome] = [
    Accepted("one"),
    Accepted("one", delivered=True),
    Unknown("the line broke"),
    Retry(MINUTE, "busy"),
    Refused("no"),
]


@pytest.mark.promise("SIGNAL", "ONCE")
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
async def test_a_status_before_the_channels_own_answer_proves_the_send(
    answer: SendOutcome,
) -> None:
    def give(message: Message) -> SendOutcome:
        return answer

    wrap = slow(lambda message: 10 * SECOND)
    async with on_stage(channel=RecordingChannel(give), wrap=wrap) as stage:
        active = await stage.begin(compile_flow(WITH_ARMS), [person(1)])
        stage.status(NINE + 5 * SECOND, 1, "delivered")
        await stage.run(active)
        rows = await stage.ledger()
        timeline = await stage.timeline("P-1")
        tags = [line["tag"] for line in await stage.lines("tag")]
    assert [(row.state, row.called_at) for row in rows] == [("delivered", NINE)]
    assert timeline.count("sent") == timeline.count("delivered") == 1
    assert tags == ["got_it"]
    assert "in_doubt" not in timeline


async def test_a_late_failure_takes_the_arm_while_the_journey_waits_for_it() -> None:
    async with on_stage(channel=RecordingChannel(delivered=False)) as stage:
        active = await stage.begin(compile_flow(WITH_ARMS), [person(1), person(2)])
        stage.status(NINE + HOUR, 1, "undelivered")
        stage.status(NINE + 150 * MINUTE, 2, "undelivered")
        await stage.run(active)
        tagged = {line["recipient"]: line["tag"] for line in await stage.lines("tag")}
    assert tagged == {"P-1": "missed_it"}


async def test_a_status_of_an_unknown_attempt_changes_nothing() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(WITH_ARMS), [person(1)])
        stage.status(NINE, 77, "delivered")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished"}

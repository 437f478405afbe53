"""What the engine watches beside its campaigns: orders, its clock, its senders' standing."""

import pytest

from tactful.runtime.clock import JumpClock
from tactful.values import HOUR, MINUTE, SECOND, Span
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

ONE_TEXT = 'journey:\n  send sms "Hi {{ first_name }}"\n'


async def test_every_order_leaves_a_line_in_the_log_with_its_result() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(30)])
        stage.order(NINE + MINUTE, "drop", campaign="late-order", key="P-29", because="moved")
        stage.order(NINE + 2 * MINUTE, "settle", data='{"attempt": 999, "outcome": "sent"}')
        stage.order(NINE + 3 * MINUTE, "stop", campaign="late-order")
        await stage.run(active)
        lines = await stage.lines("order")
    told = [(line["order"], line.get("launch"), line["who"], line["result"]) for line in lines]
    assert told == [
        ("drop", "late-order.1", "test", "dropped P-29"),
        ("settle", None, "test", "not done: there is no attempt 999"),
        ("stop", "late-order.1", "test", "stopped; 19 journeys cancelled"),
    ]
    assert lines[0]["because"] == "moved"


class Unsteady(JumpClock):
    """A clock beside which the wall clock moves."""

    moved: Span = 0

    def drift(self) -> Span:
        return self.moved


@pytest.mark.promise("PACE")
async def test_a_wall_clock_that_moves_is_told_once_and_frees_no_slot() -> None:
    async with on_stage() as stage:
        clock = Unsteady(NINE)
        stage.engine.clock = clock
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(20)])
        clock.moved = 3600 * SECOND
        await stage.run(active)
        moves = [line for line in await stage.lines("signal") if line.get("kind") == "clock moved"]
        stamps = sorted(row.called_at or 0 for row in await stage.ledger())
    assert [line["seconds"] for line in moves] == [3600]
    assert [stamp - NINE for stamp in stamps] == [0] * 10 + [5 * MINUTE] * 10


async def test_a_sender_that_a_person_flagged_sends_nothing_until_it_is_cleared() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(12)])
        sender = '{"sender": "+35315550100"}'
        stage.order(NINE + MINUTE, "flag sender", data=sender, because="two calls came back")
        stage.order(NINE + HOUR, "clear sender", data=sender)
        await stage.run(active)
        stamps = [row.called_at or 0 for row in await stage.ledger()]
        told = [
            (line["before"], line["standing"], line["reason"], line["by"])
            for line in await stage.lines("standing")
        ]
        results = [line["result"] for line in await stage.lines("order")]
    assert sorted(stamps) == [NINE] * 10 + [NINE + HOUR] * 2
    assert told == [
        ("healthy", "flagged", "test: two calls came back", "a person"),
        ("flagged", "healthy", "cleared by test", "a person"),
    ]
    assert results == [
        "flagged +353 1 555 0100 (text)",
        "cleared +353 1 555 0100 (text)",
    ]


@pytest.mark.parametrize("kind", ["flag sender", "clear sender"])
async def test_an_order_about_a_sender_that_nobody_uses_is_not_done(kind: str) -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(1)])
        stage.order(NINE, kind, data='{"sender": "+15550100"}')
        await stage.run(active)
        (line,) = await stage.lines("order")
    assert line["result"].startswith("not done: ")


@pytest.mark.promise("LATE")
async def test_what_waits_for_a_flagged_sender_expires_as_everything_does() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow("expires after 2 hours\n" + ONE_TEXT), [person(1)])
        stage.engine.watching.flag("+353 1 555 0100", "", "me", "", NINE)
        await stage.run(active)
        assert await stage.ends() == {"P-1": "expired"}
    assert stage.channel.messages == []

"""What the engine watches beside its campaigns: orders, its clock, its senders' standing."""

import pytest

from tactful.guard.standing import Standing
from tactful.runtime.clock import JumpClock
from tactful.values import MINUTE, SECOND, Span
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


@pytest.mark.parametrize(
    ("standing", "sent"),
    [("healthy", 1), ("watched", 1), ("slowed", 1), ("paused", 0), ("flagged", 0)],
)
async def test_a_sender_in_bad_standing_sends_nothing(standing: Standing, sent: int) -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(1)])
        active.standings["sms"] = standing
        await stage.run(active)
        refused = [line["code"] for line in await stage.lines("refused")]
    assert len(stage.channel.messages) == sent
    assert refused == ["standing"] * (1 - sent)

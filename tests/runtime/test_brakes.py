"""`pause when` pauses a launch for what its observers tell, when it is sure enough of it."""

import pytest

from tactful.graph.guards import PauseRule
from tactful.guard.standing import Gauge, Observed, SenderSignal
from tactful.runtime.brakes import oversteps
from tactful.values import HOUR, MINUTE, Instant
from tests.runtime.stage import NINE, compile_flow, on_stage, person
from tests.runtime.watched import TWICE, Heard, Strict, accepting

pytestmark = pytest.mark.anyio

COMPLAINTS = PauseRule(gauge="complaint_rate", limit=0.001)
LOST = PauseRule(gauge="undelivered_rate", limit=0.2)
BUSY = PauseRule(gauge="per_day", limit=500)
ANSWERS = PauseRule(gauge="answer_rate", side="below", limit=0.2)


@pytest.mark.parametrize(
    ("rule", "events", "of", "unit", "over"),
    [
        (COMPLAINTS, 1, 100, "share", False),  # a share of 1 %, and proves nothing
        (COMPLAINTS, 2, 200, "share", False),
        (COMPLAINTS, 4, 1_000, "share", True),
        (COMPLAINTS, 5, 10_000, "share", False),
        (COMPLAINTS, 20, 10_000, "share", True),
        (LOST, 2, 2, "share", False),
        (LOST, 3, 4, "share", True),
        (LOST, 3, 15, "share", False),
        (LOST, 300, 1_000, "share", True),
        (BUSY, 500, 0, "count", False),
        (BUSY, 501, 0, "count", True),
        (ANSWERS, 0, 10, "share", False),
        (ANSWERS, 1, 30, "share", True),
        (ANSWERS, 10, 30, "share", False),
    ],
)
def test_a_few_messages_prove_nothing_and_many_do(
    rule: PauseRule, events: int, of: int, unit: str, over: bool
) -> None:
    gauge = Gauge(rule.gauge, events, of, unit=unit)  # type: ignore[arg-type]
    assert oversteps(rule, gauge) is over


class Counting(Strict):
    """Finds every sender healthy, and tells how many of its messages are lost."""

    def observe(self, state: Heard, signal: SenderSignal, now: Instant) -> tuple[Heard, Observed]:
        state = Heard((*state.kinds, signal.kind))
        lost, sent = state.kinds.count("undelivered"), state.kinds.count("sent")
        return state, Observed("healthy", gauges=(Gauge("undelivered_rate", lost, sent),))


async def test_a_launch_pauses_until_a_person_resumes_it_and_again_only_for_more() -> None:
    flow = "pause when per_day above 9 or undelivered_rate above 20%\n" + TWICE
    async with on_stage(channel=accepting(), observers=(Counting(),)) as stage:
        active = await stage.begin(compile_flow(flow), [person(n) for n in range(1, 9)], live=True)
        for number in range(1, 5):
            stage.status(NINE + number * MINUTE, number, "undelivered")
        await stage.run_until(NINE + 2 * HOUR)
        assert active.row.state == "paused"
        assert active.row.because.startswith("undelivered_rate is ")
        assert len(stage.channel.messages) == 8
        stage.order(NINE + 3 * HOUR, "resume", campaign="late-order")
        await stage.run(active)
        held = [line for line in await stage.lines("held") if line["by"] == "pause when"]
    assert len(stage.channel.messages) == 16
    assert [(line["reason"], line["line"]) for line in held] == [
        ("undelivered_rate is 50% (4 of 8), above 20%", 16)
    ]

"""One recipient that raises, hangs, is rejected, or is huge changes nothing for the others."""

from collections.abc import Callable

import anyio
import pytest

from tactful.runtime.clock import JumpClock
from tactful.runtime.ports import Accepted, Channel, Message, Refused, SendOutcome
from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import MINUTE, SECOND
from tests.runtime.stage import NINE, SlowChannel, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

ONE = 'journey:\n  send sms "Hello {{ first_name }}"\n'
BAD = "P-3"


def raising(message: Message) -> SendOutcome | None:
    if message.key == BAD:
        raise RuntimeError("poison")
    return None


def nonsense(message: Message) -> SendOutcome | None:
    return "yes" if message.key == BAD else None  # type: ignore[return-value]


def rejecting(message: Message) -> SendOutcome | None:
    return Refused("no such number") if message.key == BAD else None


@pytest.mark.promise("POISON")
@pytest.mark.parametrize(
    ("answer", "state"), [(raising, "in doubt"), (nonsense, "in doubt"), (rejecting, "rejected")]
)
async def test_a_call_that_goes_wrong_concerns_its_recipient_only(
    store: Store, answer: Callable[[Message], SendOutcome | None], state: str
) -> None:
    async with on_stage(store, channel=RecordingChannel(answer)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(8)])
        await stage.run(active)
        rows = await stage.ledger()
    assert [row.state for row in rows] == ["delivered"] * 3 + [state] + ["delivered"] * 4
    assert {row.called_at for row in rows} == {NINE}


@pytest.mark.promise("POISON")
async def test_a_call_that_hangs_is_cut_off_and_in_doubt(store: Store) -> None:
    def wrap(inner: RecordingChannel, clock: JumpClock) -> Channel:
        return SlowChannel(inner, clock, lambda m: 52 * MINUTE * (m.key == BAD))

    async with on_stage(store, wrap=wrap) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(8)])
        await stage.run(active)
        rows = await stage.ledger()
    assert [row.state for row in rows if row.state != "delivered"] == ["in doubt"]
    assert rows[3].ended_at == NINE + 30 * SECOND
    assert {row.ended_at for row in rows if row.state == "delivered"} == {NINE}


@pytest.mark.promise("POISON")
async def test_a_call_that_cleans_up_slowly_when_cut_off_holds_nobody_up() -> None:
    class Stubborn(RecordingChannel):
        async def send(self, message: Message) -> SendOutcome:
            if message.key == BAD:
                try:
                    await stage.clock.sleep(60 * MINUTE)
                finally:
                    with anyio.CancelScope(shield=True):
                        await anyio.lowlevel.checkpoint()
            return Accepted("ok", delivered=True)

    async with on_stage(channel=Stubborn()) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(8)])
        await stage.run(active)
        states = [row.state for row in await stage.ledger()]
    assert states.count("delivered") == 7
    assert states[3] == "in doubt"


@pytest.mark.promise("POISON")
@pytest.mark.parametrize("value", ["x" * 100_000, "{{ first_name }}", "%s %d", "\u202e\u0301" * 50])
async def test_a_strange_or_huge_text_changes_nothing_for_the_others(
    store: Store, value: str
) -> None:
    people = [person(n, **({"first_name": value} if n == 3 else {})) for n in range(8)]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ONE), people)
        await stage.run(active)
        assert set((await stage.ends()).values()) == {"finished"}
    assert len(stage.channel.messages) == 8


@pytest.mark.promise("POISON", "LOSS")
async def test_many_that_hang_cost_their_own_slots_only() -> None:
    def wrap(inner: RecordingChannel, clock: JumpClock) -> Channel:
        return SlowChannel(inner, clock, lambda m: 52 * MINUTE * (int(m.attempt) % 2))

    async with on_stage(wrap=wrap) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(20)])
        await stage.run(active)
        assert len(await stage.ends()) == 20
        called = sorted(row.called_at or 0 for row in await stage.ledger())
    assert called[10:] == [NINE + 5 * MINUTE] * 5 + [NINE + 5 * MINUTE + 30 * SECOND] * 5

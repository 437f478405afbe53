"""A pace that heeds what is heard of messages hears it, and slows down."""

import pytest

from tactful.guard.pace import WindowState, WindowThrottle
from tactful.guard.standing import SenderSignal
from tactful.guard.strategies import Strategy
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.values import MINUTE, Instant, Rate
from tactful_throttles.adaptive import AdaptiveThrottle, Course
from tests.runtime.stage import NINE, compile_flow, on_stage, person
from tests.runtime.watched import accepting

pytestmark = pytest.mark.anyio

FLOW = """\
throttle sms 10 per 5 minutes using strange

journey:
  send sms "Hello {{ first_name }}"
"""
PEOPLE = [person(number) for number in range(1, 31)]


class Listener(WindowThrottle):
    """Keeps what it hears; a complaint is too much for it."""

    heard: list[SenderSignal]

    def heed(self, state: WindowState, signal: SenderSignal, now: Instant) -> WindowState:
        self.heard.append(signal)
        if signal.kind == "complaint":
            raise RuntimeError("how rude")
        return state


def listening() -> tuple[Listener, dict[str, Strategy]]:
    listener = Listener(Rate.parse("10 per 5 minutes"))
    listener.heard = []
    return listener, {"strange": Strategy("strange", 1, lambda rate: listener)}


async def test_a_pace_hears_of_the_messages_that_left_by_it() -> None:
    listener, strategies = listening()
    async with on_stage(channel=accepting(), strategies=strategies) as stage:
        active = await stage.begin(compile_flow(FLOW + "  wait 5 minutes\n"), PEOPLE[:2])
        stage.status(NINE + MINUTE, 1, "undelivered")
        await stage.run(active)
    kinds = [signal.kind for signal in listener.heard]
    assert kinds == ["sent", "sent", "undelivered"]
    assert {signal.medium for signal in listener.heard} == {"sms"}


async def test_an_alarm_slows_the_pace_down_also_over_a_restart(store: Store) -> None:
    def adaptive(rate: Rate) -> AdaptiveThrottle:
        return AdaptiveThrottle(rate, Course(every=60 * MINUTE))

    strategies = {"strange": Strategy("strange", 1, adaptive)}
    async with on_stage(store, strategies=strategies) as stage:
        await stage.begin(compile_flow(FLOW), PEOPLE)
        stage.raw(NINE + MINUTE, "complaint", send=1, channel="sms")
        await stage.run_until(NINE + 6 * MINUTE)
        assert len(await stage.lines("sent")) == 15
    async with on_stage(store, start=NINE + 11 * MINUTE, strategies=strategies) as stage:
        await stage.begin(compile_flow(FLOW), PEOPLE)
        await stage.run_until(NINE + 12 * MINUTE)
        assert len(await stage.lines("sent")) == 20


async def test_every_pace_that_holds_for_a_message_hears_of_it() -> None:
    listener, strategies = listening()
    two = FLOW.replace("using strange\n", "\nthrottle sms 100 per day using strange\n")
    async with on_stage(channel=accepting(), strategies=strategies) as stage:
        await stage.run(await stage.begin(compile_flow(two), PEOPLE[:2]))
    assert [signal.kind for signal in listener.heard] == ["sent", "sent"]


async def test_a_pace_that_fails_at_what_it_hears_is_held_and_says_why() -> None:
    _, strategies = listening()
    async with on_stage(MemoryStore(), strategies=strategies) as stage:
        active = await stage.begin(compile_flow(FLOW), PEOPLE)
        stage.raw(NINE + MINUTE, "complaint", send=1, channel="sms")
        await stage.run_until(NINE + 30 * MINUTE)
        problem = active.lanes["text"].of({}).row.problem
        assert problem == "the throttle `strange` failed: RuntimeError: how rude"
        assert len(await stage.lines("sent")) == 10

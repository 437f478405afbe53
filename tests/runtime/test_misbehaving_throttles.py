"""A throttle that fails, or answers nonsense, holds its own lane; everything else goes on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.guard.pace import Permit, Throttle, Wait, WindowState, WindowThrottle
from tactful.guard.strategies import Strategy
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.sqlite import SqliteStore
from tactful.values import HOUR, MINUTE, SECOND, Instant, Rate, Span
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

FLOW = """\
throttle sms 5 per minute using strange because "nobody minds"

journey:
  send sms "Hello {{ first_name }}"
  send email:
    subject "Hello"
    "Hello again"
"""
PLAIN = FLOW.replace(" using strange", "")
MAIL = 'journey:\n  send email:\n    subject "Hello"\n    "Hello"\n'


class Strange(WindowThrottle):
    """A window that misbehaves in one of its methods, once so much was asked of it."""

    def __init__(self, rate: Rate, **wrong: Callable[..., Any]) -> None:
        super().__init__(rate)
        self.wrong = wrong

    def _or_wrong(self, method: str, answer: Any) -> Any:
        return self.wrong[method](answer) if method in self.wrong else answer

    def take_many(
        self, state: WindowState, now: Instant, costs: Sequence[int]
    ) -> tuple[WindowState, list[Permit], Wait | None]:
        answer = super().take_many(state, now, costs)
        return self._or_wrong("take", answer)  # type: ignore[no-any-return]

    def done_many(self, state: WindowState, ended: Sequence[tuple[int, Instant]]) -> WindowState:
        answer = super().done_many(state, ended)
        return self._or_wrong("done", answer)  # type: ignore[no-any-return]

    def start(self) -> WindowState:
        return self._or_wrong("start", super().start())  # type: ignore[no-any-return]

    def load(self, text: bytes) -> WindowState:
        return self._or_wrong("load", super().load(text))  # type: ignore[no-any-return]

    def close_open(self, state: WindowState, restart: Instant, timeout: Span) -> WindowState:
        answer = super().close_open(state, restart, timeout)
        return self._or_wrong("close", answer)  # type: ignore[no-any-return]


def boom(_: Any) -> Any:
    raise RuntimeError("out of ink")


def strange(**wrong: Callable[..., Any]) -> dict[str, Strategy]:
    return {"strange": Strategy("strange", 1, lambda rate: Strange(rate, **wrong))}


def cannot_be_made(rate: Rate) -> Throttle:
    raise ValueError("this limit is not to my taste")


def leave(_: Any) -> Any:
    raise SystemExit(3)


class Unstorable:
    """Nothing that JSON knows."""


WRONG: list[tuple[dict[str, Callable[..., Any]], str]] = [
    ({"take": boom}, "RuntimeError: out of ink"),
    ({"take": leave}, "end the program"),
    ({"start": boom}, "RuntimeError: out of ink"),
    ({"done": boom}, "RuntimeError: out of ink"),
    ({"start": lambda _: Unstorable()}, "Unstorable"),
    ({"done": lambda _: Unstorable()}, "Unstorable"),
    ({"take": lambda _: None}, "TypeError"),
    ({"take": lambda answer: (answer[0], ["go"], None)}, "as permits"),
    ({"take": lambda answer: (answer[0], [Permit(1), Permit(1)], None)}, "as permits"),
    ({"take": lambda answer: (answer[0], [], None)}, "neither wait"),
    ({"take": lambda answer: (answer[0], [], Wait(NINE - HOUR))}, "in the past"),
    ({"take": lambda answer: (answer[0], [Permit(n) for n in range(99)], None)}, "let 99 go"),
]


@pytest.mark.promise("POISON", "CLOSED")
@pytest.mark.parametrize(("wrong", "why"), WRONG, ids=[why for _, why in WRONG])
async def test_its_lane_holds_and_says_why_and_the_others_go_on(
    wrong: dict[str, Callable[..., Any]], why: str
) -> None:
    async with on_stage(strategies=strange(**wrong)) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(n) for n in range(8)])
        other = await stage.begin(
            compile_flow(MAIL).model_copy(update={"graph": _named("other", MAIL)}),
            [person(n) for n in range(4)],
        )
        await stage.run_until(NINE + HOUR)
        assert other.row.state == "finished"
        assert active.row.state == "running"
        problem = active.lanes["text"].of({}).row.problem
        sent = [message for message in stage.channel.messages if message.channel == "sms"]
    assert problem.startswith("the throttle `strange` failed: ")
    assert why in problem
    assert len(sent) <= 5  # what `done` has spoilt had left before


def _named(name: str, text: str) -> Any:
    return compile_flow(text).graph.model_copy(update={"campaign": name, "name": name})


@pytest.mark.promise("POISON")
async def test_what_waits_in_a_held_lane_expires_all_the_same() -> None:
    async with on_stage(strategies=strange(take=boom)) as stage:
        flow = compile_flow(f"expires after 2 hours\n{FLOW}")
        active = await stage.begin(flow, [person(n) for n in range(3)])
        await stage.run(active)
        assert set((await stage.ends()).values()) == {"expired"}
        assert stage.clock.now() == NINE + 2 * HOUR
    assert stage.channel.messages == []


@pytest.mark.promise("CLOSED")
async def test_a_throttle_that_is_gone_holds_its_lane(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)])
        await stage.run_until(NINE + MINUTE)
        assert active.lanes["text"].of({}).row.problem == "the throttle `strange` is not installed"
    assert stage.channel.messages == []


@pytest.mark.promise("EDIT", "PACE")
async def test_another_throttle_takes_over_once_what_left_is_a_period_old() -> None:
    async with on_stage(strategies=strange(take=boom)) as stage:
        active = await stage.begin(compile_flow(PLAIN), [person(n) for n in range(8)])
        await stage.run_until(NINE + SECOND)
        await stage.begin(compile_flow(FLOW), [])
        await stage.run_until(NINE + 10 * MINUTE)
        held = [message for message in stage.channel.messages if message.channel == "sms"]
        await stage.begin(compile_flow(PLAIN), [])
        await stage.run(active)
        rows = [row for row in await stage.ledger() if row.channel == "sms"]
    assert len(held) == 5
    assert sorted(row.called_at or 0 for row in rows)[5:] >= [NINE + 11 * MINUTE] * 3


@pytest.mark.promise("LOSS")
async def test_after_a_restart_with_a_throttle_that_works_again_all_goes_on() -> None:
    store = MemoryStore()
    people = [person(n) for n in range(3)]
    async with on_stage(store, strategies=strange(take=boom)) as stage:
        await stage.begin(compile_flow(FLOW), people)
        await stage.run_until(NINE + MINUTE)
    async with on_stage(store, start=NINE + HOUR, strategies=strange()) as stage:
        active = await stage.begin(compile_flow(FLOW), people)
        assert active.lanes["text"].of({}).row.problem == ""
        await stage.run(active)
        assert set((await stage.ends()).values()) == {"finished"}


def test_status_says_why_a_pace_is_held(tmp_path: Path) -> None:
    path = tmp_path / "store.db"

    async def hold() -> None:
        async with on_stage(SqliteStore(path), strategies=strange(take=boom)) as stage:
            await stage.begin(compile_flow(FLOW), [person(n) for n in range(3)])
            await stage.run_until(NINE + MINUTE)

    anyio.run(hold)
    answer = CliRunner().invoke(application, ["status", "--store", f"sqlite:///{path}"])
    told = " ".join(answer.output.split())
    assert "held, 3 waiting: the throttle `strange` failed: RuntimeError: out of ink" in told

"""An observer that fails, or answers nonsense, is told once; nothing that is sent knows of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.guard.standing import Observed, Pause, SenderSignal, Slow
from tactful.runtime.observed import LONGEST_STATE
from tactful.store.contract import Store
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel
from tactful.values import MINUTE, Instant
from tests.runtime.stage import NINE, Stage, compile_flow, on_stage, person

pytestmark = [pytest.mark.anyio, pytest.mark.promise("POISON")]

FLOW = """\
watch using odd
watch using strict

journey:
  send sms "Hello {{ first_name }}"
"""


class Odd:
    """Counts signals in a list, as no observer should, and then does as it is told."""

    name = "odd"
    version = 1

    def __init__(self, **wrong: Callable[..., Any]) -> None:
        self.wrong = wrong

    def _or_wrong(self, method: str, answer: Any) -> Any:
        return self.wrong[method](answer) if method in self.wrong else answer

    def start(self) -> list[str]:
        return self._or_wrong("start", [])  # type: ignore[no-any-return]

    def load(self, text: bytes) -> list[str]:
        return self._or_wrong("load", text.decode()[2:-2].split('","'))  # type: ignore[no-any-return]

    def observe(self, state: list[str], signal: SenderSignal, now: Instant) -> Any:
        state.append(signal.kind)
        return self._or_wrong("observe", (state, Observed("healthy")))


class Calm(Odd):
    name = "strict"


def boom(_: Any) -> Any:
    raise RuntimeError("out of ink")


def leave(_: Any) -> Any:
    raise SystemExit(3)


def saying(observed: Any) -> Callable[[Any], Any]:
    return lambda answer: (answer[0], observed)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


ANSWERS: list[tuple[dict[str, Callable[..., Any]], str]] = [
    ({"observe": boom}, "RuntimeError: out of ink"),
    ({"observe": leave}, "it tried to end the program"),
    ({"observe": lambda _: None}, "TypeError"),
    ({"observe": lambda answer: (answer[0],)}, "ValueError"),
    ({"observe": saying("healthy")}, "it gave no standing"),
    ({"observe": saying(Observed("doomed"))}, "it gave no standing"),  # type: ignore[arg-type]
    ({"observe": saying(Observed("paused", "stop"))}, "it gave"),  # type: ignore[arg-type]
    ({"observe": saying(Observed("paused", None, (3,)))}, "it gave"),  # type: ignore[arg-type]
    ({"observe": saying(Observed("slowed", Slow("half")))}, "no pace"),  # type: ignore[arg-type]
    ({"observe": saying(Observed("paused", Pause(10**30)))}, "Error"),
    ({"observe": saying(Unprintable())}, "RuntimeError: no words"),
    ({"observe": lambda answer: ({1: object()}, answer[1])}, "Error"),
    ({"observe": lambda answer: ("half \ud83d", answer[1])}, "Error"),
    ({"observe": lambda answer: ("x" * LONGEST_STATE, answer[1])}, "its state has 200,002"),
    ({"start": boom}, "RuntimeError: out of ink"),
    ({"start": leave}, "it tried to end the program"),
]  # fmt: skip


async def problems(stage: Stage) -> list[tuple[str, str]]:
    lines = await stage.lines("standing")
    return [(line["by"], line["problem"]) for line in lines if "problem" in line]


@pytest.mark.parametrize(("wrong", "why"), ANSWERS)
async def test_whatever_an_observer_does_everything_is_sent_and_it_is_told_once(
    store: Store, wrong: dict[str, Callable[..., Any]], why: str
) -> None:
    async with on_stage(store, observers=(Odd(**wrong), Calm())) as stage:
        people = [person(n) for n in range(5)]
        active = await stage.begin(compile_flow(FLOW), people, live=True)
        await stage.run(active)
        assert {row.state for row in await stage.ledger()} == {"delivered"}
        ((by, problem),) = await problems(stage)
        rows = (await stage.engine.store.open()).standings
        odd, calm = [row for row in rows if row.group == "text"]
        assert active.stands.standings == {}
    assert by == "odd"
    assert why in problem
    assert (odd.state, odd.standing, odd.problem) == ("", "healthy", problem)
    assert (calm.state.count("delivered"), calm.problem) == (5, "")


async def test_what_an_observer_has_done_to_its_state_before_it_failed_is_undone() -> None:
    failing = True

    def fail(answer: Any) -> Any:
        if len(answer[0]) == 3 and failing:
            raise RuntimeError("three is too many")
        return answer

    async with on_stage(observers=(Odd(observe=fail), Calm())) as stage:
        flow = compile_flow(FLOW + '  wait 1 hour\n  send sms "Once more"\n')
        active = await stage.begin(flow, [person(1), person(2)], live=True)
        await stage.run_until(NINE + MINUTE)
        row = (await stage.engine.store.open()).standings[0]
        assert (row.state.count("sent"), row.state.count("delivered")) == (1, 1)
        assert row.problem == "RuntimeError: three is too many"
        failing = False
        await stage.run(active)
        row = (await stage.engine.store.open()).standings[0]
    assert (row.state.count("sent"), row.state.count("delivered"), row.problem) == (3, 3, "")


def raise_standing(_: Any) -> Any:
    return ["bad"], Observed("paused", None, ("it smells",))


UNREADABLE: list[tuple[Callable[[], Odd], str]] = [
    (lambda: Odd(load=boom), "RuntimeError: out of ink"),
    (lambda: Odd(load=leave), "it tried to end the program"),
]


@pytest.mark.parametrize(("make", "why"), UNREADABLE)
async def test_a_state_that_cannot_be_read_stays_as_it_is_until_it_can(
    tmp_path: Path, make: Callable[[], Odd], why: str
) -> None:
    path = tmp_path / "s.db"
    flow = compile_flow(FLOW.replace("journey:\n", "journey:\n  wait 1 hour\n"))
    mail = FLOW + '  wait 1 hour\n  send sms "Once more"\n  wait 1 hour\n  send sms "Bye"\n'
    flow = compile_flow(mail)
    async with on_stage(SqliteStore(path), observers=(Odd(), Calm())) as stage:
        await stage.begin(flow, [person(1)], live=True)
        await stage.run_until(NINE + MINUTE)
        before = (await stage.engine.store.open()).standings[0]
    async with on_stage(
        SqliteStore(path), start=NINE + MINUTE, observers=(make(), Calm())
    ) as stage:
        await stage.begin(flow, [])
        await stage.run_until(NINE + 90 * MINUTE)
        row = (await stage.engine.store.open()).standings[0]
        ((by, problem),) = await problems(stage)
        assert len(stage.channel.messages) == 1
    assert (by, row.state, row.standing) == ("odd", before.state, "healthy")
    assert why in problem == row.problem
    async with on_stage(
        SqliteStore(path), start=NINE + 90 * MINUTE, observers=(Odd(), Calm())
    ) as stage:
        active = await stage.begin(flow, [])
        await stage.run(active)
        row = (await stage.engine.store.open()).standings[0]
    assert row.problem == ""
    assert row.state.count("sent") == 2


async def test_a_state_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    class Newer(Odd):
        version = 2

    path = tmp_path / "s.db"
    flow = compile_flow(FLOW + '  wait 1 hour\n  send sms "Once more"\n')
    async with on_stage(SqliteStore(path), observers=(Newer(), Calm())) as stage:
        await stage.begin(flow, [person(1)], live=True)
        await stage.run_until(NINE + MINUTE)
    async with on_stage(SqliteStore(path), start=NINE + MINUTE, observers=(Odd(), Calm())) as stage:
        active = await stage.begin(flow, [])
        await stage.run(active)
        row = (await stage.engine.store.open()).standings[0]
        assert await stage.ends() == {"P-1": "finished"}
    assert (row.version, row.state.count("sent")) == (2, 1)
    assert row.problem == "its state was written by version 2, and this is 1"


async def test_a_version_that_is_no_number_concerns_its_observer_only() -> None:
    class Vague(Odd):
        version: Any = "new"

    async with on_stage(observers=(Vague(), Calm())) as stage:
        active = await stage.begin(compile_flow(FLOW), [person(1)], live=True)
        await stage.run(active)
        assert await problems(stage) == [("odd", "TypeError: its version is 'new'")]
        assert await stage.ends() == {"P-1": "finished"}


async def test_an_observer_that_is_gone_is_told_and_what_it_said_last_holds(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.db"
    flow = compile_flow(FLOW + '  wait 1 hour\n  send sms "Once more"\n')
    bad = Odd(observe=raise_standing)
    channel = RecordingChannel(delivered=False)
    async with on_stage(SqliteStore(path), channel=channel, observers=(bad, Calm())) as stage:
        await stage.begin(flow, [person(1)], live=True)
        await stage.run_until(NINE + MINUTE)
    async with on_stage(SqliteStore(path), start=NINE + MINUTE, observers=(Calm(),)) as stage:
        active = await stage.begin(flow, [])
        assert active.stands.standings == {"sms": "paused"}
        await stage.run(active)
        assert await problems(stage) == [("odd", "it is not installed")]
    assert stage.channel.messages == []


def test_status_says_which_observer_cannot_be_asked(tmp_path: Path) -> None:
    path = tmp_path / "s.db"

    async def run() -> None:
        async with on_stage(SqliteStore(path), observers=(Odd(observe=boom), Calm())) as stage:
            active = await stage.begin(compile_flow(FLOW), [person(1)], live=True)
            await stage.run(active)

    anyio.run(run)
    answer = CliRunner().invoke(application, ["status", "--store", f"sqlite:///{path}"])
    told = " ".join(answer.output.split())
    assert "(text) is healthy, says odd: the observer cannot be asked: RuntimeError: out of" in told
    log = CliRunner().invoke(application, ["log", "--store", f"sqlite:///{path}"]).output
    assert "the observer odd cannot be asked: RuntimeError: out of ink" in log

"""Telling desks of alerts: once each, over failures and restarts, and beside everything else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from tactful.errors import PluginInvalid
from tactful.plugins.manager import Plugins
from tactful.runtime import alerting, owner
from tactful.runtime.alerting import Alerting, News, Read
from tactful.runtime.alerts import HEEDED, KEPT
from tactful.runtime.engine import Engine
from tactful.runtime.handoffs import Alert, Alerted
from tactful.runtime.ports import Desk, HandOffCase, Message, SendOutcome, Unknown
from tactful.runtime.project import Project
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.sqlite import SqliteStore
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, Instant
from tests.runtime.stage import NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

FLOW = 'journey:\n  send sms "Hello {{ first_name }}"\n'


def lost(message: Message) -> SendOutcome | None:
    return Unknown("the line went dead")


class Told:
    """A desk that keeps what it is told, once it has failed so many times."""

    name = "help"

    def __init__(self, fails: int = 0) -> None:
        self.alerts: list[Alert] = []
        self.fails = fails
        self.asked = 0

    async def open(self, case: HandOffCase) -> None: ...

    async def tell(self, alert: Alert) -> None:
        self.asked += 1
        if self.asked <= self.fails:
            raise ConnectionError("nobody is there")
        self.alerts.append(alert)


class Hanging(Told):
    async def tell(self, alert: Alert) -> None:
        self.asked += 1
        await anyio.sleep_forever()


class Ending(Told):
    async def tell(self, alert: Alert) -> None:
        raise SystemExit(2)


def within(stage: Stage) -> Read:
    """Return what reads the log through the store itself, so that it may be in memory."""

    async def read(after: int, since: Instant) -> News:
        lines = [
            (number, event)
            async for number, event, _, _ in stage.engine.store.events(after=after)
            if event.event in HEEDED and (after or event.at >= since)
        ]
        launches = {row.id: row for row in stage.session.all_launches()}
        return News(lines, launches, lines[-1][0] if lines else after)

    return read


@asynccontextmanager
async def in_doubt(store: Store, *, live: bool = True) -> AsyncIterator[Stage]:
    """A launch one of whose messages is in doubt."""
    async with on_stage(store, channel=RecordingChannel(lost)) as stage:
        await stage.begin(compile_flow(FLOW), [person(1)], live=live)
        await stage.run_until(NINE + 10 * MINUTE)
        yield stage


async def turn(stage: Stage, work: Alerting, *names: str) -> None:
    """Do what the worker does each time it looks."""
    await work.look()
    for name in names or ("help",):
        for alert in work.due(name):
            await work.tell(alert, name)
    await stage.run_until(stage.clock.now() + MINUTE)


async def test_a_desk_is_told_once_and_the_log_says_so(store: Store) -> None:
    desk = Told()
    async with in_doubt(store) as stage:
        work = Alerting(stage.engine, within(stage), {"help": desk})
        for _ in range(3):
            await turn(stage, work)
        (alert,) = desk.alerts
        assert (alert.cause, alert.about, alert.launch) == ("in doubt", "late-order.1", alert.about)
        assert "the line went dead" in alert.reason
        (line,) = await stage.lines("alert")
        assert (line["alert"], line["desk"], line["cause"]) == (alert.id, "help", "in doubt")
        assert line["launch"] == "late-order.1"


async def test_nobody_is_told_of_a_rehearsal(store: Store) -> None:
    desk = Told()
    async with in_doubt(store, live=False) as stage:
        await turn(stage, Alerting(stage.engine, within(stage), {"help": desk}))
    assert desk.asked == 0


@pytest.mark.promise("LOSS")
async def test_a_desk_that_fails_is_told_again_and_the_log_says_so_once(store: Store) -> None:
    desk = Told(fails=3)
    async with in_doubt(store) as stage:
        work = Alerting(stage.engine, within(stage), {"help": desk})
        for _ in range(6):
            await turn(stage, work)
        reasons = [one["reason"] for one in await stage.lines("signal") if one.get("desk")]
    assert reasons == [
        "it did not take the alert, and is told again: ConnectionError: nobody is there"
    ]
    assert len(desk.alerts) == 1


async def test_a_desk_is_not_told_again_before_its_time(store: Store) -> None:
    desk = Told(fails=9)
    async with in_doubt(store) as stage:
        work = Alerting(stage.engine, within(stage), {"help": desk})
        await work.look()
        (alert,) = work.due("help")
        waits = []
        for _ in range(9):
            await work.tell(alert, "help")
            assert work.due("help") == []
            before = stage.clock.now()
            while not work.due("help"):
                await stage.run_until(stage.clock.now() + 5_000_000)
            waits.append((stage.clock.now() - before) // 1_000_000)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600]


@pytest.mark.parametrize("desk", [Hanging(), Ending()])
async def test_a_desk_that_misbehaves_is_told_again(
    desk: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "TELL_SECONDS", 0.01)
    async with in_doubt(MemoryStore()) as stage:
        work = Alerting(stage.engine, within(stage), {"help": desk})
        await turn(stage, work)
        (line,) = [one for one in await stage.lines("signal") if one.get("desk")]
        assert "TimeoutError" in line["reason"] or "end the program" in line["reason"]
        assert await stage.lines("alert") == []
        assert len(work.due("help")) == 1  # a minute later


@pytest.mark.promise("POISON")
async def test_a_desk_that_hangs_keeps_no_other_one_waiting(tmp_path: Path) -> None:
    class Quick(Told):
        def __init__(self) -> None:
            super().__init__()
            self.has_it = anyio.Event()

        async def tell(self, alert: Alert) -> None:
            await super().tell(alert)
            self.has_it.set()

    path, stuck, desk = tmp_path / "store.db", Hanging(), Quick()
    async with in_doubt(SqliteStore(path)) as stage:
        desks: Mapping[str, Alerted] = {"stuck": stuck, "help": desk}
        work = Alerting(stage.engine, alerting.beside(path), desks)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work.run)
            with anyio.fail_after(alerting.TELL_SECONDS / 2):
                await desk.has_it.wait()
            tasks.cancel_scope.cancel()
    assert (stuck.asked, len(desk.alerts)) == (1, 1)


async def restarted(path: Path, desk: Told, at: Instant) -> list[Alert]:
    async with on_stage(SqliteStore(path), start=at) as stage:
        work = Alerting(stage.engine, alerting.beside(path), {"help": desk})
        await work.look()
        return work.due("help")


async def test_what_a_desk_has_it_does_not_get_again_after_a_restart(tmp_path: Path) -> None:
    path, desk = tmp_path / "store.db", Told()
    async with in_doubt(SqliteStore(path)) as stage:
        await turn(stage, Alerting(stage.engine, alerting.beside(path), {"help": desk}))
    assert len(desk.alerts) == 1
    assert await restarted(path, desk, NINE + HOUR) == []


async def test_a_crash_after_telling_tells_it_again_with_the_same_id(tmp_path: Path) -> None:
    path, desk = tmp_path / "store.db", Told()
    async with in_doubt(SqliteStore(path)) as stage:
        work = Alerting(stage.engine, alerting.beside(path), {"help": desk})
        await work.look()
        (first,) = work.due("help")
        await desk.tell(first)  # and the engine is gone before it could note it
    (again,) = await restarted(path, desk, NINE + HOUR)
    assert again == first


async def test_what_is_older_than_a_day_at_the_start_is_told_to_nobody(tmp_path: Path) -> None:
    path, desk = tmp_path / "store.db", Told()
    async with in_doubt(SqliteStore(path)):
        pass
    assert await restarted(path, desk, NINE + KEPT + HOUR) == []


# ---- where it starts ----------------------------------------------------------------------------


class Deaf:
    name = "deaf"

    async def open(self, case: HandOffCase) -> None: ...


class Desks(dict[str, Desk]):
    """The desks of a project."""

    def need(self, name: str) -> Desk:
        if name not in self:
            raise PluginInvalid(f"no plugin supplies the desk `{name}`")
        return self[name]


def owned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, *, live: bool) -> list[str]:
    """Own a store with `[alerts] to`; returns the desks that are told, if any is started."""
    started: list[str] = []

    class Noted(Alerting):
        def __init__(self, engine: Engine, read: Read, desks: Mapping[str, Alerted]) -> None:
            super().__init__(engine, read, desks)
            started.extend(desks)

    monkeypatch.setattr(owner, "Alerting", Noted)
    monkeypatch.setattr(Plugins, "desks", lambda plugins: Desks(help=Told(), deaf=Deaf()))
    (tmp_path / "tactful.toml").write_text(f"[alerts]\nto = {to}\n")
    owning = owner.Owner(
        Project(tmp_path, data_folder=tmp_path), tmp_path / "store.db", command="test", live=live
    )

    async def own() -> None:
        async with owning.own():
            pass

    anyio.run(own)
    return started


@pytest.mark.parametrize(
    ("to", "live", "started"),
    [('["help"]', True, ["help"]), ('["help"]', False, []), ("[]", True, [])],
)
def test_only_a_live_engine_tells_those_that_are_named(
    to: str, live: bool, started: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert owned(tmp_path, monkeypatch, to, live=live) == started


@pytest.mark.parametrize(
    ("to", "says"),
    [('["deaf"]', "the desk `deaf` takes no alerts"), ('["no"]', "no plugin supplies the desk")],
)
def test_a_desk_that_cannot_be_told_is_a_mistake_of_the_configuration(
    to: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PluginInvalid, match=says):
        owned(tmp_path, monkeypatch, to, live=False)

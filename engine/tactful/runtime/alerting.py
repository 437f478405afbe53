"""Tells desks of alerts: each until it has taken them, over restarts too.

Reads the event log beside the engine and writes only who was told, so no send waits for it.
"""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import anyio
from anyio import to_thread
from msgspec import Struct

from tactful.errors import PluginInvalid, StoreInvalid
from tactful.plugins.supply import Supply
from tactful.runtime.active import Active
from tactful.runtime.alerts import HEEDED, KEPT, Alerts
from tactful.runtime.engine import Engine
from tactful.runtime.faults import fault_of
from tactful.runtime.handoffs import Alert, Alerted, Desk
from tactful.store.client import StoreClient
from tactful.store.queries import Line
from tactful.store.rows import LaunchRow
from tactful.values import SECOND, Instant, Span

LOOK_SECONDS = 2.0
TELL_SECONDS = 30.0
FIRST_WAIT: Span = 5 * SECOND
LONGEST_WAIT: Span = 600 * SECOND


class News(Struct, frozen=True):
    """What is new in the log: its lines that matter, and the number of its last line."""

    lines: Sequence[Line]
    launches: Mapping[int, LaunchRow]
    last: int


Read = Callable[[int, Instant], Awaitable[News]]
"""Reads the lines behind a number; from the start (0), those from a moment on."""


class _Try(Struct):
    """When a desk that did not take an alert is told again."""

    at: Instant
    wait: Span


class Alerting:
    """Tells desks, by their names, of what the log of a store has that they should know."""

    def __init__(self, engine: Engine, read: Read, desks: Mapping[str, Alerted]) -> None:
        self._engine = engine
        self._read = read
        self._desks = desks
        self._alerts = Alerts()
        self._last = 0
        self._tries: dict[tuple[int, str], _Try] = {}
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Tell whatever comes, until cancelled. A desk that hangs keeps no other one waiting."""
        async with anyio.create_task_group() as tasks:
            while True:
                with contextlib.suppress(StoreInvalid):  # a log that is busy is read the next time
                    await self.look()
                for name in self._desks:
                    due = self.due(name)
                    if due and name not in self._busy:
                        self._busy.add(name)
                        tasks.start_soon(self._tell_all, due, name)
                await anyio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Read what is new in the log. Raises `StoreInvalid`."""
        news = await self._read(self._last, self._engine.clock.now() - KEPT)
        for number, event in news.lines:
            self._alerts.add(number, event, news.launches)
        self._last = max(self._last, news.last)

    def due(self, name: str) -> list[Alert]:
        """Return the alerts that a desk should be told of now, oldest first."""
        now = self._engine.clock.now()
        return [
            alert
            for alert in self._alerts.untold(name)
            if (again := self._tries.get((alert.id, name))) is None or again.at <= now
        ]

    async def _tell_all(self, alerts: Sequence[Alert], name: str) -> None:
        for alert in alerts:
            await self.tell(alert, name)
        self._busy.discard(name)

    async def tell(self, alert: Alert, name: str) -> None:
        """Tell a desk of an alert; note that it was told, or when to try again."""
        try:
            with anyio.fail_after(TELL_SECONDS):
                await self._desks[name].tell(alert)
        except BaseException as error:
            self._put_off(alert, name, fault_of(error))
            return
        self._tries.pop((alert.id, name), None)
        now = self._engine.clock.now()
        self._alerts.tell(alert, name, now)
        self._engine.group.log_launch(
            self._active(alert), "alert", now,
            alert=alert.id, desk=name, cause=alert.cause, about=alert.about,
        )  # fmt: skip
        self._engine.submit(now)

    def _active(self, alert: Alert) -> Active | None:
        actives = self._engine.actives.values()
        return next((one for one in actives if one.row.name == alert.launch), None)

    def _put_off(self, alert: Alert, name: str, fault: str) -> None:
        before = self._tries.get((alert.id, name))
        wait = FIRST_WAIT if before is None else min(2 * before.wait, LONGEST_WAIT)
        now = self._engine.clock.now()
        self._tries[alert.id, name] = _Try(now + wait, wait)
        if before is None:  # the log gets one line, not one for each try
            self._engine.group.log_launch(
                self._active(alert), "signal", now,
                kind="desk", desk=name, alert=alert.id,
                reason=f"it did not take the alert, and is told again: {fault}",
            )  # fmt: skip
            self._engine.wake()


def taking_alerts(name: str, desks: Supply[Desk]) -> Alerted:
    """Return the desk of a name. Raises `PluginInvalid` when none takes alerts under it."""
    desk = desks.need(name)
    if not isinstance(desk, Alerted):
        able = [other for other, one in desks.items() if isinstance(one, Alerted)]
        others = f"These do: {', '.join(sorted(able))}." if able else "Install a desk that does."
        raise PluginInvalid(
            f"the desk `{name}` takes no alerts", help=f"{others} See `[alerts]` in tactful.toml."
        )
    return desk


def beside(store: Path) -> Read:
    """Return what reads the log of a store beside its engine, in a thread."""

    def read(after: int, since: Instant) -> News:
        with contextlib.closing(StoreClient(store)) as client:
            last = client.last_event()
            if last == after:
                return News((), {}, last)
            lines = [*client.lines(HEEDED, after or client.number_before(since))]
            launches = {row.id: row for row in client.launches()} if lines else {}
            return News(lines, launches, max([last, *(number for number, _ in lines)]))

    async def in_a_thread(after: int, since: Instant) -> News:
        return await to_thread.run_sync(read, after, since)

    return in_a_thread

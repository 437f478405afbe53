"""Passes hand-offs on to desks: each until it has taken them, over restarts too.

The built-in inbox has every hand-off anyway. What a desk has taken is noted in the store; a crash
in between hands the same case over again, under the same `id`.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import anyio
import msgspec
from anyio import to_thread
from msgspec import Struct

from tactful.plugins.config import DesksFor
from tactful.runtime.active import Active
from tactful.runtime.engine import Engine
from tactful.runtime.faults import fault_of
from tactful.runtime.inbox_load import belongs
from tactful.runtime.ports import Desk, HandOffCase, Said
from tactful.store.client import StoreClient
from tactful.store.queries import Logged
from tactful.store.rows import InboxRow
from tactful.values import SECOND, Instant, Span

_replace = msgspec.structs.replace

LOOK_SECONDS = 0.5
OPEN_SECONDS = 30.0
FIRST_WAIT: Span = 5 * SECOND
LONGEST_WAIT: Span = 600 * SECOND
LONGEST_CONVERSATION = 50
"""So many of the last things said go along with a case."""


class _Try(Struct):
    """When a desk that did not take a case is asked again."""

    at: Instant
    wait: Span


class Passing:
    """Passes the hand-offs of live launches on to the desks of their queues."""

    def __init__(
        self, engine: Engine, store: Path, desks: Mapping[str, Desk], config: DesksFor
    ) -> None:
        self._engine = engine
        self._store = store
        self._desks = desks
        self._config = config
        self._tries: dict[tuple[int, str], _Try] = {}
        self._busy: set[str] = set()
        self._noting = anyio.Lock()

    async def run(self) -> None:
        """Pass on whatever comes, until cancelled. A desk that hangs keeps no other one waiting."""
        async with anyio.create_task_group() as tasks:
            while True:
                busy = {*self._busy}  # what these have taken may be noted while we read
                due = self._due(await self._engine.store.inbox())
                for name in dict.fromkeys(name for _, name in due if name not in busy):
                    self._busy.add(name)
                    items = [item for item, its in due if its == name]
                    tasks.start_soon(self._pass_all_on, items, name)
                await anyio.sleep(LOOK_SECONDS)

    async def _pass_all_on(self, items: Sequence[InboxRow], name: str) -> None:
        for item in items:
            await self._pass_on(item, name)
        self._busy.discard(name)

    def _due(self, items: Sequence[InboxRow]) -> list[tuple[InboxRow, str]]:
        """Return the items that a desk should have and has not, and whose time has come."""
        now = self._engine.clock.now()
        cases = {item.journey: item for item in items if item.kind == "hand_off"}
        due = []
        for item in items:
            launch = self._launch_of(item)
            if launch is None or not launch.row.live:
                continue
            case = cases.get(item.journey, item)
            queue = case.queue if belongs(item, case) else item.queue
            for name in self._config.of(queue):
                again = self._tries.get((item.id, name))
                if name not in item.desks.split() and (again is None or again.at <= now):
                    due.append((item, name))
        return due

    def _launch_of(self, item: InboxRow) -> Active | None:
        return None if item.launch is None else self._engine.actives.get(item.launch)

    async def _pass_on(self, item: InboxRow, name: str) -> None:
        try:
            desk = self._desks[name]
            case = await self._case(item)
            with anyio.fail_after(OPEN_SECONDS):
                await desk.open(case)
        except BaseException as error:
            self._put_off(item, name, fault_of(error))
            return
        self._tries.pop((item.id, name), None)
        await self._note(item, name)

    def _put_off(self, item: InboxRow, name: str, fault: str) -> None:
        before = self._tries.get((item.id, name))
        wait = FIRST_WAIT if before is None else min(2 * before.wait, LONGEST_WAIT)
        now = self._engine.clock.now()
        self._tries[item.id, name] = _Try(now + wait, wait)
        if before is None:  # the log gets one line, not one for each try
            self._engine.group.log_launch(
                self._launch_of(item), "signal", now, kind="desk", desk=name, item=item.id,
                reason=f"it did not take the hand-off, and is asked again: {fault}",
            )  # fmt: skip
            self._engine.wake()

    async def _note(self, item: InboxRow, name: str) -> None:
        """Note that a desk has an item; it may have been closed or taken meanwhile."""
        engine = self._engine
        async with self._noting:  # another desk may have the same item
            engine.submit(engine.clock.now())
            for row in await engine.store.inbox(open_only=False):
                if row.id == item.id:
                    names = " ".join(dict.fromkeys((*row.desks.split(), name)))
                    rows = engine.group.rows.closed_inbox
                    rows[row.id] = _replace(rows.get(row.id, row), desks=names)
            engine.submit(engine.clock.now())

    async def _case(self, item: InboxRow) -> HandOffCase:
        """Return an item with its conversation; a reply goes with its hand-off."""
        items = await self._engine.store.inbox()
        case = next((one for one in items if belongs(item, one)), item)
        launch = self._launch_of(case)
        return await to_thread.run_sync(read_case, self._store, case, launch.name if launch else "")


def read_case(store: Path, case: InboxRow, launch: str) -> HandOffCase:
    """Return an item of the inbox with its conversation, read beside the engine."""
    with contextlib.closing(StoreClient(store)) as client:
        people = client.recipients([case.journey] if case.journey is not None else [])
        logged = client.events(case.launch, case.journey) if case.journey is not None else ()
        said = conversation(logged)
    journey = case.journey if case.journey is not None else 0
    channel = case.channel or (said[-1].channel if said else "")
    return HandOffCase(
        campaign=launch.rpartition(".")[0],
        key=people[journey].key if journey in people else "",
        queue=case.queue,
        priority=case.priority,
        note=case.note,
        opened_at=case.at,
        id=str(case.id),
        launch=launch,
        channel=channel,
        address=case.address,
        conversation=said,
    )


def conversation(logged: Iterable[Logged]) -> tuple[Said, ...]:
    """Return what was said, oldest first, from the event log of a journey."""
    said: list[Said] = []
    for _, event, _, send in logged:
        if event.event == "sent" and send is not None:
            said.append(Said(event.at, "us", send.channel, send.text))
        elif event.event == "reply" and event.data:
            told = msgspec.json.decode(event.data)
            said.append(Said(event.at, "recipient", told.get("channel", ""), told.get("text", "")))
    return tuple(said[-LONGEST_CONVERSATION:])

"""The embedded store: one SQLite file, written by one thread, durable when it says so.

Every commit is synced to disk (WAL, synchronous FULL). Whole groups go to the writer thread and
whole answers come back, so the event loop never waits for the disk.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import anyio

from tactful.errors import StoreInvalid
from tactful.store import queries, window, writes
from tactful.store.contract import Counts, Group, Known, News, Opened, Scan
from tactful.store.files import SCHEME, open_to_own, path_of
from tactful.store.rows import (
    ConsentRow,
    EventRow,
    InboxRow,
    Loaded,
    SendRow,
    SignalRow,
    SuppressionRow,
)
from tactful.store.writer import Ask, Item, Stop, Told, Write, Writer
from tactful.values import Instant

P = ParamSpec("P")
T = TypeVar("T")


class SqliteStore:
    """The contract of `Store` over a SQLite file, named by `sqlite:///PATH` or by its path.

    For the one process that owns the store (`EngineLock`). Raises `StoreInvalid` on a URL that is
    none, and from `open` when the file cannot be used.
    """

    def __init__(self, url_or_path: str | os.PathLike[str]) -> None:
        self.path = path_of(url_or_path)
        self.url = f"{SCHEME}{self.path}"
        self._writer: Writer | None = None
        self._version = 0
        self._numbers: dict[str, int] = {}

    async def open(self) -> Opened:
        if self._writer is None:
            writer = Writer(lambda: open_to_own(self.path), _into_loop())
            await _until(writer.start)
            self._writer = writer
            self._version = await self._ask(queries.changed)
        return await self._ask(queries.opened)

    async def close(self) -> None:
        if (writer := self._writer) is not None:
            self._writer = None
            with anyio.CancelScope(shield=True):
                await _until(lambda done: writer.put(Stop(done)))

    def submit(self, group: Group, done: Told) -> None:
        self._put(Write(group, done))

    async def write(self, group: Group) -> None:
        await _until(lambda done: self.submit(group, done))

    async def changed(self) -> bool:
        before, self._version = self._version, await self._ask(queries.changed)
        return self._version != before

    async def intern(self, names: Sequence[str]) -> dict[str, int]:
        if unknown := [name for name in names if name not in self._numbers]:
            self._numbers |= await self._ask(writes.intern, unknown)
        return {name: self._numbers[name] for name in names}

    async def scan(self, now: Instant, since: Instant, limit: int) -> Scan:
        return await self._ask(window.scan, now, since, limit)

    async def lane(
        self, lane: int, prio: int, since: Instant, limit: int
    ) -> tuple[tuple[SendRow, Loaded], ...]:
        return await self._ask(window.lane, lane, prio, since, limit)

    async def waiting(self) -> dict[int, dict[int, int]]:
        return await self._ask(window.waiting)

    async def load(self, journeys: Sequence[int], since: Instant) -> tuple[Loaded, ...]:
        return await self._ask(window.load, journeys, since)

    async def keys(self, launch: int, keys: Sequence[str]) -> dict[str, Known]:
        return await self._ask(queries.keys, launch, keys)

    async def journey_of(self, launch: int, key: str) -> int | None:
        return await self._ask(queries.journey_of, launch, key)

    async def asked(self, address: str, channels: Sequence[str]) -> tuple[SendRow, ...]:
        return await self._ask(queries.asked, address, channels)

    async def sends(self, ids: Sequence[int]) -> tuple[SendRow, ...]:
        return await self._ask(queries.sends, ids)

    async def by_state(self, state: str, limit: int = 10_000) -> tuple[SendRow, ...]:
        return await self._ask(queries.by_state, state, limit)

    async def recent(self, since: Instant) -> tuple[SendRow, ...]:
        return await self._ask(queries.recent, since)

    async def news(self, limit: int = 500) -> News:
        return await self._ask(queries.news, limit)

    async def live(self, launch: int) -> int:
        return await self._ask(queries.live, launch)

    async def live_journeys(self, launch: int, after: int, limit: int) -> tuple[int, ...]:
        return await self._ask(queries.live_journeys, launch, after, limit)

    async def data_of(self, launch: int, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        return await self._ask(queries.data_of, launch, after, limit)

    async def counts(self, launch: int) -> Counts:
        return await self._ask(queries.counts, launch)

    async def events(
        self, launch: int | None = None, journey: int | None = None, after: int = 0
    ) -> AsyncIterator[tuple[int, EventRow, str | None, SendRow | None]]:
        last = await self._ask(queries.last_event)
        while after < last:
            for logged in await self._ask(queries.events, launch, journey, after):
                yield logged
            after += queries.PIECE

    async def names(self, ids: Sequence[int]) -> dict[int, str]:
        return await self._ask(queries.names, ids)

    async def suppressions(self, address: str | None = None) -> tuple[SuppressionRow, ...]:
        return await self._ask(queries.suppressions, address)

    async def replies(self, address: str, since: Instant) -> tuple[SignalRow, ...]:
        return await self._ask(queries.replies, address, since)

    async def consents(self, address: str | None = None) -> tuple[ConsentRow, ...]:
        return await self._ask(queries.consents, address)

    async def inbox(self, *, open_only: bool = True) -> tuple[InboxRow, ...]:
        return await self._ask(queries.inbox, open_only=open_only)

    async def expire_sooner(self, launch: int, span: int) -> None:
        await self._ask(writes.expire_sooner, launch, span)

    def _put(self, item: Item) -> None:
        if self._writer is None:
            raise StoreInvalid("The store is not open")
        self._writer.put(item)

    async def _ask(
        self,
        function: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call a function of the connection in the writer thread, after all that was asked before.

        When the caller is cancelled, the function is called all the same.
        """
        answers: list[T] = []

        def question(connection: sqlite3.Connection) -> None:
            answers.append(function(connection, *args, **kwargs))

        await _until(lambda done: self._put(Ask(question, done)))
        return answers[0]


async def _until(begin: Callable[[Told], None]) -> None:
    """Begin something, and wait until it calls its `done` in the loop; raise the error it gives."""
    errors: list[BaseException] = []
    event = anyio.Event()

    def done(error: BaseException | None) -> None:
        if error is not None:
            errors.append(error)
        event.set()

    begin(done)
    await event.wait()
    if errors:
        raise errors[0]


def _into_loop() -> Callable[[Callable[[], Any]], Any]:
    """Return what calls a function in the running event loop, from any thread."""
    try:
        return asyncio.get_running_loop().call_soon_threadsafe
    except RuntimeError:
        import trio  # only where it runs: it is not among our requirements

        return trio.lowlevel.current_trio_token().run_sync_soon

"""A store whose engine can be killed: what it had not made durable by then never happened."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from tactful.store.contract import Group, News, Opened, Store


class MortalStore:
    """Passes everything to the store `inside`, until `lives` groups were written; then nothing.

    A group counts as soon as it is durable, so the kill comes between two groups: after a permit
    and before the call, after the call and before its outcome, or anywhere else. `dead` tells.
    """

    def __init__(self, inside: Store, lives: int) -> None:
        self._inside = inside
        self._lives = lives
        self.url = inside.url
        self.dead = anyio.Event()

    async def open(self) -> Opened:
        return await self._inside.open()

    async def close(self) -> None:
        """Leave the store inside open: the next engine goes on with it."""

    def submit(self, group: Group, done: Callable[[BaseException | None], None]) -> None:
        if self._lives <= 0:
            self.dead.set()
            return
        self._lives -= 1
        self._inside.submit(group, done)

    async def write(self, group: Group) -> None:
        if self._lives <= 0:
            self.dead.set()
            await anyio.sleep_forever()
        self._lives -= 1
        await self._inside.write(group)

    async def news(self, limit: int = 500) -> News:
        """A dead engine hears nothing more."""
        if self.dead.is_set():
            await anyio.sleep_forever()
        return await self._inside.news(limit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inside, name)


async def until_dead(store: MortalStore, work: Callable[[], Awaitable[None]]) -> None:
    """Do some work, and drop it where it stands when the store dies."""
    async with anyio.create_task_group() as tasks:

        async def working() -> None:
            await work()
            tasks.cancel_scope.cancel()

        tasks.start_soon(working)
        await store.dead.wait()
        tasks.cancel_scope.cancel()

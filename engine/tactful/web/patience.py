"""Ends what takes too long, without a timer for each request: a look now and then is enough."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Patience:
    """Lets requests take their time, up to a limit in seconds."""

    def __init__(self) -> None:
        self._open: dict[asyncio.Task[object], float] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._next_look: asyncio.TimerHandle | None = None

    async def in_time(self, answering: Awaitable[T], seconds: float) -> T | None:
        """Return what is awaited; None when it took longer, and was cancelled."""
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        self._open[task] = loop.time() + seconds
        if self._next_look is None:
            self._next_look = loop.call_later(min(seconds, 1.0), self._look)
        try:
            return await answering
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            return None
        finally:
            self._open.pop(task, None)
            self._late.discard(task)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, deadline in self._open.items():
            if deadline <= now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._next_look = None
        if self._open:
            soonest = min(self._open.values()) - now
            self._next_look = loop.call_later(min(max(soonest, 0.01), 1.0), self._look)

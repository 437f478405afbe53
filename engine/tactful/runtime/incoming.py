"""Incoming: new signals and orders out of the store, and scripted signals in their time."""

import heapq
import itertools
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec

from tactful.runtime.engine import Engine
from tactful.runtime.orders import Orders
from tactful.runtime.refreshing import Refreshing
from tactful.runtime.signals import Signals
from tactful.store.rows import OrderRow, SignalRow
from tactful.values import SECOND, Instant, Span

Work = Callable[[], Coroutine[Any, Any, None]]

_replace = msgspec.structs.replace

AT_ONCE = 4
"""So many batches of news are taken in before the engine sees to its other work."""
TOGETHER: Span = SECOND // 50
TOGETHER_SECONDS = TOGETHER / SECOND
"""Signals that come so soon after others are taken in together."""
LOOK_SECONDS = 0.02
"""The store is asked for other processes' writes no oftener than this, in real time."""


class Incoming:
    """What the engine's loop calls to take in what came from outside."""

    def __init__(self, engine: Engine, signals: Signals, orders: Orders, *, look: bool) -> None:
        self.refreshing = Refreshing(engine)
        self._engine = engine
        self._signals = signals
        self._orders = orders
        self._look = look
        self._looked = 0.0
        self._taken = 0.0
        self._told = False
        self._fresh = True
        self._order = itertools.count()
        self._scripted: list[tuple[Instant, int, SignalRow | OrderRow | Work]] = []

    def later(self, at: Instant, signal: SignalRow) -> None:
        """Have a signal arrive at a moment."""
        self._script(at, signal)

    def order_later(self, at: Instant, order: OrderRow) -> None:
        """Have an order arrive at a moment."""
        self._script(at, order)

    def call_later(self, at: Instant, work: Work) -> None:
        """Have something done beside the loop, from a moment on."""
        self._script(at, work)
        self._engine.wake()

    def _script(self, at: Instant, row: SignalRow | OrderRow | Work) -> None:
        heapq.heappush(self._scripted, (at, next(self._order), row))
        self._engine.signal_at(self._scripted[0][0])

    async def __call__(self, now: Instant) -> None:
        """Take in everything that has arrived."""
        self._arrive(now)
        await self.refreshing.take(now)
        if not (self._fresh or await self._changed()):
            return
        self._taken = time.monotonic()
        for _ in range(AT_ONCE):
            self._fresh = False
            self._engine.submit(now)
            news = await self._engine.store.news()
            for order in news.orders:
                result = await self._orders.apply(order, now)
                applied = _replace(order, applied_at=now, result=result)
                self._engine.group.rows.applied_orders[order.id] = applied
            if not await self._take(news.signals, now):
                self._fresh = True
                return
            if not news.orders and not news.signals:
                return
        self.has_come()

    async def _take(self, signals: Sequence[SignalRow], now: Instant) -> bool:
        """Work signals in; returns whether the engine has room for more."""
        while signals:
            done = await self._signals.take(signals, now)
            signals = signals[len(done) :]
            self._engine.group.rows.taken_signals |= {row.id: row for row in done}
            if done[-1].taken_at is None or not self._engine.has_room:
                return False
        return True

    def has_come(self) -> None:
        """Have the store looked into at the next turn: somebody in this process wrote to it."""
        self._fresh = True
        self._engine.wake()

    def have_come(self) -> None:
        """Have the store looked into at once; or, where many come, for all of a moment together."""
        if self._fresh or self._told:
            return
        if time.monotonic() - self._taken >= TOGETHER_SECONDS:
            self.has_come()
            return

        async def tell() -> None:
            self._told = False
            self.has_come()

        self._told = True
        self._engine.call_at(self._engine.clock.now() + TOGETHER, tell)

    def _arrive(self, now: Instant) -> None:
        while self._scripted and self._scripted[0][0] <= now:
            row = heapq.heappop(self._scripted)[2]
            rows = self._engine.group.rows
            if isinstance(row, SignalRow):
                rows.signals.append(row)
            elif isinstance(row, OrderRow):
                rows.orders.append(row)
            else:
                self._begin(row)
                continue
            self._fresh = True
        self._engine.signal_at(self._scripted[0][0] if self._scripted else None)

    def _begin(self, work: Work) -> None:
        """Begin what was to be done at this moment; a virtual clock stands still until it is."""
        self._engine.loading += 1

        async def run() -> None:
            try:
                await work()
            finally:
                self._engine.loading -= 1
                self._engine.wake()

        self._engine.spawn(run)

    async def _changed(self) -> bool:
        if not self._look or time.monotonic() - self._looked < LOOK_SECONDS:
            return False
        self._looked = time.monotonic()
        return await self._engine.store.changed()

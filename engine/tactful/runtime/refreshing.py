"""Refreshing: what a source has changed reaches the journeys under way, in the engine's turn."""

from collections import deque
from collections.abc import Mapping, Sequence

import anyio
import msgspec
from msgspec import Struct

from tactful.journey.inputs import Refresh, Value
from tactful.runtime.active import Live
from tactful.runtime.claims import RECENT
from tactful.runtime.engine import Engine
from tactful.values import Instant

BATCH = 200
MOST_WAITING = 1_000
"""A reading waits while so many changes have not been taken in."""

_encode = msgspec.json.Encoder().encode


class Change(Struct, frozen=True):
    """New values of one journey's recipient, and the digest that stands for them."""

    journey: int
    values: Mapping[str, Value]
    digest: str


class Refreshing:
    """Changes that wait to be taken in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[Change] = deque()
        self._has_room = anyio.Event()

    async def add(self, changes: Sequence[Change]) -> None:
        """Have changes taken in at the next turn; returns when there is room for more."""
        self._waiting.extend(changes)
        self._engine.wake()
        while len(self._waiting) > MOST_WAITING:
            self._has_room = anyio.Event()
            await self._has_room.wait()

    async def take(self, now: Instant) -> None:
        """Bring every change to its journey."""
        engine = self._engine
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
            engine.submit(now)
            engine.let_go()
            rows = await engine.store.load([change.journey for change in batch], now - RECENT)
            lives = {row.recipient.id: engine.hand.take(row) for row in rows}
            for change in batch:
                live = lives.get(change.journey)
                if live is not None:
                    renew(engine, live, change.values, now, digest=change.digest)
        self._has_room.set()


def renew(
    engine: Engine, live: Live, values: Mapping[str, Value], now: Instant, *, digest: str | None
) -> None:
    """Give a recipient other values, durably, and have its waits computed anew.

    `digest` None leaves the one that stands for what the source says.
    """
    row = live.recipient
    data = {**msgspec.json.decode(row.data), **values}
    if digest is None:
        digest = row.digest
    live.recipient = msgspec.structs.replace(row, data=_encode(data).decode(), digest=digest)
    live.values.update(values)
    engine.group.rows.refreshed[live.id] = live.recipient
    journey = live.journey
    if journey.ended if journey is not None else live.begins is None:
        return  # over, or never to begin: nobody reads it any more
    engine.group.touch(live)
    if journey is not None:
        engine.group.log(live, "signal", now, kind="new data", values=dict(values))
        engine.decider.give(live, Refresh(), now)

"""Events: what happened elsewhere reaches everyone it is about, each once, many of them in pages.

An event is for the journeys of its key. Where a line says `with same region`, one that carries a
region is also for all journeys whose row has that region. These are gone through page by page: what
a page does to its journeys becomes durable together with how far the event has come, so that an
engine killed in between goes on behind the last page. Until the last one, no later signal is taken.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct

from tactful.graph.compared import updated_by
from tactful.graph.comparisons import same_value
from tactful.journey.inputs import Event, Value
from tactful.runtime.active import Active, Live
from tactful.runtime.audience.intake import join_key
from tactful.runtime.engine import Engine
from tactful.runtime.updates import update
from tactful.store.rows import SignalRow
from tactful.values import Instant

PAGE = 500
"""So many journeys are looked at before the engine sees to its other work."""

Values = dict[str, Value]
Launch = tuple[Active, tuple[str, ...]]
"""A launch under way, and the columns by which an event finds its journeys."""
Load = Callable[[list[int], Instant], Awaitable[list[Live]]]

_replace = msgspec.structs.replace
_values = msgspec.json.Decoder(Values).decode
_encode = msgspec.json.Encoder().encode


class Progress(Struct, frozen=True, array_like=True):
    """How far an event for many has come: the last journey looked at, and how many it reached."""

    launch: int
    journey: int
    reached: int


_progress = msgspec.json.Decoder(Progress).decode
_row = msgspec.json.Decoder(dict[str, Any]).decode


class Events:
    """Brings events to their journeys. `load` takes journeys in hand by their numbers."""

    def __init__(self, engine: Engine, load: Load) -> None:
        self._engine = engine
        self._load = load

    async def take(self, signal: SignalRow, now: Instant) -> SignalRow:
        """Do one page of an event; returns its row, which is not taken before the last page."""
        values = _values(signal.data or "{}")
        many = self._for_many(signal, values)
        if signal.progress is None:
            reached = await self._reach_own(signal, values, now)
            rest = many
        else:
            at = _progress(signal.progress)
            rest = [one for one in many if one[0].row.id >= at.launch]
            reached = at.reached
            if rest:
                after = at.journey if rest[0][0].row.id == at.launch else 0
                last, more = await self._reach_page(signal, values, rest[0], after, now)
                reached += more
                if last is not None:
                    return self._go_on(signal, Progress(rest[0][0].row.id, last, reached))
                rest = rest[1:]
        if rest:
            return self._go_on(signal, Progress(rest[0][0].row.id, 0, reached))
        return _taken(signal, reached, now)

    def _go_on(self, signal: SignalRow, progress: Progress) -> SignalRow:
        """Keep how far an event has come. Nothing may become durable between its page and this."""
        self._engine.wake()
        return _replace(signal, progress=_encode(progress).decode())

    def _for_many(self, signal: SignalRow, values: Values) -> list[tuple[Active, tuple[str, ...]]]:
        """Return the launches that compare a value of this event, in the order they began."""
        found = []
        for active in self._engine.actives.values():
            if signal.campaign in (None, active.row.campaign, active.row.name):
                columns = self._compared(active, signal.name or "").intersection(values)
                if columns:
                    found.append((active, tuple(sorted(columns))))
        return sorted(found, key=lambda one: one[0].row.id)

    def _compared(self, active: Active, name: str) -> set[str]:
        columns = set(updated_by(active.campaign.audience.updates, name))
        for revision in self._engine.revisions.values():
            if revision.graph.campaign == active.row.campaign:
                columns |= revision.compared.get(name, frozenset())
        return columns

    async def _reach_own(self, signal: SignalRow, values: Values, now: Instant) -> int:
        """Give an event to the journeys of its key; return how many there are."""
        numbers = []
        for active in [*self._engine.actives.values()]:
            if signal.campaign in (None, active.row.campaign, active.row.name):
                key = _key_in(active, signal, values)
                number = key and await self._engine.store.journey_of(active.row.id, key)
                if number:
                    numbers.append(number)
        lives = await self._load(numbers, now)
        return sum(self._give(live, signal, values, now, mine=True) for live in lives)

    async def _reach_page(
        self, signal: SignalRow, values: Values, launch: Launch, after: int, now: Instant
    ) -> tuple[int | None, int]:
        """Give an event to a page of a launch; return its last journey and how many it reached.

        None: there is no page behind it.
        """
        active, columns = launch
        self._engine.submit(now)  # what came before may have changed a row
        rows = await self._engine.store.data_of(active.row.id, after, PAGE)
        numbers = [
            number
            for number, data in rows
            if (row := _row(data)) and any(same_value(row.get(c), values[c]) for c in columns)
        ]
        key = _key_in(active, signal, values)
        others = [one for one in await self._load(numbers, now) if one.recipient.key != key]
        reached = sum(self._give(live, signal, values, now, mine=False) for live in others)
        return rows[-1][0] if len(rows) == PAGE else None, reached

    def _give(
        self, live: Live, signal: SignalRow, values: Values, now: Instant, *, mine: bool
    ) -> bool:
        """Let an event reach one journey; returns whether it is still under way."""
        if live.journey is not None and live.journey.ended:
            return False
        name = signal.name or ""
        told = update(self._engine, live, name, values, now, mine=mine)
        self._engine.group.log(live, "signal", now, name=name, values=values or None, **told)
        if live.journey is not None or (live.begins is not None and live.begins <= now):
            self._engine.decider.give(live, Event(name, values, mine), now)
        return True


def _key_in(active: Active, signal: SignalRow, values: Values) -> str | None:
    """Return the key that an event names, or carries in the columns of the key."""
    if signal.key is not None:
        return signal.key
    parts = [values.get(name) for name in active.campaign.audience.key]
    texts = [str(part) for part in parts if part not in (None, "")]
    return join_key(texts) if texts and len(texts) == len(parts) else None


def _taken(signal: SignalRow, reached: int, now: Instant) -> SignalRow:
    result = "reached 1 journey" if reached == 1 else f"reached {reached} journeys"
    if not reached:
        result = "no journey has this key" if signal.key else "no journey under way has such values"
    return _replace(signal, taken_at=now, result=result, progress=None)

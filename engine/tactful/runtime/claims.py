"""Claims: what is due is read from the store ahead of its turn, and then has its turn, in order.

While one group of journeys is decided, the next is being read. A read that is under way stands
behind every group submitted before it; what changes while it is under way stays in hand, and what
is in hand wins over what a read brings.
"""

from collections import deque
from typing import TYPE_CHECKING

from tactful.journey.inputs import Expire, Tick
from tactful.runtime.active import Live
from tactful.store.contract import Scan
from tactful.store.rows import SendRow
from tactful.values import DAY, Instant, Span

if TYPE_CHECKING:
    from tactful.runtime.engine import Engine

WINDOW = 500
"""How many journeys are decided at once, and so become durable together."""
CLAIM = 4 * WINDOW
"""How many due rows are read at once."""
RECENT: Span = DAY
"""How far back the messages to one address are counted."""


class Claims:
    """The journeys and sends whose time has come."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._claimed: deque[Live] = deque()
        self._next: Instant | None = 0
        self._found: Scan | None = None
        self._looking = False

    def scan_at(self, at: Instant) -> None:
        """Have the store looked through at a moment at the latest."""
        if self._next is None or at < self._next:
            self._next = at

    @property
    def due(self) -> Instant | None:
        """When the store must be looked through next; None while that is under way."""
        if self._looking:
            return None
        known = [at for at in (self._next, self._engine.group.next_due) if at is not None]
        return min(known, default=None)

    @property
    def looking(self) -> bool:
        """Whether a look is under way."""
        return self._looking

    @property
    def open(self) -> bool:
        """Whether a look is under way, or what it found has not been taken in hand."""
        return self._looking or self._found is not None

    @property
    def waiting(self) -> bool:
        """Whether somebody's turn has come."""
        return bool(self._claimed) or self._found is not None

    async def have_turns(self, now: Instant, room: int) -> None:
        """Let the next journeys that are due have their turn, at most `room` of them."""
        if self._found is None and not self._claimed and self._is_due(now):
            self._prepare(now)
            self._found = await self._scan(now, CLAIM)
        self._take_in(now)
        for _ in range(min(len(self._claimed), room, WINDOW)):
            live = self._claimed.popleft()
            self._tick(live, now)
            self._engine.hand.release(live)
        if self._claimed and len(self._claimed) <= WINDOW and self._is_due(now):
            self._prepare(now)
            self._looking = True
            self._engine.spawn(self._look_ahead)

    def _is_due(self, now: Instant) -> bool:
        due = self.due
        return due is not None and due <= now

    def _prepare(self, now: Instant) -> None:
        """Submit what is decided, and forget what a look will tell anew."""
        self._engine.submit(now)
        self._engine.let_go()
        self._engine.group.next_due = None
        self._next = None  # who joins while the store is looked through may ask for another look

    async def _look_ahead(self) -> None:
        now = self._engine.clock.now()
        self._found = await self._scan(now, CLAIM + len(self._claimed))
        self._looking = False
        self._engine.wake()

    async def _scan(self, now: Instant, limit: int) -> Scan:
        scan = await self._engine.store.scan(now, now - RECENT, limit)
        if scan.next_due is not None:
            self.scan_at(scan.next_due)
        if len(scan.journeys) == limit or len(scan.sends) == limit:
            self.scan_at(now)
        return scan

    def _take_in(self, now: Instant) -> None:
        found, self._found = self._found, None
        if found is None:
            return
        hand = self._engine.hand
        for loaded in found.journeys:
            live = hand.take(loaded)
            if live is not None and not live.claimed and _may_be_due(live, now):
                hand.claim(live)
                self._claimed.append(live)
        for row, loaded in found.sends:
            live = hand.take(loaded)
            if live is not None:
                self._resume(live, row, now)

    def _tick(self, live: Live, now: Instant) -> None:
        engine = self._engine
        if live.journey is None:
            engine.decider.enter(live, now)
        elif not live.journey.ended:
            over = live.active.expiry(live.entered_at or now) <= now
            engine.decider.give(live, Expire() if over else Tick(), now)
            engine.group.touch(live)  # also when nothing came of it: its `due` is read again

    def _resume(self, live: Live, row: SendRow, now: Instant) -> None:
        row = live.sends.get((row.index, row.visit), row)
        if row.state == "queued" and row.due is not None and row.due <= now:
            self._engine.decider.route(live, row, now)


def _may_be_due(live: Live, now: Instant) -> bool:
    """Whether a journey that a look found due still is: it may have had its turn meanwhile.

    One that nothing has changed since it was read has its turn in any case: its row is written
    anew, with the `due` that holds now.
    """
    if live.journey is None or not live.seq:
        return True
    due = live.due()
    return due is not None and due <= now

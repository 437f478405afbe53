"""The store in memory: the contract in dictionaries, for simulations and tests.

Nothing here waits. `submit` writes at once and calls `done` before it returns; a group submitted
by a `done` is written at once too, and its own `done` is called next, so calls never nest deeply.
"""

from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from msgspec.structs import replace

from tactful.guard.folding import fold
from tactful.journey.lifecycle import RANKS
from tactful.store.cases import Cases
from tactful.store.contract import (
    MOST_REPLIES,
    Counts,
    Group,
    GroupRefused,
    Known,
    News,
    Opened,
    Scan,
)
from tactful.store.rows import (
    ConsentRow,
    EventRow,
    InboxRow,
    LaneRow,
    LaunchRow,
    Loaded,
    OrderRow,
    RevisionRow,
    SendRow,
    SignalRow,
    StandingRow,
    SuppressionRow,
    in_folded_form,
)
from tactful.values import Instant

Log = Callable[[EventRow, str | None, SendRow | None], object]
"""Takes an event with its recipient's key and the send it speaks of."""

Done = Callable[[BaseException | None], None]

R = TypeVar("R", SignalRow, OrderRow, InboxRow)


class MemoryStore:
    """The contract of `Store` without a file.

    With `log`, each event goes there instead of being kept, and what can no longer matter is let
    go: the data of ended journeys; of sends with a final outcome the text, the verdict and most
    moments.
    """

    url = "memory:"

    def __init__(self, log: Log | None = None) -> None:
        self._log = log
        self._cases = Cases(lean=log is not None)
        self._events: list[EventRow] = []
        self._last_at: Instant | None = None
        self._launches: dict[int, LaunchRow] = {}
        self._revisions: dict[int, RevisionRow] = {}
        self._paces: dict[int, LaneRow] = {}
        self._standings: dict[tuple[str, str, str], StandingRow] = {}
        self._signals: _Shelf[SignalRow] = _Shelf(lambda row: row.taken_at is None)
        self._replies: dict[str, deque[SignalRow]] = {}
        self._dedup: set[str] = set()
        self._orders: _Shelf[OrderRow] = _Shelf(lambda row: row.applied_at is None)
        self._suppressions: dict[str, dict[str, SuppressionRow]] = {}
        self._consents: list[ConsentRow] = []
        self._inbox: _Shelf[InboxRow] = _Shelf(lambda row: True)
        self._numbers: dict[str, int] = {}
        self._told: deque[tuple[Done, BaseException | None]] = deque()
        self._telling = False

    async def open(self) -> Opened:
        next_journey, next_send = self._cases.free
        return Opened(
            launches=tuple(self._launches.values()),
            revisions=tuple(self._revisions.values()),
            lanes=tuple(self._paces.values()),
            next_journey=next_journey,
            next_send=next_send,
            next_launch=_next(self._launches),
            next_revision=_next(self._revisions),
            next_lane=_next(self._paces),
            last_at=self._last_at,
            standings=tuple(self._standings[key] for key in sorted(self._standings)),
        )

    async def close(self) -> None:
        return None

    # ---- writes ---------------------------------------------------------------------------------

    def submit(self, group: Group, done: Done) -> None:
        try:
            self._check(group)
        except GroupRefused as error:
            self._told.append((done, error))
        else:
            self._apply(group)
            self._told.append((done, None))
        if self._telling:
            return
        self._telling = True
        try:
            while self._told:
                done, failed = self._told.popleft()
                done(failed)
        finally:
            self._telling = False

    async def write(self, group: Group) -> None:
        self._check(group)
        self._apply(group)

    def _check(self, group: Group) -> None:
        if group.recipients or group.new_sends:
            self._cases.check(group)
        numbers = [row.id for row in group.revisions]
        if len({*numbers}) < len(numbers) or not self._revisions.keys().isdisjoint(numbers):
            raise GroupRefused("a revision is there already")

    def _apply(self, group: Group) -> None:
        self._cases.apply(group)
        if group.events:
            self._record(group)
        if group.signals or group.taken_signals:
            self._signals.insert(filter(self._is_first, group.signals))
            self._signals.replace(group.taken_signals)
            self._remember(group.taken_signals.values())
        if group.suppressions or group.lifted:
            self._suppress(group)
        self._paces |= group.lanes
        self._standings |= group.standings
        self._launches |= group.launches
        self._revisions |= {row.id: row for row in group.revisions}
        self._orders.insert(group.orders)
        self._orders.replace(group.applied_orders)
        self._consents += map(in_folded_form, group.consents)
        self._inbox.insert(group.inbox)
        self._inbox.replace(group.closed_inbox)

    def _record(self, group: Group) -> None:
        """Keep the events, or hand them on with the sends as the group has them."""
        latest = max(event.at for event in group.events)
        self._last_at = latest if self._last_at is None else max(latest, self._last_at)
        if self._log is None:
            self._events += group.events
            return
        for event in group.events:
            number, send = event.send, None
            if number is not None:
                send = (
                    group.sends.get(number)
                    or group.new_sends.get(number)
                    or self._cases.send(number)
                )
            self._log(event, self._cases.key_of(event.journey), send)

    def _remember(self, taken: Iterable[SignalRow]) -> None:
        """Keep the newest replies of each address, though they are done with."""
        for row in taken:
            if row.kind == "reply" and row.address and row.taken_at is not None:
                kept = self._replies.setdefault(fold(row.address), deque(maxlen=MOST_REPLIES))
                kept.append(row)

    def _is_first(self, signal: SignalRow) -> bool:
        """Say whether no signal like this one came before, and remember it."""
        if signal.dedup is None:
            return True
        is_first = signal.dedup not in self._dedup
        self._dedup.add(signal.dedup)
        return is_first

    def _suppress(self, group: Group) -> None:
        lifted = [(fold(address), name) for address, name in group.lifted]
        suppressed = [*map(in_folded_form, group.suppressions)]
        for address, name in lifted:
            self._suppressions.get(address, {}).pop(name, None)
        for row in suppressed:
            self._suppressions.setdefault(row.address, {}).setdefault(row.group, row)
        for address in {row.address for row in suppressed} | {address for address, _ in lifted}:
            self._cases.suppress(address, self._suppressions.get(address, ()))

    async def intern(self, names: Sequence[str]) -> dict[str, int]:
        for name in names:
            self._numbers.setdefault(name, len(self._numbers) + 1)
        return {name: self._numbers[name] for name in names}

    async def expire_sooner(self, launch: int, span: int) -> None:
        self._cases.expire_sooner(launch, span)

    # ---- reads ----------------------------------------------------------------------------------

    async def changed(self) -> bool:
        return False

    async def scan(self, now: Instant, since: Instant, limit: int) -> Scan:
        return self._cases.scan(now, since, limit)

    async def lane(
        self, lane: int, prio: int, since: Instant, limit: int
    ) -> tuple[tuple[SendRow, Loaded], ...]:
        return self._cases.lane(lane, prio, since, limit)

    async def waiting(self) -> dict[int, dict[int, int]]:
        return self._cases.waiting()

    async def load(self, journeys: Sequence[int], since: Instant) -> tuple[Loaded, ...]:
        return self._cases.load(journeys, since)

    async def keys(self, launch: int, keys: Sequence[str]) -> dict[str, Known]:
        return self._cases.keys(launch, keys)

    async def journey_of(self, launch: int, key: str) -> int | None:
        return self._cases.journey_of(launch, key)

    async def asked(self, address: str, channels: Sequence[str]) -> tuple[SendRow, ...]:
        return self._cases.asked(address, channels)

    async def sends(self, ids: Sequence[int]) -> tuple[SendRow, ...]:
        found = map(self._cases.send, ids)
        return tuple(row for row in found if row is not None)

    async def by_state(self, state: str, limit: int = 10_000) -> tuple[SendRow, ...]:
        found = (row for row in self._cases.sends() if row.state == state)
        return tuple(sorted(found, key=lambda row: row.id)[:limit])

    async def recent(self, since: Instant) -> tuple[SendRow, ...]:
        found = [
            (row.permitted_at, row.id, row)
            for row in self._cases.sends()
            if row.permitted_at is not None and row.permitted_at >= since
        ]
        return tuple(row for _, _, row in sorted(found, key=lambda one: one[:2]))

    async def news(self, limit: int = 500) -> News:
        return News(
            signals=tuple(self._signals.rows.values())[:limit],
            orders=tuple(self._orders.rows.values())[:limit],
        )

    async def live(self, launch: int) -> int:
        return self._cases.live[launch]

    async def live_journeys(self, launch: int, after: int, limit: int) -> tuple[int, ...]:
        return self._cases.live_journeys(launch, after, limit)

    async def data_of(self, launch: int, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        return self._cases.data_of(launch, after, limit)

    async def counts(self, launch: int) -> Counts:
        sends: dict[str, Counter[str]] = {}
        costs: Counter[str] = Counter()
        for row in self._cases.sends():
            if row.launch == launch:
                sends.setdefault(row.channel, Counter())[row.state] += 1
                if row.cost is not None and row.state in RANKS:
                    costs[row.cost] += 1
        return Counts(
            journeys=self._cases.end_states(launch),
            sends={channel: dict(states) for channel, states in sends.items()},
            answered=len({e.journey for e in self._events if _is_answer(e, launch)}),
            costs=dict(costs),
        )

    async def events(
        self, launch: int | None = None, journey: int | None = None, after: int = 0
    ) -> AsyncIterator[tuple[int, EventRow, str | None, SendRow | None]]:
        last = len(self._events)
        for number in range(after + 1, last + 1):
            event = self._events[number - 1]
            if launch in (None, event.launch) and journey in (None, event.journey):
                send = None if event.send is None else self._cases.send(event.send)
                yield number, event, self._cases.key_of(event.journey), send

    async def names(self, ids: Sequence[int]) -> dict[int, str]:
        wanted = {*ids}
        return {number: name for name, number in self._numbers.items() if number in wanted}

    async def suppressions(self, address: str | None = None) -> tuple[SuppressionRow, ...]:
        addresses = sorted(self._suppressions) if address is None else [fold(address)]
        found = (self._suppressions.get(a, {}) for a in addresses)
        return tuple(groups[name] for groups in found for name in sorted(groups))

    async def replies(self, address: str, since: Instant) -> tuple[SignalRow, ...]:
        new = [row for row in self._signals.rows.values() if row.kind == "reply"]
        wanted = fold(address)
        mine = [
            *self._replies.get(wanted, ()),
            *(row for row in new if row.address is not None and fold(row.address) == wanted),
        ]
        mine.sort(key=lambda row: (row.at, row.id))
        return tuple(row for row in mine if row.at >= since)[-MOST_REPLIES:]

    async def consents(self, address: str | None = None) -> tuple[ConsentRow, ...]:
        wanted = None if address is None else fold(address)
        return tuple(row for row in self._consents if wanted in (None, row.address))

    async def inbox(self, *, open_only: bool = True) -> tuple[InboxRow, ...]:
        return tuple(
            row for row in self._inbox.rows.values() if row.state == "open" or not open_only
        )


def _is_answer(event: EventRow, launch: int) -> bool:
    return event.event == "reply" and event.launch == launch


class _Shelf(Generic[R]):
    """Rows by number, as long as they are `wanted`; those that say 0 get the next one."""

    def __init__(self, wanted: Callable[[R], bool]) -> None:
        self.rows: dict[int, R] = {}
        self._wanted: Callable[[R], bool] = wanted
        self._last = 0

    def insert(self, rows: Iterable[R]) -> None:
        for row in rows:
            number = row.id or self._last + 1
            self._last = max(self._last, number)
            if self._wanted(row):
                self.rows[number] = replace(row, id=number)

    def replace(self, rows: dict[int, R]) -> None:
        for number, row in rows.items():
            if not self._wanted(row):
                self.rows.pop(number, None)
            elif number in self.rows:
                self.rows[number] = row


def _next(rows: Iterable[int]) -> int:
    return max(rows, default=0) + 1

"""Recipients, journeys and sends in memory, with the orders in which they come due.

Compact, because a simulation holds all of a campaign's recipients at once: one small object for
each recipient, one row for each send, and nothing that goes stale grows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from heapq import nsmallest
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import asdict, replace

from tactful.guard.folding import fold
from tactful.journey.lifecycle import SendState
from tactful.store.contract import Group, GroupRefused, Known, Scan
from tactful.store.dense import Dense
from tactful.store.heap import Queue
from tactful.store.rows import JourneyRow, Loaded, RecipientRow, SendRow
from tactful.values import Instant, Span

_FINAL = frozenset(
    (
        "delivered",
        "undelivered",
        "failed",
        "bounced",
        "no answer",
        "voicemail",
        "refused",
        "expired",
        "cancelled",
        "rejected",
        "retried",
    )
)
_OPEN = ("queued", "sending")


class Case(Struct, gc=False):
    """A recipient, where its journey is, and its last send."""

    recipient: RecipientRow
    due: Instant | None
    state: str | None
    ended: str | None
    entered_at: Instant | None = None
    last: int | None = None

    @property
    def journey(self) -> JourneyRow:
        """Where the journey is."""
        return JourneyRow(self.recipient.id, self.due, self.state, self.ended, self.entered_at)

    @property
    def live_due(self) -> Instant | None:
        """When the journey is due, if it lives and is."""
        return self.due if self.ended is None else None


class PastSend(Struct, frozen=True, gc=False):
    """What is kept of a send whose outcome is final, when its words may be let go."""

    id: int
    journey: int
    launch: int
    step: int
    index: int
    visit: int
    attempt: int
    channel: str
    to: str
    sender: str
    segments: int
    state: SendState
    permitted_at: Instant | None
    ended_at: Instant | None
    cost: str | None

    @classmethod
    def of(cls, row: SendRow) -> Self:
        """Keep what may still be asked for."""
        return cls(
            row.id, row.journey, row.launch, row.step, row.index, row.visit, row.attempt,
            row.channel, row.to, row.sender, row.segments, row.state, row.permitted_at,
            row.ended_at, row.cost,
        )  # fmt: skip

    @property
    def row(self) -> SendRow:
        """The row as far as it is kept."""
        return SendRow(text="", subject=None, **asdict(self))


Kept = SendRow | PastSend


def _whole(send: Kept) -> SendRow:
    return send if isinstance(send, SendRow) else send.row


class Cases:
    """All recipients of a store with their journeys and sends.

    `lean`: the data of ended journeys is let go, and of final sends all but `PastSend`.
    """

    def __init__(self, *, lean: bool) -> None:
        self._sends: Dense[Kept] = Dense()
        self.live: Counter[int] = Counter()
        self._lean = lean
        self._cases: Dense[Case] = Dense()
        self._keys: dict[int, dict[str, int]] = {}
        # Chains of sends, from the last to the first: most have one, and take no room of their own.
        self._before: dict[int, int] = {}  # send → the one before it in its journey
        self._permitted: dict[str, int] = {}  # folded address → its last permitted send
        self._permitted_before: dict[int, int] = {}
        self._suppressed: dict[str, tuple[str, ...]] = {}
        self._due_journeys: Queue[tuple[int, int]] = Queue(self._journey_is_due)
        self._due_sends: Queue[tuple[int, int]] = Queue(self._send_is_due)
        self._lanes: dict[tuple[int, int], Queue[tuple[int, int, int]]] = {}

    # ---- writes ---------------------------------------------------------------------------------

    def check(self, group: Group) -> None:
        """Raise `GroupRefused` when a row of the group is there already."""
        numbers, keys = set(), set()
        for recipient in group.recipients:
            key = (recipient.launch, recipient.key)
            if (
                recipient.id in self._cases
                or recipient.id in numbers
                or key in keys
                or recipient.key in self._keys.get(recipient.launch, ())
            ):
                raise GroupRefused(f"recipient {recipient.key} is there already")
            numbers.add(recipient.id)
            keys.add(key)
        wanted = set()
        for send in group.new_sends.values():
            name = (send.journey, send.step, send.visit, send.attempt)
            case = self._cases.get(send.journey)
            if send.id in self._sends or name in wanted or (case and self._has(case, send)):
                raise GroupRefused(f"send {send.id} is there already")
            wanted.add(name)

    def apply(self, group: Group) -> None:
        """Write a group that `check` has let pass."""
        for recipient in group.recipients:
            self._enter(recipient)
        for number, recipient in group.refreshed.items():
            self._refresh(number, recipient)
        cases = self._cases
        for number, row in group.journeys.items():
            if (case := cases.get(number)) is not None:
                self._move(case, row)
        for send in group.new_sends.values():
            case = cases[send.journey]
            if case.last is not None:
                self._before[send.id] = case.last
            case.last = send.id
            self._put(None, send)
        for number, send in group.sends.items():
            if (old := self._sends.get(number)) is not None:
                self._put(old, send)

    def suppress(self, address: str, groups: Iterable[str]) -> None:
        """Say which groups of channels are closed to a folded address."""
        self._suppressed[address] = tuple(sorted(groups))

    def expire_sooner(self, launch: int, span: Span) -> None:
        """Bring live journeys' `due` forward, as `Store.expire_sooner`."""
        for case in self._of(launch):
            row = case.journey
            if row.ended is None and row.entered_at is not None:
                end = row.entered_at + span
                self._move(case, replace(row, due=end if row.due is None else min(row.due, end)))

    def _enter(self, recipient: RecipientRow) -> None:
        case = Case(recipient, recipient.due, None, recipient.ended)
        self._cases[recipient.id] = case
        self._keys.setdefault(recipient.launch, {})[recipient.key] = recipient.id
        if recipient.ended is None:
            self.live[recipient.launch] += 1
            if recipient.due is not None:
                self._due_journeys.add((recipient.due, recipient.id))
        elif self._lean:
            case.recipient = replace(recipient, data="{}")

    def _refresh(self, number: int, row: RecipientRow) -> None:
        case = self._cases.get(number)
        if case is not None:
            data = "{}" if self._lean and case.ended is not None else row.data
            case.recipient = replace(case.recipient, data=data, digest=row.digest)

    def _move(self, case: Case, row: JourneyRow) -> None:
        before, had_ended = case.live_due, case.ended
        case.due, case.state, case.ended = row.due, row.state, row.ended
        case.entered_at = row.entered_at
        after = case.live_due
        if before != after:
            if before is not None:
                self._due_journeys.drop()
            if after is not None:
                self._due_journeys.add((after, row.id))
        if (had_ended is None) != (row.ended is None):
            self.live[case.recipient.launch] += -1 if had_ended is None else 1
            if self._lean:
                case.recipient = replace(case.recipient, data="{}")

    def _put(self, old: Kept | None, send: SendRow) -> None:
        if self._lean and send.state in _FINAL:
            self._sends[send.id] = PastSend.of(send)
        else:
            self._sends[send.id] = send
        if old is not None and (queue := self._queue_of(old)) is not None:
            queue.drop()
        if send.state == "queued":
            if send.due is not None:
                self._due_sends.add((send.due, send.id))
            elif send.lane is not None:
                self._lane(send.lane, send.prio).add((send.since, send.journey, send.id))
        if send.permitted_at is not None and (old is None or old.permitted_at is None):
            address = fold(send.to)
            last = self._permitted.get(address)
            if last is not None:
                self._permitted_before[send.id] = last
            self._permitted[address] = send.id

    # ---- reads ----------------------------------------------------------------------------------

    def scan(self, now: Instant, since: Instant, limit: int) -> Scan:
        """Return what is due, as `Store.scan`."""
        journeys, next_journey = self._due_journeys.first(limit, (now + 1,))
        sends, next_send = self._due_sends.first(limit, (now + 1,))
        return Scan(
            journeys=tuple(self._loaded(number, since) for _, number in journeys),
            sends=tuple(self._with_journey(number, since) for _, number in sends),
            next_due=min((e[0] for e in (next_journey, next_send) if e is not None), default=None),
        )

    def lane(
        self, lane: int, prio: int, since: Instant, limit: int
    ) -> tuple[tuple[SendRow, Loaded], ...]:
        """Return the first held sends of a lane and class, as `Store.lane`."""
        if (queue := self._lanes.get((lane, prio))) is None:
            return ()
        return tuple(self._with_journey(number, since) for _, _, number in queue.first(limit)[0])

    def waiting(self) -> dict[int, dict[int, int]]:
        """Count the held sends by lane and class."""
        counts: dict[int, dict[int, int]] = {}
        for (lane, prio), queue in self._lanes.items():
            if queue.count:
                counts.setdefault(lane, {})[prio] = queue.count
        return counts

    def load(self, journeys: Sequence[int], since: Instant) -> tuple[Loaded, ...]:
        """Return these journeys in the order asked for."""
        wanted = dict.fromkeys(journeys)
        return tuple(self._loaded(number, since) for number in wanted if number in self._cases)

    def send(self, number: int) -> SendRow | None:
        """Return a row of the ledger, as far as it is kept."""
        send = self._sends.get(number)
        return None if send is None else _whole(send)

    def sends(self) -> Iterator[SendRow]:
        """Yield the ledger by number, as far as it is kept."""
        return map(_whole, self._sends)

    def keys(self, launch: int, keys: Sequence[str]) -> dict[str, Known]:
        """Return what is known of those keys that the launch has already."""
        known = self._keys.get(launch, {})
        found = {key: self._cases[known[key]].recipient for key in keys if key in known}
        return {key: Known(one.id, one.row, one.digest) for key, one in found.items()}

    def journey_of(self, launch: int, key: str) -> int | None:
        """Return the journey of a key, if the launch has it."""
        return self._keys.get(launch, {}).get(key)

    def key_of(self, journey: int | None) -> str | None:
        """Return the key of a journey's recipient."""
        case = None if journey is None else self._cases.get(journey)
        return None if case is None else case.recipient.key

    def asked(self, address: str, channels: Sequence[str]) -> tuple[SendRow, ...]:
        """Return the last permitted send of each journey to an address, as `Store.asked`."""
        fitting = (
            send
            for send in self._chain(self._permitted.get(fold(address)), self._permitted_before)
            if send.channel in channels and (send.to == address or send.channel == "email")
        )
        last: dict[int, SendRow] = {}
        for send in sorted(fitting, key=lambda s: (s.permitted_at or 0, s.id), reverse=True):
            last.setdefault(send.journey, _whole(send))
        return tuple(last.values())

    def live_journeys(self, launch: int, after: int, limit: int) -> tuple[int, ...]:
        """Return numbers of live journeys of a launch greater than `after`, in order."""
        numbers = (c.recipient.id for c in self._of(launch) if c.ended is None)
        return tuple(nsmallest(limit, (number for number in numbers if number > after)))

    def data_of(self, launch: int, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """Return (number, data) of live journeys of a launch greater than `after`, in order."""
        found: list[tuple[int, str]] = []
        for number in range(after + 1, self._cases.next):
            case = self._cases.get(number)
            if case is not None and case.ended is None and case.recipient.launch == launch:
                found.append((number, case.recipient.data))
                if len(found) == limit:
                    break
        return tuple(found)

    def end_states(self, launch: int) -> dict[str, int]:
        """Count the journeys of a launch by end state."""
        return dict(Counter(case.ended or "live" for case in self._of(launch)))

    @property
    def free(self) -> tuple[int, int]:
        """The first free numbers of a journey and of a send."""
        return self._cases.next, self._sends.next

    def _of(self, launch: int) -> Iterator[Case]:
        return (self._cases[number] for number in self._keys.get(launch, {}).values())

    def _has(self, case: Case, send: SendRow) -> bool:
        name = (send.step, send.visit, send.attempt)
        rows = self._chain(case.last, self._before)
        return any((row.step, row.visit, row.attempt) == name for row in rows)

    def _chain(self, last: int | None, before: dict[int, int]) -> Iterator[Kept]:
        while last is not None:
            yield self._sends[last]
            last = before.get(last)

    def _with_journey(self, number: int, since: Instant) -> tuple[SendRow, Loaded]:
        send = _whole(self._sends[number])
        return send, self._loaded(send.journey, since)

    def _loaded(self, number: int, since: Instant) -> Loaded:
        case = self._cases[number]
        recipient = case.recipient
        phone = recipient.phone
        email = fold(recipient.email) if recipient.email is not None else None
        return Loaded(
            recipient,
            case.journey,
            self._suppressed.get(phone, ()) if phone is not None else (),
            self._suppressed.get(email, ()) if email is not None else (),
            self._recent(phone, since),
            self._recent(email, since),
            self._open(case),
        )

    def _recent(self, address: str | None, since: Instant) -> int:
        if address is None or (last := self._permitted.get(address)) is None:
            return 0
        rows = self._chain(last, self._permitted_before)
        return sum((row.permitted_at or 0) >= since for row in rows)

    def _open(self, case: Case) -> tuple[SendRow, ...]:
        if case.last is None:
            return ()
        rows = [_whole(row) for row in self._chain(case.last, self._before) if row.state in _OPEN]
        return tuple(sorted(rows, key=lambda row: row.id))

    # ---- the orders -----------------------------------------------------------------------------

    def _lane(self, lane: int, prio: int) -> Queue[tuple[int, int, int]]:
        if (queue := self._lanes.get((lane, prio))) is None:
            queue = self._lanes[lane, prio] = Queue(partial(self._send_is_held, lane, prio))
        return queue

    def _queue_of(self, send: Kept) -> Queue[Any] | None:
        if send.state != "queued" or isinstance(send, PastSend):
            return None
        if send.due is not None:
            return self._due_sends
        return None if send.lane is None else self._lane(send.lane, send.prio)

    def _journey_is_due(self, entry: tuple[int, int]) -> bool:
        return self._cases[entry[1]].live_due == entry[0]

    def _send_is_due(self, entry: tuple[int, int]) -> bool:
        send = _whole(self._sends[entry[1]])
        return send.state == "queued" and send.due == entry[0]

    def _send_is_held(self, lane: int, prio: int, entry: tuple[int, int, int]) -> bool:
        send = _whole(self._sends[entry[2]])
        return (
            send.state == "queued"
            and send.due is None
            and (send.lane, send.prio, send.since) == (lane, prio, entry[0])
        )

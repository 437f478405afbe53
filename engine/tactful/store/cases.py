"""Recipients, journeys and sends in memory, with the orders in which they come due.

Compact, because a simulation holds all of a campaign's recipients at once: one small object for
each recipient, one row for each send, and nothing that goes stale grows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from heapq import nsmallest
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tactful.store.contract import Group, GroupRefused, Scan
from tactful.store.heap import Queue
from tactful.store.rows import JourneyRow, Loaded, RecipientRow, SendRow
from tactful.values import Instant, Span

_FINAL = frozenset(
    ("delivered", "undelivered", "failed", "bounced", "refused", "expired", "cancelled", "retried")
)
_OPEN = ("queued", "sending")


class Case(Struct, gc=False):
    """A recipient, where its journey is (None: as the recipient came in), and its sends."""

    recipient: RecipientRow
    moved: JourneyRow | None = None
    sends: tuple[int, ...] = ()

    @property
    def journey(self) -> JourneyRow:
        """Where the journey is."""
        came = self.recipient
        return self.moved or JourneyRow(came.id, came.due, None, came.ended, None)

    @property
    def ended(self) -> str | None:
        """The journey's end state, if it has ended."""
        return self.recipient.ended if self.moved is None else self.moved.ended

    @property
    def due(self) -> Instant | None:
        """When the journey is due, if it lives and is."""
        row = self.recipient if self.moved is None else self.moved
        return row.due if row.ended is None else None


class Cases:
    """All recipients of a store with their journeys and sends.

    `lean`: the data of ended journeys, and text, subject and verdict of final sends, are let go.
    """

    def __init__(self, *, lean: bool) -> None:
        self.sends: dict[int, SendRow] = {}
        self.live: Counter[int] = Counter()
        self._lean = lean
        self._cases: dict[int, Case] = {}
        self._keys: dict[int, dict[str, int]] = {}
        self._permitted: dict[str, list[int]] = {}  # address → its permitted sends
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
            if send.id in self.sends or name in wanted or (case and self._has(case, send)):
                raise GroupRefused(f"send {send.id} is there already")
            wanted.add(name)

    def apply(self, group: Group) -> None:
        """Write a group that `check` has let pass."""
        for recipient in group.recipients:
            self._enter(recipient)
        cases = self._cases
        for number, row in group.journeys.items():
            if (case := cases.get(number)) is not None:
                self._move(case, row)
        for send in group.new_sends.values():
            case = cases[send.journey]
            case.sends = (*case.sends, send.id)
            self._put(None, send)
        for number, send in group.sends.items():
            if (old := self.sends.get(number)) is not None:
                self._put(old, send)

    def suppress(self, address: str, groups: Iterable[str]) -> None:
        """Say which groups of channels are closed to an address."""
        self._suppressed[address] = tuple(sorted(groups))

    def expire_sooner(self, launch: int, span: Span) -> None:
        """Bring live journeys' `due` forward, as `Store.expire_sooner`."""
        for case in self._of(launch):
            row = case.journey
            if row.ended is None and row.entered_at is not None:
                end = row.entered_at + span
                self._move(case, replace(row, due=end if row.due is None else min(row.due, end)))

    def _enter(self, recipient: RecipientRow) -> None:
        case = self._cases[recipient.id] = Case(recipient)
        self._keys.setdefault(recipient.launch, {})[recipient.key] = recipient.id
        if recipient.ended is None:
            self.live[recipient.launch] += 1
            if recipient.due is not None:
                self._due_journeys.add((recipient.due, recipient.id))
        elif self._lean:
            case.recipient = replace(recipient, data="{}")

    def _move(self, case: Case, row: JourneyRow) -> None:
        before, had_ended = case.due, case.ended
        case.moved = row
        after = case.due
        if before != after:
            if before is not None:
                self._due_journeys.drop()
            if after is not None:
                self._due_journeys.add((after, row.id))
        if (had_ended is None) != (row.ended is None):
            self.live[case.recipient.launch] += -1 if had_ended is None else 1
            if self._lean:
                case.recipient = replace(case.recipient, data="{}")

    def _put(self, old: SendRow | None, send: SendRow) -> None:
        if self._lean and send.state in _FINAL:
            self.sends[send.id] = replace(send, text="", subject=None, verdict=None)
        else:
            self.sends[send.id] = send
        if old is not None and (queue := self._queue_of(old)) is not None:
            queue.drop()
        if send.state == "queued":
            if send.due is not None:
                self._due_sends.add((send.due, send.id))
            elif send.lane is not None:
                self._lane(send.lane, send.prio).add((send.since, send.journey, send.id))
        if send.permitted_at is not None and (old is None or old.permitted_at is None):
            self._permitted.setdefault(send.to, []).append(send.id)

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

    def keys(self, launch: int, keys: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return (journey, row) of those keys that the launch has already."""
        known = self._keys.get(launch, {})
        found = {key: known[key] for key in keys if key in known}
        return {key: (number, self._cases[number].recipient.row) for key, number in found.items()}

    def journey_of(self, launch: int, key: str) -> int | None:
        """Return the journey of a key, if the launch has it."""
        return self._keys.get(launch, {}).get(key)

    def key_of(self, journey: int | None) -> str | None:
        """Return the key of a journey's recipient."""
        case = None if journey is None else self._cases.get(journey)
        return None if case is None else case.recipient.key

    def asked(self, address: str, channels: Sequence[str]) -> tuple[SendRow, ...]:
        """Return the last permitted send of each live journey to an address, as `Store.asked`."""
        sends = (self.sends[number] for number in self._permitted.get(address, ()))
        fitting = (s for s in sends if s.channel in channels and not self._cases[s.journey].ended)
        last: dict[int, SendRow] = {}
        for send in sorted(fitting, key=lambda s: (s.permitted_at or 0, s.id), reverse=True):
            last.setdefault(send.journey, send)
        return tuple(last.values())

    def live_journeys(self, launch: int, after: int, limit: int) -> tuple[int, ...]:
        """Return numbers of live journeys of a launch greater than `after`, in order."""
        numbers = (c.recipient.id for c in self._of(launch) if c.ended is None)
        return tuple(nsmallest(limit, (number for number in numbers if number > after)))

    def end_states(self, launch: int) -> dict[str, int]:
        """Count the journeys of a launch by end state."""
        return dict(Counter(case.ended or "live" for case in self._of(launch)))

    def last_number(self) -> int:
        """Return the highest number of a journey."""
        return max(self._cases, default=0)

    def _of(self, launch: int) -> Iterator[Case]:
        return (self._cases[number] for number in self._keys.get(launch, {}).values())

    def _has(self, case: Case, send: SendRow) -> bool:
        name = (send.step, send.visit, send.attempt)
        rows = (self.sends[number] for number in case.sends)
        return any((row.step, row.visit, row.attempt) == name for row in rows)

    def _with_journey(self, number: int, since: Instant) -> tuple[SendRow, Loaded]:
        send = self.sends[number]
        return send, self._loaded(send.journey, since)

    def _loaded(self, number: int, since: Instant) -> Loaded:
        case = self._cases[number]
        recipient = case.recipient
        phone, email = recipient.phone, recipient.email
        return Loaded(
            recipient,
            case.journey,
            self._suppressed.get(phone, ()) if phone is not None else (),
            self._suppressed.get(email, ()) if email is not None else (),
            self._recent(phone, since),
            self._recent(email, since),
            tuple([row for n in case.sends if (row := self.sends[n]).state in _OPEN]),
        )

    def _recent(self, address: str | None, since: Instant) -> int:
        if address is None or address not in self._permitted:
            return 0
        moments = [self.sends[number].permitted_at or 0 for number in self._permitted[address]]
        return sum(at >= since for at in moments)

    # ---- the orders -----------------------------------------------------------------------------

    def _lane(self, lane: int, prio: int) -> Queue[tuple[int, int, int]]:
        if (queue := self._lanes.get((lane, prio))) is None:
            queue = self._lanes[lane, prio] = Queue(partial(self._send_is_held, lane, prio))
        return queue

    def _queue_of(self, send: SendRow) -> Queue[Any] | None:
        if send.state != "queued":
            return None
        if send.due is not None:
            return self._due_sends
        return None if send.lane is None else self._lane(send.lane, send.prio)

    def _journey_is_due(self, entry: tuple[int, int]) -> bool:
        return self._cases[entry[1]].due == entry[0]

    def _send_is_due(self, entry: tuple[int, int]) -> bool:
        send = self.sends[entry[1]]
        return send.state == "queued" and send.due == entry[0]

    def _send_is_held(self, lane: int, prio: int, entry: tuple[int, int, int]) -> bool:
        send = self.sends[entry[2]]
        return (
            send.state == "queued"
            and send.due is None
            and (send.lane, send.prio, send.since) == (lane, prio, entry[0])
        )

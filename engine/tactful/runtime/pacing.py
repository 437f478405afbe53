"""Turns in a pace: which of the sends that the guard allows may leave now, and in which order."""

from collections import Counter
from decimal import Decimal

from tactful.graph.channels import ADDRESSED_BY
from tactful.guard.folding import fold
from tactful.guard.pace import Wait
from tactful.journey.inputs import Permitted
from tactful.runtime import throttling
from tactful.runtime.active import Active, Flight, Lane, Live
from tactful.runtime.decider import Decider
from tactful.runtime.lanes import pick
from tactful.runtime.ledger import beyond_steps, confirms
from tactful.store.rows import SendRow
from tactful.values import Instant

Heads = dict[int, list[tuple[Live, SendRow]]]
SenderSlot = tuple[Lane, int]


def _turn(item: tuple[Live, SendRow]) -> tuple[int, Instant, int]:
    row = item[1]
    return row.prio, row.since, row.journey


class Pacing:
    """Gives out the slots of each lane. `ready` are messages to send once the group is durable.

    Once `closed`, nothing is permitted any more.
    """

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self._group = decider.group
        self.ready: list[Flight] = []
        self.closed = False

    def settle_arrivals(self, now: Instant) -> None:
        """Let the sends of this turn leave as far as their pace allows; the others stay queued."""
        arrivals, self._decider.arrivals = self._decider.arrivals, []
        lanes: dict[Lane, list[tuple[Live, SendRow]]] = {}
        for live, row in arrivals:
            if live.sends.get((row.index, row.visit)) is row:
                lane = live.active.lane_of(row.channel, live.values)
                if row.lane != lane.row.id:  # the pace goes by something else now
                    row = self._decider.ledger.change(live, row, lane=lane.row.id)
                lanes.setdefault(lane, []).append((live, row))
        for lane, arrived in lanes.items():
            arrived.sort(key=_turn)
            heads: Heads = {}
            for live, row in arrived:
                heads.setdefault(row.prio, []).append((live, row))
            behind = self.closed or lane.holds or lane.waits > len(arrived)
            gone = set() if behind else self._permit_heads(lane, heads, now)
            for live, row in arrived:
                if row.id in gone:
                    continue
                if lane.stopped and not lane.lets(row.prio):
                    self._group.log(live, "held", now, row, by="standing", reason=lane.stopped)
                else:
                    self._group.log(live, "queued", now, row, lane=lane.name)

    def free(self, lane: Lane, now: Instant, most: int) -> int:
        """Return how many sends could leave now, without taking anything; notes when one can."""
        if lane.throttle is None:
            return most
        if _is_closed(lane, now):
            return 0
        count = throttling.free(lane, now, most)
        if lane.holds:
            self._group.touch_lane(lane)
        return count

    def give_turns(self, lane: Lane, numbers: set[int], now: Instant) -> None:
        """Let those of a lane's heads leave that the guard has just allowed again."""
        arrivals, self._decider.arrivals = self._decider.arrivals, []
        heads: Heads = {}
        for live, row in arrivals:
            if row.id in numbers and live.active.lane_of(row.channel, live.values) is lane:
                heads.setdefault(row.prio, []).append((live, row))
            else:
                self._decider.arrivals.append((live, row))
        self._permit_heads(lane, heads, now)

    def _permit_heads(self, lane: Lane, heads: Heads, now: Instant) -> set[int]:
        """Give slots to those who go first; returns the numbers of the sends that may leave now."""
        if lane.holds or _is_closed(lane, now):
            return set()
        wanted: Counter[str] = Counter()
        leaving = [prio for prio in sorted(heads) if lane.lets(prio)]
        heads = {prio: self._within_cap(heads[prio], wanted) for prio in leaving}
        room: dict[Active, Decimal] = {}
        heads = {prio: _within_budget(waiting, room) for prio, waiting in heads.items()}
        wanting = sum(len(waiting) for waiting in heads.values())
        of_senders, held_up = self._take_of_senders(lane, heads, wanting, now)
        slots = self._take(lane, wanting if of_senders is None else len(of_senders), now)
        if held_up is not None:
            lane.wake = held_up.until
        seconds = of_senders or [None] * len(slots)
        for spare in seconds[len(slots) :]:  # the lane has failed meanwhile
            if spare is not None:
                self._release(*spare, now)
        chosen, lane.since_first = pick(heads, len(slots), lane.since_first)
        for (_, (live, row)), slot, second in zip(chosen, slots, seconds, strict=False):
            self._permit(live, row, lane, slot, second, now)
        return {row.id for _, (_, row) in chosen}

    def _take(self, lane: Lane, wanting: int, now: Instant) -> list[int | None]:
        """Take as many slots of a lane as there are, up to what is wanted."""
        if lane.throttle is None:
            return [None] * wanting
        slots = throttling.take(lane, now, wanting)
        if slots or lane.holds:
            self._group.touch_lane(lane)
        return [*slots]

    def _take_of_senders(
        self, lane: Lane, heads: Heads, wanting: int, now: Instant
    ) -> tuple[list[SenderSlot | None] | None, Wait | None]:
        """Take slots of their senders' own paces for those whose turn it is, in their order.

        Ends at the first whose sender must wait; returns the slots with its wait. Without such
        paces it is (None, None). What is taken here the lane can give: a send takes both slots or
        none.
        """
        waiting = [live for some in heads.values() for live, _ in some]
        if not any(live.active.sender_lanes for live in waiting):
            return None, None
        most = wanting
        if lane.throttle is not None:
            most = throttling.free(lane, now, wanting)
        taken: list[SenderSlot | None] = []
        for _, (live, row) in pick(heads, most, lane.since_first)[0]:
            own = live.active.sender_lanes.get(row.channel)
            if own is not None and own.holds:
                return taken, Wait(None)
            if own is None or own.throttle is None:
                taken.append(None)
                continue
            own.state, answer = own.throttle.take(own.state, now, row.segments)
            if isinstance(answer, Wait):
                return taken, answer
            self._group.touch_lane(own)
            taken.append((own, answer.id))
        return taken, None

    def _within_cap(
        self, waiting: list[tuple[Live, SendRow]], wanted: Counter[str]
    ) -> list[tuple[Live, SendRow]]:
        """Leave out who would be one too many for an address that others of this turn write to.

        They stay queued, and the guard refuses them when their turn comes.
        """
        if all(address.uses == 1 for live, _ in waiting for address in live.addresses.values()):
            return waiting
        within = []
        for live, row in waiting:
            address = live.addresses.get(ADDRESSED_BY.get(row.channel, "key"))
            folded = fold(row.to)
            wanted[folded] += 1
            room = live.active.rules.per_day - (address.recent if address else 0)
            if confirms(row) or wanted[folded] <= room:
                within.append((live, row))
        return within

    def _permit(
        self,
        live: Live,
        row: SendRow,
        lane: Lane,
        slot: int | None,
        second: SenderSlot | None,
        now: Instant,
    ) -> None:
        row = self._decider.ledger.move(
            live,
            row,
            "permit",
            due=None,
            permit=slot,
            permitted_at=now,
            cost=_cost(live, row),
            guards=live.active.guards_id,
        )
        address = live.addresses.get(ADDRESSED_BY.get(row.channel, "key"))
        if address is not None:
            address.recent += 1
        if not beyond_steps(row):
            self._decider.give(live, Permitted(row.index, row.visit), now)
        live.flights += 1
        channel = live.active.channels[row.channel]
        self.ready.append(Flight(live, row, channel, lane, second))

    def release(self, flight: Flight, slot: int | None, ended_at: Instant) -> None:
        """A permitted send is over: its slots stay busy for one period from here."""
        self._release(flight.lane, slot, ended_at)
        if flight.sender_slot is not None:
            self._release(*flight.sender_slot, ended_at)

    def _release(self, lane: Lane, slot: int | None, ended_at: Instant) -> None:
        if slot is not None:
            throttling.done(lane, slot, ended_at)
            self._group.touch_lane(lane)


def _is_closed(lane: Lane, now: Instant) -> bool:
    """Whether a lane must wait for what left by other lanes; notes when it no longer must."""
    if lane.closed_until is None or lane.throttle is None:
        return False
    if lane.closed_until <= now:
        lane.closed_until = None
        return False
    lane.wake = lane.closed_until
    return True


def _within_budget(
    waiting: list[tuple[Live, SendRow]], room: dict[Active, Decimal]
) -> list[tuple[Live, SendRow]]:
    """Leave out what the budget no longer holds, when those before it in this turn are paid for.

    They stay queued, and the guard refuses them when their turn comes. `room` is what is left.
    """
    within = []
    for live, row in waiting:
        active = live.active
        left = active.left()
        if left is not None and not confirms(row):
            cost = active.price(row)
            rest = room.setdefault(active, left.amount)
            if cost is None or cost.currency != left.currency or cost.amount > rest:
                continue
            room[active] = rest - cost.amount
        within.append((live, row))
    return within


def _cost(live: Live, row: SendRow) -> str | None:
    price = live.active.price(row)
    return None if price is None else str(price)

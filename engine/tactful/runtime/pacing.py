"""Turns in a pace: which of the sends that the guard allows may leave now, and in which order."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from tactful.graph.channels import ADDRESSED_BY
from tactful.guard.folding import fold
from tactful.journey.inputs import Permitted
from tactful.runtime import throttling
from tactful.runtime.active import Active, Flight, Live
from tactful.runtime.decider import Decider
from tactful.runtime.lane import Lane, Slots
from tactful.runtime.lanes import pick
from tactful.runtime.ledger import beyond_steps, confirms
from tactful.store.rows import SendRow
from tactful.values import Instant

Heads = dict[int, list[tuple[Live, SendRow]]]


def _turn(item: tuple[Live, SendRow]) -> tuple[int, Instant, int]:
    row = item[1]
    return row.prio, row.since, row.journey


class Pacing:
    """Gives out the slots of each lane. `ready` are messages to send once the group is durable.

    `held` says for how long each pace let somebody wait, where several hold, by its name.

    Once `closed`, nothing is permitted any more.
    """

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self._group = decider.group
        self.ready: list[Flight] = []
        self.held: Counter[str] = Counter()
        self._counted: dict[Lane, Instant] = {}
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
            behind = self.closed or lane.holds or self._is_behind(lane, arrived)
            gone = set() if behind else self._permit_heads(lane, heads, now)
            held_by = lane.row.held_by or None
            for live, row in arrived:
                if row.id in gone:
                    continue
                if lane.stopped and not lane.lets(row.prio):
                    self._group.log(live, "held", now, row, by="standing", reason=lane.stopped)
                else:
                    self._group.log(live, "queued", now, row, lane=lane.name, held_by=held_by)

    @staticmethod
    def _is_behind(lane: Lane, arrived: list[tuple[Live, SendRow]]) -> bool:
        """Whether others wait already, in this lane or for a pace that it shares with theirs."""
        if lane.waits > len(arrived):
            return True
        beside = {*lane.beside}
        for live, row in arrived:
            if live.active.sender_lanes:
                beside.update(live.active.sender_lanes.get(row.channel, ()))
        return any(pace.rivals(lane) for pace in beside)

    def free(self, lane: Lane, now: Instant, most: int) -> int:
        """Return how many sends could leave now, without taking anything; notes when one can.

        Of the paces beside the lane's own it asks those that let somebody wait: the others depend
        on who leaves. What one of them has for several lanes is shared out among them.
        """
        if most <= 0:
            return 0
        count = self._free(lane, now, most)
        if not count and lane.shares:
            self._note_holder(lane, lane, now)
        for pace in lane.shares if count else ():
            rivals = pace.rivals(lane)
            if not rivals and lane.awaits is not pace:
                continue
            free = self._free(pace, now, count)
            if not free:
                lane.wake = pace.wake
                self._note_holder(lane, pace, now)
                return 0
            count = min(count, max(1, free // (1 + rivals)))
        return count

    def _free(self, lane: Lane, now: Instant, most: int) -> int:
        if lane.throttle is None:
            return 0 if lane.holds else most
        if lane.is_closed(now):
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
        if lane.holds or lane.is_closed(now):
            return set()
        wanted: Counter[str] = Counter()
        leaving = [prio for prio in sorted(heads) if lane.lets(prio)]
        heads = {prio: self._within_cap(heads[prio], wanted) for prio in leaving}
        room: dict[Active, Decimal] = {}
        heads = {prio: _within_budget(waiting, room) for prio, waiting in heads.items()}
        wanting = sum(len(waiting) for waiting in heads.values())
        beside, held = self._take_beside(lane, heads, wanting, now)
        slots = self._take(lane, wanting if beside is None else len(beside), now)
        if held is not None:
            lane.wake = held.wake
        others: Sequence[Slots] = beside if beside is not None else [()] * len(slots)
        for spare in others[len(slots) :]:  # the lane has failed meanwhile
            self._release_all(spare, now)
        chosen, lane.since_first = pick(heads, len(slots), lane.since_first)
        for (_, (live, row)), slot, second in zip(chosen, slots, others, strict=False):
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

    def _take_beside(
        self, lane: Lane, heads: Heads, wanting: int, now: Instant
    ) -> tuple[list[Slots] | None, Lane | None]:
        """Take slots of the other paces that hold for those whose turn it is, in their order.

        Ends at the first whom one of them lets wait; returns the slots with the pace that lets it
        wait longest. Without such paces it is (None, None). What is taken here the lane can give: a
        send takes all of its slots or none.
        """
        waiting = [live for some in heads.values() for live, _ in some]
        if not lane.beside and not any(live.active.sender_lanes for live in waiting):
            return None, None
        most = wanting
        if lane.throttle is not None:
            most = throttling.free(lane, now, wanting)
        taken: list[Slots] = []
        held = lane if most < wanting else None
        for _, (live, row) in pick(heads, most, lane.since_first)[0]:
            lane.shares = (*lane.beside, *live.active.sender_lanes.get(row.channel, ()))
            slots, longest = throttling.take_all(lane.shares, row.segments, now)
            if longest is not None:
                held = longest
                break
            for pace, _slot in slots:
                self._group.touch_lane(pace)
            taken.append(slots)
        self._note_holder(lane, held, now)
        return taken, held

    def _note_holder(self, lane: Lane, held: Lane | None, now: Instant) -> None:
        """Note for people, and for the next turn, which pace lets the next one wait longest."""
        lane.wait_for(held)
        said = "" if held is None else held.row.said or held.name
        until = None if held is None or held.wake is None else max(held.wake, now)
        if until is not None:
            self.held[said] += max(0, until - max(now, self._counted.get(lane, 0)))
            self._counted[lane] = max(until, self._counted.get(lane, 0))
        if (lane.row.held_by, lane.row.held_until) != (said, until):
            lane.row = msgspec.structs.replace(lane.row, held_by=said, held_until=until)
            self._group.touch_lane(lane)

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
        others: Slots,
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
        self.ready.append(Flight(live, row, channel, lane, others))

    def release(self, flight: Flight, slot: int | None, ended_at: Instant) -> None:
        """A permitted send is over: its slots stay busy for one period from here."""
        self._release(flight.lane, slot, ended_at)
        self._release_all(flight.slots, ended_at)

    def _release_all(self, slots: Slots, ended_at: Instant) -> None:
        for lane, slot in slots:
            self._release(lane, slot, ended_at)

    def _release(self, lane: Lane, slot: int | None, ended_at: Instant) -> None:
        if slot is not None:
            throttling.done(lane, slot, ended_at)
            self._group.touch_lane(lane)


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

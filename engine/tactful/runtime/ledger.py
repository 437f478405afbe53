"""The ledger in hand: rows of sends, moved by the table of their life cycle and by nothing else."""

from collections.abc import Mapping

import msgspec

from tactful.journey.lifecycle import RANKS, SEND, SendState, move
from tactful.runtime.active import Active, Live
from tactful.runtime.lane import Lane
from tactful.runtime.lanes import CONFIRMATION
from tactful.runtime.opengroup import BEYOND_STEPS, OpenGroup
from tactful.store.rows import SendRow

_replace = msgspec.structs.replace

OPEN = frozenset(("queued", "sending"))
"""States in which a send may still become an attempt, or is one."""


def in_lane(row: SendRow) -> bool:
    """Whether a send waits for its turn in a pace."""
    return row.state == "queued" and row.due is None


def beyond_steps(row: SendRow) -> bool:
    """Whether no step asked for a send: a built-in answer, or what a person at a desk wrote."""
    return row.index == BEYOND_STEPS


def confirms(row: SendRow) -> bool:
    """Whether a send is a built-in answer, to STOP, START or HELP."""
    return row.index == BEYOND_STEPS and row.prio == CONFIRMATION


class Ledger:
    """Adds and changes rows, and keeps count of what waits and what is open."""

    def __init__(self, group: OpenGroup, next_send: int, lanes: Mapping[int, Lane]) -> None:
        self._group = group
        self._next = next_send
        self._lanes = lanes

    def _lane(self, row: SendRow) -> Lane:
        assert row.lane is not None  # every row of an engine names its pace
        return self._lanes[row.lane]

    def number(self) -> int:
        """Return a number for a new row."""
        number = self._next
        self._next += 1
        return number

    def add(self, live: Live, row: SendRow) -> SendRow:
        """Add a queued row."""
        self._group.rows.new_sends[row.id] = row
        live.sends[row.index, row.visit] = row
        active = live.active
        active.open_sends += 1
        active.tally[row.state] += 1
        if row.due is None:
            self._lane(row).joined(row.prio)
        else:
            self._group.wake(row.due)
        self._group.touch(live)
        return row

    def move(self, live: Live, row: SendRow, event: str, **changes: object) -> SendRow:
        """Change a row by an event of its life cycle. Raises `IllegalMove`."""
        state: SendState = move(SEND, row.state, event)
        return self.change(live, row, state=state, **changes)

    def change(self, live: Live, row: SendRow, **changes: object) -> SendRow:
        """Change what else a row says, such as until when it is held."""
        after: SendRow = _replace(row, **changes)
        place = (row.index, row.visit)
        before = live.sends[place]
        live.sends[place] = after
        rows = self._group.rows
        (rows.new_sends if row.id in rows.new_sends else rows.sends)[row.id] = after
        moved = before.lane != after.lane
        if before.state != after.state or before.due != after.due or moved:
            self._recount(live.active, before, after)
        self._group.touch(live)
        return after

    def _recount(self, active: Active, before: SendRow, after: SendRow) -> None:
        if in_lane(before):
            self._lane(before).left(before.prio)
        if after.state == "queued":
            if after.due is None:
                self._lane(after).joined(after.prio)
            else:
                self._group.wake(after.due)
        if before.state != after.state:
            if before.cost is not None and before.state in RANKS:
                active.spent.add(before.cost, -1)
            if after.cost is not None and after.state in RANKS:
                active.spent.add(after.cost)
            active.tally[before.state] -= 1
            active.tally[after.state] += 1
            if before.state in OPEN and after.state not in OPEN:
                active.open_sends -= 1
                self._group.ended.add(active)


def says_more(row: SendRow, status: str) -> bool:
    """Whether a delivery status says more of a send than the ledger knows (promise SIGNAL)."""
    return row.state in RANKS and RANKS[status] > RANKS[row.state]  # type: ignore[index]

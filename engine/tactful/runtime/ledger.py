"""The ledger in hand: rows of sends, moved by the table of their life cycle and by nothing else."""

import msgspec

from tactful.journey.lifecycle import RANKS, SEND, move
from tactful.runtime.active import Live
from tactful.runtime.opengroup import BEYOND_STEPS, OpenGroup
from tactful.store.rows import SendRow, SendState

_replace = msgspec.structs.replace

OPEN = frozenset(("queued", "sending"))
"""States in which a send may still become an attempt, or is one."""


def in_lane(row: SendRow) -> bool:
    """Whether a send waits for its turn in a pace."""
    return row.state == "queued" and row.due is None


def confirms(row: SendRow) -> bool:
    """Whether a send is a built-in answer (to STOP, START, HELP), which no step asked for."""
    return row.index == BEYOND_STEPS


class Ledger:
    """Adds and changes rows, and keeps count of what waits and what is open."""

    def __init__(self, group: OpenGroup, next_send: int) -> None:
        self._group = group
        self._next = next_send

    def number(self) -> int:
        """Return a number for a new row."""
        number = self._next
        self._next += 1
        return number

    def add(self, live: Live, row: SendRow) -> SendRow:
        """Add a queued row."""
        self._group.rows.new_sends[row.id] = row
        live.sends[row.index, row.visit] = row
        live.active.open_sends += 1
        live.active.tally[row.state] += 1
        if in_lane(row):
            live.active.lane_of(row.channel).joined(row.prio)
        elif row.due is not None:
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
        active = live.active
        lane = active.lane_of(row.channel)
        before = live.sends[row.index, row.visit]
        if in_lane(before):
            lane.left(before.prio)
        if in_lane(after):
            lane.joined(after.prio)
        rows = self._group.rows
        (rows.new_sends if row.id in rows.new_sends else rows.sends)[row.id] = after
        live.sends[row.index, row.visit] = after
        if after.state != before.state:
            active.tally[before.state] -= 1
            active.tally[after.state] += 1
        if after.state not in OPEN and before.state in OPEN:
            active.open_sends -= 1
            self._group.ended.add(active)
        if after.state == "queued" and after.due is not None:
            self._group.wake(after.due)
        self._group.touch(live)
        return after


def says_more(row: SendRow, status: str) -> bool:
    """Whether a delivery status says more of a send than the ledger knows (promise SIGNAL)."""
    return row.state in RANKS and RANKS[status] > RANKS[row.state]  # type: ignore[index]

"""A lane: where sends wait for their turn, and the paces that hold for them."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import msgspec

from tactful.guard.pace import Throttle
from tactful.runtime.lanes import ANSWER, CONFIRMATION
from tactful.store.rows import LaneRow
from tactful.values import Counts, Instant


class Lane:
    """The pace of one campaign and group: its throttle's state, and who waits, by class.

    `throttle` None means that it has no pace of its own. `wake` is when a slot may be free next. It
    gives none before `closed_until`: what left by other lanes must be a period old. Nothing leaves
    while it `holds`: it is paused, or something that it needs cannot be used. While it is
    `crowded`, too much waits for people, and only some classes leave. `stopped` says why its
    senders may send nothing, if so; then only confirmations of opt-outs leave.

    Other paces may hold `beside` its own, in lanes in which nobody waits: of further lines of the
    flow; those of senders and accounts go by the launch. `shares` are all that held for the last
    one who left or waited. The one that let nothing leave last is what it `awaits`, and `awaited`
    are the lanes that await this one. `served` orders their turns.
    """

    def __init__(self, row: LaneRow, waiting: dict[int, int]) -> None:
        self.row = row
        self.throttle: Throttle | None = None
        self.state: Any = None
        self.counts: Counts = "messages"
        self.closed_until: Instant | None = None
        self.since_first = row.since_first
        self.waiting = waiting
        self.wake: Instant | None = None
        self.paused = False
        self.crowded = False
        self.stopped = ""
        self.beside: tuple[Lane, ...] = ()
        self.awaits: Lane | None = None
        self.awaited: set[Lane] = set()
        self.shares: tuple[Lane, ...] = ()
        self.served = 0

    @property
    def name(self) -> str:
        """How people call it: the group, with the value it goes by, if it goes by one."""
        return f"{self.row.group} {self.row.part}".rstrip()

    def hold(self, problem: str) -> None:
        """Let nothing leave, and note why; an empty `problem`: let it go on."""
        if self.row.problem != problem:
            self.row = msgspec.structs.replace(self.row, problem=problem)

    @property
    def holds(self) -> bool:
        """Whether nothing may leave."""
        return self.paused or bool(self.row.problem)

    def is_closed(self, now: Instant) -> bool:
        """Whether it must wait for what left by other lanes; notes when it no longer must."""
        if self.closed_until is None or self.throttle is None:
            return False
        if self.closed_until <= now:
            self.closed_until = None
            return False
        self.wake = self.closed_until
        return True

    @property
    def waits(self) -> int:
        """How many sends wait for their turn."""
        return sum(self.waiting.values())

    @property
    def classes(self) -> list[int]:
        """The classes of those who wait and may leave, in the order they go."""
        return sorted(prio for prio, count in self.waiting.items() if count and self.lets(prio))

    def lets(self, prio: int) -> bool:
        """Whether sends of a class may leave while the lane is `crowded`, or `stopped`."""
        if self.stopped:
            return prio == CONFIRMATION
        return not self.crowded or prio <= ANSWER

    def joined(self, prio: int) -> None:
        """One more waits in a class."""
        self.waiting[prio] = self.waiting.get(prio, 0) + 1

    def left(self, prio: int) -> None:
        """One less waits in a class."""
        self.waiting[prio] -= 1

    # ---- paces that several lanes share ---------------------------------------------------------

    def wait_for(self, pace: "Lane | None") -> None:
        """Note which pace lets nothing of this lane leave now; None: none does."""
        if self.awaits is not pace:
            if self.awaits is not None:
                self.awaits.awaited.discard(self)
            if pace is not None:
                pace.awaited.add(self)
            self.awaits = pace

    def rivals(self, lane: "Lane") -> int:
        """Return how many lanes besides this one wait for this pace."""
        return sum(other is not lane and other.waits > 0 for other in self.awaited)


Slots = tuple[tuple[Lane, int], ...]
"""Permits of one send, each with its pace."""


class Lanes(Protocol):
    """The lanes of one group of channels."""

    def of(self, values: Mapping[str, Any]) -> Lane:
        """Return the lane of a recipient with these values."""
        ...

    def __iter__(self) -> Iterator[Lane]: ...

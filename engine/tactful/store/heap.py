"""A queue in order whose entries may go stale: the due times and lanes of the memory store.

An entry that no longer holds is left where it is and skipped when its turn comes. When the stale
ones outnumber the others, all are looked through once, so the queue stays as small as what it is
about.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

E = TypeVar("E", bound=tuple[int, ...])

_SLACK = 1_000  # stale entries that are not worth a look


class Queue(Generic[E]):
    """Entries in order; `holds` says whether one still does.

    `count` is how many hold: `add` and `drop` keep it, so each is called once for each change.
    """

    def __init__(self, holds: Callable[[E], bool]) -> None:
        self.count = 0
        self._holds = holds
        self._heap: list[E] = []

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, entry: E) -> None:
        """Put an entry in, which holds from now on."""
        self.count += 1
        heappush(self._heap, entry)
        if len(self._heap) > 2 * self.count + _SLACK:
            self._heap = [*{entry for entry in self._heap if self._holds(entry)}]
            heapify(self._heap)

    def drop(self) -> None:
        """Say that an entry holds no longer."""
        self.count -= 1

    def first(self, limit: int, below: tuple[int, ...] | None = None) -> tuple[list[E], E | None]:
        """Return at most `limit` first entries, lower than `below`, and the entry after them."""
        found: list[E] = []
        after: E | None = None
        heap = self._heap
        while heap:
            entry = heappop(heap)
            if (found and found[-1] == entry) or not self._holds(entry):
                continue
            if len(found) == limit or (below is not None and entry >= below):
                after = entry
                break
            found.append(entry)
        for entry in found:
            heappush(heap, entry)
        if after is not None:
            heappush(heap, after)
        return found, after

"""Which places of a graph lead back to each other, found in one pass over its edges (Tarjan)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

P = TypeVar("P")


def rings(leads: Mapping[P, Iterable[P]]) -> dict[P, int]:
    """Return the number of each place's ring: places have one if each leads to the other.

    Where a ring leads to another one, the other has the smaller number.
    """
    number: dict[P, int] = {}
    seen: dict[P, int] = {}
    lowest: dict[P, int] = {}
    waiting: list[P] = []
    found = 0
    for start in leads:
        if start in seen:
            continue
        path: list[tuple[P, Iterator[P]]] = []

        def enter(at: P, path: list[tuple[P, Iterator[P]]] = path) -> None:
            seen[at] = lowest[at] = len(seen)
            waiting.append(at)
            path.append((at, iter(leads[at])))

        enter(start)
        while path:
            at, ahead = path[-1]
            for to in ahead:
                if to not in seen:
                    enter(to)
                    break
                if to not in number:
                    lowest[at] = min(lowest[at], seen[to])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[at])
                if lowest[at] == seen[at]:
                    while at not in number:
                        number[waiting.pop()] = found
                    found += 1
    return number

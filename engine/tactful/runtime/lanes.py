"""Who goes first in a pace: classes, and the slots that first messages are sure of."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

CONFIRMATION, URGENT, ANSWER, FIRST, LATER = range(5)
"""The classes, in the order they go. Within one: by the moment it became wanted, then by row."""

FIRST_EVERY = 5
"""At least one slot in this many goes to first messages, while there are any."""

T = TypeVar("T")


def prio_of(*, urgent: bool, answering: bool, first: bool) -> int:
    """Return the class of a send of a journey."""
    if urgent:
        return URGENT
    if answering:
        return ANSWER
    return FIRST if first else LATER


def pick(
    waiting: Mapping[int, Sequence[T]], slots: int, since_first: int
) -> tuple[list[tuple[int, T]], int]:
    """Choose who gets the next `slots`, in order; returns them as (class, item).

    `waiting` holds the heads of each class in their order; `since_first` counts the slots since a
    first message had one. The second value is that count afterwards.
    """
    if len(waiting) == 1:  # nearly always: nobody has to be weighed against another class
        ((prio, alone),) = waiting.items()
        first = [(prio, item) for item in alone[:slots]]
        return first, 0 if prio == FIRST and first else since_first + len(first)
    position = dict.fromkeys(waiting, 0)
    chosen: list[tuple[int, T]] = []
    order = sorted(waiting)
    while len(chosen) < slots:
        candidates = [prio for prio in order if position[prio] < len(waiting[prio])]
        if not candidates:
            break
        prio = candidates[0]
        if FIRST in candidates and since_first >= FIRST_EVERY - 1:
            prio = FIRST
        chosen.append((prio, waiting[prio][position[prio]]))
        position[prio] += 1
        since_first = 0 if prio == FIRST else since_first + 1
    return chosen, since_first

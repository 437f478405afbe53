"""Which sends may be the first that a person gets on their channel."""

from collections import deque

from tactful.graph.channels import group_of
from tactful.graph.model import GoTo, Parallel, Repeat, Run, Send, StepGraph, StepIndex
from tactful.graph.walk import inward, onward, walk

_NOT_SENT = frozenset(("not delivered", "failed", "refused", "expired"))
"""Outcomes after which a person may have got nothing."""


def first_sends(graph: StepGraph) -> frozenset[StepIndex]:
    """Return the sends before which a journey may have got nothing on their group of channels."""
    found: set[StepIndex] = set()
    order = walk(graph).order
    for group in {group_of(channel) for channel in graph.channels}:
        found |= _firsts(graph, group, order)
    return frozenset(found)


def _firsts(graph: StepGraph, group: str, order: tuple[StepIndex, ...]) -> set[StepIndex]:
    silent = _silent_ways(graph, group, order)
    starts = (graph.entry, *(line.when.to for line in graph.any_time))
    pending = deque(start for start in starts if start is not None)
    seen: set[StepIndex] = set()
    while pending:
        index = pending.popleft()
        if index in seen:
            continue
        seen.add(index)
        step = graph.steps[index]
        ways = [*inward(step), *_onward(graph, index, group, silent)]
        if isinstance(step, GoTo):
            ways.append(step.target)
        pending += [to for to in ways if to is not None]
    return {index for index in seen if _is_of(graph, index, group)}


def _silent_ways(
    graph: StepGraph, group: str, order: tuple[StepIndex, ...]
) -> dict[StepIndex, bool]:
    """Return from which steps a journey may come to the end of their block with nothing sent.

    `order` has every step behind all those it leads to, but for jumps that lead back.
    """
    silent: dict[StepIndex, bool] = {}
    for index in order:
        silent[index] = any(
            to is None or silent.get(to, False) for to in _onward(graph, index, group, silent)
        )
    return silent


def _onward(
    graph: StepGraph, index: StepIndex, group: str, silent: dict[StepIndex, bool]
) -> tuple[StepIndex | None, ...]:
    """Return where a journey to which nothing was sent may go on within the block of a step."""
    step = graph.steps[index]
    if isinstance(step, Send) and group_of(step.channel) == group:
        arms = [arm for arm in step.arms if arm.outcome in _NOT_SENT]
        return tuple(arm.to for arm in arms) if arms else ()
    if isinstance(step, Run | Repeat | Parallel):
        blocks = inward(step)
        if not all(to is None or silent.get(to, False) for to in blocks):
            return ()
    return onward(step)


def _is_of(graph: StepGraph, index: StepIndex, group: str) -> bool:
    step = graph.steps[index]
    return isinstance(step, Send) and group_of(step.channel) == group

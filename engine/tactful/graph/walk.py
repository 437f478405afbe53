"""Where a graph's steps lead: an order to look at them in, and the loops that could go on for ever.

A `go to` with `at most` is left out of the order: it can be taken so many times and no more, so
it never makes a journey endless. Without these jumps, and with every repetition counted, a graph
that has no loop is one whose journeys end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tactful.graph.model import (
    AnyStep,
    Choose,
    GoTo,
    Listen,
    Parallel,
    Repeat,
    Run,
    Send,
    Split,
    StepGraph,
    StepIndex,
    Stop,
    WaitUntil,
)


@dataclass(frozen=True, slots=True)
class Loop:
    """A step that leads back to where a journey came from, and the stages gone through."""

    step: StepIndex
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk over a graph found.

    `order` holds every step that can be reached, each behind all the steps it leads to. `loops`
    holds the steps that close a loop, in the order found. Only without loops is `order` one.
    """

    order: tuple[StepIndex, ...]
    loops: tuple[Loop, ...]

    @property
    def ends(self) -> bool:
        """Whether every journey terminates."""
        return not self.loops


def onward(step: AnyStep) -> tuple[StepIndex | None, ...]:
    """Return the ways a step can go on within its own block; None is the end of the block."""
    match step:
        case Send():
            return (*(arm.to for arm in step.arms), *(arm.to for arm in step.keys), step.next)
        case Listen():
            return (*(arm.to for arm in step.arms), step.on_timeout)
        case WaitUntil():
            return (*(arm.to for arm in step.arms), step.too_late, step.next)
        case Choose():
            cases = tuple(case.to for case in step.cases)
            if any(case.condition is None for case in step.cases):
                return cases
            return (*cases, step.next)
        case Split():
            return tuple(variant.to for variant in step.variants)
        case Stop():
            return ()
        case GoTo(at_most=None):
            return ()
        case _:
            return (step.next,)


def inward(step: AnyStep) -> tuple[StepIndex | None, ...]:
    """Return the first steps of the blocks that a step leads into, counted jumps left out."""
    match step:
        case GoTo(at_most=None) | Run():
            return (step.target,)
        case Repeat():
            return (step.body,)
        case Parallel():
            return step.branches
        case _:
            return ()


def counted_jumps(graph: StepGraph) -> tuple[StepIndex, ...]:
    """Return the steps that jump at most so many times."""
    return tuple(
        index
        for index, step in enumerate(graph.steps)
        if isinstance(step, GoTo) and step.at_most is not None
    )


def walk(graph: StepGraph) -> Walk:
    """Walk a graph from its entry and from every line of `at any time`."""
    order: list[StepIndex] = []
    loops: list[Loop] = []
    done: set[StepIndex] = set()
    starts = [graph.entry, *(line.when.to for line in graph.any_time)]
    while starts:
        start = starts.pop(0)
        if start is not None and start not in done:
            for index in _descend(graph, start, done, loops):
                order.append(index)
                step = graph.steps[index]
                if isinstance(step, GoTo) and step.at_most is not None:
                    starts.append(step.target)
    return Walk(tuple(order), tuple(loops))


def _descend(
    graph: StepGraph, start: StepIndex, done: set[StepIndex], loops: list[Loop]
) -> Iterator[StepIndex]:
    """Yield the steps below `start` from the far end backwards, and note the loops met."""
    path = [start]
    under_way = {start}
    pending = [_leads_to(graph.steps[start])]
    while pending:
        for to in pending[-1]:
            if to in under_way:
                loops.append(_loop(graph, path, to))
            elif to not in done:
                path.append(to)
                under_way.add(to)
                pending.append(_leads_to(graph.steps[to]))
                break
        else:
            pending.pop()
            index = path.pop()
            under_way.discard(index)
            done.add(index)
            yield index


def _leads_to(step: AnyStep) -> Iterator[StepIndex]:
    return (to for to in (*inward(step), *onward(step)) if to is not None)


def _loop(graph: StepGraph, path: list[StepIndex], back_to: StepIndex) -> Loop:
    stages: list[str] = []
    for index in (*path[path.index(back_to) :], back_to):
        stage = graph.steps[index].stage
        if not stages or stages[-1] != stage:
            stages.append(stage)
    if len(stages) == 1:
        stages *= 2
    return Loop(path[-1], tuple(stages))

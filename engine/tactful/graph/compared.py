"""By which columns an event that is for many finds its journeys: those named by `with same`."""

from collections.abc import Iterable

from tactful.graph.model import EventArm, Listen, StepGraph, Update, WaitUntil


def compared_columns(graph: StepGraph) -> dict[str, frozenset[str]]:
    """Return the columns that a graph compares, by the name of the event."""
    waits = [step for step in graph.steps if isinstance(step, Listen | WaitUntil)]
    lines = [line.when for line in graph.any_time] + [arm for step in waits for arm in step.arms]
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        if isinstance(line, EventArm) and line.same is not None:
            for name in line.names:
                found[name] = found.get(name, frozenset()) | {line.same}
    return found


def updated_by(updates: Iterable[Update], name: str) -> frozenset[str]:
    """Return the columns that the `update on event` lines compare for an event of this name."""
    return frozenset(line.same for line in updates if line.same is not None and name in line.names)

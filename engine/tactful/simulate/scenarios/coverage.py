"""Coverage: which arms of a flow — `on …`, `when`, `otherwise`, variants — a scenario has taken."""

from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

from tactful.graph.model import StepGraph
from tactful.language.diagnostics import Span
from tactful.language.tree import Flow, Node
from tactful.language.words.steps import Otherwise, When


class Arm(NamedTuple):
    """A part of a flow that is done only if something is so. `label` is its line's beginning."""

    label: str
    span: Span
    steps: frozenset[int]


class Coverage(NamedTuple):
    """The arms of a flow, and those of them that no scenario took."""

    arms: tuple[Arm, ...]
    missed: tuple[Arm, ...]

    @property
    def percent(self) -> int:
        """How many of a hundred arms were taken; all of none are."""
        if not self.arms:
            return 100
        return (len(self.arms) - len(self.missed)) * 100 // len(self.arms)


class Visited(tuple[Any, ...]):
    """Steps of a program that remember which of them were entered: to walk is to look one up."""

    seen: set[int]

    def __getitem__(self, place: Any) -> Any:
        self.seen.add(place)
        return super().__getitem__(place)


def visited(steps: tuple[Any, ...], seen: set[int]) -> Visited:
    """Return the steps so that `seen` learns which are entered."""
    watched = Visited(steps)
    watched.seen = seen
    return watched


def coverage(flow: Flow, graph: StepGraph, spans: Mapping[str, Span], seen: Set[int]) -> Coverage:
    """Return which arms were taken, where `seen` are the steps that were entered."""
    arms = tuple(_arms(flow, graph, spans))
    return Coverage(arms, tuple(arm for arm in arms if not arm.steps & seen))


def _arms(flow: Flow, graph: StepGraph, spans: Mapping[str, Span]) -> Iterator[Arm]:
    written: dict[Span, set[int]] = {}
    for index, step in enumerate(graph.steps):
        if step.id in spans and not step.id.endswith("/when"):
            written.setdefault(spans[step.id], set()).add(index)
    tests = {
        spans[step.id]: index
        for index, step in enumerate(graph.steps)
        if step.id in spans and step.id.endswith("/when")
    }
    for node in flow.walk():
        if _is_arm(node):
            first = node.children[0].span
            entered = written.get(first, set()) | ({tests[first]} if first in tests else set())
            if entered:
                yield Arm(_label(node), node.span, frozenset(entered))
        elif node.place == "steps" and node.condition is not None and node.span in written:
            yield Arm(f"{node.word.phrase} … when", node.span, frozenset(written[node.span]))


def _is_arm(node: Node) -> bool:
    """Whether the lines below a line are done only if something is so."""
    block = node.word.block
    if not node.children or block is None or block.holds != "steps":
        return False
    return node.place not in ("top", "steps") or isinstance(node.word, When | Otherwise)


def _label(node: Node) -> str:
    return node.word.phrase

"""A step graph as boxes and arrows: what every way of drawing it begins with.

A `go to` without a limit is no box of its own: the arrow leads where it goes. A journey's end is a
dot of its stage. Steps of kinds that nobody drew before are boxes with their own phrase.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tactful.graph import model
from tactful.graph.model import ANY_TIME, ROUND
from tactful.graph.render.words import (
    arm_words,
    body_of,
    condition_words,
    delivery_words,
    key_words,
    title_of,
)
from tactful.graph.walk import inward, onward

BoxKind = Literal["start", "end", "step", "choice", "send", "wait", "person", "elsewhere"]

AGAIN = "again"
"""The label of a jump that can be taken so many times and no more."""

_KINDS: dict[str, BoxKind] = {
    "send": "send",
    "listen": "wait",
    "wait": "wait",
    "wait_until": "wait",
    "choose": "choice",
    "split": "choice",
    "hand_off": "person",
    "stop": "end",
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its name in the drawing, what it says, and in smaller letters what it adds."""

    name: str
    kind: BoxKind
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """Leads from one box to another; `back` says that it goes round."""

    start: str
    end: str
    label: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A stage and its boxes."""

    name: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """All boxes, by stage, and all arrows."""

    title: str
    groups: tuple[Group, ...]
    arrows: tuple[Arrow, ...]

    @property
    def boxes(self) -> Iterator[Box]:
        """Yield the boxes of all groups."""
        return (box for group in self.groups for box in group.boxes)


def sketch(graph: model.StepGraph, stage: str | None = None) -> Sketch:
    """Return the boxes and arrows of a graph, or of one stage of it.

    In the drawing of one stage, an arrow to another leads to a box with that stage's name. Raises
    `KeyError` when the graph has no such stage.
    """
    if stage is not None and stage not in graph.stages:
        raise KeyError(stage)
    return _Sketcher(graph, stage).finish()


class _Sketcher:
    """Collects boxes by stage, in the order of the flow, and arrows once each."""

    def __init__(self, graph: model.StepGraph, only: str | None) -> None:
        self._graph = graph
        self._only = only
        self._boxes: dict[str, dict[str, Box]] = {name: {} for name in graph.stages}
        self._arrows: dict[Arrow, None] = {}
        self._rounds = [
            (f"{step.id}/{ROUND}/", index)
            for index, step in enumerate(graph.steps)
            if isinstance(step, model.Repeat)
        ]

    def finish(self) -> Sketch:
        if self._shows(self._graph_entry_stage):
            self._add(self._graph_entry_stage, Box("start", "start", "start"))
            self._arrow("start", self._graph.entry, "", self._graph_entry_stage)
        for index, step in enumerate(self._graph.steps):
            if self._shows(step.stage) and not _is_jump(step):
                self._draw(index, step)
        if self._only is None and self._graph.any_time:
            self._draw_any_time()
        title = self._graph.name if self._only is None else f"{self._graph.name}: {self._only}"
        groups = tuple(Group(name, tuple(boxes.values())) for name, boxes in self._boxes.items())
        return Sketch(title, tuple(g for g in groups if g.boxes), tuple(self._arrows))

    @property
    def _graph_entry_stage(self) -> str:
        entry = self._graph.entry
        return next(iter(self._graph.stages)) if entry is None else self._graph.steps[entry].stage

    def _shows(self, stage: str) -> bool:
        return self._only in (None, stage)

    def _add(self, stage: str, box: Box) -> str:
        self._boxes.setdefault(stage, {}).setdefault(box.name, box)
        return box.name

    def _draw(self, index: int, step: model.AnyStep) -> None:
        kind = _KINDS.get(step.kind, "step")
        name = self._add(step.stage, Box(f"s{index}", kind, title_of(step), body_of(step)))
        round_of = self._round_of(step)
        for to, label in ways(self._graph, step):
            if to is None and round_of is not None:
                self._arrow(name, round_of, label, step.stage, back=True)
            else:
                self._arrow(name, to, label, step.stage, back=label == AGAIN)

    def _round_of(self, step: model.AnyStep) -> model.StepIndex | None:
        """Return the repetition whose next round begins where the lines around a step end."""
        inner = ((len(head), at) for head, at in self._rounds if step.id.startswith(head))
        return max(inner, default=(0, None))[1]

    def _draw_any_time(self) -> None:
        start = self._add(ANY_TIME, Box("any", "start", ANY_TIME))
        for line in self._graph.any_time:
            words = arm_words(line.when)
            if line.condition is not None:
                words = f"{words} when {condition_words(line.condition)}"
            self._arrow(start, line.when.to, words, ANY_TIME)

    def _arrow(
        self,
        start: str,
        to: model.StepIndex | None,
        label: str,
        stage: str,
        *,
        back: bool = False,
    ) -> None:
        to = self._landing(to)
        if to is None:
            end = self._add(stage, Box(f"end_{_safe(stage)}", "end", "end"))
        elif self._shows(self._graph.steps[to].stage):
            end = f"s{to}"
        else:
            other = self._graph.steps[to].stage
            end = self._add(stage, Box(f"to_{_safe(other)}", "elsewhere", f"stage {other}"))
        self._arrows.setdefault(Arrow(start, end, label, back))

    def _landing(self, to: model.StepIndex | None) -> model.StepIndex | None:
        """Return the step that a way leads to, through any jumps."""
        seen: set[int] = set()
        while to is not None and to not in seen and _is_jump(step := self._graph.steps[to]):
            seen.add(to)
            to = step.target if isinstance(step, model.GoTo) else None
        return to


def _is_jump(step: model.AnyStep) -> bool:
    return isinstance(step, model.GoTo) and step.at_most is None


def _safe(name: str) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name)


# ---- the ways out of a step ---------------------------------------------------------------------


def ways(
    graph: model.StepGraph, step: model.AnyStep
) -> Iterator[tuple[model.StepIndex | None, str]]:
    """Yield where a step can lead and by which line, one of a kind not known here without lines.

    None is the end of a block: what holds the block goes on, or the journey ends.
    """
    told = dict.fromkeys(_labelled(step))
    yield from told
    known = {to for to, _ in told}
    for to in dict.fromkeys((*inward(step), *onward(step))):
        if to not in known and not (to is None and known):
            yield to, ""


def _labelled(step: model.AnyStep) -> Iterator[tuple[model.StepIndex | None, str]]:
    match step:
        case model.Send(arms=arms, keys=keys, within=within) if arms or keys:
            yield from ((arm.to, delivery_words(arm, within)) for arm in arms)
            yield from ((key.to, key_words(key)) for key in keys)
            yield step.next, "else"
        case model.Listen(arms=arms, on_timeout=timeout):
            yield from ((arm.to, arm_words(arm)) for arm in arms)
            yield timeout, "on timeout"
        case model.WaitUntil(arms=arms, too_late=too_late):
            yield from ((arm.to, arm_words(arm)) for arm in arms)
            if too_late != step.next:
                yield too_late, "on too late"
            yield step.next, "when it comes" if arms or too_late != step.next else ""
        case model.Choose(cases=cases):
            yield from _choices(step, cases)
        case model.GoTo(target=target, at_most=int()):
            yield target, AGAIN
            yield step.next, "then"
        case model.Split(variants=variants):
            yield from ((it.to, f"{it.name} {it.share / model.PARTS:g}%") for it in variants)
        case model.Repeat(body=body):
            yield body, "each time"
            yield step.next, "then"
        case model.Run(target=target):
            yield target, "run"
            yield step.next, "then"
        case model.Parallel(branches=branches):
            yield from ((branch, f"branch {number}") for number, branch in enumerate(branches, 1))
            yield step.next, "when all are done"


def _choices(
    step: model.Choose, cases: tuple[model.Case, ...]
) -> Iterator[tuple[model.StepIndex | None, str]]:
    alone = len(cases) == 1
    for case in cases:
        words = "otherwise" if case.condition is None else condition_words(case.condition)
        yield case.to, "yes" if alone else words
    if all(case.condition is not None for case in cases):
        yield step.next, "no" if alone else "otherwise"

"""What is different between two forms of a campaign's steps and texts, in the words of the flow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tactful.graph.model import AnyStep, GoTo, Run, StepGraph, StepIndex
from tactful.graph.render.words import title_of

ChangeKind = Literal["added", "removed", "changed", "text"]

_PLACES = frozenset(["next", "to", "on_timeout", "too_late", "target", "body", "branches"])
"""What only says where a step leads: it changes with every line that comes or goes."""
_TEXTS = frozenset(["text", "subject", "wordings", "leave", "note"])


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of a step (`what` is its line, `before` what it was), or of a whole stage."""

    kind: ChangeKind
    stage: str
    what: str
    before: str = ""
    whole_stage: bool = False


def graph_changes(old: StepGraph, new: StepGraph) -> tuple[Change, ...]:
    """Return what is different, stage by stage; steps are the same by their identity.

    A step whose lines only lead elsewhere is not told, but for a `go to` or `run`.
    """
    if old.revision == new.revision:
        return ()
    return tuple(_changes(old, new))


def _changes(old: StepGraph, new: StepGraph) -> Iterator[Change]:
    before = {step.id: step for step in old.steps}
    after = {step.id: step for step in new.steps}
    for stage in dict.fromkeys((*old.stages, *new.stages)):
        if stage not in new.stages:
            yield Change("removed", stage, f"stage {stage}", whole_stage=True)
            continue
        if stage not in old.stages:
            yield Change("added", stage, f"stage {stage}", whole_stage=True)
            continue
        for step in (one for one in new.steps if one.stage == stage):
            known = before.get(step.id)
            if known is None:
                yield Change("added", stage, _line(new, step))
            else:
                yield from _between(old, known, new, step)
        for step in (one for one in old.steps if one.stage == stage):
            if step.id not in after:
                yield Change("removed", stage, _line(old, step))
    yield from _besides(old, new)


def _between(old: StepGraph, before: AnyStep, new: StepGraph, after: AnyStep) -> Iterator[Change]:
    one, other = _content(old, before), _content(new, after)
    differs = {name for name in (*one, *other) if one.get(name) != other.get(name)}
    if differs and differs <= _TEXTS:
        yield Change("text", after.stage, title_of(after))
    elif differs:
        was, now = _line(old, before), _line(new, after)
        yield Change("changed", after.stage, now, was if was != now else "")


def _content(graph: StepGraph, step: AnyStep) -> dict[str, Any]:
    """Return what a step does, without the numbers of other steps."""
    content = _without_places(step.model_dump(mode="json"))
    if isinstance(step, GoTo | Run):
        content["leads to"] = _stage_at(graph, step.target)
    return dict(content)


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        kept = ((name, inner) for name, inner in value.items() if name not in _PLACES)
        return {name: _without_places(inner) for name, inner in kept}
    return [_without_places(inner) for inner in value] if isinstance(value, list) else value


def _stage_at(graph: StepGraph, target: StepIndex | None) -> str:
    return "" if target is None else graph.steps[target].stage


def _line(graph: StepGraph, step: AnyStep) -> str:
    if isinstance(step, GoTo | Run):
        word = "go to" if isinstance(step, GoTo) else "run"
        return f"{word} {_stage_at(graph, step.target)}".rstrip()
    return title_of(step)


def _besides(old: StepGraph, new: StepGraph) -> Iterator[Change]:
    """Yield what is different beside the steps."""
    steps = {"steps", "stages", "entry"}
    one = old.model_dump(mode="json", exclude=steps)
    other = new.model_dump(mode="json", exclude=steps)
    for name in other:
        if _without_places(one.get(name)) != _without_places(other[name]):
            yield Change("changed", "", name.replace("_", " "))

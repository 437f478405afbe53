"""What is different between two forms of a campaign, as lines for people."""

from collections.abc import Iterator

from tactful.graph.changes import Change, graph_changes
from tactful.graph.model import Campaign
from tactful.guard.changes import GuardChange, guard_changes

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "text": "~"}


def change_lines(old: Campaign, new: Campaign) -> list[str]:
    """Return one line for each change: of steps and texts, of guards, of the audience."""
    return [
        *(_step_line(change) for change in graph_changes(old.graph, new.graph)),
        *(_guard_line(change) for change in guard_changes(old.guards, new.guards)),
        *(f"~ audience: {name}" for name in _audience(old, new)),
    ]


def _step_line(change: Change) -> str:
    sign = _SIGNS[change.kind]
    where = "" if change.whole_stage or not change.stage else f" (in {change.stage})"
    if change.kind == "text":
        return f"{sign} the text of {change.what}{where}"
    was = f"{change.before} → " if change.before else ""
    return f"{sign} {was}{change.what}{where}"


def _guard_line(change: GuardChange) -> str:
    how = "" if change.direction == "changed" else f", {change.direction}"
    return f"~ {change.name}{how}: {change.before} → {change.after}"


def _audience(old: Campaign, new: Campaign) -> Iterator[str]:
    before, after = old.audience.model_dump(), new.audience.model_dump()
    return (name.replace("_", " ") for name in after if before.get(name) != after[name])

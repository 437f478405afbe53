"""Writes a campaign's step graph as JSON: the data itself, with a number that its form is known by.

Within one number, fields are only added.
"""

from typing import Any

from tactful.graph.model import Campaign

FORM = 1


def page(campaign: Campaign, stage: str | None = None) -> dict[str, Any]:
    """Return the graph as JSON data, or the steps of one stage with their places in the whole.

    Raises `KeyError` when there is no such stage.
    """
    graph = campaign.graph.model_dump(mode="json")
    if stage is not None and stage not in campaign.graph.stages:
        raise KeyError(stage)
    steps = [
        {"index": index, "line": campaign.lines.get(step["id"]), **step}
        for index, step in enumerate(graph.pop("steps"))
        if stage in (None, step["stage"])
    ]
    return {
        "form": FORM,
        "revision": campaign.graph.revision,
        "guards": campaign.guards.digest,
        **graph,
        "steps": steps,
        "worst_case": dict(campaign.worst_case),
    }

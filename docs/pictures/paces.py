"""Draws how 500 messages leave under each throttle, by asking the throttles: `make pictures`."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tactful.guard.pace import Heeding, Throttle, Wait, WindowThrottle
from tactful.guard.standing import SenderSignal
from tactful.values import DAY, HOUR, MINUTE, SECOND, Instant, Rate, Span, instant
from tactful.zones import zone
from tactful_throttles.adaptive import AdaptiveThrottle, Course
from tactful_throttles.bucket import smooth, token_bucket
from tactful_throttles.calendar import CalendarThrottle
from tactful_throttles.ramp import Climb, RampThrottle

PICTURE = Path(__file__).with_name("paces.svg")
MESSAGES = 500
START: Instant = instant(datetime(2026, 12, 1, 9, tzinfo=UTC))
LIMIT = Rate.parse("10 per 5 minutes")
FIRST: Span = 30 * MINUTE
BAR: Span = 30 * SECOND

WIDTH, LEFT, ROW, TOP = 960, 150, 92, 58
STRIP, CURVE = (LEFT, 380), (580, 340)
"""Where the first minutes and the whole campaign are drawn: from the left, and how wide."""
HEIGHT = 56
INK, PALE, BLUE, RED = "#37474f", "#cfd8dc", "#00796b", "#c62828"


class Row(NamedTuple):
    """One throttle of the picture. `alarm` is when somebody complains, `long` how long it takes."""

    name: str
    says: str
    throttle: Throttle
    long: Span = 6 * HOUR
    alarm: Instant | None = None


ROWS = (
    Row("window", "10 per 5 minutes", WindowThrottle(LIMIT)),
    Row("smooth", "10 per 5 minutes", smooth(LIMIT)),
    Row("token_bucket", "10 per 5 minutes", token_bucket(LIMIT)),
    Row("adaptive", "a complaint after 12 min", AdaptiveThrottle(LIMIT, Course()),
        alarm=START + 12 * MINUTE),
    Row("ramp", "50, 100, 200 … a day", RampThrottle(LIMIT, Climb((50, 100, 200))), 4 * DAY),
    Row("calendar_day", "200 per day", CalendarThrottle(Rate.parse("200 per day"), zone("UTC")),
        4 * DAY),
)  # fmt: skip


def leave(row: Row) -> list[Instant]:
    """Return when each message leaves, if all wait from the start and calls take no time."""
    throttle, alarm = row.throttle, row.alarm
    state, now, moments = throttle.start(), START, list[Instant]()
    while len(moments) < MESSAGES:
        if alarm is not None and now >= alarm and isinstance(throttle, Heeding):
            state = throttle.heed(state, SenderSignal("complaint", alarm), alarm)
            alarm = None
        state, answer = throttle.take(state, now, 1)
        if isinstance(answer, Wait):
            assert answer.until is not None
            now = answer.until if alarm is None else min(answer.until, max(alarm, now + 1))
            continue
        state = throttle.done(state, answer.id, now)
        moments.append(now - START)
    return moments


def shown(span: Span) -> str:
    """Write a length of time as people do: `4 h 5 min`, `2 d 15 h`."""
    units = ((DAY, "d", 99), (HOUR, "h", 24), (MINUTE, "min", 60))
    parts = [(span // size % most, name) for size, name, most in units]
    return " ".join([f"{count} {name}" for count, name in parts if count][:2])


def text(x: float, y: float, words: str, *, size: int = 13, ink: str = INK, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{ink}" {more}>{words}</text>'


def line(x1: float, y1: float, x2: float, y2: float, ink: str = PALE, more: str = "") -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{ink}" {more}/>'


def strip(row: Row, moments: list[Instant], base: float) -> Iterator[str]:
    """Draw how many leave in each half minute of the beginning."""
    start, width = STRIP
    counts = Counter(moment // BAR for moment in moments if moment < FIRST)
    highest = max(counts.values())
    unit = width * BAR / FIRST
    for place, count in sorted(counts.items()):
        high = HEIGHT * min(count, 10) / 10
        x = start + place * unit + 1
        yield f'<rect x="{x:.1f}" y="{base - high:.1f}" width="{unit - 2:.1f}" height="{high:.1f}" fill="{BLUE}"/>'  # noqa: E501
        if count == highest > 1 and place == min(counts, key=lambda one: (-counts[one], one)):
            yield text(x + unit + 3, base - high + 10, str(count), size=11)
    yield line(start, base, start + width, base)
    if row.alarm is not None:
        x = start + width * (row.alarm - START) / FIRST
        yield line(x, base - HEIGHT, x, base, RED, 'stroke-dasharray="3 3"')


def curve(row: Row, moments: list[Instant], base: float) -> Iterator[str]:
    """Draw how many have left, until all have."""
    start, width = CURVE
    points = [f"M{start},{base:.1f}"]
    for number, (moment, after) in enumerate(pairwise([*moments, None]), 1):
        if moment is None or moment == after:
            continue
        points.append(f"H{start + width * moment / row.long:.1f}")
        points.append(f"V{base - HEIGHT * number / MESSAGES:.1f}")
    yield f'<path d="{" ".join(points)}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
    yield line(start, base, start + width, base)
    whole, unit = (DAY, "d") if row.long >= 2 * DAY else (HOUR, "h")
    for number in range(row.long // whole + 1):
        x = start + width * number * whole / row.long
        yield line(x, base, x, base + 4)
        yield text(x, base + 16, f"{number} {unit}", size=10, more='text-anchor="middle"')
    x = start + width * moments[-1] / row.long
    anchor = 'text-anchor="end"' if x > start + width * 0.75 else ""
    yield text(
        x + (-6 if anchor else 6), base - HEIGHT + 11, shown(moments[-1]), size=12, more=anchor
    )


def draw() -> str:
    """Return the picture."""
    high = TOP + ROW * len(ROWS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" '
        'font-family="system-ui, sans-serif" role="img">',
        "<title>How 500 messages leave under each throttle</title>",
        f'<rect width="{WIDTH}" height="{high}" rx="8" fill="#fff"/>',
        text(STRIP[0], 28, "the first 30 minutes", more='font-weight="600"'),
        text(CURVE[0], 28, "until all 500 have left", more='font-weight="600"'),
    ]
    for place, row in enumerate(ROWS):
        base = TOP + ROW * place + HEIGHT
        moments = leave(row)
        parts.append(text(16, base - 26, row.name, size=14, more='font-weight="600"'))
        parts.append(text(16, base - 9, row.says, size=10))
        parts += [*strip(row, moments, base), *curve(row, moments, base)]
        for minutes in range(0, 31, 5):
            x = STRIP[0] + STRIP[1] * minutes * MINUTE / FIRST
            parts.append(line(x, base, x, base + 4))
            parts.append(text(x, base + 16, str(minutes), size=10, more='text-anchor="middle"'))
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")

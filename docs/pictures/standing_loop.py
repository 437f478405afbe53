"""Draws how a sender stands while texts are filtered, from a real `tactful simulate` run.

    python docs/pictures/standing_loop.py docs/pictures/standing-loop.svg

Of the first 150 texts one in ten is filtered, of the others none. The observers of
`tactful-observers` must be installed.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FLOW = """\
campaign "Late order"
purpose service
owner "care@example.com"
quiet hours none because "a rehearsal"
throttle sms 100 per 1 hour because "a rehearsal"

audience from csv "people.csv":
  key id
  phone mobile
  timezone tz

senders:
  sms from "+353 20 9155 000" through outbox

journey:
  send sms "Acme: your order {{ id }} is late. Reply STOP to opt out."
"""
PEOPLE, TROUBLE = 1_200, 150
STEPS = ("healthy", "watched", "slowed", "paused", "flagged")
WIDTH, LEFT, TOP, HIGH, LOW = 720, 70, 30, 150, 110


def events() -> list[dict[str, Any]]:
    """Play the campaign and return its event log."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "late.flow").write_text(FLOW)
        rows = (f"{n},+1202555{n:04d},UTC" for n in range(PEOPLE))
        (folder / "people.csv").write_text("\n".join(("id,mobile,tz", *rows)) + "\n")
        keys = [str(n) for n in range(0, TROUBLE, 10)]
        (folder / "behave.toml").write_text(
            f'[[behave]]\nkeys = {json.dumps(keys)}\noutcome = "undelivered"\n'
            'code = "30007"\nafter = "30 seconds"\n'
        )
        tactful = Path(sys.executable).with_name("tactful")
        run = subprocess.run(
            [tactful, "simulate", "late.flow", "--behave", "behave.toml", "--format", "jsonl",
             "--start", "2026-12-01T09:00:00Z"],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return [json.loads(line) for line in run.stdout.splitlines()]


def drawn(log: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the picture: texts an hour with those filtered, and below it the standing."""
    start = datetime.fromisoformat(log[0]["at"])

    def hours(line: dict[str, Any]) -> float:
        return (datetime.fromisoformat(line["at"]) - start).total_seconds() / 3600

    sent = Counter(int(hours(line)) for line in log if line["event"] == "sent")
    lost = Counter(int(hours(line)) for line in log if line["event"] == "undelivered")
    moves = [
        (hours(line), line["standing"]) for line in log
        if line["event"] == "standing" and line.get("standing") and line["by"] == "sms"
    ]  # fmt: skip
    last = max(sent) + 2
    wide = (WIDTH - LEFT - 20) / last
    most = max(sent.values())
    below = TOP + HIGH + 50
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {below + LOW + 40}" '
        'font-family="sans-serif" font-size="12">'
    )
    yield f'<rect width="{WIDTH}" height="{below + LOW + 40}" fill="white"/>'
    yield f'<text x="{LEFT}" y="18">Texts an hour; dark: filtered by the carrier</text>'
    for hour, count in sorted(sent.items()):
        for number, colour in ((count, "#9ecae1"), (lost[hour], "#a50f15")):
            high = number / most * HIGH
            yield (
                f'<rect x="{LEFT + hour * wide:.1f}" y="{TOP + HIGH - high:.1f}" '
                f'width="{max(wide - 0.5, 0.5):.1f}" height="{high:.1f}" fill="{colour}"/>'
            )
    yield f'<text x="{LEFT - 8}" y="{TOP + 10}" text-anchor="end">{most}</text>'
    yield f'<text x="{LEFT}" y="{below - 12}">How the sender stands</text>'
    step = LOW / (len(STEPS) - 1)
    for place, name in enumerate(STEPS):
        y = below + place * step
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{name}</text>'
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - 20}" stroke="#ddd"/>'
    path = f"M{LEFT} {below}"
    for at, name in moves:
        path += f"H{LEFT + at * wide:.1f}V{below + STEPS.index(name) * step:.1f}"
    yield f'<path d="{path}H{WIDTH - 20}" fill="none" stroke="#08519c" stroke-width="2"/>'
    for hour in range(0, last, 24):
        x = LEFT + hour * wide
        yield f'<text x="{x:.1f}" y="{below + LOW + 25}" text-anchor="middle">{hour} h</text>'
    yield "</svg>"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text("\n".join(drawn(events())) + "\n")

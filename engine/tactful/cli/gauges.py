"""Draws the figures of a sender for people: a bar up to the limit, the share, what it is of."""

from collections.abc import Iterable, Iterator

from tactful.guard.standing import Gauge

WIDTH = 12
"""How long a bar is at its limit; one beyond it has a mark at its end."""


def gauge_rows(gauges: Iterable[Gauge]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield a row for each gauge: name, bar, value, what it is of, limit."""
    for gauge in gauges:
        of = f"{gauge.events:,} of {gauge.of:,}" if gauge.unit == "share" else ""
        yield gauge.name, bar(gauge), value_words(gauge, gauge.value), of, _limit(gauge)


def bar(gauge: Gauge) -> str:
    """Return how near a figure is to its limit, as `[####--------]`; empty without a limit."""
    if not gauge.limit:
        return ""
    filled = int(gauge.value / gauge.limit * WIDTH)
    drawn = "#" * min(filled, WIDTH) + "-" * (WIDTH - min(filled, WIDTH))
    return f"[{drawn}{'!' if beyond(gauge) else ']'}"


def beyond(gauge: Gauge) -> bool:
    """Whether a figure is on the wrong side of its limit."""
    if gauge.limit is None or (gauge.unit == "share" and not gauge.of):
        return False
    return gauge.value < gauge.limit if gauge.least else gauge.value > gauge.limit


def value_words(gauge: Gauge, value: float) -> str:
    """Write a figure: `0.12%`, `4.0%`, `25%`, `1,200`."""
    if gauge.unit == "count":
        return f"{value:,.0f}"
    percent = value * 100
    digits = 2 if percent < 1 else 1 if percent < 10 else 0
    return f"{percent:.{digits}f}%"


def _limit(gauge: Gauge) -> str:
    if gauge.limit is None:
        return ""
    return f"{'at least' if gauge.least else 'at most'} {value_words(gauge, gauge.limit)}"

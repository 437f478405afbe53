"""Brakes: `pause when` pauses a launch once a figure of its senders is surely beyond its limit."""

from collections.abc import Sequence

from tactful.graph.guards import PauseRule
from tactful.guard.evidence import Prior, posterior_above
from tactful.guard.standing import Gauge
from tactful.runtime.active import Active
from tactful.runtime.misconfigured import pause_launch
from tactful.runtime.opengroup import OpenGroup
from tactful.values import Instant

SURE = 0.9
"""How sure it must be that a share is beyond its limit."""
LEAST = 3
"""So many events must have been seen of a share, whatever it is."""
LEAST_BELOW = 20
"""So many messages must have been seen before a share can be too low."""


class Brakes:
    """Pauses launches for the figures that their observers tell.

    What a launch was paused for does so again only when it has got worse since: somebody has seen
    it and resumed. That is not kept over a restart.
    """

    def __init__(self, group: OpenGroup) -> None:
        self._group = group
        self._seen: dict[tuple[int, str], float] = {}

    def check(self, active: Active, sender: str, gauges: Sequence[Gauge], now: Instant) -> None:
        """Pause a launch if one of its limits is overstepped by a sender of its."""
        for rule in active.guards.pauses:
            for gauge in gauges:
                if gauge.name == rule.gauge and self._oversteps(active, rule, gauge):
                    self._pause(active, sender, rule, gauge, now)
                    return

    def _oversteps(self, active: Active, rule: PauseRule, gauge: Gauge) -> bool:
        if active.row.is_held or active.row.state not in ("loading", "running"):
            return False
        seen = self._seen.get((active.row.id, rule.gauge))
        if seen is not None and gauge.events < seen + LEAST:
            return False
        return oversteps(rule, gauge)

    def _pause(
        self, active: Active, sender: str, rule: PauseRule, gauge: Gauge, now: Instant
    ) -> None:
        self._seen[active.row.id, rule.gauge] = gauge.events
        said = f"{figure_words(gauge)}, {rule.side} {limit_words(rule, gauge)}"
        line = active.campaign.lines.get("pause when")
        because = f"{said} ({sender})"
        pause_launch(self._group, active, because, now, by="pause when", reason=said, line=line)


def oversteps(rule: PauseRule, gauge: Gauge) -> bool:
    """Whether a figure is surely on the wrong side of a limit.

    A share is judged by a beta-binomial model whose prior weighs a quarter of an event, at half the
    limit: a few messages prove nothing.
    """
    if gauge.unit == "count":
        return rule.side == "above" and gauge.events > rule.limit
    if not 0 < rule.limit < 1:
        return False
    prior = Prior.around(rule.limit / 2, 0.5 / rule.limit)
    above = posterior_above(gauge.events, gauge.of, rule.limit, prior)
    if rule.side == "above":
        return gauge.events >= LEAST and above >= SURE
    return gauge.of >= LEAST_BELOW and 1 - above >= SURE


def figure_words(gauge: Gauge) -> str:
    """Say a figure: `complaint_rate is 0.4% (4 of 1,000)`."""
    if gauge.unit == "count":
        return f"{gauge.name} is {gauge.events:,}"
    percent = gauge.value * 100
    share = f"{percent:.2g}" if percent < 10 else f"{percent:.0f}"
    return f"{gauge.name} is {share}% ({gauge.events:,} of {gauge.of:,})"


def limit_words(rule: PauseRule, gauge: Gauge) -> str:
    """Say a limit as it is written in flows."""
    return f"{rule.limit:,.0f}" if gauge.unit == "count" else f"{rule.limit * 100:.4g}%"

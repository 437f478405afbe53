"""Rules about paces: the guard rail, the ceiling of the house, and limits that cannot be kept.

All lines of a channel hold together, so what leaves in the busiest five minutes is what the
strictest of them lets through. A line `per` column holds for each value of it and so bounds nothing
when all are taken together.
"""

from collections import defaultdict

from tactful.language.rules.context import Context, Kept, kept_by_window
from tactful.language.tree import Node
from tactful.language.words.settings import Throttle

_MOST_IN_WINDOW = 10
_FREE_CHANNELS = ("chat",)

_Line = tuple[Node, Throttle, Kept]


def check_paces(context: Context) -> None:
    """Tell paces without a reason, above the ceiling, and those that their throttle cannot keep."""
    channels: dict[str, list[_Line]] = defaultdict(list)
    for node, throttle in context.all(Throttle):
        kept = context.installed.keeps(throttle.strategy or "window", throttle.rate)
        if kept.problem:
            context.report.add(
                "TF411",
                f"`{throttle.strategy}` cannot keep this limit: {kept.problem}",
                node.spans["rate"],
                help=(kept.mend or "Give the pace another limit, or name another throttle.",),
            )
        elif throttle.channel not in _FREE_CHANNELS:
            channels[throttle.channel].append((node, throttle, kept))
    for lines in channels.values():
        _check_rail(context, lines)


def _check_rail(context: Context, lines: list[_Line]) -> None:
    """Tell where nothing of a channel's lines keeps the guard rail, or the ceiling of the house."""
    for_all = [line for line in lines if line[1].per is None]
    # Without a line for all of them, the strictest is still as fast as each value may be.
    node, throttle, kept = min(for_all or lines, key=lambda line: line[2].most)
    ceiling = context.installed.ceiling
    beside = ("A line without `per` beside it would hold for all values together.",)
    if throttle.because is None and (kept.most > _MOST_IN_WINDOW or not for_all):
        context.report.add(
            "TF504",
            "this is faster than 10 per 5 minutes, and does not say why",
            node.spans["rate"],
            f"up to {kept.most} in five minutes"
            + (f", for each value of `{throttle.per}`" if throttle.per else ""),
            help=(
                'Add `because "…"` at the end of the line, or go slower.',
                *(() if for_all else beside),
            ),
        )
    elif kept.most > max(kept_by_window("window", ceiling).most, _MOST_IN_WINDOW):
        context.report.add(
            "TF505",
            f"this is faster than the house allows ({ceiling})",
            node.spans["rate"],
            f"up to {kept.most} in five minutes",
            help=(
                "Go slower. The house raises its ceiling in `tactful.toml`: "
                f'`throttle_ceiling = "{throttle.rate}"` under `[limits]`.',
            ),
        )

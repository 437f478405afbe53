"""Rules about `pause when`: what a campaign can pause for are the figures of its observers."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from tactful.language.conditions import Compare, Condition, Or
from tactful.language.diagnostics import Span
from tactful.language.operands import Constant, Share
from tactful.language.report import replacing
from tactful.language.rules.context import Context
from tactful.language.suggest import nearest
from tactful.language.words.sending import Sender
from tactful.language.words.settings import PauseWhen


class Limit(NamedTuple):
    """One figure and the number on whose wrong side it must not be; a share, or a count."""

    name: str
    side: Literal["above", "below"]
    value: Decimal
    span: Span


def limits_of(condition: Condition) -> list[Limit] | None:
    """Return the limits of `NAME above LIMIT or …`; None if it says something else."""
    limits = []
    for part in condition.parts if isinstance(condition, Or) else (condition,):
        if not isinstance(part, Compare) or part.negated or part.op not in ("above", "below"):
            return None
        (right, *more) = part.rights
        number = right.value if isinstance(right, Constant) else None
        if more or not isinstance(number, Decimal) or number < 0:
            return None
        if isinstance(number, Share) and not 0 < number < 1:
            return None
        if part.op == "below" and not isinstance(number, Share):
            return None
        limits.append(Limit(part.left.name, part.op, number, part.left.span))
    return limits


def check_pausing(context: Context) -> None:
    """Tell a `pause when` of which nothing would ever come."""
    for node, _ in context.all(PauseWhen):
        if node.condition is None:
            continue
        limits = limits_of(node.condition)
        if limits is None:
            context.report.add(
                "TF513",
                "a campaign pauses when a figure is above or below a limit; this says something "
                "else",
                node.span,
                help=(
                    "Write for example `pause when complaint_rate above 0.1%`, and `or` between "
                    "several.",
                ),
            )
            continue
        for limit in limits:
            _check_known(context, limit)


def _check_known(context: Context, limit: Limit) -> None:
    known = sorted(set(_told(context)))
    if limit.name in known:
        return
    near = nearest(limit.name, known)
    listed = (
        f"Figures: {', '.join(known)}."
        if known
        else ("No observer is installed: `pip install tactful-observers`.")
    )
    context.report.add(
        "TF513",
        f"no observer that is installed tells a figure named `{limit.name}` of these senders",
        limit.span,
        f"did you mean `{near}`?" if near else "",
        help=(listed,),
        fix=replacing(limit.span, limit.name, near) if near else None,
    )


def _told(context: Context) -> Iterator[str]:
    """Yield the figures of the channels that the flow sends on."""
    channels = {sender.channel for _, sender in context.all(Sender)}
    for medium, names in context.installed.gauges.items():
        if medium in channels or not channels:
            yield from names

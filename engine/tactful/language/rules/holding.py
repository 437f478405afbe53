"""Rules about `hold when`: what a campaign can hold for is how full the inbox is."""

from decimal import Decimal

from tactful.language.conditions import Compare, Condition
from tactful.language.operands import Constant
from tactful.language.rules.context import Context
from tactful.language.words.settings import HoldWhen

INBOX = "inbox"
_EXAMPLES = ("Write for example `hold when inbox above 20`, or `hold when inbox.orders above 5`.",)


def inbox_limit(condition: Condition) -> tuple[str | None, int] | None:
    """Return the queue (None: all) and the number of `inbox above NUMBER`; None if it is not so."""
    if not isinstance(condition, Compare) or condition.op != "above" or condition.negated:
        return None
    name, _, queue = condition.left.name.partition(".")
    (right, *more) = condition.rights
    number = right.value if isinstance(right, Constant) else None
    if name.lower() != INBOX or more or not isinstance(number, Decimal):
        return None
    if number != int(number) or not 0 <= number <= 1_000_000:
        return None
    return queue or None, int(number)


def check_holding(context: Context) -> None:
    """Tell a `hold when` whose condition is not about the inbox."""
    for node, _ in context.all(HoldWhen):
        if node.condition is not None and inbox_limit(node.condition) is None:
            context.report.add(
                "TF512",
                "a campaign holds when the inbox is above a whole number; this says something else",
                node.span,
                help=_EXAMPLES,
            )

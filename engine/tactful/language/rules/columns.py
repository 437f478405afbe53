"""Rules about columns: times need a clock to be read by, and money a currency."""

from tactful.language.amounts import currencies_of
from tactful.language.diagnostics import Label
from tactful.language.rules.context import Context
from tactful.language.tree import Node
from tactful.language.words.audience import Audience, ColumnIs, TimezoneColumn
from tactful.language.zones import RECIPIENT


def check_columns(context: Context) -> None:
    """Tell columns whose cells could not be read as they are meant."""
    zoned = any(context.all(TimezoneColumn)) or context.may_be_broken(TimezoneColumn.phrase)
    for audience, _ in context.all(Audience):
        for node in audience.children:
            match node.word:
                case ColumnIs(type="time", in_=None | "recipient") if not zoned:
                    _tell_no_clock(context, node, node.word)
                case ColumnIs(type="money", in_=None):
                    _check_currency(context, node, node.word)


def _tell_no_clock(context: Context, node: Node, column: ColumnIs) -> None:
    context.report.add(
        "TF343",
        f"in which zone are the times of `{column.name}`?",
        node.spans["in_" if column.in_ == RECIPIENT else "type"],
        "nothing says whose clock they show",
        help=(
            "Add for example `in Europe/Dublin` to this line, "
            'or give each row its zone: `timezone tz default "Europe/Dublin"`.',
        ),
    )


def _check_currency(context: Context, node: Node, column: ColumnIs) -> None:
    named = list(currencies_of(context.nodes).values())
    if len(named) < 2:
        return
    first, second = named[:2]
    context.report.add(
        "TF344",
        f"is `{column.name}` in {first.currency} or in {second.currency}?",
        node.spans["type"],
        "this file uses both",
        help=(f"Add the currency of amounts that name none, for example `in {first.currency}`.",),
        also=(Label(first.span, first.currency), Label(second.span, second.currency)),
    )

"""Rules about `at any time`, and about events that are for many."""

from collections.abc import Sequence

from tactful.language.diagnostics import Edit, Fix, Span
from tactful.language.rules.context import Context
from tactful.language.suggest import nearest
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable
from tactful.language.words.anytime import OnOptOut
from tactful.language.words.audience import (
    AddressColumn,
    Audience,
    ColumnIs,
    KeyColumn,
    UpdateOnEvent,
)
from tactful.language.words.settings import Set
from tactful.language.words.steps import HandOff, Note, Otherwise, Tag, When
from tactful.language.words.waiting import OnEvent, OnReply

_STILL_POSSIBLE = (HandOff, Note, Otherwise, Set, Tag, Unreadable, When)
"""What may be done for a person who has just opted out: nothing that reaches them."""


def check_any_time(context: Context) -> None:
    """Tell counts in waits, steps that an opt-out makes impossible, and columns not there."""
    for node in context.walk():
        match node.word:
            case OnReply(times=int()) | OnEvent(times=int()) if node.place == "wait":
                context.report.add(
                    "TF355",
                    "what comes first ends this wait, so there is nothing to count",
                    node.spans["times"],
                    help=("`at most` belongs to the lines under `at any time:`.",),
                )
            case OnOptOut():
                _check_opt_out(context, node.children)
    columns = _columns(context)
    for node in context.walk() if columns else ():
        if isinstance(node.word, OnEvent | UpdateOnEvent) and node.word.same is not None:
            _check_same(context, columns, node.word.same, node.spans["same"])


def _check_opt_out(context: Context, nodes: Sequence[Node]) -> None:
    for node in nodes:
        if isinstance(node.word, _STILL_POSSIBLE):
            _check_opt_out(context, node.children)
            continue
        context.report.add(
            "TF356",
            f"`{node.word.phrase}` is too late here: the person has opted out",
            node.span,
            "the journey ends now",
            help=("`tag`, `set`, `when` and `hand off to` can stand under `on opt out:`.",),
        )


def _columns(context: Context) -> set[str]:
    """Return the names of the audience's columns; none when one of them cannot be read."""
    columns = set()
    for audience, _ in context.all(Audience):
        for node in audience.children:
            match node.word:
                case ColumnIs(name=name):
                    columns.add(name)
                case KeyColumn(column=name) | AddressColumn(column=name):
                    columns.add(name)
                case Unreadable():
                    return set()
    return columns


def _check_same(context: Context, columns: set[str], name: str, span: Span) -> None:
    if name in columns:
        return
    near = nearest(name, columns, 0.6)
    context.report.add(
        "TF357",
        f"the audience has no column `{name}` that could be the same",
        span,
        f"did you mean `{near}`?" if near else "not a column",
        help=("An event is for everybody whose row has the value that it carries.",),
        fix=Fix("ask", f"replace `{name}` with `{near}`", (Edit(span, near),)) if near else None,
    )

"""Rules about waits: which lines each takes, and that one for a date in the data has an end."""

from tactful.language.diagnostics import Label
from tactful.language.moments import DataTime
from tactful.language.rules.context import Context
from tactful.language.tree import Node
from tactful.language.words.settings import ExpiresAfter
from tactful.language.words.waiting import (
    OnOtherReply,
    OnReply,
    OnTimeout,
    OnTooLate,
    WaitUntil,
    WaitUpTo,
)


def check_waits(context: Context) -> None:
    """Tell lines that a wait cannot have, and waits for a date that may never come."""
    for node, _ in context.all(WaitUntil):
        for line in node.children:
            if isinstance(line.word, OnTimeout):
                context.report.add(
                    "TF202",
                    "a `wait until` has no `on timeout`",
                    line.span,
                    help=(
                        "When the moment comes, the journey goes on with the lines below.",
                        "For a moment that was over already there is `on too late`.",
                    ),
                )
    for node, _ in context.all(WaitUpTo):
        for line in node.children:
            if isinstance(line.word, OnTooLate):
                context.report.add(
                    "TF202",
                    "a `wait up to` is never too late",
                    line.span,
                    help=("When its time is over there is `on timeout`.",),
                )
    for node in context.walk():
        _check_replies(context, node)
    _check_end(context)


def _check_replies(context: Context, node: Node) -> None:
    """Tell the first `on reply` line that stands below one which takes every reply."""
    takes_all = None
    for line in node.children:
        if not isinstance(line.word, OnReply | OnOtherReply):
            continue
        if takes_all is not None:
            context.report.add(
                "TF305",
                "this line can never run, because a line above it takes every reply",
                line.span,
                "never reached",
                help=("Move it up: among replies, the first line that fits is taken.",),
                also=(Label(takes_all.span, "takes every reply"),),
            )
            return
        if line.condition is None and (isinstance(line.word, OnOtherReply) or line.word.takes_any):
            takes_all = line


def _check_end(context: Context) -> None:
    if any(context.all(ExpiresAfter)) or context.may_be_broken("expires"):
        return
    for node, wait in context.all(WaitUntil):
        if isinstance(wait.moment, DataTime):
            context.report.add(
                "TF341",
                "this waits for a date in the data, and the file does not say when it gives up",
                node.spans["moment"],
                f"`{wait.moment.name.name}` can be missing or far away",
                help=("Add for example `expires after 30 days` at the top of the file.",),
            )
            return

"""Rules about calls: which lines only they have, and which keys are heard."""

from tactful.language.diagnostics import Label
from tactful.language.rules.context import Context
from tactful.language.tree import Node
from tactful.language.words.sending import (
    CALL_OUTCOMES,
    Leave,
    OnOtherKey,
    OnOutcome,
    OnPressed,
    Send,
)


def check_calls(context: Context) -> None:
    """Tell lines about calls under messages, keys named twice, and keys that nobody hears."""
    for node, send in context.all(Send):
        if send.calls:
            _check_keys(context, node)
            continue
        for line in node.children:
            if isinstance(line.word, Leave | OnPressed | OnOtherKey) or _is_call(line):
                context.report.add(
                    "TF342",
                    f"`{_phrase(line)}` is about a call, and this is `{send.phrase}`",
                    line.span,
                    help=("It belongs under `send voice`.",),
                )


def _is_call(line: Node) -> bool:
    return isinstance(line.word, OnOutcome) and line.word.outcome in CALL_OUTCOMES


def _phrase(line: Node) -> str:
    return f"on {line.word.outcome}" if isinstance(line.word, OnOutcome) else line.word.phrase


def _check_keys(context: Context, node: Node) -> None:
    first: dict[str, Node] = {}
    for line in node.children:
        if not isinstance(line.word, OnPressed):
            continue
        for key in line.word.keys:
            earlier = first.setdefault(key, line)
            if earlier is not line or line.word.keys.count(key) > 1:
                context.report.add(
                    "TF207",
                    f"the key {key} is named twice, and the second time has no effect",
                    line.spans["keys"],
                    "second time",
                    also=(Label(earlier.spans["keys"], "first time"),)
                    if earlier is not line
                    else (),
                )
                break
    if not first:
        return
    for line in node.children:
        if isinstance(line.word, OnOutcome) and line.word.outcome == "delivered":
            context.report.add(
                "TF305",
                "a call that is answered takes this line at once, so no key is ever heard",
                line.span,
                help=("Take it away, or else the `on pressed` lines.",),
            )

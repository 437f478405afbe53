"""Rules about repetitions and splits: how many rounds, and shares that make a whole."""

from collections.abc import Sequence

from tactful.language.diagnostics import Label
from tactful.language.rules.context import Context
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable
from tactful.language.words.audience import ColumnIs
from tactful.language.words.branching import MOST_ROUNDS, Repeat, Split, Variant
from tactful.language.words.settings import Set


def check_branching(context: Context) -> None:
    """Tell too many rounds, names given twice, and variants that do not make a whole."""
    _check_rounds(context, context.nodes, 1)
    taken: dict[str, Node] = {}
    for node in context.walk():
        if isinstance(node.word, ColumnIs | Set):
            taken.setdefault(node.word.name, node)
    for node, split in context.all(Split):
        first = taken.setdefault(split.name, node)
        if first is not node:
            _tell_taken(context, node, f"something else is named `{split.name}`", first)
        _check_variants(context, node)


def _check_rounds(context: Context, nodes: Sequence[Node], around: int) -> None:
    """Tell the outermost repetition with which those around it make too many rounds."""
    for node in nodes:
        rounds = around * (node.word.times if isinstance(node.word, Repeat) else 1)
        if rounds <= MOST_ROUNDS:
            _check_rounds(context, node.children, rounds)
            continue
        context.report.add(
            "TF350",
            f"together with those around it, this repeats {rounds} times",
            node.spans["times"],
            f"at most {MOST_ROUNDS} rounds in all",
            help=("Repeat less often, here or around it.",),
        )


def _check_variants(context: Context, node: Node) -> None:
    first_of: dict[str, Node] = {}
    shares = []
    for child in node.children:
        match child.word:
            case Variant(name=name, share=share):
                shares.append(share)
                first = first_of.setdefault(name, child)
                if first is not child:
                    _tell_taken(context, child, f"there are two variants named `{name}`", first)
            case Unreadable():
                return
    if len(first_of) < len(shares):
        return
    if len(shares) == 1:
        context.report.add(
            "TF353",
            "a split needs at least two variants",
            node.children[0].span,
            "the only one",
            help=("To give these lines to everybody, write them without `split`.",),
        )
    elif sum(shares) != 100:
        context.report.add(
            "TF352",
            f"the shares of these variants make {sum(shares):f}%, not 100%",
            node.spans["name"],
            " + ".join(f"{share:f}%" for share in shares),
            help=("Everybody gets one variant: what is left over needs a variant, too.",),
        )


def _tell_taken(context: Context, node: Node, message: str, first: Node) -> None:
    context.report.add(
        "TF354",
        message,
        node.spans["name"],
        "a name stands for one thing",
        help=("Give one of them another name.",),
        also=(Label(first.spans["name"], "the other one"),),
    )

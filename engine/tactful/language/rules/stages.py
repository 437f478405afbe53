"""Rules about the order of steps: stages, jumps, lines that can never run."""

from collections.abc import Sequence

from tactful.language.diagnostics import Label
from tactful.language.report import replacing
from tactful.language.rules.context import Context
from tactful.language.suggest import nearest
from tactful.language.tree import Node
from tactful.language.vocabulary import Unreadable
from tactful.language.words.branching import Repeat, Split
from tactful.language.words.steps import GoTo, Otherwise, Stage, When


def check_stages(context: Context) -> None:
    """Tell stages that do not exist, exist twice or are never reached, and dead lines."""
    report = context.report
    stages: dict[str, Node] = {}
    for node, stage in context.all(Stage):
        first = stages.setdefault(stage.name, node)
        if first is not node:
            report.add(
                "TF302",
                f"there are two stages named `{stage.name}`",
                node.spans["name"],
                "second one",
                help=("Give one of them another name.",),
                also=(Label(first.spans["name"], "first one"),),
            )
    reached = set()
    for node, jump in context.all(GoTo):
        reached.add(jump.stage)
        if jump.stage not in stages and jump.stage not in report.excused:
            _tell_no_stage(context, node, jump.stage, stages)
    for name, node in stages.items():
        if name not in reached and not context.has_unreadable and not _near_miss(name, reached):
            report.add(
                "TF310",
                f"no line goes to the stage `{name}`",
                node.spans["name"],
                "never reached",
                help=(f"Add `go to {name}` somewhere, or remove the stage.",),
                severity="warning",
            )
    for node in context.walk():
        if any(child.place == "steps" for child in node.children):
            _check_order(context, node.children)


def _near_miss(name: str, reached: set[str]) -> bool:
    """Return whether a jump to a misspelt name, told already, probably means this stage."""
    return nearest(name, reached, 0.5) is not None and name not in reached


def _tell_no_stage(context: Context, node: Node, name: str, stages: dict[str, Node]) -> None:
    span = node.spans["stage"]
    near = nearest(name, stages, 0.5)
    if near:
        context.report.add(
            "TF301",
            f"there is no stage named `{name}`",
            span,
            f"did you mean `{near}`?",
            fix=replacing(span, name, near),
            also=(Label(stages[near].spans["name"], "this stage exists"),),
        )
        return
    listed = ", ".join(f"`{stage}`" for stage in stages)
    context.report.add(
        "TF301",
        f"there is no stage named `{name}`",
        span,
        help=(f"Stages: {listed}." if stages else f"Add `stage {name}:` to the file.",),
    )


def _check_order(context: Context, nodes: Sequence[Node]) -> None:
    """Tell an `otherwise` without its `when`, and the first line that can never run."""
    dead = False
    for above, node in zip((None, *nodes), nodes, strict=False):
        if isinstance(node.word, Otherwise) and not _opens_choice(above):
            context.report.add(
                "TF204",
                "`otherwise` needs a `when` block just above it, at the same indentation",
                node.span,
                "no `when` above",
            )
        elif above is not None and not dead and _never_passes(nodes, above):
            dead = True
            context.report.add(
                "TF305",
                "this line can never run, because the lines above it always leave",
                node.span,
                "never reached",
                help=("Move it up, or check the indentation.",),
                also=(Label(above.span, "leaves here"),),
            )


def _opens_choice(above: Node | None) -> bool:
    if above is None:
        return False
    if isinstance(above.word, Otherwise):
        return above.condition is not None
    return isinstance(above.word, When | Unreadable)


def _never_passes(nodes: Sequence[Node], node: Node) -> bool:
    """Return whether a journey that comes to this node never comes to the line below it."""
    if isinstance(node.word, Otherwise):
        if node.condition is not None:
            return False
        at = next(i for i, other in enumerate(nodes) if other is node)
        while at > 0 and isinstance(nodes[at].word, Otherwise) and _leaves(nodes[at].children):
            at -= 1
        return isinstance(nodes[at].word, When) and _leaves(nodes[at].children)
    if node.condition is not None:
        return False
    match node.word:
        case Repeat():
            return _leaves(node.children)
        case Split():
            return all(_leaves(variant.children) for variant in node.children)
    return node.word.is_last()


def _leaves(nodes: Sequence[Node]) -> bool:
    return bool(nodes) and _never_passes(nodes, nodes[-1])

"""What can be wrong with a flow whose lines are all right: told as diagnostics of its file."""

from collections.abc import Iterator, Mapping

from tactful.graph.model import GoTo, StepGraph
from tactful.graph.walk import Loop, Walk
from tactful.language.diagnostics import Diagnostic, Edit, Fix, Label, Span
from tactful.language.tree import Flow, Node
from tactful.language.vocabulary import CORE
from tactful.language.words.sending import Send, Sender
from tactful.language.words.settings import QuietHours
from tactful.language.words.steps import Journey, Stage
from tactful.values import DAY, HOUR, MICROSECOND, SECOND, Window

JOURNEY = "journey"
"""The name of the first stage."""


def check_words(flow: Flow) -> Iterator[Diagnostic]:
    """Yield what stands in the way of a graph: words without a step, a stage called `journey`."""
    journey = next((node.span for node in flow.nodes if isinstance(node.word, Journey)), None)
    for node in flow.walk():
        word = node.word
        if node.plugin != CORE and not isinstance(word, Send | Sender):
            yield Diagnostic(
                "TF209",
                "error",
                f"`{word.phrase}` of the plugin `{node.plugin}` is not available yet",
                node.span,
                file=flow.path,
            )
        elif isinstance(word, Stage) and word.name == JOURNEY:
            yield Diagnostic(
                "TF302",
                "error",
                "a stage cannot be called `journey`, because `journey:` is",
                node.spans["name"],
                help=("Give the stage another name.",),
                also=(Label(journey, "the first stage"),) if journey else (),
                file=flow.path,
            )


def check_graph(
    flow: Flow, graph: StepGraph, walked: Walk, spans: Mapping[str, Span]
) -> Iterator[Diagnostic]:
    """Yield what only the whole graph shows; `spans` tells where each step was written."""
    reached = {graph.steps[index].stage for index in walked.order}
    for node in flow.nodes:
        match node.word:
            case Stage(name=name) if name not in reached:
                yield _never_reached(flow, node, name)
            case QuietHours(window=window) if _open_time(window) < HOUR:
                yield _no_time_left(flow, node, window)
    for loop in walked.loops:
        yield _endless(flow, graph, loop, spans)


def _never_reached(flow: Flow, node: Node, name: str) -> Diagnostic:
    return Diagnostic(
        "TF310",
        "warning",
        f"no journey comes to the stage `{name}`",
        node.spans["name"],
        "never reached",
        help=("The lines that go there are never reached themselves.",),
        file=flow.path,
    )


def _open_time(window: Window) -> int:
    """Return how much of a day is outside a stretch of the day, in microseconds."""
    start, end = (
        ((clock.hour * 60 + clock.minute) * 60 + clock.second) * SECOND
        + clock.microsecond * MICROSECOND
        for clock in (window.start, window.end)
    )
    return (start - end) % DAY


def _no_time_left(flow: Flow, node: Node, window: Window) -> Diagnostic:
    return Diagnostic(
        "TF509",
        "error",
        f"quiet hours {window} leave less than an hour a day to send in",
        node.spans.get("window", node.span),
        help=("Begin later or end earlier; most people are written to between 08:00 and 21:00.",),
        file=flow.path,
    )


def _endless(flow: Flow, graph: StepGraph, loop: Loop, spans: Mapping[str, Span]) -> Diagnostic:
    step = graph.steps[loop.step]
    span = spans[step.id]
    way = " → ".join(f"`{stage}`" for stage in loop.stages)
    fix = None
    if isinstance(step, GoTo):
        target = _end_of_target(flow, span)
        fix = Fix("ask", "add `at most 1 time`", (Edit(target, " at most 1 time"),))
    return Diagnostic(
        "TF311",
        "error",
        "this line leads back, so a journey could go round for ever",
        span,
        f"goes round: {way}",
        help=("Say how often a person may come back: `at most 1 time`, then the next line.",),
        fix=fix,
        file=flow.path,
    )


def _end_of_target(flow: Flow, span: Span) -> Span:
    """Return the place behind the stage's name of the `go to` that stands there."""
    return next(
        node.spans["stage"].end
        for node in flow.walk()
        if node.span == span and "stage" in node.spans
    )

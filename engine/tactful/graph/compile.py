"""Compiles a checked flow to a campaign: the graph that journeys are pinned to, and what floats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tactful.errors import FlowInvalid
from tactful.graph import model
from tactful.graph.arms import any_time_arm
from tactful.graph.bounds import most_messages
from tactful.graph.checks import JOURNEY, check_graph, check_words
from tactful.graph.convert import value_from
from tactful.graph.layout import Layout, Place
from tactful.graph.mending import fix_of
from tactful.graph.remarks import JUDGED, Judge, told_of
from tactful.graph.settings import (
    approvals_of,
    audience_of,
    guards_of,
    plugins_of,
    setting_lines,
    start_of,
)
from tactful.graph.walk import walk
from tactful.graph.wording import Texts
from tactful.language import Diagnostic, Flow, Installed, Vocabulary, check
from tactful.language.allowing import without_allowed
from tactful.language.checking import NO_BLOBS, NO_FILES
from tactful.language.diagnostics import Span
from tactful.language.files import Blob
from tactful.language.report import MOST
from tactful.language.tree import Node
from tactful.language.words import settings, steps
from tactful.language.words.anytime import AtAnyTime
from tactful.values import slug


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a file. `campaign` is None when there are errors; warnings do not count.

    `flow` is the tree it was made of, with its scenarios, and `spans` where each step was written.
    """

    campaign: model.Campaign | None
    diagnostics: tuple[Diagnostic, ...]
    flow: Flow | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


def compile_source(
    text: str,
    *,
    path: str,
    vocabulary: Vocabulary,
    installed: Installed,
    plugin_versions: Mapping[str, int] | None = None,
    files: Mapping[str, str] = NO_FILES,
    blobs: Mapping[str, Blob] = NO_BLOBS,
    judge: Judge | None = None,
) -> Compiled:
    """Check and compile the text of one file; whatever it holds, mistakes are told, not raised.

    `path` is only shown. `plugin_versions` has the main versions of plugins, by the names that
    flows use them under. `files` has the texts of the files that the flow names, and `blobs` what
    those hold that it attaches, by their paths as written there. `judge` remarks on
    a campaign that could run; an error of its leaves none.
    """
    checked = check(
        text, path=path, vocabulary=vocabulary, plugins=installed, files=files, blobs=blobs
    )
    if checked.flow is None:
        compiled = Compiled(None, checked.diagnostics)
    else:
        compiled = _compile(
            checked.flow, plugin_versions or {}, checked.diagnostics, installed.house_policies
        )
        if judge is not None and compiled.campaign is not None:
            flow = checked.flow
            remarks = told_of(
                judge(compiled.campaign),
                text,
                path,
                lambda one: fix_of(flow, text, one.line, one.fix) if one.fix is not None else None,
            )
            compiled = _judged(compiled, path, remarks)
    told = without_allowed(text, path, compiled.diagnostics)
    return replace(compiled, diagnostics=told)


def compile_flow(flow: Flow, *, plugin_versions: Mapping[str, int] | None = None) -> model.Campaign:
    """Compile a checked flow. Raises `FlowInvalid` with all that is wrong with its graph."""
    compiled = _compile(flow, plugin_versions or {}, (), {})
    if compiled.campaign is None:
        raise FlowInvalid(f"{flow.path} cannot run", compiled.diagnostics)
    return compiled.campaign


def _compile(
    flow: Flow,
    plugin_versions: Mapping[str, int],
    told: Iterable[Diagnostic],
    house_policies: Mapping[str, frozenset[str]],
) -> Compiled:
    found = _in_file_order(flow.path, (*told, *check_words(flow)))
    if _has_errors(found):
        return Compiled(None, found)
    graph, spans = _lay(flow, plugin_versions)
    walked = walk(graph)
    found = _in_file_order(flow.path, (*found, *check_graph(flow, graph, walked, spans)))
    if _has_errors(found):
        return Compiled(None, found)
    campaign = model.Campaign(
        graph=graph,
        guards=guards_of(flow, graph.channels, house_policies),
        audience=audience_of(flow),
        starts_at=start_of(flow),
        approvals=approvals_of(flow),
        worst_case=dict(most_messages(graph, walked).most),
        lines={identity: span.line for identity, span in spans.items()} | dict(setting_lines(flow)),
    )
    return Compiled(campaign, found, flow, spans)


def _judged(compiled: Compiled, path: str, judged: Iterable[Diagnostic]) -> Compiled:
    found = _in_file_order(path, (*compiled.diagnostics, *judged))
    return Compiled(None, found) if _has_errors(found) else replace(compiled, diagnostics=found)


def _in_file_order(path: str, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the first mistakes of a file; of two at one place the one told first stays."""
    at_place: dict[tuple[str, int, int, str], Diagnostic] = {}
    for found in diagnostics:
        said = found.message if found.code in JUDGED else ""  # policies are all heard
        at_place.setdefault((found.file, found.span.line, found.span.column, said), found)
    # Mistakes of files that the flow uses come after its own, in the order they were told.
    files = list(dict.fromkeys([path, *(file for file, *_ in at_place)]))
    in_order = sorted(at_place.values(), key=lambda found: (files.index(found.file), found.span))
    return tuple(in_order[:MOST])


def _has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(found.severity == "error" for found in diagnostics)


# ---- the graph ----------------------------------------------------------------------------------


def _lay(flow: Flow, versions: Mapping[str, int]) -> tuple[model.StepGraph, dict[str, Span]]:
    """Return the graph of a flow, and where each of its steps was written."""
    name = ""
    blocks: dict[str, tuple[Node, ...]] = {JOURNEY: ()}
    values: dict[str, model.Scalar] = {}
    at_entry: list[Node] = []
    any_time: tuple[Node, ...] = ()
    for node in flow.nodes:
        match node.word:
            case settings.Campaign(name=name):
                pass
            case steps.Journey():
                blocks[JOURNEY] = node.children
            case steps.Stage(name=stage):
                blocks[stage] = node.children
            case AtAnyTime():
                any_time = node.children
            case settings.Set(name=of, value=written):
                value = value_from(written)
                if isinstance(value, model.Constant) and node.condition is None:
                    values[of] = value.value
                else:
                    at_entry.append(node)
    texts = Texts.of_flow(flow)
    layout = Layout({stage: Place() for stage in blocks}, texts)
    entry = layout.lay_preface(at_entry, JOURNEY)
    for stage, nodes in blocks.items():
        layout.lay_stage(stage, nodes)
    starts = layout.lay_any_time(any_time)
    laid = layout.finish()
    graph = model.StepGraph(
        campaign=slug(name),
        name=name,
        entry=entry.at,
        steps=laid,
        stages={stage: place.at for stage, place in layout.stages.items()},
        any_time=tuple(
            any_time_arm(node, start.at) for node, start in zip(any_time, starts, strict=True)
        ),
        values=values,
        channels=tuple(
            dict.fromkeys(step.channel for step in laid if isinstance(step, model.Send))
        ),
        languages=texts.languages,
        plugins=plugins_of(flow, versions),
    )
    return graph, layout.spans

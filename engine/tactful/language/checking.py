"""Checks a file: text in, a tree that can be compiled and all its mistakes out. Never raises."""

from collections.abc import Mapping
from dataclasses import dataclass

from tactful.language.binder import Binder
from tactful.language.diagnostics import Diagnostic, Span
from tactful.language.fields import FieldReader
from tactful.language.files import Blob, Files
from tactful.language.lookup import Lookup
from tactful.language.report import Report, replacing
from tactful.language.rules import check_rules
from tactful.language.rules.context import Context, Installed
from tactful.language.shape import Line, read_lines
from tactful.language.suggest import nearest
from tactful.language.tokens import Token
from tactful.language.tree import Flow, Node
from tactful.language.vocabulary import Unreadable, Vocabulary
from tactful.language.words.later import LATER_WORDS, later_phrase
from tactful.language.words.settings import Use

_WHOLE_FILE = ("TF107", "TF110", "TF111")
"""Mistakes of layout beside which nothing else about a file is worth saying."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check. `flow` is None when there are errors; warnings do not count."""

    flow: Flow | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read: its lines, what they were bound to, and what is said of them.

    `forms` has how tokens are best written, by line and column, where they are not written so.
    """

    lines: tuple[Line, ...]
    nodes: tuple[Node, ...]
    forms: Mapping[tuple[int, int], str]
    checked: Checked


NO_FILES: Mapping[str, str] = {}
NO_BLOBS: Mapping[str, Blob] = {}


def check(
    text: str,
    *,
    path: str,
    vocabulary: Vocabulary,
    plugins: Installed,
    files: Mapping[str, str] = NO_FILES,
    blobs: Mapping[str, Blob] = NO_BLOBS,
) -> Checked:
    """Check the text of one file. `path` is only shown; no file is read.

    `files` has the texts of the files that it names, and `blobs` what those hold that it attaches,
    by their paths as written there.
    """

    def read(*, wary: bool) -> Checked:
        return read_flow(
            text,
            path=path,
            vocabulary=vocabulary,
            plugins=plugins,
            files=files,
            blobs=blobs,
            wary=wary,
        ).checked

    first = read(wary=False)
    if first.flow is not None or '"""' not in text:
        return first
    second = read(wary=True)
    unclosed = any(found.code == "TF102" for found in second.diagnostics)
    return second if unclosed and len(second.diagnostics) < len(first.diagnostics) else first


def read_flow(
    text: str,
    *,
    path: str,
    vocabulary: Vocabulary,
    plugins: Installed,
    files: Mapping[str, str] = NO_FILES,
    blobs: Mapping[str, Blob] = NO_BLOBS,
    wary: bool = False,
) -> Read:
    """Read and check the text of one file. `wary`: doubt the closing quotes of message texts."""
    report = Report(path)
    everything = Lookup(vocabulary, vocabulary.plugins, Report(path))
    lines = read_lines(text, report, lambda body: _reads_as_command(body, everything), wary=wary)
    if any(found.code in _WHOLE_FILE for found in report.diagnostics()):
        return Read(lines, (), {}, Checked(None, report.diagnostics()))
    if not lines:
        report.add(
            "TF335",
            "this file is empty",
            Span(1, 1, 1, 1),
            help=('Begin with for example `campaign "Delayed order"`.',),
        )
        return Read(lines, (), {}, Checked(None, report.diagnostics()))
    used = _plugins_named(lines)
    beside = Files(files, blobs, report)
    binder = Binder(Lookup(vocabulary, used, report), report, beside)
    nodes = binder.bind(lines)
    report.anchors = [node.span.line for node in nodes if not isinstance(node.word, Unreadable)]
    _check_uses(nodes, vocabulary, report)
    if not report.is_full:
        check_rules(Context(nodes, vocabulary.channels(used), plugins, report, beside))
    diagnostics = report.diagnostics()
    flow = None
    if not any(found.severity == "error" for found in diagnostics):
        majors = {node.word.plugin: node.word.major for node in nodes if isinstance(node.word, Use)}
        flow = Flow(path, nodes, majors, beside.attached)
    return Read(lines, nodes, binder.forms, Checked(flow, diagnostics))


def _plugins_named(lines: tuple[Line, ...]) -> frozenset[str]:
    """Return the plugins behind `use`, which must be known before any other line is read."""
    return frozenset(
        line.items[1].text
        for line in lines
        if len(line.items) > 1
        and isinstance(line.items[0], Token)
        and line.items[0].text.lower() == "use"
        and isinstance(line.items[1], Token)
    )


def _check_uses(nodes: tuple[Node, ...], vocabulary: Vocabulary, report: Report) -> None:
    for node in nodes:
        if not isinstance(node.word, Use):
            continue
        plugin, major = node.word.plugin, node.word.major
        if plugin not in vocabulary.plugins:
            near = nearest(plugin, vocabulary.plugins, 0.6)
            span = node.spans["plugin"]
            report.add(
                "TF403",
                f"the plugin `{plugin}` is not installed, or has no words",
                span,
                f"did you mean `{near}`?" if near else "",
                help=() if near else (f"Install it, for example `pip install tactful-{plugin}`.",),
                fix=replacing(span, plugin, near) if near else None,
            )
        elif vocabulary.majors.get(plugin, major) != major:
            has = vocabulary.majors[plugin]
            report.add(
                "TF403",
                f"the plugin `{plugin}` is installed in version {has}, not {major}",
                node.spans["major"],
                help=(f"Install version {major}, or read what has changed and write {has}.",),
            )


def _reads_as_command(body: str, lookup: Lookup) -> bool:
    """Return whether a line out of a text is a flawless command: the text ended before it."""
    report = Report("")
    lines = read_lines(body, report, lambda _: False)
    if len(lines) != 1 or report.diagnostics():
        return False
    line = lines[0]
    if line.shape == "hollow" and any(later_phrase(place, line.lead) for place in LATER_WORDS):
        return True
    return any(
        FieldReader(found.rule, line, found.length, Report("")).read() is not None
        for found in lookup.anywhere(line)
        if (line.shape in ("hollow", "inline")) == (found.rule.word.block is not None)
        or line.shape == "plain"
    )

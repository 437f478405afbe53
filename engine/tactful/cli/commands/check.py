"""`tactful check`: tells every mistake of every file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tactful.cli.annotations import annotation
from tactful.cli.fixing import mend
from tactful.cli.flows import STDIN, Projects, flow_files, read_stdin
from tactful.cli.mistakes import show_mistakes
from tactful.cli.options import config_option, flows_argument, format_option, stdin_name_option
from tactful.cli.output import json_page, note, say
from tactful.cli.sarif import sarif_log
from tactful.cli.spans import count, most_words
from tactful.errors import FlowInvalid
from tactful.graph.model import Campaign
from tactful.language import Diagnostic, render_short, to_json
from tactful.language.diagnostics import Span
from tactful.runtime.project import Project

UNREADABLE = "TF001"
"""The code of a file that holds no text, so that no line of it can be named."""
_MOST_ROUNDS = 10


@click.command()
@flows_argument
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing its meaning.")
@stdin_name_option
@config_option
@format_option("human", "short", "json", "sarif", "github")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    fix: bool,
    stdin_name: Path,
    config: Path | None,
    form: str,
) -> None:
    """Tell all mistakes of flows.

    Each with its line, the reason, and mostly how to mend it. Files without mistakes get one line:
    their stages, and the most messages that one person can get. Of a folder all its flows are
    checked; `-` checks what comes in.

    A warning is silenced by its name and with a reason: `# allow TF310: a spare stage`, behind its
    line or above it. Warnings do not change the exit code, mistakes make it 1.

    \b
    Examples:
      tactful check flows
      tactful check --fix flows/hello.flow
      tactful check --format json flows/delayed_order.flow
    """
    projects = Projects(config)
    if STDIN in files:
        if len(files) > 1 or fix:
            raise click.UsageError("`-` stands alone and without --fix: one flow comes in.")
        checked = [_check_text(projects.of(stdin_name), stdin_name, read_stdin())]
    else:
        paths = flow_files(files)
        checked = [_check(projects.of(path), path) for path in paths]
        if fix:
            checked = [_mend(projects.of(one.path), one) for one in checked]
    _SHOW[form](checked)
    ctx.exit(1 if any(one.errors for one in checked) else 0)


@dataclass(frozen=True)
class CheckedFile:
    """A file, and what the compiler says of it."""

    path: Path
    text: str
    campaign: Campaign | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> int:
        """How many mistakes keep it from running."""
        return sum(found.severity == "error" for found in self.diagnostics)


def _check(project: Project, path: Path) -> CheckedFile:
    try:
        source = project.read(path)
    except FlowInvalid as error:
        help = (error.help,) if error.help else ()
        place = Span(1, 1, 1, 1)
        found = Diagnostic(UNREADABLE, "error", error.message, place, "", help, file=str(path))
        return CheckedFile(path, "", None, (found,))
    compiled = source.compiled
    return CheckedFile(path, source.text, compiled.campaign, compiled.diagnostics)


def _check_text(project: Project, path: Path, text: str) -> CheckedFile:
    compiled = project.compile(text, path)
    return CheckedFile(path, text, compiled.campaign, compiled.diagnostics)


def _mend(project: Project, checked: CheckedFile) -> CheckedFile:
    """Mend a file as far as it goes, and check it again: mending brings out what was behind."""
    mended = 0
    for _ in range(_MOST_ROUNDS):
        now = mend(checked.diagnostics)
        if not now:
            break
        mended += now
        checked = _check(project, checked.path)
    if mended:
        note(f"{checked.path}: {count(mended, 'mistake')} mended")
    return checked


def _show_pages(checked: Sequence[CheckedFile]) -> None:
    """Print every mistake with its lines, and one line for each file without."""
    for one in checked:
        show_mistakes(one.diagnostics, {str(one.path): one.text}, err=False)
        if one.campaign is not None:
            say(f"{one.path}: ok · {_described(one.campaign)}")
    wrong = [one for one in checked if one.errors]
    if wrong:
        mistakes = count(sum(one.errors for one in wrong), "mistake")
        say(f"{mistakes} in {len(wrong)} of {count(len(checked), 'file')}", "bold")


def _show_lines(checked: Sequence[CheckedFile]) -> None:
    """Print one line for each mistake."""
    for one in checked:
        for diagnostic in one.diagnostics:
            click.echo(render_short(diagnostic))


def _show_json(checked: Sequence[CheckedFile]) -> None:
    """Print all mistakes as one JSON list."""
    json_page([to_json(found) for one in checked for found in one.diagnostics])


def _show_sarif(checked: Sequence[CheckedFile]) -> None:
    """Print all mistakes as one SARIF log."""
    json_page(sarif_log(found for one in checked for found in one.diagnostics))


def _show_annotations(checked: Sequence[CheckedFile]) -> None:
    """Print one workflow command for each mistake."""
    for one in checked:
        for found in one.diagnostics:
            click.echo(annotation(found))


_SHOW: dict[str, Callable[[Sequence[CheckedFile]], None]] = {
    "human": _show_pages,
    "short": _show_lines,
    "json": _show_json,
    "sarif": _show_sarif,
    "github": _show_annotations,
}


def _described(campaign: Campaign) -> str:
    stages = [name for name in campaign.graph.stages if name != "journey"]
    named = f"{count(len(stages) + 1, 'stage')} (journey{''.join(', ' + one for one in stages)})"
    return f"{named} · {most_words(campaign.worst_case)}"

"""`tactful check`: tells every mistake of every file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tactful.cli.fixing import mend
from tactful.cli.mistakes import show_mistakes
from tactful.cli.options import config_option, format_option
from tactful.cli.output import json_page, note, say
from tactful.cli.spans import count, most_words
from tactful.errors import FlowInvalid
from tactful.graph.model import Campaign
from tactful.language import Diagnostic, render_short, to_json
from tactful.language.diagnostics import Span
from tactful.runtime.project import Project

UNREADABLE = "TF001"
"""The code of a file that holds no text, so that no line of it can be named."""


@click.command()
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing its meaning.")
@config_option
@format_option("human", "short", "json")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[Path, ...], fix: bool, config: Path | None, form: str
) -> None:
    """Tell all mistakes of flows.

    Each with its line, the reason, and mostly how to mend it. Files without mistakes get one line:
    their stages, and the most messages that one person can get.

    \b
    Examples:
      tactful check flows/*.flow
      tactful check --fix flows/hello.flow
      tactful check --format json flows/delayed_order.flow
    """
    checked = _check_files(files, config)
    if fix:
        _mend_files(checked)
        checked = _check_files(files, config)
    {"human": _show_pages, "short": _show_lines, "json": _show_json}[form](checked)
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


def _check_files(paths: Iterable[Path], config: Path | None) -> list[CheckedFile]:
    """Check every file, each with the configuration and plugins of its own folder."""
    projects: dict[Path, Project] = {}
    checked = []
    for path in paths:
        if path.parent not in projects:
            projects[path.parent] = Project(path.parent, config=config)
        checked.append(_check(projects[path.parent], path))
    return checked


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


def _mend_files(checked: Iterable[CheckedFile]) -> None:
    for one in checked:
        if mended := mend(one.diagnostics):
            note(f"{one.path}: {count(mended, 'mistake')} mended")


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


def _described(campaign: Campaign) -> str:
    stages = [name for name in campaign.graph.stages if name != "journey"]
    named = f"{count(len(stages) + 1, 'stage')} (journey{''.join(', ' + one for one in stages)})"
    return f"{named} · {most_words(campaign.worst_case)}"

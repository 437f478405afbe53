"""`tactful fmt`: writes flows in the one form that all flows have."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from tactful.cli.failure import tell
from tactful.cli.flows import STDIN, Projects, flow_files, read_stdin
from tactful.cli.mistakes import show_mistakes
from tactful.cli.options import config_option, flows_argument, stdin_name_option
from tactful.cli.output import clean, note
from tactful.cli.rewriting import rewrite
from tactful.cli.spans import count
from tactful.errors import TactfulError
from tactful.runtime.project import Project, read_text


@click.command()
@flows_argument
@click.option("--check", "only_list", is_flag=True, help="List what would change; write nothing.")
@click.option("--diff", "only_show", is_flag=True, help="Show what would change; write nothing.")
@stdin_name_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    only_list: bool,
    only_show: bool,
    stdin_name: Path,
    config: Path | None,
) -> None:
    """Write flows in their one form.

    There are no options about looks. Comments stay, and so does the meaning: a file is read again
    before it is written. One with mistakes of layout stays as it is, and its mistakes are told. Of
    a folder all its flows are formatted; `-` formats what comes in to what goes out.

    Exits 1 when a file has mistakes of layout; with --check or --diff also when one would change.

    \b
    Examples:
      tactful fmt flows
      tactful fmt --check flows
      tactful fmt - < flows/hello.flow
    """
    projects = Projects(config)
    if STDIN in files:
        if len(files) > 1:
            raise click.UsageError("`-` stands alone: one flow comes in, and one goes out.")
        shown = [_format(projects.of(stdin_name), stdin_name, read_stdin())]
    else:
        shown = [_format_file(projects.of(path), path) for path in flow_files(files)]
    done = [one for one in shown if one is not None]
    changed = [one for one in done if one.after != one.before]
    looks_only = only_list or only_show
    if only_show:
        _show_differences(changed)
    if only_list:
        for one in changed:
            click.echo(clean(str(one.path)))
    if not looks_only and STDIN in files:
        for one in done:
            click.echo(one.after, nl=False)
    elif not looks_only:
        for one in changed:
            rewrite(one.path, one.after)
            note(f"{one.path}: formatted")
    if STDIN not in files:
        _sum_up(len(shown), len(changed), len(shown) - len(done), looks_only=looks_only)
    ctx.exit(1 if len(done) < len(shown) or (looks_only and changed) else 0)


@dataclass(frozen=True)
class Written:
    """A flow before and after it was formatted."""

    path: Path
    before: str
    after: str


def _format_file(project: Project, path: Path) -> Written | None:
    """Format a file; None when that cannot be, and the reason is told."""
    try:
        text = read_text(path)
        as_stored = path.read_bytes().decode()
    except TactfulError as error:
        tell(error)
        return None
    formatted = _format(project, path, text)
    return formatted and Written(path, as_stored, formatted.after)


def _format(project: Project, path: Path, text: str) -> Written | None:
    try:
        formatted = project.format(text, path)
    except TactfulError as error:
        tell(error)
        return None
    if formatted.text is None:
        show_mistakes(formatted.mistakes, {str(path): text})
        return None
    return Written(path, text, formatted.text)


def _show_differences(changed: Iterable[Written]) -> None:
    for one in changed:
        before, after = one.before.splitlines(), one.after.splitlines()
        rows = difflib.unified_diff(before, after, f"{one.path}", f"{one.path}", lineterm="")
        click.echo("\n".join(map(clean, rows)))


def _sum_up(files: int, changed: int, kept: int, *, looks_only: bool) -> None:
    told = [f"{count(changed, 'file')} {'would change' if looks_only else 'formatted'}"]
    if kept:
        told.append(f"{count(kept, 'file')} with mistakes of layout stayed as written")
    told.append(f"{count(files - changed - kept, 'file')} well already")
    note(", ".join(part for part in told if not part.startswith("0 ")) or "no flows here")

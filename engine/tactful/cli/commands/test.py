"""`tactful test`: plays the scenarios of flows, and says which came true."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

import click

from tactful.cli.junit import write_junit
from tactful.cli.looping import run_async
from tactful.cli.mistakes import show_mistakes
from tactful.cli.options import config_option, format_option
from tactful.cli.output import json_page, note, working
from tactful.cli.scenarios import (
    TestedFile,
    Told,
    show_file,
    show_scenario,
    show_summary,
    test_json,
)
from tactful.errors import FlowInvalid
from tactful.runtime.project import Project
from tactful.simulate.scenarios.coverage import coverage
from tactful.simulate.scenarios.play import Played, Player, play_all
from tactful.simulate.scenarios.script import scripts_of


@click.command()
@click.argument(
    "paths",
    metavar="FILE|DIR...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("-k", "name", metavar="NAME", help="Only scenarios with this in their name.")
@click.option(
    "--junit",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the result here, as JUnit XML.",
)
@config_option
@format_option("human", "json")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    name: str | None,
    junit: Path | None,
    config: Path | None,
    form: str,
) -> None:
    """Play the scenarios of flows, and say which came true.

    The engine that runs the flow for real plays each scenario in virtual time: days take
    milliseconds, and nothing leaves. Of a scenario that fails it shows the line, what nearly
    fitted, and what happened instead. It also says which arms of the flow no scenario took.

    \b
    Examples:
      tactful test flows/delayed_order.flow
      tactful test -k refund flows
      tactful test --junit result.xml flows
    """
    files = list(_flows(paths))
    if not files:
        raise click.UsageError(f"There is no .flow file in {', '.join(map(str, paths))}.")
    human = form == "human"
    tested: list[TestedFile] = []
    projects: dict[Path, Project] = {}
    for path in files:
        if path.parent not in projects:
            projects[path.parent] = Project(path.parent, config=config)
        tested.append(_test(projects[path.parent], path, name, human=human))
    if human:
        show_summary(tested, name)
    else:
        json_page(test_json(tested))
    if junit is not None:
        write_junit(junit, tested)
        note(f"{junit} written")
    found = any(file.told for file in tested)
    ctx.exit(0 if all(file.passed for file in tested) and (found or name is None) else 1)


def _flows(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the flows among the paths, and in the folders among them, each once."""
    seen: set[Path] = set()
    for path in paths:
        inside = sorted(path.rglob("*.flow")) if path.is_dir() else [path]
        for file in inside:
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file not in seen and not hidden:
                seen.add(file)
                yield file


def _test(project: Project, path: Path, name: str | None, *, human: bool) -> TestedFile:
    try:
        source = project.read(path)
    except FlowInvalid as error:
        return TestedFile(str(path), "", mistake=error.message)
    show_mistakes(source.compiled.diagnostics, {str(path): source.text})
    flow, campaign = source.compiled.flow, source.compiled.campaign
    file = TestedFile(str(path), source.text, diagnostics=source.compiled.diagnostics)
    if flow is None or campaign is None:
        file.mistake = "the flow has mistakes"
        return file
    chosen = scripts_of(flow, campaign, name or "")
    if human and (chosen or name is None):
        show_file(file, bool(chosen))
    player = Player(
        campaign, project.strategies, project.config.limits, project.policies, project.house
    )
    if human:
        run_async(partial(play_all, player, chosen, _Listener(file, human=True)))
    else:
        with working(f"playing {path.name}"):
            run_async(partial(play_all, player, chosen, _Listener(file, human=False)))
    if name is None and file.told:
        file.coverage = coverage(flow, campaign.graph, source.compiled.spans, player.seen)
    return file


class _Listener:
    """Notes what came of each scenario and how long it took, and shows it to people."""

    def __init__(self, file: TestedFile, *, human: bool) -> None:
        self._file = file
        self._human = human
        self._before = perf_counter()

    def __call__(self, played: Played) -> None:
        now = perf_counter()
        told = Told(played, now - self._before)
        self._before = now
        self._file.told.append(told)
        if self._human:
            show_scenario(self._file, told)

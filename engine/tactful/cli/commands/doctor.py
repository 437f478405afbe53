"""`tactful doctor`: looks for what would keep campaigns from leaving, and says what to do."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tactful.cli.failure import WRONG
from tactful.cli.options import config_option, format_option, store_option
from tactful.cli.output import json_page, say

if TYPE_CHECKING:
    from tactful.runtime.ports import Finding

    Area = tuple[str, Sequence[Finding]]

_MARKS = {"error": ("✗", "red"), "warning": ("!", "yellow"), "note": ("·", "dim")}


@click.command()
@format_option("human", "json")
@config_option
@store_option
@click.pass_context
def command(ctx: click.Context, form: str, config: Path | None, store: str | None) -> None:
    """Look for what keeps campaigns from leaving.

    Configuration, secrets, plugins, the store, the way in to our public address and the clock; then
    every channel and desk tries its credentials, senders and domains. Nothing is sent to anybody.
    Ends with 1 when something is wrong.

    \b
    Examples:
      tactful doctor
      tactful doctor --format json
    """
    found: list[Area] = []
    for area in _areas(config, store):
        found.append(area)
        if form == "human":
            _show(area)
    if form == "json":
        json_page(
            [
                {
                    "area": area,
                    "severity": finding.severity,
                    "code": finding.code,
                    "message": finding.message,
                    "help": finding.help or None,
                }
                for area, findings in found
                for finding in findings
            ]
        )
    else:
        _sum_up(finding for _, findings in found for finding in findings)
    if any(finding.severity == "error" for _, findings in found for finding in findings):
        ctx.exit(WRONG)


def _areas(config: Path | None, store: str | None) -> "Iterator[Area]":
    from tactful.cli.doctoring import house, outside
    from tactful.cli.doctoring.providers import providers
    from tactful.cli.looping import run_async
    from tactful.cli.stores import store_path
    from tactful.runtime.project import Project

    project = Project(Path.cwd(), config=config)
    yield "configuration", [*house.configuration(project)]
    yield "plugins", [*house.plugins(project)]
    yield "paces", [*house.paces(project)]
    yield "store", [*house.store(store_path(store))]
    yield "way in and clock", [*outside.way_in(project.config)]
    yield from run_async(lambda: providers(project))


def _show(area: "Area") -> None:
    name, findings = area
    wrong = [finding for finding in findings if finding.severity != "note"]
    if not wrong:
        say(f"✓ {name}: well", "green")
    else:
        say(f"{_worst(findings)} {name}", _MARKS[_severity(findings)][1])
    for finding in findings:
        mark, style = _MARKS[finding.severity]
        say(f"    {mark} {finding.message}", "" if finding.severity != "note" else style, hang=6)
        if finding.help:
            say(f"      {finding.help}", "dim", hang=6)


def _severity(findings: "Sequence[Finding]") -> str:
    return min((finding.severity for finding in findings), key=list(_MARKS).index)


def _worst(findings: "Sequence[Finding]") -> str:
    return _MARKS[_severity(findings)][0]


def _sum_up(findings: "Iterable[Finding]") -> None:
    told = [finding.severity for finding in findings]
    errors, warnings = told.count("error"), told.count("warning")
    say()
    if errors:
        what = "1 thing is" if errors == 1 else f"{errors} things are"
        say(f"{what} wrong." + (f" {warnings} more to look at." if warnings else ""), "bold red")
    elif warnings:
        say("Nothing is wrong; look at what is marked with !.", "bold yellow")
    else:
        say("All is well.", "bold green")

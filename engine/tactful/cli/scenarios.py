"""How `tactful test` shows scenarios: ticks and crosses, timelines of failures, arms not taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import click

from tactful.cli.eventlines import details
from tactful.cli.output import clean, heading, say, wants_colour
from tactful.cli.spans import count, span_words
from tactful.language.diagnostics import Diagnostic, Span, render, to_json
from tactful.simulate.scenarios.coverage import Arm, Coverage
from tactful.simulate.scenarios.play import Moment, Played

UNMET = "TF002"
"""The code of a scenario that failed: no mistake of the language."""
_UNTOLD = ("queued", "delivered")
"""Events that a timeline leaves out, because they go without saying."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one scenario, and how many real seconds it took."""

    played: Played
    seconds: float


@dataclass(slots=True)
class TestedFile:
    """One file: what came of its scenarios. `mistake` says why it could not be tested."""

    path: str
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    mistake: str | None = None
    told: list[Told] = field(default_factory=list)
    coverage: Coverage | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return self.mistake is None and all(told.played.passed for told in self.told)


# ---- for people ---------------------------------------------------------------------------------


def show_file(file: TestedFile, has_scenarios: bool) -> None:
    """Print the name of a file, before its scenarios are played."""
    say(
        file.path if has_scenarios else f"{file.path}: no scenarios",
        "bold" if has_scenarios else "dim",
    )


def show_scenario(file: TestedFile, told: Told) -> None:
    """Print what came of a scenario; of one that failed, where and why."""
    played = told.played
    mark, style, word = ("✓", "green", "ok") if played.passed else ("✗", "red", "FAILED")
    if not wants_colour():
        mark = word
    say(f"  {mark} {played.name}  ({span_words(played.spent)})", style)
    if not played.passed:
        click.echo()
        click.echo(_indented(failure_text(file, played, colour=wants_colour())))
        _show_timeline(played.timeline)
        click.echo()


def failure_text(file: TestedFile, played: Played, *, colour: bool = False) -> str:
    """Return where a scenario failed and why, and what was seen instead."""
    found = unmet_line(file, played)
    seen = [f"   = seen: {clean(hint)}" for hint in found.help]
    return "\n".join([render(replace(found, help=()), file.text, colour), *seen])


def unmet_line(file: TestedFile, played: Played) -> Diagnostic:
    """Return the failure of a scenario as a mistake at its line."""
    assert played.unmet is not None
    place = (played.line or played.node).span
    message, hints = played.unmet.message, tuple(hint for hint in played.unmet.hints if hint)
    return Diagnostic(UNMET, "error", message, place, "", hints, file=file.path)


def _show_timeline(timeline: Sequence[Moment]) -> None:
    say("    What happened, on the person's clock:", "dim")
    for line in timeline_lines(timeline):
        say(f"      {line}", "dim", hang=34)


def timeline_lines(timeline: Iterable[Moment]) -> list[str]:
    """Return one line for each event worth telling: when, what, and the words of it."""
    told = [one for one in timeline if one.line["event"] not in _UNTOLD]
    widest = max((len(one.at) for one in told), default=0)
    return [
        f"{one.at:<{widest}}  {_event(one):<10}  {clean(details(one.line))}".replace(
            "\n", " "
        ).rstrip()
        for one in told
    ]


def _event(one: Moment) -> str:
    return str(one.line["event"]).replace("_", " ")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def show_summary(files: Sequence[TestedFile], name: str | None) -> None:
    """Print how many came true, and which arms no scenario took."""
    told = [one for file in files for one in file.told]
    for file in files:
        if file.mistake is not None:
            say(f"{file.path}: not tested, {file.mistake}", "red")
        if file.coverage is not None and file.coverage.missed:
            _show_missed(file, file.coverage)
    if not told:
        say(f"No scenario has “{name}” in its name." if name else "No scenarios.")
        return
    failed = sum(not one.played.passed for one in told)
    said = f"{count(len(told) - failed, 'scenario')} came true"
    said += f", {failed} did not" if failed else ""
    arms = [file.coverage for file in files if file.coverage is not None]
    total = sum(len(one.arms) for one in arms)
    if total:
        taken = total - sum(len(one.missed) for one in arms)
        said += f" · {taken} of {count(total, 'arm')} taken ({taken * 100 // total} %)"
    say()
    say(said, "bold red" if failed or any(file.mistake for file in files) else "bold green")


def _show_missed(file: TestedFile, covered: Coverage) -> None:
    heading("No scenario takes")
    for arm in covered.missed:
        say(f"  {file.path}:{arm.span.line}  {_written(file, arm.span)}")


def _written(file: TestedFile, span: Span) -> str:
    return file.text.splitlines()[span.line - 1].strip()


# ---- for programs -------------------------------------------------------------------------------


def test_json(files: Sequence[TestedFile]) -> dict[str, Any]:
    """Return the result as `test --format json` prints it."""
    told = [one for file in files for one in file.told]
    return {
        "scenarios": len(told),
        "failed": sum(not one.played.passed for one in told),
        "files": [_file_json(file) for file in files],
    }


def _file_json(file: TestedFile) -> dict[str, Any]:
    return {
        "file": file.path,
        "mistake": file.mistake,
        "diagnostics": [to_json(found) for found in file.diagnostics],
        "scenarios": [_scenario_json(file, told) for told in file.told],
        "coverage": None if file.coverage is None else _coverage_json(file, file.coverage),
    }


def _scenario_json(file: TestedFile, told: Told) -> dict[str, Any]:
    played = told.played
    return {
        "name": played.name,
        "line": played.node.span.line,
        "passed": played.passed,
        "seconds": round(told.seconds, 6),
        "failure": None if played.passed else to_json(unmet_line(file, played)),
        "events": [one.line for one in played.timeline],
    }


def _coverage_json(file: TestedFile, covered: Coverage) -> dict[str, Any]:
    def shown(arm: Arm) -> dict[str, Any]:
        return {
            "line": arm.span.line,
            "column": arm.span.column,
            "text": _written(file, arm.span),
            "taken": arm not in covered.missed,
        }

    return {"percent": covered.percent, "arms": [shown(arm) for arm in covered.arms]}

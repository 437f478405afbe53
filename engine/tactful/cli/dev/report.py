"""What `dev` tells of a save, in words: the mistakes, or what the flow would do and what is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tactful.cli.dev.trial import Forecast
from tactful.cli.scenarios import TestedFile, failure_text
from tactful.cli.spans import count, most_words, span_words
from tactful.errors import TactfulError
from tactful.graph.model import Campaign
from tactful.language.diagnostics import Diagnostic, render
from tactful.runtime.progress import Progress
from tactful.simulate.scenarios.play import Played

MOST_CHANGES = 5


@dataclass(slots=True)
class Report:
    """All that is known of one flow: its newest save, and the last form that was good.

    `campaign` is the form that the engine has. `milliseconds` is how long it took to get there.
    """

    path: Path
    name: str
    text: str = ""
    diagnostics: Sequence[Diagnostic] = ()
    error: TactfulError | None = None
    campaign: Campaign | None = None
    launch: str = ""
    begun: bool = False
    changes: Sequence[str] = ()
    milliseconds: float = 0.0
    forecast: Forecast | None = None
    played: Sequence[Played] = ()
    trouble: str = ""
    gone: bool = False
    progress: Progress | None = None

    @property
    def good(self) -> bool:
        """Whether the newest save is the form that runs."""
        return self.error is None and not any(one.severity == "error" for one in self.diagnostics)

    @property
    def mistakes(self) -> int:
        """How many mistakes the newest save has."""
        return sum(one.severity == "error" for one in self.diagnostics)


def headline(report: Report) -> str:
    """Return one line that says how the newest save went."""
    if report.gone:
        return f"{report.name}: gone; {_goes_on(report)}"
    if not report.good:
        wrong = report.error.message if report.error else count(report.mistakes, "mistake")
        return f"{report.name}: {wrong}; {_goes_on(report)}"
    assert report.campaign is not None
    parts = [f"{report.name}: revision {report.campaign.graph.revision} active"]
    parts[0] += f" after {report.milliseconds:.0f} ms"
    parts.append(f"{report.launch} begun" if report.begun else _new(report.changes))
    if report.trouble:
        parts.append(report.trouble)
    parts += forecast_words(report)
    parts += scenario_words(report)
    warnings = sum(one.severity == "warning" for one in report.diagnostics)
    if warnings:
        parts.append(count(warnings, "warning"))
    return " · ".join(parts)


def _goes_on(report: Report) -> str:
    if report.campaign is None:
        return "nothing of it runs"
    return f"revision {report.campaign.graph.revision} goes on"


def _new(changes: Sequence[str]) -> str:
    return count(len(changes), "change") if changes else "nothing is new"


def forecast_words(report: Report) -> list[str]:
    """Return what the plan says, in a few words each."""
    if report.forecast is None:
        return []
    plan = report.forecast.plan
    rehearsed = plan.rehearsed
    rows = f"{rehearsed.joined:,} in, {rehearsed.rows - rehearsed.joined:,} out"
    parts = [f"first {rehearsed.rows:,} rows: {rows}" if report.forecast.more else rows]
    parts += [f"{sends.messages:,} {channel}" for channel, sends in sorted(plan.sends.items())]
    parts.append(f"done in {span_words(rehearsed.finished_at - rehearsed.started_at)}")
    parts.append(most_words(plan.worst_case))
    parts += [f"{one.severity}: {one.message}" for one in plan.findings if one.severity != "note"]
    return parts


def scenario_words(report: Report) -> list[str]:
    """Return how many scenarios came true, if there are any."""
    if not report.played:
        return []
    failed = sum(not one.passed for one in report.played)
    all_of = count(len(report.played), "scenario")
    return [f"{failed} of {all_of} FAILED" if failed else f"{all_of} ok"]


def change_words(report: Report) -> list[str]:
    """Return what is new since the form before, a line each, not too many."""
    lines = list(report.changes[:MOST_CHANGES])
    if (more := len(report.changes) - MOST_CHANGES) > 0:
        lines.append(f"… and {more} more")
    return lines


def mistake_pages(report: Report, *, colour: bool) -> list[str]:
    """Return each mistake and warning as `check` shows it, and what failed as `test` does."""
    pages = [render(one, report.text, colour) for one in report.diagnostics]
    if report.error is not None and report.error.help:
        pages.append(f"help: {report.error.help}")
    file = TestedFile(report.name, report.text)
    pages += [
        failure_text(file, played, colour=colour) for played in report.played if not played.passed
    ]
    return pages

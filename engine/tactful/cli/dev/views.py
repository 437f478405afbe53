"""How `dev` shows what it does: a line for each save in a pipe, a calm screen on a terminal."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import click

from tactful.cli.dev.report import (
    Report,
    change_words,
    forecast_words,
    headline,
    mistake_pages,
    scenario_words,
)
from tactful.cli.live import counts_words, turn_words
from tactful.cli.output import clean, wants_colour
from tactful.cli.spans import count

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

MOST_SAID = 3


class View(Protocol):
    """Shows flows and what happens to them."""

    def saved(self, report: Report, flows: Iterable[Report]) -> None:
        """Show a flow that was looked at, among all there are."""
        ...

    def said(self, text: str) -> None:
        """Show something about the work itself."""
        ...

    def stands(self, flows: Iterable[Report]) -> None:
        """Show how the campaigns stand now."""
        ...


@contextmanager
def view(title: str) -> Iterator[View]:
    """Return the view that fits stdout."""
    if not wants_colour():
        click.echo(title)
        yield PlainView()
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(highlight=False)
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
        yield ScreenView(title, live)


def _now() -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}"


class PlainView:
    """A line for each save, and its mistakes below it."""

    def saved(self, report: Report, flows: Iterable[Report]) -> None:
        click.echo(clean(f"{_now()} {headline(report)}"))
        for line in change_words(report) if report.good else ():
            click.echo(clean(f"    {line}"))
        for page in () if report.gone else mistake_pages(report, colour=False):
            click.echo(f"{page}\n")

    def said(self, text: str) -> None:
        click.echo(clean(f"{_now()} {text}"))

    def stands(self, flows: Iterable[Report]) -> None:
        return


class ScreenView:
    """A screen that is drawn again in its place: every flow, with its mistakes."""

    def __init__(self, title: str, live: "Live") -> None:
        self._title = clean(title)
        self._live = live
        self._said: list[str] = []
        self._flows: list[Report] = []
        self._at = _now()

    def saved(self, report: Report, flows: Iterable[Report]) -> None:
        self._at = _now()
        self._said = []
        self.stands(flows)

    def said(self, text: str) -> None:
        self._said = [*self._said, f"{_now()} {clean(text)}"][-MOST_SAID:]
        self.stands(self._flows)

    def stands(self, flows: Iterable[Report]) -> None:
        self._flows = list(flows)
        self._live.update(self._draw(), refresh=True)

    def _draw(self) -> "RenderableType":
        from rich.console import Group
        from rich.text import Text

        lines: list[RenderableType] = [Text.assemble((self._title, "bold"), ("   q quits", "dim"))]
        for report in self._flows:
            lines += ["", *self._flow(report)]
        if not self._flows:
            lines += ["", Text("no flows here yet: save one, NAME.flow", "dim")]
        lines += [Text(text, "yellow") for text in self._said]
        lines.append(Text(f"\nlast save {self._at}", "dim"))
        return Group(*lines)

    def _flow(self, report: Report) -> Iterator["RenderableType"]:
        from rich.text import Text

        mark, style = ("●", "green") if report.good and not report.gone else ("✗", "red")
        if report.good and report.trouble:
            style = "yellow"
        head = Text.assemble((f"{mark} ", style), (clean(report.name), "bold"))
        if report.good and report.campaign is not None and not report.gone:
            head.append(
                f"  {report.campaign.graph.revision} after {report.milliseconds:.0f} ms", "dim"
            )
            yield head
            waiting = [] if report.trouble else ["planning …"]
            words = [*(forecast_words(report) or waiting), *scenario_words(report)]
            yield Text("  " + " · ".join(words))
        else:
            head.append("  " + headline(report).partition(": ")[2], style)
            yield head
        if report.trouble:
            yield Text(f"  {clean(report.trouble)}", "yellow")
        if report.good:
            for line in change_words(report):
                yield Text(f"  {clean(line)}", {"+": "green", "-": "red"}.get(line[0], "cyan"))
        if report.progress is not None:
            stands = report.progress
            yield Text(f"  {stands.launch}: {counts_words(stands)} · {turn_words(stands)}", "dim")
        for page in mistake_pages(report, colour=True):
            yield Text("")
            yield Text.from_ansi(page)


def title_of(folder: str, flows: int) -> str:
    """Return the first line of either view."""
    return f"tactful dev · {folder} · {count(flows, 'flow')} · nothing leaves this machine"

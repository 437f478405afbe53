"""How `serve` shows what it does: lines in a pipe, a table drawn in place on a terminal."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from tactful.cli.live import counts_words, held_words, read_words, turn_words
from tactful.cli.output import clean, note, say, wants_colour
from tactful.cli.spans import count, short_clock, span_words
from tactful.runtime.progress import Progress

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from tactful.web.serving import Started

PLAIN_SECONDS = 10
"""How often it is told in a pipe how the campaigns stand, when that has changed."""


class PlainView:
    """Lines: what serves now, and again and again how the campaigns stand."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._next = monotonic() + PLAIN_SECONDS
        self._told: dict[str, str] = {}

    def started(self, started: "Started") -> None:
        for line in started_lines(self._folder, started):
            say(line)

    def stand(self, campaigns: Sequence[Progress]) -> None:
        if monotonic() < self._next:
            return
        self._next = monotonic() + PLAIN_SECONDS
        for progress in campaigns:
            line = " · ".join((counts_words(progress), turn_words(progress), *read_words(progress)))
            if self._told.get(progress.launch) != line:
                self._told[progress.launch] = line
                self.tell(f"{progress.launch} {progress.state}: {line}")

    def stopping(self, in_flight: int) -> None:
        self.tell(stopping_words(in_flight))

    def tell(self, text: str) -> None:
        """Print a line with the time."""
        note(f"{_now()} {text}")


class DrawnView(PlainView):
    """The same, with a table of the campaigns that is drawn again in its place."""

    def __init__(self, folder: str, live: "Live") -> None:
        super().__init__(folder)
        self._live = live
        self._stopping = ""

    def started(self, started: "Started") -> None:
        for line in started_lines(self._folder, started):
            self._live.console.print(clean(line), markup=False, highlight=False)

    def stand(self, campaigns: Sequence[Progress]) -> None:
        self._live.update(self._draw(campaigns), refresh=True)

    def stopping(self, in_flight: int) -> None:
        self._stopping = stopping_words(in_flight)

    def tell(self, text: str) -> None:
        self._live.console.print(clean(f"{_now()} {text}"), markup=False, highlight=False)

    def _draw(self, campaigns: Sequence[Progress]) -> "RenderableType":
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        drawn.add_column("campaign", style="bold")
        drawn.add_column("")
        for name in ("under way", "sent", "waiting", "answered", "failed", "in doubt"):
            drawn.add_column(name, justify="right")
        drawn.add_column("next")
        for one in campaigns:
            numbers = (one.live, one.sent, one.waiting, one.answered, one.failed, one.in_doubt)
            drawn.add_row(
                Text(clean(one.launch)),
                one.state,
                *[f"{number:,}" for number in numbers],
                Text(_next_words(one)),
            )
        nothing = Text("nothing is under way; `tactful start FILE` begins a campaign", "dim")
        lines: list[RenderableType] = [Text(""), drawn if campaigns else nothing]
        if self._stopping:
            lines.append(Text(self._stopping, "bold yellow"))
        return Group(*lines)


def started_lines(folder: str, started: "Started") -> Iterator[str]:
    """Yield what serves now, and where."""
    where = "really sends" if started.live else "all messages go to the outbox"
    yield f"tactful serve · {folder} · {where}"
    yield f"listening on {started.url}"
    if started.public_url is not None:
        yield f"reached from outside at {started.public_url}"
    elif started.hooks:
        yield "no [server] public_url: providers cannot call back from outside"
    for path in started.hooks:
        yield f"  {path}"
    if started.listening:
        yield f"looking for signals: {', '.join(started.listening)}"
    if started.recovered:
        cut_off = count(started.recovered, "send")
        yield f"{cut_off} had been cut off before, and were looked into"
    for name, problem in started.held:
        yield f"{name} waits: {problem}"
    if started.campaigns:
        yield f"goes on with {', '.join(started.campaigns)}"
    else:
        also = "else " if started.held else ""
        yield f"nothing {also}is under way; `tactful start FILE` begins a campaign"


def stopping_words(in_flight: int) -> str:
    """Return what Ctrl-C brings about."""
    return (
        f"stopping: nothing more is sent or taken in; {in_flight:,} in flight. "
        "Ctrl-C once more stops at once."
    )


def _next_words(progress: Progress) -> str:
    """Return when something happens next in a campaign, in few words."""
    if progress.because:
        return held_words(progress)
    if progress.audience_problem:
        return clean(f"audience: {progress.audience_problem}")
    if progress.starts_at is not None:
        return f"starts {short_clock(progress.starts_at)}"
    at = progress.at
    if at is None or progress.next_permit is None or progress.finish is None:
        return "hours, or a retry" if progress.waiting else "answers and waits"
    return f"in {span_words(progress.next_permit - at)}, all by {short_clock(progress.finish)}"


def _now() -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}"


class _Teller(logging.Handler):
    """Shows people what the parts of Tactful log."""

    def __init__(self, view: PlainView) -> None:
        super().__init__(logging.WARNING)
        self._view = view

    def emit(self, record: logging.LogRecord) -> None:
        self._view.tell(record.getMessage())


@contextmanager
def view(folder: str) -> Iterator[PlainView]:
    """Return the view that fits the terminal, which also tells what is logged."""
    live: Any = None
    if wants_colour(err=True):
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True, highlight=False)
        live = Live(console=console, auto_refresh=False)
    shown = DrawnView(folder, live) if live is not None else PlainView(folder)
    teller = _Teller(shown)
    logger = logging.getLogger("tactful")
    logger.addHandler(teller)
    try:
        if live is None:
            yield shown
        else:
            with live:
                yield shown
    finally:
        logger.removeHandler(teller)

"""How a running campaign looks: drawn in place on a terminal, some lines in a pipe."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from tactful.cli.output import clean, note, wants_colour
from tactful.cli.spans import clock_words, count, short_clock, span_words
from tactful.runtime.progress import Progress
from tactful.values import SECOND

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.live import Live

PLAIN_SECONDS = 5
"""How often a line is printed in a pipe."""


class View(Protocol):
    """Shows how a campaign stands."""

    def show(self, progress: Progress) -> None:
        """Show how it stands now."""
        ...

    def stopping(self, progress: Progress) -> None:
        """Show that it stops."""
        ...


@contextmanager
def view(title: str) -> Iterator[View]:
    """Return the view that fits stderr."""
    if not wants_colour(err=True):
        yield PlainView()
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield DrawnView(title, live)


class PlainView:
    """One line every few seconds, and only when something has changed."""

    def __init__(self) -> None:
        self._next = monotonic() + PLAIN_SECONDS
        self._last = ""

    def show(self, progress: Progress) -> None:
        line = " · ".join((counts_words(progress), turn_words(progress), *read_words(progress)))
        if monotonic() >= self._next and line != self._last:
            note(f"{_clock(progress)} · {line}")
            self._next, self._last = monotonic() + PLAIN_SECONDS, line

    def stopping(self, progress: Progress) -> None:
        note(stopping_words(progress))


class DrawnView:
    """A few lines that are drawn again in their place."""

    def __init__(self, title: str, live: "Live") -> None:
        self._title = clean(title)
        self._live = live
        self._stopping = ""

    def show(self, progress: Progress) -> None:
        self._live.update(self._draw(progress), refresh=True)

    def stopping(self, progress: Progress) -> None:
        self._stopping = stopping_words(progress)
        self.show(progress)

    def _draw(self, progress: Progress) -> "Group":
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        ended = sum(progress.ended.values())
        people = ended + progress.live
        bar = Table.grid(padding=(0, 1))
        bar.add_row(
            ProgressBar(total=max(people, 1), completed=ended, width=36),
            Text(f"{ended:,} of {count(people, 'journey')} ended"),
        )
        head = Text.assemble(
            (self._title, "bold"),
            f"  {progress.launch} {progress.state}  ",
            (_clock(progress), "dim"),
        )
        turn = Text(turn_words(progress), "bold red" if progress.because else "")
        lines: list[RenderableType] = [head, bar, _coloured(progress), turn]
        if words := " · ".join(read_words(progress)):
            lines.append(Text(words, "red" if progress.audience_problem else "dim"))
        if self._stopping:
            lines.append(Text(self._stopping, "bold yellow"))
        return Group(*lines)


def _numbers(progress: Progress) -> list[tuple[str, int, str]]:
    return [
        ("sent", progress.sent, "green"),
        ("waiting", progress.waiting, "cyan"),
        ("answered", progress.answered, "magenta"),
        ("refused", progress.refused, "yellow"),
        ("failed", progress.failed, "red"),
        ("in doubt", progress.in_doubt, "bold red"),
    ]


def _coloured(progress: Progress) -> "RenderableType":
    from rich.text import Text

    parts = [
        Text(f"{name} {number:,}", style if number else "dim")
        for name, number, style in _numbers(progress)
    ]
    return Text(" · ").join(parts)


def counts_words(progress: Progress) -> str:
    """Return the counts of a campaign in one line."""
    return " · ".join(f"{name} {number:,}" for name, number, _ in _numbers(progress))


def turn_words(progress: Progress) -> str:
    """Return when the next message may leave, and when the last one that waits now may."""
    at = progress.at
    if progress.because:
        return held_words(progress)
    if progress.starts_at is not None:
        return f"starts at {clock_words(progress.starts_at)}"
    if at is None or progress.next_permit is None or progress.finish is None:
        return "waiting for hours or a retry" if progress.waiting else "nobody waits for a turn"
    wait, rest = progress.next_permit - at, progress.finish - at
    first = "next message at once" if wait < SECOND else f"next message in {span_words(wait)}"
    return f"{first} · all that wait may leave by {short_clock(at + rest)} (in {span_words(rest)})"


def held_words(progress: Progress) -> str:
    """Return why the engine has paused a campaign, and how it goes on."""
    campaign = progress.launch.rpartition(".")[0]
    return clean(f"paused, {progress.because}; mend that, then `tactful resume {campaign}`")


def read_words(progress: Progress) -> list[str]:
    """Return when the audience is read again, if it is, and why that failed last."""
    if progress.next_read is None:
        return []
    again = short_clock(progress.next_read)
    if progress.audience_problem:
        problem = clean(progress.audience_problem)
        return [f"the audience cannot be read: {problem}", f"tried again {again}"]
    return [f"the audience is read again {again}, until you stop the campaign"]


def stopping_words(progress: Progress) -> str:
    """Return what Ctrl-C brings about."""
    return (
        f"stopping: nothing more is sent; {progress.sending:,} in flight. "
        "Ctrl-C once more stops at once."
    )


def _clock(progress: Progress) -> str:
    return clock_words(progress.at) if progress.at is not None else ""

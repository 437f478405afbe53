"""What a command prints: drawn by Rich on a terminal, plain under NO_COLOR or in a pipe.

Results go to stdout, everything else to stderr. Texts that come from other people may hold control
characters; they never reach a terminal.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def wants_colour(*, err: bool = False) -> bool:
    """Return whether the stream is a terminal whose owner wants more than plain text."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def console() -> "Console":
    """Return Rich's console on stdout, for what is drawn only if `wants_colour()`."""
    from rich.console import Console

    return Console(highlight=False)


def clean(text: str) -> str:
    """Return a text without the characters that move a terminal's cursor or turn its writing."""
    return _CONTROL.sub("�", text)


def say(text: str = "", style: str = "", *, hang: int = 0) -> None:
    """Print a line or more of the result.

    On a terminal it gets its `style` (of Rich), and lines that go on are indented by `hang`.
    """
    text = clean(text)
    if not wants_colour():
        click.echo(text)
        return
    from rich.text import Text

    terminal = console()
    if hang:
        text = fill(text, terminal.width, subsequent_indent=" " * hang)
    terminal.print(Text(text, style=style))


def heading(text: str) -> None:
    """Print the title of what follows."""
    say()
    say(text, "bold")


def note(text: str) -> None:
    """Print something besides the result, on stderr."""
    click.echo(clean(text), err=True)


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
    styles: Mapping[int, str] | None = None,
) -> None:
    """Print rows below each other. `right` columns are numbers; `styles` go by column.

    In a pipe nothing is cut or wrapped.
    """
    cells = [[clean(str(cell)).replace("\n", " ") for cell in row] for row in rows]
    if not wants_colour():
        _plain_table(columns, cells, right)
        return
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
        show_header=any(columns),
    )
    for index, name in enumerate(columns):
        drawn.add_column(
            name,
            justify="right" if index in right else "left",
            style=(styles or {}).get(index, ""),
            no_wrap=index in right,
        )
    for row in cells:
        drawn.add_row(*map(Text, row))
    console().print(drawn)


def _plain_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]
) -> None:
    lines = [list(columns), *rows] if any(columns) else list(rows)
    widths = [max((len(line[index]) for line in lines), default=0) for index in range(len(columns))]
    for line in lines:
        padded = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(padded).rstrip())


def json_line(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print a value as one line of JSON."""
    import msgspec

    click.echo(msgspec.json.encode(value))


def json_page(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print a value as JSON for people and programs, indented."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that something takes a while."""
    if not wants_colour(err=True):
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …"):
        yield

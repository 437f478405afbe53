"""Shows the mistakes of flows, each with the line it is about."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import click

from tactful.cli.output import wants_colour
from tactful.language.diagnostics import Diagnostic, render


def show_mistakes(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str] | None = None,
    *,
    err: bool = True,
) -> None:
    """Print diagnostics. `sources` has the texts of files by name; others are read again."""
    read = cache(_read)
    for diagnostic in diagnostics:
        source = (sources or {}).get(diagnostic.file)
        text = read(diagnostic.file) if source is None else source
        click.echo(render(diagnostic, text, wants_colour(err=err)) + "\n", err=err)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""

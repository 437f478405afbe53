"""`tactful plugins`: what is installed, what it supplies, and why something is off."""

from pathlib import Path

import click

from tactful.cli.options import config_option, format_option
from tactful.cli.output import json_page, say, table


@click.command()
@format_option("human", "json")
@config_option
def command(form: str, config: Path | None) -> None:
    """List plugins and what they supply.

    \b
    Example:
      tactful plugins --format json
    """
    from tactful.runtime.project import Project

    listing = Project(Path.cwd(), config=config).plugins.listing()
    if form == "json":
        json_page(
            [
                {
                    "name": info.name,
                    "version": info.version,
                    "state": info.state,
                    "why": info.why,
                    "supplies": info.supplies,
                }
                for info in listing
            ]
        )
        return
    table(
        ("plugin", "version", "state", "supplies"),
        [(info.name, info.version, info.state, _short(info.supplies)) for info in listing],
    )
    for info in listing:
        if info.why:
            style = "dim" if info.state == "not set up" else "yellow"
            say(f"{info.name} is {info.state}: {info.why}", style)


def _short(supplies: tuple[str, ...]) -> str:
    """Return what a plugin supplies; many words of the language are counted, not named."""
    words = [name for name in supplies if name.startswith("word ")]
    others = [name for name in supplies if not name.startswith("word ")]
    if len(words) > 3:
        words = [f"{len(words)} words of the language"]
    return ", ".join(others + words)

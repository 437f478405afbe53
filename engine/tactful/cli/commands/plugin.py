"""`tactful plugin new`: a whole new plugin, tested and ready to be installed."""

from pathlib import Path

import click

from tactful.cli.output import say
from tactful.plugins.scaffold import KINDS, NewKind, new_plugin


@click.group()
def command() -> None:
    """Begin a plugin of your own."""


@command.command("new")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder in which its folder is made; without it, the current one.",
)
def new(kind: NewKind, name: str, into: Path) -> None:
    """Write a plugin with typed code, tests, a README and a CI file.

    Its tests pass as they are; change it step by step from there. Nothing is overwritten.

    \b
    Example:
      tactful plugin new channel letterbox
    """
    from tactful.plugins.discovery import installed

    folder = new_plugin(kind, name, into, [candidate.name for candidate in installed()])
    plugin = name.replace("-", "_")
    article = "an" if kind[0] in "aeiou" else "a"
    what = "words for flows" if kind == "words" else f"{article} {kind}"
    say(f"Wrote {folder}: {what}, called `{plugin}`.")
    say("")
    say("Install it and run its tests:")
    say(f"  cd {folder}")
    say("  python -m pip install --editable . --group dev")
    say("  pytest")
    say("")
    say("`tactful plugins` lists it then. Its README says how a flow names it.")

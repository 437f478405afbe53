"""Writes the reference of the command line out of the commands themselves.

`python -m tests.cli.reference` brings `docs/reference/cli.md` up to date.
"""

from collections.abc import Iterator

import click

from tactful.cli.group import application
from tactful.cli.table import COMMANDS, SECTIONS
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "reference" / "cli.md"
WIDTH = 100

_HEAD = """# The command line

What every command does and takes, as `--help` tells it. Written by `python -m tests.cli.reference`.

Results go to stdout, errors and progress to stderr. On a terminal they are drawn in colour; in a
pipe, or with `NO_COLOR` set, they are plain. `--format json` and `--format jsonl` stay stable.

| exit code | means |
| --- | --- |
| 0 | well |
| 1 | errors in the flow, the audience or the run |
| 2 | wrong usage, or another engine owns the store |
| 3 | stopped before done; the same command goes on |
| 4 | done, with sends in doubt |

Without `--live` nothing leaves the machine: every message goes to the outbox, as rows and as `.eml`
and `.txt` files. The store is `.tactful/store.db` beside the flow; commands without a flow look for
it in the current folder and above.
"""


def page() -> str:
    """Return the whole page."""
    root = click.Context(application, info_name="tactful", **application.context_settings)
    parts = [_HEAD]
    for section in SECTIONS:
        parts.append(f"## {section}\n")
        for name, entry in COMMANDS.items():
            if entry.section == section:
                command = application.get_command(root, name)
                assert command is not None
                parts += _told(command, click.Context(command, info_name=name, parent=root))
    return "\n".join(parts)


def _told(command: click.Command, context: click.Context) -> Iterator[str]:
    context.terminal_width = WIDTH
    lines = (line.rstrip() for line in command.get_help(context).splitlines())
    text = "\n".join(lines)
    yield f"### `{context.command_path}`\n\n```text\n{text}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _told(below, click.Context(below, info_name=name, parent=context))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

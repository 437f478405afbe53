"""The application as a click group that imports no command but the one that is called."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from tactful import __version__
from tactful.cli.table import COMMANDS, SECTIONS
from tactful.errors import TactfulError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

EPILOG = """\b
Exit codes: 0 well · 1 errors in flow, audience or run · 2 wrong usage, or another
engine owns the store · 3 stopped before done, resumable · 4 done, with sends in doubt.

\b
First steps:   tactful demo
               tactful check flows/hello.flow
"""


class LazyGroup(click.Group):
    """A group that knows its commands from the table, and tells Tactful's errors to people."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = import_module(f"tactful.cli.commands.{entry.module}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from tactful.cli.suggest import did_you_mean

            ctx.fail(f"There is no command `{name}`.{did_you_mean(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, COMMANDS))
        for section in SECTIONS:
            rows = [(name.ljust(widest), entry.help) for name, entry in _of(section)]
            with formatter.section(section):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        return _telling(ctx, super().invoke)


def _of(section: str) -> list[tuple[str, Any]]:
    return [(name, entry) for name, entry in COMMANDS.items() if entry.section == section]


def _telling(ctx: click.Context, invoke: Callable[[click.Context], Any]) -> Any:
    """Invoke; an error of ours, also one out of a task group, becomes words and an exit code."""
    try:
        return invoke(ctx)
    except* TactfulError as errors:
        from tactful.cli.failure import exit_code, tell

        found = _first(errors)
        tell(found)
        code = exit_code(found)
    except* KeyboardInterrupt:
        from tactful.cli.failure import interrupted

        code = interrupted()
    except* BrokenPipeError:  # who reads our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    raise SystemExit(code)


def _first(errors: BaseExceptionGroup[TactfulError]) -> TactfulError:
    found = errors.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


@click.group(cls=LazyGroup, context_settings=CONTEXT, epilog=EPILOG)
@click.version_option(__version__, "-V", "--version", message="tactful %(version)s")
def application() -> None:
    """Service messages that people are glad to get: checked, paced, never lost, never twice.

    A campaign is a .flow file. Nothing leaves this machine without --live.
    """

"""Options that several commands share, so that one thing has one name everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

flow_argument: Decorator[Any] = click.argument(
    "flow", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
flows_argument: Decorator[Any] = click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
)
stdin_name_option: Decorator[Any] = click.option(
    "--stdin-name",
    metavar="PATH",
    default="stdin.flow",
    type=click.Path(path_type=Path),
    help="The name of what comes in by `-`, and where its project is.",
)
config_option: Decorator[Any] = click.option(
    "--config",
    metavar="PATH",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The configuration. [default: tactful.toml beside the flow or above]",
)
audience_option: Decorator[Any] = click.option(
    "--audience",
    metavar="PATH",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Recipients from here instead of where the flow says.",
)
start_option: Decorator[Any] = click.option(
    "--start",
    metavar="MOMENT",
    help="When it starts: '2026-12-01 09:00 Europe/Dublin'. [default: now]",
)
behave_option: Decorator[Any] = click.option(
    "--behave",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A script of what recipients and channels do.",
)
store_option: Decorator[Any] = click.option(
    "--store",
    metavar="URL",
    help="The store, sqlite:///PATH. [default: .tactful/store.db beside the flow, here or above]",
)
full_option: Decorator[Any] = click.option(
    "--full", is_flag=True, help="Show whole addresses; without it they are masked."
)
because_option: Decorator[Any] = click.option(
    "--because", metavar="TEXT", default="", help="Why; it stays with the order."
)


def format_option(*choices: str) -> Decorator[Any]:
    """Return `--format`, whose first choice is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="How the result is printed.",
    )

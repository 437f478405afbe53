"""How errors look: `error:` with what is wrong, `help:` with how to mend it, and the exit code."""

import click

from tactful.errors import FlowInvalid, StoreOwned, TactfulError

WRONG = 1
USAGE = 2
STOPPED = 3
IN_DOUBT = 4
"""Exit codes of the command line's contract; 0 is well."""


def tell(error: TactfulError) -> None:
    """Print an error on stderr; the mistakes of a flow with the lines they are about."""
    if isinstance(error, FlowInvalid) and error.diagnostics:
        from tactful.cli.mistakes import show_mistakes

        show_mistakes(error.diagnostics)
    click.secho("error: ", fg="red", bold=True, err=True, nl=False)
    click.echo(error.message, err=True)
    if error.help:
        click.secho("help:  ", fg="cyan", err=True, nl=False)
        click.echo(error.help, err=True)


def exit_code(error: TactfulError) -> int:
    """Return the exit code of an error that ends a command."""
    return USAGE if isinstance(error, StoreOwned) else WRONG


def interrupted() -> int:
    """Say that a second Ctrl-C ended the command at once, and return the exit code."""
    click.echo("\nstopped at once", err=True)
    return STOPPED

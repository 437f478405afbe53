"""`tactful inspect`: what Tactful makes of one text, one number or one returned mail."""

from importlib import import_module

import click

BELOW = {
    "text": "Say how a text travels, and what the policies say of it.",
    "number": "Say what a telephone number is, and where its owner may be.",
    "mail": "Say what a returned or answered mail is, and whom it is about.",
}
"""The commands below it, and what the help of each says first."""


class _Inspect(click.Group):
    """A group that imports only the command that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(BELOW)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in BELOW:
            return None
        found: click.Command = import_module(f"tactful.cli.inspecting.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(BELOW.items()))


@click.group(cls=_Inspect)
def command() -> None:
    """Say what Tactful makes of a text, a number or a returned mail.

    With `--format jsonl`, each reads one JSON object a line from stdin and writes one line for
    each, in order. A line that cannot be read gets one with an `error`, and the exit code is 1.

    \b
    Example:
      tactful inspect text "Your parcel comes today." --country IE
      tactful inspect text --format jsonl < texts.jsonl
    """

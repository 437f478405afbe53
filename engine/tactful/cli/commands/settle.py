"""`tactful settle`: a person says what became of a send that nobody else can tell."""

from typing import TYPE_CHECKING, Literal

import click

from tactful.cli.asking import give_order, order, wait_option
from tactful.cli.options import because_option, store_option
from tactful.cli.stores import store_path
from tactful.errors import TactfulError

if TYPE_CHECKING:
    from tactful.store.client import StoreClient
    from tactful.store.rows import SendRow

OPEN = ("in doubt", "sending")
"""A send found `sending` after a crash is examined by the next run, and may then be in doubt."""


@click.command()
@click.argument("attempt", type=click.IntRange(min=1))
@click.argument("outcome", type=click.Choice(["sent", "not-sent"]))
@click.option("--resend", is_flag=True, help="Send it once more, when its turn comes.")
@because_option
@wait_option
@store_option
def command(
    attempt: int,
    outcome: Literal["sent", "not-sent"],
    resend: bool,
    because: str,
    wait: float | None,
    store: str | None,
) -> None:
    """Say what became of a send that is in doubt.

    A send is in doubt when the process was killed, or the line went dead, while a channel had it.
    It is never repeated blindly: look at the provider's own log, then say `sent` or `not-sent`.
    `tactful status` lists the attempts in doubt.

    \b
    Examples:
      tactful settle 17 sent
      tactful settle 17 not-sent --resend --because "not in the provider's log"
    """
    from tactful.store.client import StoreClient

    if resend and outcome == "sent":
        raise click.UsageError("--resend goes with `not-sent`: what was sent is not sent again.")
    with StoreClient(store_path(store)) as client:
        send = _in_doubt(client, attempt)
        launch = next(row for row in client.launches() if row.id == send.launch)
        data = {"attempt": attempt, "outcome": outcome, "resend": resend}
        row = order("settle", campaign=launch.name, data=data, because=because)
        what = f"attempt {attempt} was {outcome.replace('-', ' ')}"
        give_order(client, row, f"{what}, send again" if resend else what, wait, launch.flow_path)


def _in_doubt(client: "StoreClient", attempt: int) -> "SendRow":
    found = client.sends([attempt])
    if not found:
        raise TactfulError(
            f"There is no attempt {attempt}", help="`tactful status` lists those in doubt."
        )
    if found[0].state not in OPEN:
        raise TactfulError(f"Attempt {attempt} is not in doubt, but {found[0].state}")
    return found[0]

"""`tactful pause`: a campaign sends nothing until it is resumed."""

import click

from tactful.cli.asking import check_under_way, give_order, order, wait_option
from tactful.cli.options import because_option, store_option
from tactful.cli.stores import launch_named, store_path


@click.command()
@click.argument("campaign")
@because_option
@wait_option
@store_option
def command(campaign: str, because: str, wait: float | None, store: str | None) -> None:
    """Let a campaign send nothing for now.

    Replies are still taken in, and every wait goes on; what would be sent queues up until
    `tactful resume`. What a channel has been given already is not called back.

    \b
    Example:
      tactful pause late-order --because "wrong price in the text"
    """
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        launch = launch_named(client, campaign)
        check_under_way(launch)
        row = order("pause", campaign=launch.name, because=because)
        give_order(client, row, f"pause {launch.name}", wait, launch.flow_path)

"""`tactful resume`: a paused campaign goes on."""

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
    """Let a paused campaign go on.

    What queued up meanwhile leaves at the pace of the campaign, never faster.

    \b
    Example:
      tactful resume late-order --wait
    """
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        launch = launch_named(client, campaign)
        check_under_way(launch)
        row = order("resume", campaign=launch.name, because=because)
        give_order(client, row, f"resume {launch.name}", wait, launch.flow_path)

"""`tactful stop`: campaigns end, whatever is still open."""

import click

from tactful.cli.asking import UNDER_WAY, check_under_way, give_order, order, wait_option
from tactful.cli.options import because_option, store_option
from tactful.cli.output import say
from tactful.cli.stores import launch_named, store_path


@click.command()
@click.argument("campaign", required=False)
@click.option("--all", "everything", is_flag=True, help="Stop every campaign of the store.")
@because_option
@wait_option
@store_option
def command(
    campaign: str | None, everything: bool, because: str, wait: float | None, store: str | None
) -> None:
    """End a campaign for good.

    Every open journey ends as `cancelled`, and nothing more is sent. This cannot be taken back:
    `tactful pause` only holds a campaign.

    \b
    Examples:
      tactful stop late-order --because "the parcels have arrived"
      tactful stop --all
    """
    from tactful.store.client import StoreClient

    if everything == (campaign is not None):
        raise click.UsageError("Name one campaign, or give --all.")
    with StoreClient(store_path(store)) as client:
        if campaign is not None:
            launch = launch_named(client, campaign)
            check_under_way(launch)
            row = order("stop", campaign=launch.name, because=because)
            give_order(client, row, f"stop {launch.name}", wait, launch.flow_path)
            return
        under_way = [row for row in client.launches() if row.state in UNDER_WAY]
        if not under_way:
            say("No campaign is under way.")
            return
        names = ", ".join(row.name for row in under_way)
        give_order(
            client, order("stop", because=because), f"stop {names}", wait, under_way[-1].flow_path
        )

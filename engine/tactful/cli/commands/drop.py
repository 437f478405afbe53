"""`tactful drop`: one recipient's journey ends."""

import click

from tactful.cli.asking import check_under_way, give_order, order, wait_option
from tactful.cli.options import because_option, store_option
from tactful.cli.stores import check_has_key, launch_named, store_path


@click.command()
@click.argument("campaign")
@click.argument("key")
@because_option
@wait_option
@store_option
def command(campaign: str, key: str, because: str, wait: float | None, store: str | None) -> None:
    """End one recipient's journey.

    It ends as `dropped`; nothing more is sent to this recipient by this campaign. KEY is the
    recipient's unique name, as `tactful log` shows it.

    \b
    Example:
      tactful drop late-order A-1017 --because "called us already"
    """
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        launch = launch_named(client, campaign)
        check_under_way(launch)
        check_has_key(client, launch, key)
        row = order("drop", campaign=launch.name, key=key, because=because)
        give_order(client, row, f"drop {key} of {launch.name}", wait, launch.flow_path)

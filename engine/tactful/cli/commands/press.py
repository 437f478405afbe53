"""`tactful press`: a key that a recipient has pressed in a call is handed in by a person."""

import re
import uuid

import click

from tactful.cli.asking import check_under_way, give_signal, wait_option, wall_clock
from tactful.cli.options import store_option
from tactful.cli.stores import check_has_key, launch_named, store_path


@click.command()
@click.argument("campaign")
@click.argument("key")
@click.argument("digit")
@wait_option
@store_option
def command(campaign: str, key: str, digit: str, wait: float | None, store: str | None) -> None:
    """Hand in a key that a recipient has pressed in a call.

    It counts for the call that this recipient's journey waits for.

    \b
    Example:
      tactful press outage-notice A-1017 1
    """
    from tactful.store.client import StoreClient
    from tactful.store.rows import SignalRow

    if not re.fullmatch("[0-9]", digit):
        raise click.BadParameter("a key is one of 0 to 9.", param_hint="DIGIT")
    with StoreClient(store_path(store)) as client:
        launch = launch_named(client, campaign)
        check_under_way(launch)
        check_has_key(client, launch, key)
        row = SignalRow(
            id=0,
            at=wall_clock(),
            kind="press",
            dedup=f"cli:{uuid.uuid4()}",
            campaign=launch.name,
            key=key,
            channel="voice",
            name=digit,
        )
        give_signal(client, row, f"key {digit} of {key} to {launch.name}", wait, launch.flow_path)

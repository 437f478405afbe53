"""`tactful start`: the engine that runs already is asked to begin one more campaign."""

from pathlib import Path

import click

from tactful.cli.asking import give_order, order, wait_option
from tactful.cli.options import (
    audience_option,
    because_option,
    config_option,
    flow_argument,
    store_option,
)
from tactful.cli.stores import store_path


@click.command()
@flow_argument
@audience_option
@click.option("--live", is_flag=True, help="Really send; the engine must run with --live too.")
@because_option
@wait_option
@config_option
@store_option
def command(
    flow: Path,
    audience: Path | None,
    live: bool,
    because: str,
    wait: float | None,
    config: Path | None,
    store: str | None,
) -> None:
    """Ask the running engine to start a campaign.

    The flow is checked first. A campaign that is under way already is left as it is.

    \b
    Example:
      tactful start flows/hello.flow --store sqlite:///shop/.tactful/store.db
    """
    from tactful.cli.flows import open_flow
    from tactful.store.client import StoreClient

    path = store_path(store, flow)
    slug = open_flow(flow, config=config, data_folder=path.parent).campaign.graph.campaign
    data = {
        "flow": str(flow.resolve()),
        "audience": str(audience.resolve()) if audience else "",
        "live": live,
    }
    with StoreClient(path, create=True) as client:
        row = order("start", campaign=slug, data=data, because=because)
        give_order(client, row, f"start {slug}", wait, str(flow))

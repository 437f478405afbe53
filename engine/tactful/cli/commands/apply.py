"""`tactful apply`: a campaign under way takes the new form of its file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tactful.cli.asking import check_under_way, give_order, order, wait_option
from tactful.cli.options import (
    because_option,
    config_option,
    flow_argument,
    store_option,
)
from tactful.cli.output import say
from tactful.cli.stores import launch_named, store_path
from tactful.errors import TactfulError

if TYPE_CHECKING:
    from tactful.graph.model import Campaign
    from tactful.store.client import StoreClient
    from tactful.store.rows import LaunchRow

LATER = ("texts", "move")
"""What `--journeys` will take one day, so that who has read of it is told."""


@click.command()
@flow_argument
@click.option(
    "--journeys",
    type=click.Choice(("keep", *LATER, "stop")),
    default="keep",
    show_default=True,
    help="What becomes of journeys under way; `texts` and `move` are not available yet.",
)
@because_option
@wait_option
@config_option
@store_option
def command(
    flow: Path,
    journeys: str,
    because: str,
    wait: float | None,
    config: Path | None,
    store: str | None,
) -> None:
    """Let a running campaign take the new form of its file.

    Who enters from now on takes the new steps and texts. Quiet hours, pace, consent, senders and
    expiry hold at once, for everybody. Journeys under way go on as they began (keep), or end as
    cancelled with the reason (stop). Prints what is different from what runs now. A file with
    mistakes is refused, and nothing changes.

    \b
    Examples:
      tactful apply late.flow --because "kinder words"
      tactful apply late.flow --journeys stop --because "wrong price" --wait
    """
    from tactful.cli.changes import change_lines
    from tactful.cli.flows import open_flow
    from tactful.runtime.keeping import kept_in
    from tactful.store.client import StoreClient

    if journeys in LATER:
        raise TactfulError(
            f"--journeys {journeys} is not available yet",
            help="`keep` lets journeys under way go on as they began, `stop` ends them.",
        )
    path = store_path(store, flow)
    opened = open_flow(flow, config=config, data_folder=path.parent)
    campaign = opened.campaign
    with StoreClient(path) as client:
        launch = launch_named(client, campaign.graph.campaign)
        check_under_way(launch)
        running = _running(client, launch)
        lines = change_lines(running, campaign)
        if not lines and journeys == "keep":
            say(f"{launch.name} has this form already; there is nothing to apply.")
            return
        _show(launch, running, campaign, lines)
        opened.source.keep_files(kept_in(path))
        data = {
            "campaign": campaign.model_dump(mode="json"),
            "journeys": journeys,
            "before": running.graph.revision,
        }
        row = order("apply", campaign=launch.name, data=data, because=because)
        give_order(client, row, f"apply {flow} to {launch.name}", wait, str(flow))


def _running(client: "StoreClient", launch: "LaunchRow") -> "Campaign":
    from tactful.runtime.session import campaign_of

    return campaign_of(launch, {row.id: row for row in client.revisions()})


def _show(launch: "LaunchRow", running: "Campaign", campaign: "Campaign", lines: list[str]) -> None:
    say(f"{launch.name}: {_step_of(running, campaign)}", "bold")
    for line in lines:
        say(f"  {line}", {"+": "green", "-": "red"}.get(line[0], "yellow"), hang=4)


def _step_of(running: "Campaign", campaign: "Campaign") -> str:
    parts = []
    for name, before, after in (
        ("revision", running.graph.revision, campaign.graph.revision),
        ("guards", running.guards.digest, campaign.guards.digest),
    ):
        parts.append(f"{name} {before} → {after}" if before != after else f"{name} {after}, as now")
    return " · ".join(parts)

"""`tactful run`: runs a campaign until it is done, or goes on with it."""

from dataclasses import replace
from pathlib import Path
from time import time_ns
from typing import Any, Literal

import click

from tactful.cli.behaviour import read_behaviour
from tactful.cli.flows import Opened, open_flow
from tactful.cli.looping import run_async
from tactful.cli.options import (
    audience_option,
    behave_option,
    config_option,
    flow_argument,
    start_option,
    store_option,
)
from tactful.cli.output import note
from tactful.cli.planned import approved_by_plan, check_fits, need_approvals, read_plan
from tactful.cli.running import code_of, conduct, show_end, show_ways_on, tell_missed
from tactful.cli.scripted import scripted
from tactful.cli.spans import clock_words
from tactful.cli.stores import store_path
from tactful.errors import PluginInvalid
from tactful.graph.model import Campaign
from tactful.runtime.audience.seen import digest_of
from tactful.runtime.conductor import Wish
from tactful.runtime.inbound import Listening, Routed
from tactful.runtime.owner import Speed
from tactful.runtime.project import read_start
from tactful.simulate.plan import versions_of
from tactful.store.files import default_store
from tactful.values import Instant


class SpeedType(click.ParamType[Speed]):
    """A factor of the clock, or `max`: the clock jumps whenever nothing is due or in flight."""

    name = "speed"

    def convert(self, value: Any, param: Any, ctx: Any) -> Speed:
        if value == "max" or isinstance(value, float):
            found: float | Literal["max"] = value
            return found
        try:
            factor = float(value)
        except ValueError:
            factor = 0.0
        if not 0 < factor < 1e6:
            self.fail(f"`{value}` is neither `max` nor a number above 0, such as 60.", param, ctx)
        return factor


@click.command()
@flow_argument
@store_option
@audience_option
@click.option("--live", is_flag=True, help="Really send. Without it all goes to the outbox.")
@click.option(
    "--plan",
    "planned",
    metavar="PLAN",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Run only what this plan was made for, and only once.",
)
@click.option(
    "--speed",
    metavar="N|max",
    type=SpeedType(),
    default=1.0,
    help="Let the engine's clock run N times as fast, or jump (max). Not with --live.",
)
@start_option
@behave_option
@click.option("--again", is_flag=True, help="Start the next launch when the last is finished.")
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    flow: Path,
    store: str | None,
    audience: Path | None,
    live: bool,
    planned: Path | None,
    speed: Speed,
    start: str | None,
    behave: Path | None,
    again: bool,
    config: Path | None,
) -> None:
    """Run a campaign until it is done, or go on with it.

    Owns the store, starts the campaign or goes on where it was, and stays until everybody's
    journey has ended. Ctrl-C stops cleanly; after that, and after any crash, the same command goes
    on: nothing is lost and nothing is sent twice. Other shells may pause, answer, and look
    meanwhile.

    Without --live every message goes to the outbox: rows and files on this machine.

    \b
    Examples:
      tactful run flows/hello.flow
      tactful run --speed max flows/delayed_order.flow

    Exit codes: 0 done, 3 stopped before done, 4 done with sends in doubt; 2 when another engine
    owns the store.
    """
    _check_usage(live=live, speed=speed, start=start, behave=behave)
    path = store_path(store, flow)
    opened = open_flow(flow, config=config, data_folder=path.parent)
    if planned is not None:
        opened = _hold_to(planned, opened, audience, live=live)
    if live:
        tell_missed(opened.project)
        _check_channels(opened)
        _tell_who_hears(opened)
    wish = Wish(
        source=opened.source,
        store=path,
        audience=audience,
        live=live,
        speed=speed,
        again=again,
        start=read_start(start) if start else None,
    )
    if behave is not None:
        wish = scripted(wish, read_behaviour(behave))
    _tell_past_start(opened.campaign, wish.start)
    ran = conduct(opened.project, wish)
    show_end(ran)
    show_ways_on(
        opened.campaign.graph.campaign,
        path,
        default_store(flow),
        in_doubt=bool(ran.in_doubt),
        live=live,
    )
    ctx.exit(code_of(ran))


def _check_usage(*, live: bool, speed: Speed, start: str | None, behave: Path | None) -> None:
    if live and (speed != 1.0 or start or behave):
        raise click.UsageError("--speed, --start and --behave are for the outbox, not for --live.")
    if start and speed != "max":
        raise click.UsageError("--start needs the clock that jumps: add --speed max.")


def _tell_past_start(campaign: Campaign, start: Instant | None) -> None:
    """Tell that the moment at which a campaign was to start is over."""
    now = start if start is not None else time_ns() // 1_000
    if campaign.starts_at is not None and campaign.starts_at < now:
        note(f"`starts` names {clock_words(campaign.starts_at)}, which is over.")


def _hold_to(path: Path, opened: Opened, audience: Path | None, *, live: bool) -> Opened:
    """Return the flow as a plan approves it.

    Raises `TactfulError` when the plan was made for something else, or is not approved.
    """
    project, source, campaign = opened.project, opened.source, opened.campaign
    page = read_plan(path)

    async def digest() -> str:
        at = time_ns() // 1_000
        return await digest_of(await project.recipients(campaign, source.path, audience, at=at))

    versions = versions_of(campaign, project.policies)
    check_fits(page, path, source.path, campaign, run_async(digest), versions)
    if live:
        need_approvals(page, path, campaign, project.config.policies.approvals)
    campaign = approved_by_plan(page, campaign)
    compiled = replace(source.compiled, campaign=campaign)
    return Opened(project, replace(source, compiled=compiled), campaign)


def _check_channels(opened: Opened) -> None:
    """Raise `PluginInvalid` when a channel that the flow names cannot send."""
    channels = opened.project.plugins.channels()
    for sender in opened.campaign.guards.senders:
        if sender.channel in opened.campaign.graph.channels:
            try:
                channels.need(sender.through)
            except PluginInvalid as error:
                raise PluginInvalid(
                    f"no {sender.channel} can be sent: {error.message}", help=error.help
                ) from error


def _tell_who_hears(opened: Opened) -> None:
    """Tell that answers do not come in here, when a channel could bring them."""
    channels = opened.project.plugins.channels()
    used = {sender.through for sender in opened.campaign.guards.senders} & channels.keys()
    if any(isinstance(channels[name], Routed | Listening) for name in used):
        note("Replies and delivery reports come in with `tactful serve`, not with `run`.")

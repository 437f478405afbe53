"""`tactful simulate`: plays a whole campaign in virtual time."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from tactful.cli.behaviour import read_behaviour
from tactful.cli.flows import Opened, open_flow
from tactful.cli.looping import run_async
from tactful.cli.options import (
    audience_option,
    behave_option,
    config_option,
    flow_argument,
    format_option,
    full_option,
    start_option,
)
from tactful.cli.output import working
from tactful.cli.summary import Tally, show_tally
from tactful.runtime.observing import NO_OBSERVERS
from tactful.runtime.project import start_of
from tactful.simulate.behaviour import Behaviour
from tactful.simulate.rehearsal import Line, Rehearsed, Watch, rehearse
from tactful.values import Instant


@click.command()
@flow_argument
@audience_option
@start_option
@behave_option
@click.option("--seed", metavar="N", type=int, help="Whom the shares of the script fall on.")
@config_option
@full_option
@format_option("human", "jsonl")
def command(
    flow: Path,
    audience: Path | None,
    start: str | None,
    behave: Path | None,
    seed: int | None,
    config: Path | None,
    full: bool,
    form: str,
) -> None:
    """Play a whole campaign in virtual time.

    The engine that runs it for real plays it, with every guard, in memory; nothing leaves. The
    same flow, recipients, start, script and seed give the same events. With jsonl, the event log
    comes line by line.

    \b
    Examples:
      tactful simulate --behave flows/delayed_order.behave.toml flows/delayed_order.flow
      tactful simulate --format jsonl flows/hello.flow
    """
    opened = open_flow(flow, config=config)
    behaviour = read_behaviour(behave, seed)
    moment = start_of(opened.campaign, start)
    if form == "jsonl":
        run_async(lambda: _play(opened, audience, moment, behaviour, line=_print, full=full))
        return
    tally = Tally()
    with working("playing the campaign through"):
        rehearsed = run_async(lambda: _play(opened, audience, moment, behaviour, watch=tally.count))
    show_tally(opened.campaign.graph.name, rehearsed, tally)


async def _play(
    opened: Opened,
    audience: Path | None,
    start: Instant,
    behaviour: Behaviour,
    *,
    watch: Watch | None = None,
    line: Line | None = None,
    full: bool = False,
) -> Rehearsed:
    project = opened.project
    return await rehearse(
        opened.campaign,
        await project.recipients(opened.campaign, opened.source.path, audience, at=start),
        start=start,
        behaviour=behaviour,
        strategies=project.strategies,
        pace_for=project.pace_for,
        policies=project.policies,
        observers=project.observers if behaviour.spoils_senders else NO_OBSERVERS,
        house=project.house,
        limits=project.config.limits,
        prices=project.config.prices,
        answers=project.config.answers,
        watch=watch,
        line=line,
        full=full,
    )


_encode = msgspec.json.Encoder().encode


def _print(line: dict[str, Any]) -> None:
    sys.stdout.buffer.write(_encode(line) + b"\n")

"""`tactful try`: a guarded, marked test of a campaign to oneself."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tactful.cli.asking import order, wall_clock
from tactful.cli.failure import IN_DOUBT, STOPPED, WRONG
from tactful.cli.flows import open_flow
from tactful.cli.options import (
    audience_option,
    config_option,
    flow_argument,
    full_option,
    store_option,
)
from tactful.cli.output import note, say
from tactful.cli.people import read_address, usual_channel
from tactful.cli.stores import store_path
from tactful.errors import TactfulError

if TYPE_CHECKING:
    from tactful.graph.model import Campaign
    from tactful.runtime.trying import Tried

STORE = "try.db"


@click.command("try")
@flow_argument
@click.option(
    "--to", "to", metavar="ME", multiple=True, required=True,
    help="Your own number or mail address; twice for one of each.",
)  # fmt: skip
@click.option("--row", metavar="K", required=True, help="The key of the row to try, or its number.")
@click.option("--live", is_flag=True, help="Really send. Without it all goes to the outbox.")
@audience_option
@full_option
@store_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    flow: Path,
    to: tuple[str, ...],
    row: str,
    live: bool,
    audience: Path | None,
    full: bool,
    store: str | None,
    config: Path | None,
) -> None:
    """Send yourself what one row would get, up to the first wait.

    Every message begins with [TEST] (an e-mail: its subject) and goes to you, never to the person
    of the row. All guards count: quiet hours, and your own opt-outs in the campaign's store. The
    test has a store of its own, try.db beside that one, and ends at the first wait.

    \b
    Example:
      tactful try flows/hello.flow --to "+12025550123" --row 1

    Exit codes: 0 tried, 1 nothing left, 3 stopped or held, 4 a send is in doubt; 2 when another
    test is under way.
    """
    from anyio import to_thread

    from tactful.cli.looping import run_async
    from tactful.runtime.ports import Unknown
    from tactful.runtime.trying import Trial, addressed, find_row, once, unreached

    addresses = _addresses(to)
    normal = store_path(store, flow)
    opened = open_flow(flow, config=config, data_folder=normal.parent)
    campaign = opened.campaign
    path = normal.with_name(STORE)

    async def run() -> "Tried":
        found = await find_row(
            opened.project, once(campaign), opened.source, row, at=wall_clock(), audience=audience
        )
        mine = addressed(found, addresses)
        missing = unreached(campaign, mine)
        if len(missing) == len(campaign.graph.channels):
            raise TactfulError(
                f"the campaign sends {', '.join(missing)}, for which --to gives no address",
                help="Give a number for sms, mms and voice, a mail address for email.",
            )
        for channel in missing:
            note(f"No {channel} is tried: --to gives no address for it.")
        await to_thread.run_sync(_copy_record, normal, path, addresses)
        stop = order("stop", because="the test is over")
        trial = await to_thread.run_sync(
            lambda: Trial(opened.project, opened.source, path, mine, stop, live=live)
        )
        return await trial.run()

    tried = run_async(run)
    _show(tried, path, campaign, full=full)
    if any(isinstance(outcome, Unknown) for _, outcome in tried.sent):
        ctx.exit(IN_DOUBT)
    if tried.stopped or tried.held is not None:
        ctx.exit(STOPPED)
    ctx.exit(0 if tried.sent else WRONG)


def _addresses(raw: tuple[str, ...]) -> dict[str, str]:
    """Return the address of each kind. Raises `ValueUnreadable`, `UsageError`."""
    found: dict[str, str] = {}
    for one in raw:
        channel = usual_channel(one)
        kind = "email" if channel == "email" else "phone"
        if kind in found:
            raise click.UsageError("--to takes one number and one mail address at most.")
        found[kind] = read_address(one, channel)
    return found


def _copy_record(normal: Path, path: Path, addresses: dict[str, str]) -> None:
    """Have the test heed what the campaign's store says of these addresses, and nothing older."""
    from tactful.store.client import StoreClient

    for address in addresses.values():
        consents, opt_outs = [], []
        if normal.is_file():
            with StoreClient(normal) as client:
                consents, opt_outs = [*client.consents(address)], [*client.suppressions(address)]
        with StoreClient(path, create=True) as client:
            said = {row.group for row in opt_outs}
            gone = [(address, row.group) for row in client.suppressions(address)
                    if row.group not in said]  # fmt: skip
            told = order("consent", data={"address": address, "groups": [], "given": True})
            client.apply_consent(consents, told, suppress=opt_outs, lift=gone)


def _show(tried: "Tried", path: Path, campaign: "Campaign", *, full: bool) -> None:
    """Print the conversation, and where it was left."""
    from tactful.cli.eventlines import details
    from tactful.cli.events import EventLog
    from tactful.cli.spans import clock_words, count
    from tactful.guard.addresses import mask
    from tactful.runtime.ports import Accepted
    from tactful.store.client import StoreClient

    for message, outcome in tried.sent:
        to = message.to if full else mask(message.to)
        what = count(message.segments, "segment") if message.channel == "sms" else ""
        say(f"{message.channel} to {to}{f', {what}' if what else ''}", "bold")
        for line in (*([message.subject] if message.subject else []), *message.text.splitlines()):
            say(f"  {line}")
        went = f"taken as {outcome.id}" if isinstance(outcome, Accepted) else outcome.reason
        say(f"  {type(outcome).__name__.lower()}: {went}")
    with StoreClient(path) as client:
        for event in EventLog(client, launches=[tried.launch], full=full).read():
            if event["event"] in ("refused", "held", "expired"):
                note(f"{event['event']}: {details(event)}")
    if tried.held is not None and tried.held.due is not None:
        note(f"Held until {clock_words(tried.held.due)}; the test ends here. Try again then.")
    elif tried.stopped:
        note("Stopped; nothing of the test is left under way.")
    elif tried.journey is not None and not tried.journey.ended:
        for thread in tried.journey.threads:
            step = campaign.graph.steps[thread.step]
            until = f", up to {clock_words(thread.due)}" if thread.due is not None else ""
            arms = count(len(getattr(step, "arms", ())), "arm")
            note(f"The journey now waits in `{step.stage}` ({arms}{until}); the test ends here.")
    elif not tried.sent:
        note("No message left.")

"""`tactful demo`: shows a whole campaign at work; nothing leaves this machine."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from tactful.cli.behaviour import read_behaviour
from tactful.cli.conversations import Conversations
from tactful.cli.events import EventLog
from tactful.cli.examples import DEMO, lay_out
from tactful.cli.failure import STOPPED
from tactful.cli.flows import open_flow
from tactful.cli.output import heading, say, table
from tactful.cli.running import conduct, show_end
from tactful.cli.scripted import scripted
from tactful.errors import StoreOwned
from tactful.runtime.conductor import Wish
from tactful.store.client import StoreClient
from tactful.store.files import default_store
from tactful.store.lock import owner_of
from tactful.values import Instant, instant

FOLDER = Path("tactful-demo")
CAMPAIGN = "delayed-order"

STORIES = (
    ("reply", "refund", "wants the money back"),
    ("opt_out", "", "wants no more texts"),
    ("bounced", "", "no channel reaches this customer"),
)
"""Which conversations are shown: what happened in them, a word that was said, and a title."""


@click.command()
@click.option("--keep", is_flag=True, help="Keep what earlier demonstrations left in the store.")
@click.pass_context
def command(ctx: click.Context, keep: bool) -> None:
    """Show a whole campaign at work; nothing leaves this machine.

    60 fictional customers learn that their order is late. Some answer, some opt out, some cannot
    be reached. It runs on a real store with every guard, on a clock that jumps. Its files are put
    into the folder tactful-demo, for you to read and change; your changes are kept.

    \b
    Example:
      tactful demo
    """
    flow, script, *_ = (FOLDER / name for name in DEMO)
    store = default_store(flow)
    if not keep:
        _clear(store)
    lay_out(DEMO, FOLDER)
    say(f"The campaign is {flow}: read it, change it, and run this again.")
    opened = open_flow(flow, data_folder=store.parent)
    wish = Wish(
        source=opened.source,
        store=store,
        speed="max",
        again=_is_over(store),
        start=_this_morning(),
        command="demo",
    )
    ran = conduct(opened.project, scripted(wish, read_behaviour(script)))
    show_end(ran)
    if ran.stopped:
        ctx.exit(STOPPED)
    _show_stories(store, ran.launch.id)
    _show_ways_on(in_doubt=bool(ran.in_doubt))


def _clear(store: Path) -> None:
    """Remove what the demonstration before left behind. Raises `StoreOwned` while it runs."""
    owner = owner_of(store)
    if owner is not None:
        raise StoreOwned(f"Another demonstration runs here: {owner}", owner)
    shutil.rmtree(store.parent, ignore_errors=True)


def _is_over(store: Path) -> bool:
    if not store.is_file():
        return False
    with StoreClient(store) as client:
        return [row.state for row in client.launches()][-1:] in (["finished"], ["stopped"])


def _this_morning() -> Instant:
    """Return 9 o'clock of today (UTC): outside the quiet hours of most, so that it tells a day."""
    return instant(datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0))


def _show_stories(store: Path, launch: int) -> None:
    with StoreClient(store) as client:
        told = Conversations(EventLog(client, launches=[launch]).read())
    heading("Three conversations")
    for event, word, title in STORIES:
        key = told.first_with(event, word)
        if key is not None:
            told.show(key, title)


def _show_ways_on(*, in_doubt: bool) -> None:
    ways = [
        (f"cd {FOLDER}", "the flow, its recipients, and the store"),
        (f"tactful log {CAMPAIGN} --key A-1001", "all that happened to one customer"),
        ("tactful inbox", "conversations that wait for a person"),
        (f"tactful plan {DEMO[0]}", "what it would do, before anything leaves"),
        ("ls .tactful/outbox", "every message, as a file"),
    ]
    if in_doubt:
        ways.insert(2, (f"tactful status {CAMPAIGN}", "sends in doubt, and how to settle them"))
    heading("Look further")
    table(("", ""), ways, styles={0: "cyan"})

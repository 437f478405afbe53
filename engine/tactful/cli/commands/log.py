"""`tactful log`: what happened, line by line."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from tactful.cli.options import format_option, full_option, store_option
from tactful.cli.output import json_line, note
from tactful.cli.stores import check_has_key, check_is_key, launches_named, store_path

if TYPE_CHECKING:
    from tactful.store.client import StoreClient

FOLLOW_SECONDS = 0.2


@click.command()
@click.argument("campaign", required=False)
@click.option("--key", metavar="K", help="Only this recipient's.")
@click.option("--follow", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@full_option
@format_option("human", "jsonl")
@store_option
def command(
    campaign: str | None,
    key: str | None,
    follow: bool,
    full: bool,
    form: str,
    store: str | None,
) -> None:
    """Show what happened, line by line.

    Without CAMPAIGN the log of the whole store. A slug means every launch of that campaign,
    `slug.N` one of them. With --format jsonl each line is one JSON object, times are in UTC.

    \b
    Examples:
      tactful log late-order --key A-1017
      tactful log --format jsonl --full > log.jsonl
    """
    from tactful.cli.eventlines import EventLines
    from tactful.cli.events import EventLog
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        rows = launches_named(client, campaign) if campaign else client.launches()
        launches = [row.id for row in rows] if campaign else None
        log = EventLog(
            client,
            launches=launches,
            journeys=_journeys(client, launches, key) if key is not None else None,
            full=full,
        )
        show: Callable[[dict[str, Any]], None] = json_line
        if form == "human":
            show = EventLines(with_launch=len(rows) > 1 or follow).show
        _show(log.read, show, follow)


def _show(read: Callable[[], Any], show: Callable[[dict[str, Any]], None], follow: bool) -> None:
    shown = False
    try:
        while True:
            for line in read():
                show(line)
                shown = True
            if not follow:
                break
            time.sleep(FOLLOW_SECONDS)
    except KeyboardInterrupt:
        if not follow:
            raise
    if not shown:
        note("Nothing has happened yet.")


def _journeys(client: "StoreClient", launches: list[int] | None, key: str) -> list[int]:
    """Return the journeys of a key in the launches that are asked for."""
    rows = [row for row in client.launches() if launches is None or row.id in launches]
    if len(rows) == 1:
        check_has_key(client, rows[0], key)
    else:
        check_is_key(client, key)
    found = [client.journey_of(row.id, key) for row in rows]
    return [journey for journey in found if journey is not None]

"""`tactful inbox`: hand-offs and replies that no line of a flow waits for, for people to answer."""

from typing import TYPE_CHECKING, Any

import click

from tactful.cli.asking import give_order, order, wait_option
from tactful.cli.options import because_option, format_option, full_option, store_option
from tactful.cli.output import json_page, say, table
from tactful.cli.spans import brief_words
from tactful.cli.stores import store_path
from tactful.errors import TactfulError
from tactful.values import parse_instant

if TYPE_CHECKING:
    from tactful.store.client import StoreClient
    from tactful.store.rows import InboxRow


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also those that are closed.")
@full_option
@format_option("human", "json")
@store_option
@click.pass_context
def command(ctx: click.Context, everything: bool, full: bool, form: str, store: str | None) -> None:
    """Show the conversations that wait for a person.

    While a hand-off is open, its recipient's replies come here and the campaign waits. Give it
    back and the campaign goes on, or close it and the journey ends.

    \b
    Examples:
      tactful inbox
      tactful inbox give-back 3
      tactful inbox close 4 --because "refunded by phone"
    """
    ctx.obj = store
    if ctx.invoked_subcommand is not None:
        return
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        items = _described(client, client.inbox(open_only=not everything), full)
    if form == "json":
        json_page(items)
    elif not items:
        say("Nobody waits for a person.")
    else:
        columns = ["item", "since", "recipient", "what", "address", "note"]
        rows = [_row(item) for item in items]
        if everything:
            columns.append("state")
            rows = [(*row, item["state"]) for row, item in zip(rows, items, strict=True)]
        table(columns, rows, right=(0,))


def _row(item: dict[str, Any]) -> tuple[object, ...]:
    recipient = item["recipient"] or ""
    who = f"{recipient} of {item['launch']}" if item["launch"] else recipient
    what = f"hand-off to {item['queue']}" if item["kind"] == "hand_off" else "reply"
    if item["priority"] != "normal":
        what += f" ({item['priority']})"
    return (
        item["item"],
        brief_words(parse_instant(item["at"])),
        who,
        what,
        item["address"],
        item["note"],
    )


def _described(
    client: "StoreClient", rows: tuple["InboxRow", ...], full: bool
) -> list[dict[str, Any]]:
    from tactful.guard.addresses import mask
    from tactful.values import iso

    launches = {row.id: row.name for row in client.launches()}
    people = client.recipients([row.journey for row in rows if row.journey is not None])
    return [
        {
            "item": row.id,
            "at": iso(row.at),
            "kind": row.kind,
            "launch": launches.get(row.launch) if row.launch is not None else None,
            "recipient": people[row.journey].key if row.journey in people else None,
            "queue": row.queue,
            "priority": row.priority,
            "channel": row.channel,
            "address": row.address if full or not row.address else mask(row.address),
            "note": row.note,
            "state": row.state,
        }
        for row in rows
    ]


@command.command("give-back")
@click.argument("item", type=click.IntRange(min=1))
@because_option
@wait_option
@store_option
@click.pass_obj
def give_back(
    outer: str | None, item: int, because: str, wait: float | None, store: str | None
) -> None:
    """Let the campaign go on with a conversation.

    \b
    Example:
      tactful inbox give-back 3
    """
    _close("give back", item, because, wait, store or outer)


@command.command("close")
@click.argument("item", type=click.IntRange(min=1))
@because_option
@wait_option
@store_option
@click.pass_obj
def close(
    outer: str | None, item: int, because: str, wait: float | None, store: str | None
) -> None:
    """Close a conversation; a hand-off's journey ends with it.

    \b
    Example:
      tactful inbox close 4 --because "refunded by phone"
    """
    _close("close", item, because, wait, store or outer)


def _close(kind: str, item: int, because: str, wait: float | None, store: str | None) -> None:
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        row = next((row for row in client.inbox(open_only=False) if row.id == item), None)
        if row is None:
            raise TactfulError(f"The inbox has no item {item}", help="`tactful inbox` lists them.")
        if row.state != "open":
            raise TactfulError(f"Item {item} is {row.state} already")
        launch = next((one for one in client.launches() if one.id == row.launch), None)
        told = order(
            kind, campaign=launch.name if launch else None, data={"item": item}, because=because
        )
        give_order(client, told, f"{kind} item {item}", wait, launch.flow_path if launch else "")

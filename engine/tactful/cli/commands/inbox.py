"""`tactful inbox`: hand-offs and replies that no line of a flow waits for, for people to answer."""

from collections.abc import Sequence
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

    While a hand-off is open, its recipient's replies belong to it and the campaign waits. Answer,
    then give it back and the campaign goes on, or close it and the journey ends.

    \b
    Examples:
      tactful inbox
      tactful inbox show 3
      tactful inbox answer 3 "I have asked the depot; they will call you today."
      tactful inbox give-back 3
      tactful inbox close 4 --because "refunded by phone"
    """
    ctx.obj = store
    if ctx.invoked_subcommand is not None:
        return
    from tactful.runtime.inbox_load import conversations
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        found = conversations(client.inbox(open_only=not everything))
        items = _described(client, found, full)
    if form == "json":
        json_page(items)
    elif not items:
        say("Nobody waits for a person.")
    else:
        columns = ["item", "since", "recipient", "what", "address", "note", "taken by"]
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
        item["taken_by"],
    )


def _described(
    client: "StoreClient", rows: "Sequence[InboxRow]", full: bool
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
            "taken_by": row.taken_by,
            "desks": row.desks.split(),
        }
        for row in rows
    ]


@command.command("show")
@click.argument("item", type=click.IntRange(min=1))
@full_option
@format_option("human", "json")
@store_option
@click.pass_obj
def show(outer: str | None, item: int, full: bool, form: str, store: str | None) -> None:
    """Show what was said in a conversation.

    \b
    Example:
      tactful inbox show 3
    """
    from tactful.cli.cases import case_json, show_case
    from tactful.runtime.desks import read_case
    from tactful.store.client import StoreClient

    path = store_path(store or outer)
    with StoreClient(path) as client:
        row = _item(client, item)
        (described,) = _described(client, (row,), full)
    case = read_case(path, row, described["launch"] or "")
    if form == "json":
        json_page(case_json(described, case))
    else:
        show_case(described, case)


@command.command("answer")
@click.argument("item", type=click.IntRange(min=1))
@click.argument("text")
@click.option(
    "--channel",
    type=click.Choice(["sms", "email", "chat"]),
    help="Write on this channel. [default: where we last wrote to them]",
)
@wait_option
@store_option
@click.pass_obj
def answer(
    outer: str | None,
    item: int,
    text: str,
    channel: str | None,
    wait: float | None,
    store: str | None,
) -> None:
    """Write to the person of a conversation, from the campaign's own sender.

    It passes the guard like every message: opt-outs and quiet hours hold for it, too.

    \b
    Example:
      tactful inbox answer 3 "Your parcel is at the depot, I have asked them to call you."
    """
    if not text.strip():
        raise click.UsageError("The answer is empty.")
    _order("answer", item, {"text": text, "channel": channel}, "", wait, store or outer)


@command.command("take")
@click.argument("item", type=click.IntRange(min=1))
@click.option("--who", help="Who works on it. [default: you]")
@wait_option
@store_option
@click.pass_obj
def take(
    outer: str | None, item: int, who: str | None, wait: float | None, store: str | None
) -> None:
    """Let the others see that you work on a conversation.

    \b
    Examples:
      tactful inbox take 3
      tactful inbox take 3 --who ""
    """
    _order("take", item, {} if who is None else {"who": who}, "", wait, store or outer)


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
    _order(kind, item, {}, because, wait, store)


def _order(
    kind: str,
    item: int,
    data: dict[str, Any],
    because: str,
    wait: float | None,
    store: str | None,
) -> None:
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        row = _item(client, item)
        if row.state != "open":
            raise TactfulError(f"Item {item} is {row.state} already")
        launch = next((one for one in client.launches() if one.id == row.launch), None)
        told = order(
            kind,
            campaign=launch.name if launch else None,
            data={"item": item, **data},
            because=because,
        )
        give_order(client, told, f"{kind} item {item}", wait, launch.flow_path if launch else "")


def _item(client: "StoreClient", item: int) -> "InboxRow":
    for row in client.inbox(open_only=False):
        if row.id == item:
            return row
    raise TactfulError(f"The inbox has no item {item}", help="`tactful inbox` lists them.")

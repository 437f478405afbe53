"""`tactful sender`: how senders stand, and stopping or clearing one in all campaigns."""

from typing import TYPE_CHECKING, Any

import click

from tactful.cli.asking import give_order, order, wait_option
from tactful.cli.options import Decorator, format_option, store_option
from tactful.cli.output import heading, json_page, say, table
from tactful.cli.people import CHANNELS
from tactful.cli.spans import clock_words
from tactful.cli.stores import store_path
from tactful.errors import TactfulError

if TYPE_CHECKING:
    from tactful.cli.senders import SenderStands

_channel_option: Decorator[Any] = click.option(
    "--channel", type=click.Choice(CHANNELS), help="Only on this kind of channel. [all]"
)


@click.group()
def command() -> None:
    """See how senders stand, and stop or clear one.

    A sender stands healthy, watched, slowed, paused or flagged, over all campaigns of the store.
    While it is paused or flagged nothing leaves from it: what waits goes on waiting, until it
    expires.
    """


@command.command("list")
@format_option("human", "json")
@store_option
def show_all(form: str, store: str | None) -> None:
    """List all senders with their standing.

    \b
    Example:
      tactful sender list
    """
    from tactful.cli.senders import as_json, senders_of
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        senders = senders_of(client)
    if form == "json":
        json_page([as_json(one) for one in senders])
        return
    if not senders:
        say("No campaign has sent from anything yet.")
        return
    rows = [
        (one.sender, one.group, one.standing, _since(one), ", ".join(one.campaigns), _why(one))
        for one in senders
    ]
    table(("sender", "channel", "standing", "since", "campaigns", "why"), rows)


@command.command("show")
@click.argument("sender")
@format_option("human", "json")
@store_option
def show(sender: str, form: str, store: str | None) -> None:
    """Show one sender: what each observer says, its figures, and how it came to that.

    \b
    Example:
      tactful sender show "+353 20 9155 000"
    """
    from tactful.cli.senders import as_json, history_of, senders_of
    from tactful.runtime.observing import same_sender
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        wanted = same_sender(sender)
        found = [one for one in senders_of(client) if same_sender(one.sender) == wanted]
        if not found:
            raise TactfulError(
                f"no campaign sends from `{sender}`", help="`tactful sender list` names them all."
            )
        histories = [history_of(client, one) for one in found]
    if form == "json":
        json_page(
            [{**as_json(one), "history": it} for one, it in zip(found, histories, strict=True)]
        )
        return
    for one, history in zip(found, histories, strict=True):
        _show(one, history)


@command.command("flag")
@click.argument("sender")
@_channel_option
@click.option("--because", metavar="TEXT", required=True, help="Why, for the record.")
@wait_option
@store_option
def flag(
    sender: str, channel: str | None, because: str, wait: float | None, store: str | None
) -> None:
    """Stop a sender in all campaigns, until somebody clears it.

    \b
    Example:
      tactful sender flag "+353 20 9155 000" --because "shown as spam on phones"
    """
    _give("flag", sender, channel, because, wait, store)


@command.command("clear")
@click.argument("sender")
@_channel_option
@click.option("--because", metavar="TEXT", default="", help="Why, for the record.")
@wait_option
@store_option
def clear(
    sender: str, channel: str | None, because: str, wait: float | None, store: str | None
) -> None:
    """Let a sender send again. Its observers begin anew, and watch it first.

    \b
    Example:
      tactful sender clear "+353 20 9155 000" --because "the carrier took the label off"
    """
    _give("clear", sender, channel, because, wait, store)


def _give(
    what: str, sender: str, channel: str | None, because: str, wait: float | None, store: str | None
) -> None:
    from tactful.graph.channels import group_of
    from tactful.store.client import StoreClient

    data = {"sender": sender, "group": group_of(channel) if channel else ""}
    with StoreClient(store_path(store), create=True) as client:
        told = order(f"{what} sender", data=data, because=because)
        give_order(client, told, f"{what} the sender {sender}", wait)


def _since(one: "SenderStands") -> str:
    return clock_words(one.since) if one.since else ""


def _why(one: "SenderStands") -> str:
    said = [word for word in one.words if word.standing == one.standing and word.reasons]
    return said[0].reasons if said and one.standing != "healthy" else ""


def _show(one: "SenderStands", history: list[dict[str, Any]]) -> None:
    from tactful.cli.gauges import gauge_rows

    heading(f"{one.sender}  ({one.group})  {one.standing}")
    rows = [("since", _since(one))] if one.since else []
    if one.until is not None:
        rows.append(("until", clock_words(one.until)))
    if one.slow:
        rows.append(("no faster than", one.slow))
    rows.append(("campaigns", ", ".join(one.campaigns) or "none"))
    for word in one.words:
        said = "; ".join(part for part in (word.reasons, word.problem) if part)
        rows.append((word.by or "a person", f"{word.standing}{': ' if said else ''}{said}"))
    table(("", ""), rows, styles={0: "dim"})
    figures = [row for word in one.words for row in gauge_rows(word.gauges)]
    if figures:
        say()
        table(("figure", "", "", "of", "limit"), figures, right=(2,))
    if history:
        say()
        table(
            ("moved", "", "by", "why"),
            [
                (line["at"], f"{line['before']} -> {line['standing']}", line["by"], line["reason"])
                for line in history
            ],
        )

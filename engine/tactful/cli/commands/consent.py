"""`tactful consent`: who may be written to on which channel, with the proof of it."""

from typing import TYPE_CHECKING, Any

import click

from tactful.cli.asking import await_order, order, wait_option, wall_clock, whoami
from tactful.cli.options import Decorator, format_option, full_option, store_option
from tactful.cli.output import json_page, say, table
from tactful.cli.people import CHANNELS, read_address, usual_channel
from tactful.cli.spans import brief_words
from tactful.cli.stores import store_path

if TYPE_CHECKING:
    from tactful.store.rows import ConsentRow, SuppressionRow

_channel_option: Decorator[Any] = click.option(
    "--channel", type=click.Choice(CHANNELS), required=True, help="The channel it is about."
)
_purpose_option: Decorator[Any] = click.option(
    "--purpose", default="service", show_default=True, help="What the messages are for."
)


@click.group()
def command() -> None:
    """Keep the record of who may be written to.

    Consent is kept per address, channel and purpose, with its time, its source and who noted it.
    An opt-out covers the channel's whole group (sms and mms are one) and every campaign of the
    store.
    """


@command.command("add")
@click.argument("address")
@_channel_option
@_purpose_option
@click.option("--source", metavar="TEXT", required=True, help="How we know: form, call, letter.")
@wait_option
@store_option
def add(
    address: str, channel: str, purpose: str, source: str, wait: float | None, store: str | None
) -> None:
    """Record that a person consents; this ends an opt-out.

    \b
    Example:
      tactful consent add "+353 20 910 1234" --channel sms --source "web form 4711"
    """
    _record(address, channel, purpose, source, wait, store, given=True)


@command.command("remove")
@click.argument("address")
@_channel_option
@_purpose_option
@click.option("--source", metavar="TEXT", required=True, help="How we know: form, call, letter.")
@wait_option
@store_option
def remove(
    address: str, channel: str, purpose: str, source: str, wait: float | None, store: str | None
) -> None:
    """Record that a person does not consent; nothing more is sent there.

    A running engine heeds it at once, also for what is queued.

    \b
    Example:
      tactful consent remove ann@example.com --channel email --source "phone call"
    """
    _record(address, channel, purpose, source, wait, store, given=False)


def _record(
    raw: str,
    channel: str,
    purpose: str,
    source: str,
    wait: float | None,
    store: str | None,
    *,
    given: bool,
) -> None:
    from tactful.graph.channels import group_of
    from tactful.guard.addresses import mask
    from tactful.store.client import StoreClient
    from tactful.store.rows import ConsentRow, SuppressionRow

    address, group, now = read_address(raw, channel), group_of(channel), wall_clock()
    consent = ConsentRow(address, channel, purpose, given, now, source, whoami())
    told = order(
        "consent", data={"address": address, "groups": [group], "given": given}, because=source
    )
    with StoreClient(store_path(store), create=True) as client:
        number = client.apply_consent(
            [consent],
            told,
            suppress=[] if given else [SuppressionRow(address, group, now, source)],
            lift=[(address, group)] if given else [],
        )
        does = "consents to" if given else "is not written to any more by"
        what = f"{mask(address)} {does} {channel}"
        say(f"noted: {what}; every campaign of {client.path} heeds it")
        if wait is not None:
            await_order(client, number, what, wait)


@command.command("list")
@click.argument("address", required=False)
@full_option
@format_option("human", "json")
@store_option
def show(address: str | None, full: bool, form: str, store: str | None) -> None:
    """List what is recorded, of one address or all.

    \b
    Example:
      tactful consent list "+353 20 910 1234" --full
    """
    from tactful.store.client import StoreClient

    wanted = read_address(address, usual_channel(address)) if address else None
    with StoreClient(store_path(store)) as client:
        consents, opt_outs = client.consents(wanted), client.suppressions(wanted)
    if form == "json":
        json_page(
            {
                "consents": [_consent(row, full) for row in consents],
                "opt_outs": [_opt_out(row, full) for row in opt_outs],
            }
        )
        return
    if not consents and not opt_outs:
        say("Nothing is recorded.")
        return
    rows = [
        (row["address"], row["channel"], row["purpose"], "yes" if row["given"] else "no",
         brief_words(kept.at), row["source"], row["who"])
        for kept in consents
        for row in [_consent(kept, full)]
    ]  # fmt: skip
    rows += [
        (_shown(row.address, full), row.group, "all", "opted out", brief_words(row.at), row.source,
         "")
        for row in opt_outs
    ]  # fmt: skip
    table(("address", "channel", "purpose", "consent", "since", "source", "noted by"), rows)


def _shown(address: str, full: bool) -> str:
    from tactful.guard.addresses import mask

    return address if full else mask(address)


def _consent(row: "ConsentRow", full: bool) -> dict[str, Any]:
    from tactful.values import iso

    return {
        "address": _shown(row.address, full),
        "channel": row.channel,
        "purpose": row.purpose,
        "given": row.given,
        "at": iso(row.at),
        "source": row.source,
        "who": row.who,
    }


def _opt_out(row: "SuppressionRow", full: bool) -> dict[str, Any]:
    from tactful.values import iso

    return {
        "address": _shown(row.address, full),
        "group": row.group,
        "at": iso(row.at),
        "source": row.source,
    }

"""`tactful consent`: who may be written to on which channel, with the proof of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tactful.cli.asking import await_order, order, wait_option, wall_clock, whoami
from tactful.cli.consenting.exchange import bring, give_out
from tactful.cli.options import (
    Decorator,
    config_option,
    format_option,
    full_option,
    store_option,
)
from tactful.cli.output import json_page, note, say, table
from tactful.cli.people import CHANNELS, read_address, usual_channel
from tactful.cli.spans import brief_words
from tactful.cli.stores import store_path
from tactful.graph.channels import group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tactful.runtime.consents import Scope
    from tactful.store.contract import Group
    from tactful.store.rows import ConsentRow, OrderRow, SuppressionRow

_channel_option: Decorator[Any] = click.option(
    "--channel", type=click.Choice(CHANNELS), required=True, help="The channel it is about."
)
_source_option: Decorator[Any] = click.option(
    "--source", metavar="TEXT", required=True, help="How we know: form, call, letter."
)


@click.group()
def command() -> None:
    """Keep the record of who may be written to.

    Consent is kept per address, channel and purpose, with its proof: when and how it was given, how
    we know, what the person was shown, where the evidence is, and who noted it. An opt-out covers
    the channel's whole group (sms and mms are one) and every campaign of the store.
    """


command.add_command(bring)
command.add_command(give_out)


@command.command("add")
@click.argument("address")
@_channel_option
@click.option("--purpose", default="service", show_default=True, help="What the messages are for.")
@_source_option
@click.option(
    "--method",
    metavar="TEXT",
    default="noted by hand",
    show_default=True,
    help="How it was given: web form, keyword, orally.",
)
@click.option("--wording", metavar="TEXT", default="", help="What the person was shown or told.")
@click.option("--evidence", metavar="TEXT", default="", help="Where the proof is kept.")
@click.option("--ip", metavar="ADDRESS", default="", help="From where a form was sent.")
@click.option("--at", metavar="MOMENT", help="When: 2026-12-01T09:00:00Z. [default: now]")
@wait_option
@store_option
def add(
    address: str,
    channel: str,
    purpose: str,
    source: str,
    method: str,
    wording: str,
    evidence: str,
    ip: str,
    at: str | None,
    wait: float | None,
    store: str | None,
) -> None:
    """Record that a person consents; this ends an opt-out that is older.

    \b
    Example:
      tactful consent add "+353 20 910 1234" --channel sms --source "web form 4711"
    """
    from tactful.cli.consenting.records import read_ip, read_past, read_purpose
    from tactful.store.rows import ConsentRow

    now = wall_clock()
    row = ConsentRow(
        read_address(address, channel),
        channel,
        read_purpose(purpose),
        True,
        read_past(at, now) if at else now,
        source,
        whoami(),
        method,
        wording,
        evidence,
        read_ip(ip),
    )
    _record(row, "all", wait, store)


@command.command("remove")
@click.argument("address")
@_channel_option
@click.option(
    "--purpose",
    help="Only for this purpose, where `[consent]` of tactful.toml allows that. [default: all]",
)
@_source_option
@wait_option
@store_option
@config_option
def remove(
    address: str,
    channel: str,
    purpose: str | None,
    source: str,
    wait: float | None,
    store: str | None,
    config: Path | None,
) -> None:
    """Record that a person does not consent; nothing more is sent there.

    A running engine heeds it at once, also for what is queued.

    \b
    Example:
      tactful consent remove ann@example.com --channel email --source "phone call"
    """
    from tactful.plugins.config import load_config
    from tactful.runtime.consents import ALL
    from tactful.store.rows import ConsentRow

    scope = load_config(config, near=Path.cwd()).consent.revoke
    about = purpose.strip().lower() if purpose else ALL
    row = ConsentRow(
        read_address(address, channel), channel, about, False, wall_clock(), source, whoami()
    )
    _record(row, scope, wait, store)


def _record(row: "ConsentRow", scope: "Scope", wait: float | None, store: str | None) -> None:
    from tactful.guard.addresses import mask
    from tactful.runtime.consents import ALL, changes
    from tactful.store.client import StoreClient

    rows: list[ConsentRow] = []

    def decide(
        known: "Sequence[ConsentRow]", opt_outs: "Sequence[SuppressionRow]"
    ) -> "tuple[Group, OrderRow]":
        change = changes(known, opt_outs, [row], scope)
        rows.extend(change.rows)
        groups = [group for _, group in change.lift]
        if not row.given:
            groups = [opt_out.group for opt_out in change.suppress]
        data = {"address": row.address, "groups": groups, "given": row.given}
        return change.group(), order("consent", data=data, because=row.source)

    with StoreClient(store_path(store), create=True) as client:
        number = client.revise_consents([row.address], decide)
        does = "consents to" if row.given else "is not written to any more by"
        narrow = any(kept.purpose not in (ALL, "service") for kept in rows)
        about = f" for {row.purpose}" if narrow else ""
        what = f"{mask(row.address)} {does} {row.channel}{about}"
        say(f"noted: {what}; every campaign of {client.path} heeds it")
        left = client.suppressions(row.address)
        if row.given and any(one.group == group_of(row.channel) for one in left):
            note("The person has opted out since then; that stays.")
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
         brief_words(kept.at), row["source"], row["method"], row["who"])
        for kept in consents
        for row in [_consent(kept, full)]
    ]  # fmt: skip
    rows += [
        (_shown(row.address, full), row.group, "all", "opted out", brief_words(row.at), row.source,
         "", "")
        for row in opt_outs
    ]  # fmt: skip
    table(
        ("address", "channel", "purpose", "consent", "since", "source", "method", "noted by"), rows
    )


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
        "method": row.method,
        "wording": row.wording,
        "evidence": row.evidence,
        "ip": row.ip if full else "",
    }


def _opt_out(row: "SuppressionRow", full: bool) -> dict[str, Any]:
    from tactful.values import iso

    return {
        "address": _shown(row.address, full),
        "group": row.group,
        "at": iso(row.at),
        "source": row.source,
    }

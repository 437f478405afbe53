"""`tactful reply`: an answer of a recipient is handed in by a person."""

import uuid
from typing import TYPE_CHECKING

import click

from tactful.cli.asking import check_under_way, give_signal, wait_option, wall_clock
from tactful.cli.options import store_option
from tactful.cli.stores import check_has_key, launch_named, store_path

if TYPE_CHECKING:
    from tactful.store.client import StoreClient
    from tactful.store.rows import LaunchRow, SignalRow


@click.command()
@click.argument("words", nargs=-1, metavar="[CAMPAIGN KEY] TEXT")
@click.option("--from", "sender", metavar="ADDRESS", help="Who answered, by number or address.")
@click.option("--channel", metavar="NAME", help="How: sms, email, … [default: as we reach them]")
@wait_option
@store_option
def command(
    words: tuple[str, ...],
    sender: str | None,
    channel: str | None,
    wait: float | None,
    store: str | None,
) -> None:
    """Hand in what a recipient has answered.

    Name the recipient by campaign and key, or say with --from who wrote: then the answer goes to
    the campaign that asked last, as it would have come in by itself. STOP, START and HELP count as
    such.

    \b
    Examples:
      tactful reply late-order A-1017 "keep it please"
      tactful reply --from "+353 20 910 1234" STOP
    """
    from tactful.store.client import StoreClient

    wanted = 1 if sender is not None else 3
    if len(words) != wanted:
        raise click.UsageError(
            "With --from, give the text alone." if sender else "Give CAMPAIGN KEY TEXT."
        )
    _check_channel(channel)
    with StoreClient(store_path(store)) as client:
        if sender is not None:
            row, what, flow = _from_address(sender, words[0], channel)
        else:
            launch = launch_named(client, words[0])
            row, what, flow = _from_recipient(client, launch, words[1], words[2], channel)
        give_signal(client, row, what, wait, flow)


def _check_channel(channel: str | None) -> None:
    from tactful.cli.people import CHANNELS
    from tactful.cli.suggest import did_you_mean

    if channel is not None and channel not in CHANNELS:
        raise click.BadParameter(
            f"`{channel}` is none of {', '.join(CHANNELS)}.{did_you_mean(channel, CHANNELS)}",
            param_hint="--channel",
        )


def _from_address(sender: str, text: str, channel: str | None) -> tuple["SignalRow", str, str]:
    from tactful.cli.people import read_address, usual_channel

    channel = channel or usual_channel(sender)
    address = read_address(sender, channel)
    return _reply(text, channel, address=address), f"reply by {channel}", ""


def _from_recipient(
    client: "StoreClient", launch: "LaunchRow", key: str, text: str, channel: str | None
) -> tuple["SignalRow", str, str]:
    check_under_way(launch)
    journey = check_has_key(client, launch, key)
    if channel is None:
        recipient = client.recipients([journey])[journey] if journey is not None else None
        channel = "email" if recipient and recipient.phone is None and recipient.email else "sms"
    row = _reply(text, channel, campaign=launch.name, key=key)
    return row, f"reply of {key} to {launch.name} by {channel}", launch.flow_path


def _reply(
    text: str,
    channel: str,
    *,
    address: str | None = None,
    campaign: str | None = None,
    key: str | None = None,
) -> "SignalRow":
    import msgspec

    from tactful.store.rows import SignalRow

    return SignalRow(
        id=0,
        at=wall_clock(),
        kind="reply",
        dedup=f"cli:{uuid.uuid4()}",
        campaign=campaign,
        key=key,
        channel=channel,
        address=address,
        data=msgspec.json.encode({"text": text}).decode(),
    )

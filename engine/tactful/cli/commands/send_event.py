"""`tactful send-event`: something that happened elsewhere reaches the journeys that wait for it."""

import re
from collections.abc import Iterable

import click

from tactful.cli.asking import check_under_way, give_signal, is_under_way, wait_option, wall_clock
from tactful.cli.options import store_option
from tactful.cli.stores import check_has_key, check_is_key, launch_named, store_path

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?").fullmatch
_WORDS = {"yes": True, "no": False}


@click.command()
@click.argument("name")
@click.option(
    "--key",
    metavar="K",
    help="The recipient it is about. [default: all with the same value]",
)
@click.option("--campaign", metavar="NAME", help="Only this campaign's. [default: every one's]")
@click.option(
    "--value",
    "values",
    metavar="NAME=VALUE",
    multiple=True,
    help="What the event tells: a number, yes, no, or else a text. May be given often.",
)
@click.option("--id", "event_id", metavar="ID", help="A repeat with the same id counts once.")
@wait_option
@store_option
def command(
    name: str,
    key: str | None,
    campaign: str | None,
    values: tuple[str, ...],
    event_id: str | None,
    wait: float | None,
    store: str | None,
) -> None:
    """Report a named event to journeys.

    It reaches every journey of the recipient that is under way, and takes the line `on event NAME`
    where one waits. Where a flow says `on event NAME with same COLUMN`, an event that carries a
    value of this column reaches everybody whose row has it.

    \b
    Examples:
      tactful send-event parcel_delivered --key A-1017
      tactful send-event paid --key A-1017 --value amount=59.90 --id payment-881
      tactful send-event outage.restored --value region=north
    """
    import msgspec

    from tactful.cli.reach import count_reached
    from tactful.store.client import StoreClient
    from tactful.store.rows import SignalRow

    told = read_values(values)
    if key is None and not told:
        raise click.UsageError("Say whom it is about: --key K, or --value COLUMN=VALUE for many.")
    with StoreClient(store_path(store)) as client:
        launch = launch_named(client, campaign) if campaign else None
        if launch is not None:
            check_under_way(launch)
        reached = None
        if key is None:
            all_of = [launch] if launch else [row for row in client.launches() if is_under_way(row)]
            reached = count_reached(client, all_of, name, told)
        elif launch is not None:
            check_has_key(client, launch, key)
        else:
            check_is_key(client, key)
        row = SignalRow(
            id=0,
            at=wall_clock(),
            kind="event",
            dedup=f"event:{event_id}" if event_id else None,
            campaign=launch.name if launch else None,
            key=key,
            name=name,
            data=msgspec.json.encode(told).decode() if told else None,
        )
        flow = launch.flow_path if launch else ""
        whom = key if key is not None else _people(reached or 0)
        give_signal(client, row, f"event {name} for {whom}", wait, flow)


def _people(count: int) -> str:
    return "1 journey under way" if count == 1 else f"{count} journeys under way"


def read_values(pairs: Iterable[str]) -> dict[str, str | int | float | bool]:
    """Read `NAME=VALUE` pairs. Raises `click.BadParameter`."""
    values: dict[str, str | int | float | bool] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"`{pair}` is not NAME=VALUE.", param_hint="--value")
        values[name] = _value(text)
    return values


def _value(text: str) -> str | int | float | bool:
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER(text):
        return float(text) if "." in text else int(text)
    return text

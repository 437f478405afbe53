"""Hands orders and signals to the engine by way of the store, and tells what becomes of them."""

import getpass
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tactful.cli.options import Decorator
from tactful.cli.output import say
from tactful.errors import TactfulError
from tactful.values import SECOND, Instant

if TYPE_CHECKING:
    from tactful.store.client import StoreClient
    from tactful.store.rows import LaunchRow, OrderRow, SignalRow

UNDER_WAY = ("loading", "running", "paused")
FAILED = ("not done", "not known")
"""How the result of an order begins that was not carried out."""

WAIT_SECONDS = 30.0


class Seconds(click.ParamType[float]):
    """A length of time; what else follows a bare `--wait` was meant as an argument."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            return float(value)
        except ValueError:
            self.fail(
                f"`{value}` is not a number of seconds. Put --wait last, or write "
                f"--wait={WAIT_SECONDS:.0f}.",
                param,
                ctx,
            )


wait_option: Decorator[Any] = click.option(
    "--wait",
    metavar="[SECONDS]",
    type=Seconds(),
    is_flag=False,
    flag_value=WAIT_SECONDS,
    help=f"Wait until the engine has taken it up, and say what came of it. [{WAIT_SECONDS:.0f} s]",
)


def whoami() -> str:
    """Return who gives an order from this machine's shell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def wall_clock() -> Instant:
    """Return the moment it is."""
    return time.time_ns() // 1_000


def order(
    kind: str,
    *,
    campaign: str | None = None,
    key: str | None = None,
    data: Mapping[str, Any] | None = None,
    because: str = "",
) -> "OrderRow":
    """Return an order of the person at the keyboard, given now."""
    import msgspec

    from tactful.store.rows import OrderRow

    return OrderRow(
        id=0,
        at=wall_clock(),
        who=whoami(),
        kind=kind,
        campaign=campaign,
        key=key,
        data=msgspec.json.encode(data).decode() if data else None,
        because=because,
    )


def give_order(
    client: "StoreClient", row: "OrderRow", what: str, wait: float | None, flow: str = ""
) -> None:
    """Append an order and tell of it. `what` names it to people; `flow` is whose run takes it up.

    With `wait` in seconds, waits for its result as `await_order`.
    """
    number = client.append_order(row)
    say(f"noted: {what} (order {number})")
    _tell_when(client, wait, flow)
    if wait is not None:
        await_order(client, number, what, wait)


def await_order(client: "StoreClient", number: int, what: str, wait: float) -> None:
    """Wait for the result of an order, and tell it.

    Raises `TactfulError` when it was not carried out, or nobody took it up in time.
    """
    applied = client.wait_applied(number, round(wait * SECOND))
    if applied is None:
        raise _too_late(wait)
    result = applied.result or "done"
    if result.startswith(FAILED):
        raise TactfulError(f"{what}: {result}")
    say(result)


def give_signal(
    client: "StoreClient", row: "SignalRow", what: str, wait: float | None, flow: str = ""
) -> None:
    """Append a signal and tell of it, as `give_order`. A repeated one is told, and is well."""
    number = client.append_signal(row)
    if number is None:
        say(f"came before: {what}; it counts once")
        return
    say(f"noted: {what} (signal {number})")
    _tell_when(client, wait, flow)
    if wait is None:
        return
    taken = client.wait_taken(number, round(wait * SECOND))
    if taken is None:
        raise _too_late(wait)
    say(taken.result or "taken")


def is_under_way(launch: "LaunchRow") -> bool:
    """Whether a launch can still be given orders."""
    return launch.state in UNDER_WAY


def check_under_way(launch: "LaunchRow") -> None:
    """Raise `TactfulError` unless a launch can still be given orders."""
    if not is_under_way(launch):
        raise TactfulError(
            f"{launch.name} is {launch.state}",
            help=f"`tactful run {launch.flow_path} --again` starts it once more.",
        )


def _tell_when(client: "StoreClient", wait: float | None, flow: str) -> None:
    from tactful.store.lock import owner_of

    owner = owner_of(client.path)
    if owner is None:
        runs = f": tactful run {flow}" if flow else ""
        say(f"No engine is running on {client.path}; it counts when one next runs{runs}")
    elif wait is None:
        say(f"The engine takes it up at once ({owner}).")


def _too_late(wait: float) -> TactfulError:
    return TactfulError(
        f"No engine took it up within {wait:g} seconds",
        help="It is kept, and counts when an engine next looks.",
    )

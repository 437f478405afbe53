"""Finds the store that a command means, and the launch in it."""

from pathlib import Path
from typing import TYPE_CHECKING

from tactful.cli.suggest import did_you_mean
from tactful.errors import TactfulError
from tactful.store.files import default_store, path_of

if TYPE_CHECKING:
    from tactful.store.client import StoreClient
    from tactful.store.rows import LaunchRow


def store_path(url: str | None, flow: Path | None = None) -> Path:
    """Return where the store is: as named, else beside the flow, else here or in a folder above."""
    if url is not None:
        return path_of(url)
    if flow is not None:
        return default_store(flow)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (found := default_store(folder / "any.flow")).is_file():
            return found
    return default_store(Path("any.flow"))


def launches_named(client: "StoreClient", name: str) -> "list[LaunchRow]":
    """Return the launch called `slug.N`, or all launches of the campaign `slug`, oldest first.

    Raises `TactfulError` that lists what there is.
    """
    launches = client.launches()
    found = [row for row in launches if name in (row.name, row.campaign)]
    if found:
        return found
    known = list(dict.fromkeys(row.campaign for row in launches))
    there = f"There is: {', '.join(known)}." if known else "Nothing has been run in it yet."
    raise TactfulError(
        f"{client.path} has no campaign `{name}`.{did_you_mean(name, known)}", help=there
    )


def launch_named(client: "StoreClient", name: str) -> "LaunchRow":
    """Return the launch called `slug.N`, or the newest one of the campaign `slug`.

    Raises `TactfulError` that lists what there is.
    """
    return launches_named(client, name)[-1]


def check_has_key(client: "StoreClient", launch: "LaunchRow", key: str) -> int | None:
    """Return the journey of a key; None while the launch still reads its audience.

    Raises `TactfulError` when the launch has no such recipient.
    """
    journey = client.journey_of(launch.id, key)
    if journey is None and launch.state != "loading":
        raise TactfulError(
            f"{launch.name} has no recipient `{key}`",
            help=f"`tactful log {launch.name}` shows the keys there are.",
        )
    return journey


def check_is_key(client: "StoreClient", key: str) -> None:
    """Raise `TactfulError` when no launch has a recipient with this key."""
    launches = client.launches()
    if any(row.state == "loading" for row in launches):
        return
    if all(client.journey_of(row.id, key) is None for row in launches):
        raise TactfulError(
            f"No campaign in {client.path} has a recipient `{key}`",
            help="`tactful log` shows the keys there are.",
        )

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


def launch_named(client: "StoreClient", name: str) -> "LaunchRow":
    """Return the launch called `slug.N`, or the newest one of the campaign `slug`.

    Raises `TactfulError` that lists what there is.
    """
    launches = client.launches()
    found = [row for row in launches if name in (row.name, row.campaign)]
    if found:
        return found[-1]
    known = list(dict.fromkeys(row.campaign for row in launches))
    there = f"There is: {', '.join(known)}." if known else "Nothing has been run in it yet."
    raise TactfulError(
        f"{client.path} has no campaign `{name}`.{did_you_mean(name, known)}", help=there
    )

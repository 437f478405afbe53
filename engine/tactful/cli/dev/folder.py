"""The folder that `dev` works in: its flows, the stamps of files, and what changes there."""

import os
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio import to_thread
from watchfiles import awatch

from tactful.cli.dev.saves import Stamp

STEP_MS, DEBOUNCE_MS = 10, 50
"""A burst of changes is one when this long nothing more comes, and at the latest after that."""
MOST_FOLDERS, MOST_FLOWS = 500, 200
LOOK_AGAIN_SECONDS = 0.2
QUIET_MS = 1_000
"""After this long without a change one looks around all the same: not every file system tells."""
_PASSED_OVER = frozenset(["node_modules", "__pycache__", "site-packages", "venv"])


@dataclass(frozen=True, slots=True)
class Survey:
    """The folders to watch and the flows in them; no hidden ones, and at most so many."""

    folders: tuple[Path, ...]
    flows: tuple[Path, ...]


def survey(root: Path) -> Survey:
    """Look through a folder and those in it. One that cannot be read has nothing in it."""
    folders: list[Path] = []
    flows: list[Path] = []
    for folder, inner, files in os.walk(root):
        inner[:] = sorted(one for one in inner if one[0] != "." and one not in _PASSED_OVER)
        folders.append(Path(folder))
        flows += (Path(folder, one) for one in sorted(files) if _is_flow(one))
        if len(folders) >= MOST_FOLDERS or len(flows) >= MOST_FLOWS:
            break
    return Survey(tuple(folders), tuple(flows[:MOST_FLOWS]))


def _is_flow(name: str) -> bool:
    return name.endswith(".flow") and not name.startswith(".")


def stamp(path: Path) -> Stamp | None:
    """Return the stamp of a file; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def stamps(paths: Iterable[Path]) -> dict[Path, Stamp | None]:
    """Return the stamps of files."""
    return {path: stamp(path) for path in paths}


async def changes(root: Path, beside: Collection[Path] = ()) -> AsyncIterator[frozenset[Path]]:
    """Yield the files that have changed, burst by burst, for ever.

    `beside` are folders that are watched as well. An empty burst says: look around yourself; the
    first one is. A root that goes away is waited for.
    """
    while True:
        yield frozenset()
        found = await to_thread.run_sync(survey, root)
        if found.folders:
            async for burst in _watched((*found.folders, *beside)):
                yield burst
                now = await to_thread.run_sync(survey, root)
                if now.folders != found.folders:
                    break
            else:
                await anyio.sleep(LOOK_AGAIN_SECONDS)
        else:
            await anyio.sleep(LOOK_AGAIN_SECONDS)


async def _watched(folders: Collection[Path]) -> AsyncIterator[frozenset[Path]]:
    """Yield bursts of changes in these folders; ends when they cannot be watched (any more).

    Not those inside them: the store lies in one, and an engine writes to it all the time.
    """
    watching = awatch(
        *folders,
        watch_filter=None,
        step=STEP_MS,
        debounce=DEBOUNCE_MS,
        recursive=False,
        ignore_permission_denied=True,
        rust_timeout=QUIET_MS,
        yield_on_timeout=True,
    )
    try:
        async with aclosing(watching) as bursts:
            async for burst in bursts:
                told = frozenset(_worth_telling(Path(path) for _, path in burst))
                if told or not burst:
                    yield told
    except (OSError, RuntimeError):  # the watcher's own errors are of these kinds
        return


def _worth_telling(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if path.name != ".tactful" and not path.name.endswith("~"))

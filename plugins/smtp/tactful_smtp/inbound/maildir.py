"""A maildir: each mail is a file in `new`, and moves to `cur` when its signals are durable."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from anyio import to_thread

from tactful.mail import MOST_BYTES

Take = Callable[[bytes], Awaitable[None]]

EVERY_SECONDS = 1.0


async def read_maildir(folder: Path, take: Take) -> None:
    """Bring each mail of a maildir to `take`, the oldest first, until cancelled."""
    await to_thread.run_sync(_make, folder)
    while True:
        await read_waiting(folder, take)
        await anyio.sleep(EVERY_SECONDS)


async def read_waiting(folder: Path, take: Take) -> None:
    """Bring the mails that are there now to `take`."""
    for path in await to_thread.run_sync(_waiting, folder / "new"):
        data = await to_thread.run_sync(_read, path)
        if data is not None:
            await take(data)
            await to_thread.run_sync(_seen, path, folder / "cur")


def _make(folder: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def _waiting(new: Path) -> list[Path]:
    with os.scandir(new) as entries:
        found = [(e.stat().st_mtime_ns, e.name) for e in entries if e.is_file()]
    return [new / name for _, name in sorted(found) if not name.startswith(".")]


def _read(path: Path) -> bytes | None:
    """Return a mail, as far as it is read; None when a mail program was quicker to move it."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except FileNotFoundError:
        return None


def _seen(path: Path, cur: Path) -> None:
    try:
        path.rename(cur / f"{path.name.partition(':')[0]}:2,S")
    except FileNotFoundError:
        return

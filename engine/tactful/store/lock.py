"""One engine owns a store: an operating-system lock on a file beside it, freed by the kernel.

Whoever finds it taken reads in the file who has it. The file is left behind on purpose: removing
it could pull the lock from under the next owner.
"""

import os
import socket
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tactful.errors import StoreOwned
from tactful.values import Instant, iso

_TRIES, _BETWEEN = 10, 0.02  # seconds: a look at the lock (`owner_of`) holds it for an instant

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # Windows keeps others from reading what is locked: lock beyond the words

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class EngineLock:
    """The right to run an engine on the store at `path`, as a context manager.

    `command` and `since` tell others who has it.
    """

    def __init__(self, path: Path, *, command: str, since: Instant) -> None:
        self._file = _beside(path)
        self._owner = (
            f"process {os.getpid()} on {socket.gethostname()}, `{command}`, since {iso(since)}"
        )
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises `StoreOwned`, which names the owner."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        for last in (*[False] * (_TRIES - 1), True):
            try:
                _lock(descriptor)
                break
            except OSError:
                if last:
                    os.close(descriptor)
                    owner = _read(self._file)
                    raise StoreOwned(
                        f"Another engine owns this store: {owner}",
                        owner,
                        help="Stop it first, or name another store with --store.",
                    ) from None
                time.sleep(_BETWEEN)
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, self._owner.encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; more than once is well."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def owner_of(path: Path) -> str | None:
    """Say which engine owns the store at `path`, or None when none does."""
    try:
        descriptor = os.open(_beside(path), os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        _lock(descriptor)
    except OSError:
        return _read(_beside(path))
    finally:
        os.close(descriptor)
    return None


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") or "one that is just starting"

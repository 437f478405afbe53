"""Where a store's file is, and how it is opened.

The files hold addresses and texts of people: only their owner may read them.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tactful.errors import StoreInvalid
from tactful.store.schema import LEAST_SQLITE, check_is_current, migrate

SCHEME = "sqlite:///"
_BUSY_MILLISECONDS = 10_000  # how long a write waits for another process's short one


def parse_url(url: str) -> Path:
    """Return the path of `sqlite:///PATH`, relative or absolute. Raises `StoreInvalid`."""
    path = url.removeprefix(SCHEME)
    if path == url or not path:
        raise StoreInvalid(f"`{url}` is not a store", help="Write sqlite:///PATH.")
    return Path(path)


def path_of(url_or_path: str | os.PathLike[str]) -> Path:
    """Return the path of a store named by URL or by path. Raises `StoreInvalid`."""
    if isinstance(url_or_path, str) and "://" in url_or_path:
        return parse_url(url_or_path)
    return Path(url_or_path)


def default_store(flow_path: str | os.PathLike[str]) -> Path:
    """Return where the store of a flow is when nobody says: `.tactful/store.db` beside it."""
    return Path(flow_path).parent / ".tactful" / "store.db"


def make_private(path: Path) -> None:
    """Make the file, if there is none, and see that only its owner can read it.

    SQLite gives its `-wal` and `-shm` files the mode of the file itself.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.name == "posix" and os.fstat(descriptor).st_mode & 0o777 != 0o600:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def open_to_own(path: Path) -> sqlite3.Connection:
    """Open a store as its engine, making it or bringing it up to date. Raises `StoreInvalid`."""
    try:
        make_private(path)
    except OSError as error:
        raise StoreInvalid(f"The store {path} cannot be opened: {error.strerror}") from error
    return _connect(path, migrate)


def open_beside(path: Path) -> sqlite3.Connection:
    """Open a store that exists, beside the engine that may own it. Raises `StoreInvalid`.

    Checkpoints are left to the engine: before SQLite 3.51.3, two connections that write and
    checkpoint at one instant can lose a commit (sqlite.org/wal.html#walresetbug).
    """
    if not path.is_file():
        raise StoreInvalid(
            f"There is no store at {path}",
            help="`tactful run FILE` makes one; --store names another.",
        )
    connection = _connect(path, check_is_current)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


def _connect(path: Path, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        least = ".".join(map(str, LEAST_SQLITE))
        raise StoreInvalid(
            f"Python is linked to SQLite {sqlite3.sqlite_version}; the store needs {least}",
            help="Use a Python with a newer SQLite.",
        )
    connection = None
    try:
        # The engine's connection is opened, used and closed by its writer thread alone.
        connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        prepare(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except (sqlite3.Error, StoreInvalid) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, StoreInvalid):
            raise
        raise StoreInvalid(f"The store {path} cannot be opened: {error}") from error
    return connection

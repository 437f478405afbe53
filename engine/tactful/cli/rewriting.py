"""Writes a file anew in one step, so that nobody ever finds half of it."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from tactful.errors import TactfulError


def rewrite(path: Path, text: str) -> None:
    """Replace what a file holds, or leave it as it is. Raises `TactfulError`.

    Its mode stays, and a link goes on leading to the same file.
    """
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            beside.chmod(target.stat().st_mode & 0o7777)
            beside.replace(target)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise TactfulError(f"{path} cannot be written: {error.strerror}") from error

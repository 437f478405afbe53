"""Keeps the files that messages carry beside the store, named by what they hold.

So a later change of a file neither changes nor loses what people under way get.
"""

import os
from pathlib import Path

from tactful.errors import FlowInvalid
from tactful.runtime.flowfiles import FlowFiles, blob_of


def kept_in(store: Path) -> Path:
    """Return the folder of the kept files of a store."""
    return store.parent / "files"


def keep_files(files: FlowFiles, folder: Path) -> None:
    """Copy the files that a flow attaches into a folder that only its owner can read.

    Each is there whole or not at all. Raises `FlowInvalid` when one changed since it was checked.
    """
    for written, blob in files.blobs.found.items():
        kept = folder / blob.sha256
        if kept.exists():
            continue
        try:
            content = files.find(written).read_bytes()
        except (KeyError, OSError) as error:
            raise FlowInvalid(f"`{written}` is gone since the flow was checked") from error
        if blob_of(content) != blob:
            raise FlowInvalid(
                f"`{written}` has changed since the flow was checked", help="Run it once more."
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = kept.with_name(f".{kept.name}.{os.getpid()}")
        with open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(kept)

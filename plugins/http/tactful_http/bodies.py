"""Keeps the last answer of each address as a file, for as long as somebody needs it."""

import itertools
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["json", "jsonl", "csv"]

_NOT_IN_NAMES = re.compile(r"[^\w.-]+", re.ASCII)
_LONGEST_NAME = 60


@dataclass
class Body:
    """One answer. `fresh`: just asked for, and its rows not read yet. `readers` hold its file."""

    path: Path
    kind: Kind
    etag: str | None = None
    modified: str | None = None
    fresh: bool = True
    readers: int = 1
    replaced: bool = False


class Bodies:
    """The answers of one process, in a folder of its own that only its owner can read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._by_name: dict[str, Body] = {}
        self._count = itertools.count(1)

    def place(self, url: str) -> Path:
        """Return where the next answer of an address may be written."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="tactful-http-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            folder = self._folder / str(next(self._count))
        folder.mkdir(mode=0o700)
        last = url.partition("?")[0].rstrip("/").rpartition("/")[2]
        return folder / (_NOT_IN_NAMES.sub("_", last)[-_LONGEST_NAME:].lstrip(".") or "answer")

    def drop(self, path: Path) -> None:
        """Remove what was written of an answer that cannot be used."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def last(self, name: str) -> Body | None:
        """Return the last answer under a name, if it is there."""
        with self._lock:
            return self._by_name.get(name)

    def keep(self, name: str, body: Body) -> None:
        """Keep an answer instead of the one before. Whoever asked for it holds it."""
        with self._lock:
            before = self._by_name.get(name)
            self._by_name[name] = body
            if before is not None:
                before.replaced = True
                _let_go(before)

    def holds(self, body: Body) -> bool:
        """Hold an answer that is still good; False when another one has taken its place."""
        with self._lock:
            if body.replaced:
                return False
            body.fresh = True
            body.readers += 1
            return True

    def take(self, name: str) -> Body | None:
        """Hold the answer that was asked for and not read yet, if there is one."""
        with self._lock:
            body = self._by_name.get(name)
            if body is None or not body.fresh:
                return None
            body.fresh = False
            body.readers += 1
            return body

    def let_go(self, body: Body) -> None:
        """Hold an answer no longer."""
        with self._lock:
            body.readers -= 1
            _let_go(body)

    @contextmanager
    def held(self, body: Body) -> Iterator[Path]:
        """Let go of an answer at the end of the block."""
        try:
            yield body.path
        finally:
            self.let_go(body)

    def close(self) -> None:
        """Remove everything."""
        with self._lock:
            folder, self._folder = self._folder, None
            self._by_name = {}
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _let_go(body: Body) -> None:
    if body.replaced and not body.readers:
        shutil.rmtree(body.path.parent, ignore_errors=True)

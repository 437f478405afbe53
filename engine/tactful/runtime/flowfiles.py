"""The files that a flow names, read when it asks for them, and only out of its own folder."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tactful.graph.texts import TEXT_LIMIT
from tactful.language.files import Blob, FileUnreadable
from tactful.language.words.sending import MOST_ATTACHED

_MOST_BYTES = 4 * TEXT_LIMIT  # a sign of UTF-8 has at most four
_MOST_CARRIED = max(MOST_ATTACHED.values())


class FlowBlobs(Mapping[str, Blob]):
    """What files hold, by their paths as written in a flow; `found` are those it asked for."""

    def __init__(self, files: "FlowFiles") -> None:
        self._files = files
        self.found: dict[str, Blob] = {}

    def __getitem__(self, written: str) -> Blob:
        if written not in self.found:
            self.found[written] = self._look(self._files.find(written))
        return self.found[written]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @staticmethod
    def _look(path: Path) -> Blob:
        try:
            size = path.stat().st_size
            # What no message can carry is told by its size alone.
            return Blob("", size) if size > _MOST_CARRIED else blob_of(path.read_bytes())
        except OSError as error:
            raise FileUnreadable(f"cannot be read: {error.strerror}") from error


def blob_of(content: bytes) -> Blob:
    """Return what a file holds."""
    return Blob(hashlib.sha256(content).hexdigest(), len(content))


class FlowFiles(Mapping[str, str]):
    """The texts of files by their paths as written in a flow; `asked` are all that it asked for.

    Also files that are not there count as asked for: they may come. Raises `KeyError` on those, and
    `FileUnreadable` on one that cannot be used. `blobs` are the files that it attaches.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.blobs = FlowBlobs(self)
        self._texts: dict[str, str] = {}
        self._asked: dict[Path, None] = {}

    @property
    def asked(self) -> tuple[Path, ...]:
        """The files that the flow depends on, in the order it named them."""
        return tuple(self._asked)

    def __getitem__(self, written: str) -> str:
        if written not in self._texts:
            self._texts[written] = self._read(written)
        return self._texts[written]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def find(self, written: str) -> Path:
        """Return where a file is. Raises `KeyError`, `FileUnreadable`."""
        path = self._folder / written
        self._asked[path] = None
        try:
            real = path.resolve()
            if not real.is_relative_to(self._folder.resolve()):
                raise FileUnreadable("is a link to a place outside the flow's folder")
            if real.is_file():
                return real
        except (OSError, ValueError, RuntimeError) as error:
            raise KeyError(written) from error
        if real.exists():
            raise FileUnreadable("is no file")
        raise KeyError(written)

    def _read(self, written: str) -> str:
        path = self.find(written)
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise FileUnreadable("is larger than any message may be")
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileUnreadable("is not UTF-8 text") from error
        except OSError as error:
            raise FileUnreadable(f"cannot be read: {error.strerror}") from error

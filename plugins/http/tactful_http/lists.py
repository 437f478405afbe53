"""Reads a list of JSON objects item by item, in bounded memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import ijson

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import Row, RowProblem
from tactful_jsonl import Uneven, cells_of

_BROKEN = "It must be JSON from begin to end. Try again; then tell whoever runs the server."


class JsonList:
    """The one list of an answer: the answer itself, or what one name of its object holds."""

    def __init__(self, path: Path, shown: str) -> None:
        self._path = path
        self._shown = shown

    def open(self) -> IO[bytes]:
        """Open the file of the answer."""
        return self._path.open("rb")

    def columns(self) -> tuple[str, ...]:
        """Return every name that any item has. Reads all of it. Raises `AudienceInvalid`."""
        names: dict[str, None] = {}
        with self.open() as file:
            for item in self.items(file):
                if isinstance(item, Row):
                    names |= dict.fromkeys(item.cells)
        return tuple(names)

    def items(self, file: IO[bytes]) -> Iterator[Row | RowProblem]:
        """Yield every item of the list. Raises `AudienceInvalid` when the JSON is broken."""
        place = self._place(file)
        file.seek(0)
        try:
            found: Iterator[Any] = ijson.items(file, place, use_float=False)
            for number, value in enumerate(found, 1):
                try:
                    yield Row(number, cells_of(value))
                except Uneven as error:
                    yield RowProblem(number, error.column, f"item {number}: {error}")
        except (ijson.JSONError, RecursionError) as error:
            raise self._broken() from error

    def _place(self, file: IO[bytes]) -> str:
        """Return where the list is, as ijson names it."""
        lists = []
        depth = 0
        try:
            for prefix, event, _ in ijson.parse(file):
                if event == "start_array" and depth <= 1 and prefix != "item":
                    lists.append(prefix)
                depth += event in ("start_array", "start_map")
                depth -= event in ("end_array", "end_map")
        except ijson.JSONError as error:
            raise self._broken() from error
        if len(lists) == 1:
            return f"{lists[0]}.item" if lists[0] else "item"
        named = ", ".join(f"`{name}`" for name in lists)
        held = f"holds several lists: {named}" if lists else "holds no list of rows"
        raise AudienceInvalid(
            f"the JSON of {self._shown} {held}",
            help="It must be a list of objects, or an object with one such list.",
        )

    def _broken(self) -> AudienceInvalid:
        return AudienceInvalid(f"{self._shown} answers with broken JSON", help=_BROKEN)

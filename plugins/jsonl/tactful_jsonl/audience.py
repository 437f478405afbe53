"""The audience `jsonl`, as the engine uses it: it reads some lines at a time, in a thread."""

from collections.abc import AsyncIterator, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

import anyio
import msgspec
from anyio import to_thread

from tactful.errors import AudienceInvalid
from tactful.language.sources import Takes
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful_jsonl.cells import Uneven, cells_of

LONGEST = 1 << 20  # bytes of a line
_AT_ONCE = 500
_MOST_COLUMNS = 10_000
_MARK = b"\xef\xbb\xbf"

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class JsonlAudience:
    """Reads recipients from a file with one JSON object on each line."""

    name = "jsonl"
    takes = Takes("file")

    def columns(self, source: AudienceSource) -> Sequence[str]:
        """Return every name that any line has, in the order of their first lines.

        Reads the whole file, because no line need have all of them. Raises `AudienceInvalid`.
        """
        path = Path(source.path)
        names: dict[str, None] = {}
        with _open(path) as file:
            for item in _items(file, path):
                if isinstance(item, Row):
                    names |= dict.fromkeys(item.cells)
                if len(names) > _MOST_COLUMNS:
                    raise AudienceInvalid(
                        f"the lines of {path.name} have more than {_MOST_COLUMNS:,} names",
                        help="Names are the same on every line; what differs belongs behind them.",
                    )
        return tuple(names)

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        """Yield every line in order, in bounded memory. Raises `AudienceInvalid`."""
        path = Path(source.path)
        file = await to_thread.run_sync(_open, path)
        try:
            found = _items(file, path)
            while items := await to_thread.run_sync(_next, found):
                for item in items:
                    yield item
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(file.close)


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise AudienceInvalid(
            f"the audience {path} cannot be read: {(error.strerror or 'error').lower()}",
            help="Check the path after `audience from jsonl`, and who may read the file.",
        ) from error


def _next(found: Iterator[Row | RowProblem]) -> list[Row | RowProblem]:
    return list(islice(found, _AT_ONCE))


def _items(file: IO[bytes], path: Path) -> Iterator[Row | RowProblem]:
    for number, (line, content) in enumerate(_lines(file, path), 1):
        if number == 1:
            _check_kind(content, path)
        try:
            yield Row(number, _cells(content))
        except Uneven as error:
            yield RowProblem(number, error.column, f"line {line}: {error}")


def _lines(file: IO[bytes], path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty, cut off where they are too long, with their numbers."""
    line = 0
    try:
        while content := file.readline(LONGEST + 1):
            line += 1
            content = content.removeprefix(_MARK) if line == 1 else content
            rest = content
            while len(rest) > LONGEST and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST + 1)
            if content.strip():
                yield line, content
    except OSError as error:
        raise AudienceInvalid(
            f"{path} cannot be read to its end: {error.strerror}",
            help="Try again when the disk or the share is there.",
        ) from error


def _cells(content: bytes) -> dict[str, str]:
    if len(content) > LONGEST:
        raise Uneven(f"it has more than {LONGEST:,} bytes")
    try:
        value: Any = _decode(content)
    except msgspec.DecodeError as error:
        raise Uneven(f"it is not JSON ({error})") from error
    except UnicodeDecodeError as error:
        raise Uneven("it is not UTF-8") from error
    except RecursionError as error:
        raise Uneven("it is nested too deeply") from error
    return cells_of(value)


def _check_kind(content: bytes, path: Path) -> None:
    """Refuse what is certainly not one object on each line, by its first line."""
    first = content.lstrip()[:1]
    if first == b"[":
        raise AudienceInvalid(
            f"{path.name} is one JSON list, not one object on each line",
            help="Write each object on a line of its own: jq -c '.[]' does it.",
        )
    if first == b"{" and content.strip() == b"{":
        raise AudienceInvalid(
            f"an object of {path.name} goes over several lines",
            help="Write each object on one line: jq -c . does it.",
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise AudienceInvalid(f"{path.name} is not UTF-8 text", help="Save it as UTF-8.")

"""Asks a reader for columns and rows; one that fails, or gives nonsense, is told by its name."""

from collections.abc import AsyncIterator, Mapping, Sequence

from tactful.errors import AudienceInvalid, TactfulError
from tactful.runtime.faults import fault_of
from tactful.runtime.ports import AudienceReader, AudienceSource, Finding, Row, RowProblem


def columns_of(reader: AudienceReader, source: AudienceSource) -> Sequence[str]:
    """Return the names of the columns. Raises `AudienceInvalid`, whatever the reader raises."""
    try:
        columns = list(reader.columns(source))
    except TactfulError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(reader, fault_of(error)) from error
    if not all(isinstance(name, str) for name in columns):
        raise _failed(reader, f"these are no names of columns: {columns!r:.100}")
    return columns


class ReadRows:
    """The rows of a reader. Iterating raises `AudienceInvalid`, whatever the reader raises."""

    def __init__(self, reader: AudienceReader, source: AudienceSource) -> None:
        self._reader = reader
        self._source = source
        self._rows: AsyncIterator[Row | RowProblem | Finding] | None = None

    def __aiter__(self) -> AsyncIterator[Row | RowProblem | Finding]:
        return self

    async def __anext__(self) -> Row | RowProblem | Finding:
        try:
            if self._rows is None:
                self._rows = aiter(self._reader.rows(self._source))
            item = await anext(self._rows)
        except (TactfulError, StopAsyncIteration):
            raise
        except BaseException as error:
            raise _failed(self._reader, fault_of(error)) from error
        if not isinstance(item, Row | RowProblem | Finding):
            raise _failed(self._reader, f"this is no row: {item!r:.100}")
        return item if not isinstance(item, Row) or _is_sound(item) else _unsound(item)

    async def aclose(self) -> None:
        """Leave nothing open. What goes wrong here no longer matters to anybody."""
        close = getattr(self._rows, "aclose", None)
        if close is not None:
            try:
                await close()
            except BaseException as error:
                fault_of(error)


def _is_sound(row: Row) -> bool:
    cells = row.cells
    return isinstance(cells, Mapping) and all(isinstance(cell, str) for cell in cells.values())


def _unsound(row: Row) -> RowProblem:
    return RowProblem(row.number, "", "its reader gave cells that are no texts")


def _failed(reader: AudienceReader, why: str) -> AudienceInvalid:
    return AudienceInvalid(
        f"the audience reader `{reader.name}` failed: {why}",
        help="This is a mistake of its plugin. Tell its author.",
    )

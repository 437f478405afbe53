"""The audience `xlsx`, as the engine uses it: it reads in a thread, some rows at a time."""

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice

from anyio import to_thread

from tactful.language.sources import Takes
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful_xlsx.table import Table

_AT_ONCE = 500


class XlsxAudience:
    """Reads recipients from one sheet of a spreadsheet."""

    name = "xlsx"
    takes = Takes("file", options=("sheet",))

    def columns(self, source: AudienceSource) -> Sequence[str]:
        """Return the names in the first row. Raises `AudienceInvalid`."""
        return Table(source).columns

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        """Yield every row in order. Raises `AudienceInvalid`."""
        table = await to_thread.run_sync(Table, source)
        found = table.rows()
        while rows := await to_thread.run_sync(_next, found):
            for row in rows:
                yield row


def _next(found: Iterator[Row | RowProblem]) -> list[Row | RowProblem]:
    return list(islice(found, _AT_ONCE))

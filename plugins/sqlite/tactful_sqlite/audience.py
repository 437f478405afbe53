"""The audience `sqlite`, as the engine uses it: it reads some rows at a time, in a thread."""

from collections.abc import AsyncIterator, Sequence

import anyio
from anyio import to_thread

from tactful.language.sources import Takes
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful_sqlite.query import Query
from tactful_sqlite.settings import SqliteSettings

_AT_ONCE = 500


class SqliteAudience:
    """Reads recipients with one query of a SQLite database."""

    name = "sqlite"
    takes = Takes("file", options=("query",), needed=("query",))

    def __init__(self, settings: SqliteSettings) -> None:
        self._limit = settings.time_limit

    def columns(self, source: AudienceSource) -> Sequence[str]:
        """Return the columns of the query, which is begun for it. Raises `AudienceInvalid`."""
        query = Query(source, self._limit)
        query.close()
        return query.columns

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        """Yield every row in the order of the query, in bounded memory. Raises `AudienceInvalid`.

        A query that is cancelled ends at its time limit at the latest.
        """
        query = await to_thread.run_sync(Query, source, self._limit)
        try:
            while rows := await to_thread.run_sync(query.fetch, _AT_ONCE):
                for row in rows:
                    yield row
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(query.close)

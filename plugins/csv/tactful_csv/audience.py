"""The audience `csv`, as the engine uses it: it reads in a worker thread, some rows at a time."""

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from pathlib import Path

import anyio
from anyio import to_thread

from tactful.errors import AudienceInvalid
from tactful.language.sources import Takes
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful_csv.layout import open_text, survey
from tactful_csv.records import records

_AT_ONCE = 500


class CsvAudience:
    """Reads recipients from a CSV file; its first line names the columns."""

    name = "csv"
    takes = Takes("file")

    def columns(self, source: AudienceSource) -> Sequence[str]:
        """Return the names in the header. Raises `AudienceInvalid`."""
        return survey(Path(source.path)).columns

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        """Yield every row in order, in bounded memory. Raises `AudienceInvalid`."""
        path = Path(source.path)
        layout = await to_thread.run_sync(survey, path)
        if layout.guessed:
            yield Finding(
                "warning",
                "guessed_encoding",
                f"{path.name} is not UTF-8; it was read as Windows-1252 (Western Europe)",
                help="If letters look wrong, save it as `CSV UTF-8`.",
            )
        file = await to_thread.run_sync(open_text, path, layout.encoding)
        try:
            found = records(file.readline, layout)
            while rows := await to_thread.run_sync(_next_rows, found, path):
                for row in rows:
                    yield row
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(file.close)


def _next_rows(found: Iterator[Row | RowProblem], path: Path) -> list[Row | RowProblem]:
    try:
        return list(islice(found, _AT_ONCE))
    except OSError as error:
        raise AudienceInvalid(f"{path} cannot be read to its end: {error.strerror}") from error

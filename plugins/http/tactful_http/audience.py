"""The audience `http`, as the engine uses it: it asks, keeps the answer as a file, reads that."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from itertools import islice

import anyio
from anyio import to_thread

from tactful.language.sources import Takes
from tactful.runtime.ports import AudienceReader, AudienceSource, Finding, Row, RowProblem
from tactful_csv import CsvAudience
from tactful_http.asked import Asked
from tactful_http.bodies import Bodies, Body
from tactful_http.lists import JsonList
from tactful_http.settings import HttpSettings
from tactful_jsonl import JsonlAudience

_AT_ONCE = 500
_READERS: dict[str, Callable[[], AudienceReader]] = {"csv": CsvAudience, "jsonl": JsonlAudience}


class HttpAudience:
    """Reads recipients from a web address."""

    name = "http"
    takes = Takes("address", options=("token",))

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._bodies = Bodies()

    def columns(self, source: AudienceSource) -> Sequence[str]:
        """Ask for what is new, and return its columns. Raises `AudienceInvalid`."""
        asked = Asked(source)
        body = self._fetch(asked)
        with self._bodies.held(body) as path:
            if body.kind == "json":
                return JsonList(path, asked.shown).columns()
            return _READERS[body.kind]().columns(AudienceSource(str(path)))

    async def rows(self, source: AudienceSource) -> AsyncIterator[Row | RowProblem | Finding]:
        """Yield every row of the answer whose columns were told last, else of a new one.

        Raises `AudienceInvalid`.
        """
        asked = Asked(source)
        body = self._bodies.take(asked.name)
        if body is None:
            body = await to_thread.run_sync(self._fetch_and_take, asked)
        try:
            rows = self._rows(body, asked)
            async with aclosing(rows) as open_rows:
                async for row in open_rows:
                    yield row
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._bodies.let_go, body)

    async def aclose(self) -> None:
        """Remove the answers from the disk."""
        await to_thread.run_sync(self._bodies.close)

    def _rows(self, body: Body, asked: Asked) -> AsyncGenerator[Row | RowProblem | Finding]:
        if body.kind == "json":
            return _all(JsonList(body.path, asked.shown))
        return _READERS[body.kind]().rows(AudienceSource(str(body.path)))  # type: ignore[return-value]

    def _fetch(self, asked: Asked) -> Body:
        # Here, not above: the client takes longer to load than all that a check needs.
        from tactful_http.fetching import fetch

        return fetch(asked, self._bodies, self._settings)

    def _fetch_and_take(self, asked: Asked) -> Body:
        while True:
            with self._bodies.held(self._fetch(asked)):
                body = self._bodies.take(asked.name)
            if body is not None:  # None: somebody else, who reads the same, has just taken it
                return body


async def _all(found: JsonList) -> AsyncGenerator[Row | RowProblem | Finding]:
    file = await to_thread.run_sync(found.open)
    try:
        items = found.items(file)
        while some := await to_thread.run_sync(_next, items):
            for item in some:
                yield item
    finally:
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(file.close)


def _next(items: Iterator[Row | RowProblem]) -> list[Row | RowProblem]:
    return list(islice(items, _AT_ONCE))

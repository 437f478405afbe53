"""Opens the audience of a flow and streams its recipients, in bounded memory."""

from collections.abc import AsyncIterator, Collection
from pathlib import Path

import anyio
from anyio import to_thread

from tactful.errors import AudienceInvalid
from tactful.graph.model import Audience
from tactful.runtime.intake import Intake
from tactful.runtime.ports import AudienceReader, AudienceSource, Finding, Row, RowProblem
from tactful.runtime.recipients import OutRow, Problem, Recipient

_AT_ONCE = 200  # rows read together in a worker thread: some milliseconds of work


class Recipients:
    """The recipients of an audience, in the order of its rows; iterate it once.

    `findings` are about the audience as a whole, and complete when the iteration is over.
    """

    def __init__(self, intake: Intake, rows: AsyncIterator[Row | RowProblem | Finding]) -> None:
        self.findings = intake.findings
        self._intake = intake
        self._rows = rows

    async def __aiter__(self) -> AsyncIterator[Recipient | OutRow]:
        waiting: list[Row | RowProblem] = []
        try:
            async for row in self._rows:
                if isinstance(row, Finding):
                    self.findings.append(row)
                    continue
                waiting.append(row)
                if len(waiting) == _AT_ONCE:
                    for read in await to_thread.run_sync(self._read, waiting):
                        yield read
                    waiting = []
            for read in await to_thread.run_sync(self._read, waiting):
                yield read
        finally:
            if hasattr(self._rows, "aclose"):
                with anyio.CancelScope(shield=True):
                    await self._rows.aclose()

    def _read(self, rows: list[Row | RowProblem]) -> list[Recipient | OutRow]:
        return [self._intake.read(row) if isinstance(row, Row) else _out(row) for row in rows]


async def open_audience(
    audience: Audience,
    reader: AudienceReader,
    folder: Path,
    *,
    channels: Collection[str],
    path: Path | None = None,
) -> Recipients:
    """Open an audience that a flow in `folder` names; a person may give another `path` instead.

    `channels` are those that the flow sends on. Raises `AudienceInvalid` when the audience cannot
    be read, lacks a column, or lies outside the flow's folder.
    """
    source = await to_thread.run_sync(_source, audience, folder, path)
    header = await to_thread.run_sync(reader.columns, source)
    return Recipients(Intake(audience, header, channels), reader.rows(source))


def _source(audience: Audience, folder: Path, path: Path | None) -> AudienceSource:
    if path is not None:
        return AudienceSource(str(path.absolute()))
    inside = folder.resolve()
    found = (inside / audience.path).resolve()
    if not found.is_relative_to(inside):
        raise AudienceInvalid(
            f"the audience `{audience.path}` lies outside the folder of the flow",
            help="Move it beside the flow, or name it on the command line with --audience.",
        )
    return AudienceSource(str(found))


def _out(problem: RowProblem) -> OutRow:
    told = Problem(problem.number, problem.column, problem.code, problem.reason)
    return OutRow(problem.number, None, (told,))

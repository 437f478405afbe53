"""Opens the audience of a flow and streams its recipients, in bounded memory."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from contextlib import aclosing
from pathlib import Path
from typing import Any

import anyio
from anyio import to_thread

from tactful.errors import AudienceInvalid, ValueUnreadable
from tactful.graph.model import Audience
from tactful.language.sources import Address, Hosts
from tactful.runtime.audience.choosing import Moment, Persons, Rules
from tactful.runtime.audience.header import Header
from tactful.runtime.audience.intake import Intake
from tactful.runtime.audience.reading import ReadRows, columns_of
from tactful.runtime.audience.recipients import OutRow, Problem, Recipient
from tactful.runtime.audience.spool import Spool
from tactful.runtime.ports import AudienceReader, AudienceSource, Finding, Row, RowProblem

_NO_HOSTS = Hosts()
_NO_MOMENT = Moment()
_AT_ONCE = 200  # rows read together in a worker thread: some milliseconds of work


Rows = list[Row | RowProblem]
Reads = list[Recipient | OutRow]


class Recipients:
    """The recipients of an audience, in the order of its rows; iterate it once.

    `findings` are about the audience as a whole, and complete when the iteration is over.
    """

    def __init__(
        self,
        intake: Intake,
        rows: ReadRows,
        rules: Rules,
        persons: Persons | None = None,
    ) -> None:
        self.findings = intake.findings
        self._intake = intake
        self._rows = rows
        self._rules = rules
        self._persons = persons

    async def __aiter__(self) -> AsyncIterator[Recipient | OutRow]:
        try:
            async with aclosing(self._chosen()) as groups:
                async for group in groups:
                    for read in group:
                        yield read
            self.findings += self._intake.closing_findings()
            if self._persons is not None:
                self.findings += self._persons.findings()
        finally:
            with anyio.CancelScope(shield=True):
                if self._persons is not None:
                    await to_thread.run_sync(self._persons.close)
                await self._rows.aclose()

    async def _chosen(self) -> AsyncGenerator[Reads, None]:
        """Yield the rows as they join or not; with `one per … newest`, once all are seen."""
        persons = self._persons
        async with aclosing(self._settled()) as groups:
            async for rows in groups:
                yield await to_thread.run_sync(self._read, rows)
        if persons is not None and persons.waits:
            chunks = persons.chunks(_AT_ONCE)
            group: Reads
            while group := await to_thread.run_sync(next, chunks, []):
                yield group

    async def _settled(self) -> AsyncGenerator[Rows, None]:
        """Yield the rows once it is known how their columns write: mostly at once."""
        spool: Spool[Row | RowProblem] | None = None
        try:
            async with aclosing(self._groups()) as groups:
                async for rows in groups:
                    in_doubt = await to_thread.run_sync(self._intake.habits.look, rows)
                    if in_doubt and spool is None:
                        spool = Spool(Row, RowProblem)
                    if spool is None:
                        yield rows
                    else:
                        await to_thread.run_sync(spool.put, rows)
            self.findings += self._intake.habits.decide()
            chunks = spool.chunks(_AT_ONCE) if spool is not None else iter(())
            while rows := await to_thread.run_sync(next, chunks, []):
                yield rows
        finally:
            if spool is not None:
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(spool.close)

    async def _groups(self) -> AsyncGenerator[Rows, None]:
        """Yield the rows of the source, some at a time; keep what it tells of the whole."""
        waiting: Rows = []
        async for row in self._rows:
            if isinstance(row, Finding):
                self.findings.append(row)
                continue
            waiting.append(row)
            if len(waiting) == _AT_ONCE:
                yield waiting
                waiting = []
        yield waiting

    def _read(self, rows: Rows) -> Reads:
        """Read some rows and choose among them; those that must wait are put aside."""
        if self._persons is None:
            return [self._judged(row) for row in rows]
        candidates = []
        for row in rows:
            read = self._judged(row)
            candidates.append(self._persons.claim(row, read))
        if self._persons.waits:
            self._persons.put(candidates)
            return []
        return [self._persons.settle(candidate) for candidate in candidates]

    def _judged(self, row: Row | RowProblem) -> Recipient | OutRow:
        if isinstance(row, RowProblem):
            return _out(row)
        read = self._intake.read(row)
        problem = self._rules.problem(read) if isinstance(read, Recipient) else None
        return read if problem is None else OutRow(row.number, read.key, (problem,))


async def open_audience(
    audience: Audience,
    reader: AudienceReader,
    folder: Path,
    *,
    channels: Collection[str],
    path: Path | None = None,
    hosts: Hosts = _NO_HOSTS,
    secret: Callable[[str], Any] | None = None,
    moment: Moment = _NO_MOMENT,
) -> Recipients:
    """Open an audience that a flow in `folder` names; a person may give another `path` instead.

    `channels` are those that the flow sends on, `hosts` those that it may reach; `secret` looks a
    secret up by its name. `moment` is when its rows are chosen, and by what. Raises
    `AudienceInvalid` when the audience cannot be read, lacks a column, or lies where the flow may
    not look.
    """
    if path is None and reader.takes.place == "address":
        place = _allowed(audience.path, hosts)
    else:
        place = await to_thread.run_sync(_file, folder, audience.path, path)
    options: dict[str, Any] = {
        name: said for name, said in audience.options.items() if name in reader.takes.options
    }
    if "token" in options and secret is not None:
        options["token"] = await to_thread.run_sync(secret, options["token"])
    source = AudienceSource(place, options, moment.lines, hosts)
    header = await to_thread.run_sync(columns_of, reader, source)
    intake = Intake(audience, header, channels)
    rule = audience.one_per
    persons = Persons(rule, audience, Header(header), intake.habits, channels) if rule else None
    return Recipients(intake, ReadRows(reader, source), Rules(audience.rules, moment), persons)


def _file(folder: Path, path: str, instead: Path | None) -> str:
    if instead is not None:
        return str(instead.absolute())
    inside = folder.resolve()
    found = (inside / path).resolve()
    if not found.is_relative_to(inside):
        raise AudienceInvalid(
            f"the audience `{path}` lies outside the folder of the flow",
            help="Move it beside the flow, or name it on the command line with --audience.",
        )
    return str(found)


def _allowed(url: str, hosts: Hosts) -> str:
    try:
        address = Address.parse(url)
    except ValueUnreadable as error:
        raise AudienceInvalid(error.message, help=error.help) from error
    if not hosts.allow(address):
        raise AudienceInvalid(
            f"the configuration does not allow {address.named}",
            help=f'Add it to tactful.toml, under [network]: allow = ["{address.named}"].',
        )
    return url


def _out(problem: RowProblem) -> OutRow:
    told = Problem(problem.number, problem.column, problem.code, problem.reason)
    return OutRow(problem.number, None, (told,))

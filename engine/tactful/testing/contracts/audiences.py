"""What every audience reader keeps, as tests that a plugin's author derives from."""

import tracemalloc
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path

import anyio

from tactful.errors import AudienceInvalid
from tactful.runtime.ports import AudienceReader, AudienceSource, Finding, Row, RowProblem

Item = Row | RowProblem | Finding
Cells = Sequence[str]

COLUMNS = ("id", "phone", "name")
_MANY = 10_000


class AudienceContract(ABC):
    """Derive a class whose name begins with `Test`, and say how sources are written.

    `most_bytes` is how much memory a reader may take for a source of any length, `longest` how
    many seconds it may go on after it was told to stop.
    """

    most_bytes: int = 8 << 20
    longest: float = 10.0

    @abstractmethod
    def reader(self) -> AudienceReader:
        """Return the reader that is tested."""

    @abstractmethod
    def write(self, folder: Path, columns: Cells, rows: Iterable[Cells]) -> AudienceSource:
        """Write a source with these columns and rows, and return how a flow names it."""

    @abstractmethod
    def spoil(
        self, folder: Path, columns: Cells, rows: Sequence[Cells], bad: int
    ) -> AudienceSource:
        """Write a source in which the row with the number `bad` cannot be read."""

    @abstractmethod
    def absent(self, folder: Path) -> AudienceSource:
        """Return a source that is not there."""

    # ---- what holds -----------------------------------------------------------------------------

    def test_the_columns_are_known_before_any_row(self, tmp_path: Path) -> None:
        source = self.write(tmp_path, COLUMNS, [("A-1", "+353871234567", "Ann")])
        assert tuple(self.reader().columns(source)) == COLUMNS

    def test_rows_come_out_in_order_numbered_from_one_with_their_cells_as_text(
        self, tmp_path: Path
    ) -> None:
        written = [("007", "+353 87 123 4567", "Zoë"), ("A-2", "", " 木 "), ("3", "x", "1,5;2")]
        source = self.write(tmp_path, COLUMNS, written)
        expected = [
            Row(number, dict(zip(COLUMNS, cells, strict=True)))
            for number, cells in enumerate(written, 1)
        ]
        assert _read(self.reader(), source) == expected

    def test_a_source_may_be_read_again_and_by_several_at_once(self, tmp_path: Path) -> None:
        source = self.write(tmp_path, COLUMNS, _people(700))
        reader = self.reader()
        found: list[list[Item]] = []

        async def read() -> None:
            found.append([item async for item in reader.rows(source)])

        async def both() -> None:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(read)
                tasks.start_soon(read)

        anyio.run(both)
        again = _read(reader, source)
        assert len(again) == 700
        assert found == [again, again]

    def test_no_rows_are_no_mistake(self, tmp_path: Path) -> None:
        source = self.write(tmp_path, COLUMNS, [])
        assert _read(self.reader(), source) == []

    def test_a_row_that_cannot_be_read_is_told_and_the_others_go_on(self, tmp_path: Path) -> None:
        people = list(_people(5))
        found = _read(self.reader(), self.spoil(tmp_path, COLUMNS, people, 3))
        numbers = [item.number for item in found if not isinstance(item, Finding)]
        assert numbers == [1, 2, 3, 4, 5]
        problem = found[2]
        assert isinstance(problem, RowProblem)
        assert problem.reason
        assert [item.cells["id"] for item in found if isinstance(item, Row)] == [
            people[at][0] for at in (0, 1, 3, 4)
        ]

    def test_a_source_that_is_not_there_is_told_with_a_way_out(self, tmp_path: Path) -> None:
        source, reader = self.absent(tmp_path), self.reader()
        for ask in (lambda: reader.columns(source), lambda: _read(reader, source)):
            error = _refused(ask)
            assert error.message
            assert error.help

    def test_memory_does_not_grow_with_the_source(self, tmp_path: Path) -> None:
        source, reader = self.write(tmp_path, COLUMNS, _people(_MANY)), self.reader()
        tracemalloc.start()
        try:
            count = anyio.run(_count, reader, source)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert count == _MANY
        assert peak < self.most_bytes, f"{peak:,} bytes for {count:,} rows"

    def test_who_stops_early_leaves_nothing_open(self, tmp_path: Path) -> None:
        """What stays open is told by Python as a `ResourceWarning`, which fails the run."""
        source, reader = self.write(tmp_path, COLUMNS, _people(2_000)), self.reader()

        async def first() -> Item:
            rows = reader.rows(source)
            item = await anext(rows)
            await rows.aclose()  # type: ignore[attr-defined]
            return item

        assert isinstance(anyio.run(first), Row)

    def test_a_reading_that_is_cancelled_ends_and_leaves_nothing_open(self, tmp_path: Path) -> None:
        source, reader = self.write(tmp_path, COLUMNS, _people(_MANY)), self.reader()

        async def begin_and_cancel() -> int:
            count = 0
            with anyio.fail_after(self.longest), anyio.CancelScope() as scope:
                async for _ in reader.rows(source):
                    count += 1
                    scope.cancel()
            return count

        assert 0 < anyio.run(begin_and_cancel) < _MANY


def _people(count: int) -> Iterable[Cells]:
    for number in range(1, count + 1):
        yield f"K{number}", f"+353871{number:06}", "Ann of Dublin"


def _read(reader: AudienceReader, source: AudienceSource) -> list[Item]:
    async def collect() -> list[Item]:
        return [item async for item in reader.rows(source)]

    return anyio.run(collect)


async def _count(reader: AudienceReader, source: AudienceSource) -> int:
    rows: AsyncIterator[Item] = reader.rows(source)
    return sum([1 async for item in rows if isinstance(item, Row)])


def _refused(ask: Callable[[], object]) -> AudienceInvalid:
    try:
        ask()
    except AudienceInvalid as error:
        return error
    raise AssertionError("a source that is not there was read")

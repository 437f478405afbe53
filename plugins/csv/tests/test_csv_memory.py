"""A file of any length is read in bounded memory."""

import tracemalloc
from pathlib import Path

import anyio
import pytest

from tactful.runtime.ports import AudienceSource, Row
from tactful_csv import CsvAudience

MOST_BYTES = 4 << 20


def write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("id,phone,name,note\n")
        for number in range(count):
            file.write(f'K{number},+353871{number:06},Ann,"of\nDublin"\n')


async def count_and_peak(path: Path) -> tuple[int, int]:
    count = 0
    tracemalloc.start()
    async for row in CsvAudience().rows(AudienceSource(str(path))):
        count += isinstance(row, Row)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, peak


@pytest.mark.parametrize("count", [200_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_long_file_is_read_in_bounded_memory(tmp_path: Path, count: int) -> None:
    path = tmp_path / "people.csv"
    write(path, count)
    read, peak = anyio.run(count_and_peak, path)
    assert read == count
    assert peak < MOST_BYTES


def test_one_endless_line_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id\nA\n" + "x" * 20_000_000 + "\nB\n", encoding="utf-8")
    read, peak = anyio.run(count_and_peak, path)
    assert read == 2
    assert peak < MOST_BYTES + (4 << 20)

"""CSV keeps what every audience reader keeps."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from tactful.runtime.ports import AudienceSource
from tactful.testing import AudienceContract
from tactful_csv import CsvAudience


class TestContract(AudienceContract):
    def reader(self) -> CsvAudience:
        return CsvAudience()

    def write(
        self, folder: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> AudienceSource:
        path = folder / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns])
            csv.writer(file).writerows(rows)
        return AudienceSource(str(path))

    def spoil(
        self, folder: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], bad: int
    ) -> AudienceSource:
        return self.write(folder, columns, [*rows[: bad - 1], rows[bad - 1][:-1], *rows[bad:]])

    def absent(self, folder: Path) -> AudienceSource:
        return AudienceSource(str(folder / "none.csv"))

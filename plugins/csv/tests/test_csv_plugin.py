"""The plugin is found, and reads the example of its README."""

from pathlib import Path

import anyio

from tactful.plugins.config import load_config
from tactful.plugins.manager import Plugins
from tactful.runtime.ports import AudienceSource, Row

README = Path(__file__).parents[1] / "README.md"


def test_the_audience_is_found_and_reads_the_example(tmp_path: Path) -> None:
    plugins = Plugins(load_config(near=tmp_path), data_folder=tmp_path / ".tactful", environ={})
    reader = plugins.audiences().need("csv")
    example = README.read_text(encoding="utf-8").partition("```csv\n")[2].partition("```")[0]
    (tmp_path / "people.csv").write_text(example, encoding="utf-8")

    async def collect() -> list[object]:
        return [row async for row in reader.rows(AudienceSource(str(tmp_path / "people.csv")))]

    assert plugins.audiences().supplier("csv") == "csv"
    names = ("order_id", "mobile", "First name", "total")
    assert anyio.run(collect) == [
        Row(number, dict(zip(names, cells, strict=True)))
        for number, cells in enumerate(
            (
                ("A-1001", "+353 87 123 4567", "Zoë", "19,90"),
                ("A-1002", "+44 20 7946 0018", 'Bob "the builder"', "7.50"),
            ),
            1,
        )
    ]

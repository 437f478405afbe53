"""The plugin is found, and reads the example of its README."""

from pathlib import Path

import anyio

from tactful.plugins.config import load_config
from tactful.plugins.manager import Plugins
from tactful.runtime.ports import AudienceSource, Row

README = Path(__file__).parents[1] / "README.md"


def test_the_audience_is_found_and_reads_the_example(tmp_path: Path) -> None:
    plugins = Plugins(load_config(near=tmp_path), data_folder=tmp_path / ".tactful", environ={})
    reader = plugins.audiences().need("jsonl")
    example = README.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    (tmp_path / "people.jsonl").write_text(example, encoding="utf-8")
    source = AudienceSource(str(tmp_path / "people.jsonl"))

    async def collect() -> list[object]:
        return [row async for row in reader.rows(source)]

    assert plugins.audiences().supplier("jsonl") == "jsonl"
    assert tuple(reader.columns(source)) == (
        "order_id",
        "customer.mobile",
        "customer.name",
        "total",
    )
    first, second = anyio.run(collect)
    assert first == Row(
        1,
        {
            "order_id": "A-1001",
            "customer.mobile": "+353 87 123 4567",
            "customer.name": "Zoë",
            "total": "19.90",
        },
    )
    assert isinstance(second, Row)
    assert "customer.name" not in second.cells

"""The plugin is found, and says what it takes."""

from pathlib import Path

from tactful.language.sources import Takes
from tactful.plugins.config import load_config
from tactful.plugins.manager import Plugins


def test_the_audience_is_found_and_takes_a_sheet(tmp_path: Path) -> None:
    plugins = Plugins(load_config(near=tmp_path), data_folder=tmp_path / ".tactful", environ={})
    assert plugins.audiences().supplier("xlsx") == "xlsx"
    assert plugins.audiences().need("xlsx").takes == Takes("file", ("sheet",))

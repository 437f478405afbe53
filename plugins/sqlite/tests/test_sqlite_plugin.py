"""The plugin is found, takes its settings, and refuses a time limit of nothing."""

from pathlib import Path

import pytest

from tactful.language.sources import Takes
from tactful.plugins.config import parse_config
from tactful.plugins.manager import Plugins


def plugins(folder: Path, settings: str) -> Plugins:
    config = parse_config(settings, folder / "tactful.toml")
    return Plugins(config, data_folder=folder / ".tactful", environ={})


def test_the_audience_is_found_and_says_that_it_needs_a_query(tmp_path: Path) -> None:
    found = plugins(tmp_path, '[plugins.sqlite]\ntime_limit = "5 minutes"\n').audiences()
    assert found.supplier("sqlite") == "sqlite"
    assert found.need("sqlite").takes == Takes("file", ("query",), ("query",))


@pytest.mark.parametrize("limit", ['"0 seconds"', '"soon"', "5"])
def test_a_limit_that_is_none_switches_the_plugin_off(tmp_path: Path, limit: str) -> None:
    made = plugins(tmp_path, f"[plugins.sqlite]\ntime_limit = {limit}\n")
    assert "sqlite" not in made.audiences()
    why = next(info.why for info in made.listing() if info.name == "sqlite")
    assert "time_limit" in why

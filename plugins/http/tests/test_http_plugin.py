"""The plugin is found and takes its settings."""

from pathlib import Path

import pytest

from tactful.language.sources import Takes
from tactful.plugins.config import parse_config
from tactful.plugins.manager import Plugins


def plugins(folder: Path, settings: str) -> Plugins:
    config = parse_config(settings, folder / "tactful.toml")
    return Plugins(config, data_folder=folder / ".tactful", environ={})


def test_the_audience_is_found_and_says_that_it_reads_an_address(tmp_path: Path) -> None:
    found = plugins(tmp_path, "[plugins.http]\nlargest_mb = 5\n").audiences()
    assert found.supplier("http") == "http"
    assert found.need("http").takes == Takes("address", ("token",))


@pytest.mark.parametrize("line", ["largest_mb = 0", 'timeout = "0 seconds"', "timeout = 5"])
def test_a_limit_that_is_none_switches_the_plugin_off(tmp_path: Path, line: str) -> None:
    made = plugins(tmp_path, f"[plugins.http]\n{line}\n")
    assert "http" not in made.audiences()

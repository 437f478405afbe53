"""The plugin is found, and takes its settings from the configuration."""

from pathlib import Path

import pytest

from tactful.errors import PluginInvalid
from tactful.plugins.config import parse_config
from tactful.plugins.manager import Plugins


def plugins(folder: Path, config: str) -> Plugins:
    return Plugins(
        parse_config(config, folder / "tactful.toml"),
        data_folder=folder / ".tactful",
        environ={},
    )


def test_the_channel_is_found_and_carries_every_medium(tmp_path: Path) -> None:
    channels = plugins(tmp_path, "[plugins.outbox]\nfiles = false").channels()
    assert channels.supplier("outbox") == "outbox"
    assert set(channels.need("outbox").media) == {"sms", "mms", "email", "voice", "chat"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("rejct = ['A']", "did you mean `reject`"),
        ("reject = 'A'", "should be a list"),
        ("slow = { A = 'soon' }", "length of time"),
        ("fail_times = 0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_switches_the_outbox_off_and_says_why(
    tmp_path: Path, setting: str, says: str
) -> None:
    made = plugins(tmp_path, f"[plugins.outbox]\n{setting}")
    with pytest.raises(PluginInvalid) as raised:
        made.channels().need("outbox")
    assert "tactful.toml:2" in raised.value.message
    assert says.casefold() in raised.value.message.casefold()


def test_the_settings_of_the_readme_are_good(tmp_path: Path) -> None:
    readme = Path(__file__).parents[1] / "README.md"
    toml = readme.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    assert "outbox" in plugins(tmp_path, toml).channels()

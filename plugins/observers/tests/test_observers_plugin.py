"""The plugin is found, and the settings that its README shows are those it has by itself."""

import tomllib
from pathlib import Path

from tactful.guard.standing import Across, Media
from tactful.plugins.config import load_config
from tactful.plugins.manager import Plugins
from tactful_observers.settings import ObserverSettings

README = Path(__file__).parents[1] / "README.md"


def test_the_observers_are_found_by_their_names(tmp_path: Path) -> None:
    plugins = Plugins(load_config(near=tmp_path), data_folder=tmp_path / ".tactful", environ={})
    supply = plugins.observers()
    for name in ("sms", "email", "voice", "chat", "repetition"):
        observer = supply.need(name)
        assert observer.name == name
        assert isinstance(observer, Media)
    assert isinstance(supply.need("repetition"), Across)


def test_the_settings_of_the_readme_are_the_defaults() -> None:
    shown = README.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    table = tomllib.loads(shown)["plugins"]["observers"]
    assert ObserverSettings.model_validate(table) == ObserverSettings()
    assert set(table) == set(ObserverSettings.model_fields)

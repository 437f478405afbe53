"""Secrets stand elsewhere, are looked up by the host, and are never shown."""

import json
import pickle
from pathlib import Path

import pytest
from pydantic import BaseModel

from tactful.errors import ConfigInvalid
from tactful.plugins import PluginHost, Secret
from tactful.plugins.config import parse_config

HIDDEN = "hunter2-hunter2"


class Settings(BaseModel):
    token: Secret
    retries: int = 3


def host(tmp_path: Path, text: str, **environ: str) -> PluginHost:
    config = parse_config(text, tmp_path / "tactful.toml")
    return PluginHost("letters", config, tmp_path / "data", environ)


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    made = host(tmp_path, '[plugins.letters]\ntoken = { env = "LETTERS" }', LETTERS=HIDDEN)
    assert made.settings(Settings).token.reveal() == HIDDEN


def test_a_secret_comes_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text(f"{HIDDEN}\n", encoding="utf-8")
    made = host(tmp_path, '[plugins.letters]\ntoken = { file = "token.txt" }')
    assert made.settings(Settings).token.reveal() == HIDDEN


@pytest.mark.promise("SECRET")
def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    made = host(tmp_path, '[plugins.letters]\ntoken = { env = "LETTERS" }', LETTERS=HIDDEN)
    settings = made.settings(Settings)
    shown = [
        str(settings), repr(settings.token), f"{settings.token}", settings.model_dump_json(),
        json.dumps(settings.model_dump(mode="json")),
    ]  # fmt: skip
    assert not any(HIDDEN in text for text in shown)
    with pytest.raises(TypeError):
        pickle.dumps(settings.token)


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'token = "{HIDDEN}"', "does not stand in the file"),
        ('token = { env = "NOT_SET" }', "NOT_SET"),
        ('token = { env = "LETTERS" }\nretries = { env = "LETTERS" }', "retries"),
        ('token = { file = "nowhere" }', "cannot be read"),
        ("", "token` is missing"),
        ('token = { env = "LETTERS" }\nretry = 1', "retry"),
    ],
)
def test_a_mistake_about_a_secret_does_not_repeat_it(tmp_path: Path, text: str, says: str) -> None:
    made = host(tmp_path, f"[plugins.letters]\n{text}", LETTERS=HIDDEN)
    with pytest.raises(ConfigInvalid) as raised:
        made.settings(Settings)
    assert says in raised.value.message
    assert HIDDEN not in f"{raised.value.message} {raised.value.help}"


def test_an_unknown_setting_of_a_plugin_is_told_with_its_line(tmp_path: Path) -> None:
    made = host(tmp_path, '[plugins.letters]\ntoken = { env = "L" }\nretrys = 1', L=HIDDEN)
    with pytest.raises(
        ConfigInvalid, match=r"tactful.toml:3: .*retrys.*\[plugins.letters\]"
    ) as told:
        made.settings(Settings)
    assert "`retries`" in told.value.help

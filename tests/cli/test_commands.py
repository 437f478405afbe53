"""The table of commands, their help, and what is loaded for it."""

import subprocess
import sys

import click
import pytest

from tactful.cli.group import application
from tactful.cli.table import COMMANDS, SECTIONS
from tests.cli.reference import PAGE, page
from tests.cli.shells import here

HEAVY = (
    "anyio", "asyncio", "difflib", "email_validator", "importlib.metadata", "lark", "msgspec",
    "phonenumbers", "pluggy", "pydantic", "rich", "sqlite3", "tactful.language",
    "tactful.plugins", "tactful.runtime", "tactful.store",
)  # fmt: skip

ALL = pytest.mark.parametrize("name", COMMANDS)


def _command(name: str) -> click.Command:
    found = application.get_command(click.Context(application), name)
    assert found is not None
    return found


@ALL
def test_the_table_says_what_the_help_of_a_command_says_first(name: str) -> None:
    command = _command(name)
    assert (command.help or "").split("\n\n")[0] == COMMANDS[name].help
    assert COMMANDS[name].section in SECTIONS


@ALL
def test_the_help_of_a_command_shows_an_example(name: str) -> None:
    command = _command(name)
    context = click.Context(command)
    below = command.list_commands(context) if isinstance(command, click.Group) else []
    told = "".join(here(name, *words, "--help").out for words in ([], *([one] for one in below)))
    assert "Example" in told
    assert f"tactful {name}" in told


def test_every_command_is_in_the_help() -> None:
    told = here("--help").out
    for name, entry in COMMANDS.items():
        assert name in told
        assert entry.help in told


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option: str) -> None:
    program = f"import sys; sys.argv = ['tactful', '{option}']; import tactful.cli as c; c.main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "tactful.cli.group" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_a_command_that_is_not_there_gets_the_one_that_was_meant() -> None:
    told = here("chek")
    assert told.code == 2
    assert "There is no command `chek`. Did you mean `check`?" in told.err


def test_wrong_usage_is_2() -> None:
    assert here("check").code == 2
    assert here("run", "--speed", "fast", __file__).code == 2


def test_the_reference_says_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.cli.reference`"

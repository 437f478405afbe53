"""A new plugin is a whole distribution: sound as it is written, installed from its wheel, used."""

import itertools
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.errors import PluginInvalid, ValueUnreadable
from tactful.plugins.scaffold import KINDS, LONGEST, NewKind, check_name, new_plugin
from tactful.testing import Answer, Request, serving
from tactful.testing.servers import as_json
from tests.house.plain import without_policies
from tests.house.source import ENGINE, ROOT

SHORT, USUAL, LONG = "q", "letter-box", "a-letter-box-of-the-post"
KIND = pytest.mark.parametrize("kind", KINDS)


def run(*command: str, where: Path, **environ: str) -> str:
    """Run a command, and return what it says. Fails the test with that when it does not succeed."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=where, env=clean | environ, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def python(*arguments: str, where: Path, **environ: str) -> str:
    return run(sys.executable, *arguments, where=where, **environ)


# ---- what is written ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy has found out about Tactful, for all of these tests."""
    return str(tmp_path_factory.mktemp("mypy"))


@KIND
def test_its_tests_pass_and_its_types_are_right(kind: NewKind, tmp_path: Path, cache: str) -> None:
    folder = new_plugin(kind, USUAL, tmp_path)
    python("-m", "pytest", "-q", "-p", "no:cacheprovider", where=folder)
    python("-m", "mypy", "--cache-dir", cache, where=folder, MYPYPATH=str(ENGINE))


@KIND
@pytest.mark.parametrize("name", [SHORT, USUAL, LONG])
def test_its_style_is_clean_whatever_its_name(kind: NewKind, name: str, tmp_path: Path) -> None:
    folder = new_plugin(kind, name, tmp_path)
    python("-m", "ruff", "check", "--no-cache", where=folder)
    python("-m", "ruff", "format", "--check", "--no-cache", where=folder)


@KIND
def test_it_has_all_that_a_distribution_has(kind: NewKind, tmp_path: Path) -> None:
    folder = new_plugin(kind, USUAL, tmp_path)
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files >= {
        "pyproject.toml", "README.md", "LICENSE", ".gitignore", ".github/workflows/tests.yml",
        "tactful_letter_box/__init__.py", "tactful_letter_box/py.typed", "tests/test_letter_box.py",
    }  # fmt: skip
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "tactful-letter-box"
    assert project["entry-points"]["tactful"] == {"letter_box": "tactful_letter_box"}
    for path in folder.rglob("*"):
        if path.is_file():
            assert not re.search(r"@\w+@", path.read_text("utf-8")), f"a slot is left in {path}"


# ---- what is not --------------------------------------------------------------------------------

NAMES = [
    ("Letterbox", "Perhaps `letterbox`"),
    ("letter box", "Perhaps `letter_box`"),
    ("1st", "Perhaps `st`"),
    ("-x", "Perhaps `x`"),
    ("a--b", "Perhaps `a_b`"),
    ("briefkästen", "Perhaps `briefk_sten`"),
    ("../up", "Perhaps `up`"),
    ("", "begin with a letter"),
    ("x" * (LONGEST + 1), f"at most {LONGEST}"),
    ("outbox", "Two plugins of one name"),
]


@pytest.mark.parametrize(("name", "says"), NAMES)
def test_a_name_that_cannot_be_is_told_with_a_way_out(name: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ValueUnreadable) as raised:
        new_plugin("channel", name, tmp_path, taken=["outbox"])
    assert says in f"{raised.value.message} {raised.value.help}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [SHORT, USUAL, LONG, "sms2", "my_sms"])
def test_a_good_name_is_good(name: str) -> None:
    check_name(name)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    kept = new_plugin("channel", USUAL, tmp_path) / "README.md"
    kept.write_text("mine")
    with pytest.raises(PluginInvalid, match="is there already"):
        new_plugin("policy", USUAL, tmp_path)
    assert kept.read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PluginInvalid, match="cannot be written"):
        new_plugin("channel", USUAL, tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    arguments = ["plugin", "new", "observer", USUAL, "--into", str(tmp_path)]
    answer = CliRunner().invoke(application, arguments)
    assert answer.exit_code == 0, answer.output
    assert f"Wrote {tmp_path / 'tactful-letter-box'}: an observer" in answer.output
    again = CliRunner().invoke(application, arguments)
    assert again.exit_code == 1
    assert "Nothing is overwritten" in again.output
    wrong = CliRunner().invoke(application, ["plugin", "new", "channell", USUAL])
    assert wrong.exit_code == 2


# ---- used ---------------------------------------------------------------------------------------

FLOW = """\
campaign "Late order"
owner "care@example.com"
purpose service
policy no_offers
throttle sms 10 per 5 minutes using steady

audience from tabbed "people.tsv":
  key id
  phone mobile
  timezone tz
  column first_name text

senders:
  sms from "+353 1 555 0100" through posted

journey:
  send sms "Hi {{ first_name }}, your order is late."
"""
PEOPLE = """\
id\tmobile\ttz\tfirst_name
A\t+353871234561\tEurope/Dublin\tAnn
B\t+353871234562\tEurope/Dublin\tBen
C\t+353871234563\tEurope/Dublin\tSpecial Offer
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with four new plugins, installed from their wheels beside the core's wheel."""
    made: list[Path] = [ROOT]
    new: list[tuple[NewKind, str]] = [
        ("channel", "posted"), ("policy", "no-offers"), ("throttle", "steady"),
        ("audience", "tabbed"),
    ]  # fmt: skip
    made += [new_plugin(kind, name, tmp_path / "new") for kind, name in new]
    wheels, target = tmp_path / "wheels", tmp_path / "installed"
    for project in made:
        build = ("-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels))
        python(*build, where=project)
    pip = ("-m", "pip", "-qq", "--disable-pip-version-check", "install", "--no-deps", "--no-index")
    python(*pip, "--target", str(target), *map(str, wheels.glob("*.whl")), where=tmp_path)
    return target


def test_new_plugins_installed_from_their_wheels_carry_a_campaign(
    installed: Path, tmp_path: Path
) -> None:
    numbers = itertools.count(1)

    def respond(request: Request) -> Answer:
        return as_json({"id": f"m-{next(numbers)}"})

    def tactful(*arguments: str) -> str:
        return python("-m", "tactful", *arguments, where=tmp_path, PYTHONPATH=str(installed))

    (tmp_path / "late.flow").write_text(FLOW)
    (tmp_path / "people.tsv").write_text(PEOPLE)
    with serving(respond) as gateway:
        (tmp_path / "tactful.toml").write_text(f'[plugins.posted]\nurl = "{gateway.url("")}"\n')
        without_policies(tmp_path)
        listed = tactful("plugins")
        assert all(name in listed for name in ("posted", "no_offers", "steady", "tabbed"))
        tactful("check", "late.flow")
        where = python("-c", "import tactful; print(tactful.__file__)", where=tmp_path,
                       PYTHONPATH=str(installed))  # fmt: skip
        assert where.startswith(str(installed))
        tactful("run", "late.flow", "--speed", "max", "--store", "sqlite:///rehearsed.db")
        assert gateway.requests == []
        flow = FLOW.replace("policy", 'quiet hours none because "a test"\npolicy')
        (tmp_path / "late.flow").write_text(flow)
        (tmp_path / "people.tsv").write_text("\n".join(PEOPLE.splitlines()[:2]))
        log = tactful("log", "--format", "jsonl", "--store", "sqlite:///rehearsed.db")
        tactful("run", "late.flow", "--live", "--store", "sqlite:///real.db")
        assert [request.json()["to"] for request in gateway.requests] == ["+353871234561"]
    assert log.count('"event":"sent"') == 2
    assert log.count("the message says `special offer`") == 1

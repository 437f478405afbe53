"""What is built and installed: the right files in each wheel, one version, one licence."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import tactful
from tests.house.source import PLUGIN_FOLDERS, ROOT

PLUGINS = pytest.mark.parametrize("folder", PLUGIN_FOLDERS, ids=lambda folder: folder.name)


def _project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def _wheel(folder: Path, to: Path) -> set[str]:
    """Build the wheel of a project and return the files in it, without their `.dist-info`."""
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        "wheel",
        "--directory",
        str(to),
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (built,) = to.glob("*.whl")
    with ZipFile(built) as wheel:
        return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_the_wheel_of_the_core_holds_the_package_the_grammar_and_the_flows(tmp_path: Path) -> None:
    files = _wheel(ROOT, tmp_path)
    assert {name.split("/")[0] for name in files} == {"tactful"}
    assert {"tactful/py.typed", "tactful/__init__.py"} <= files
    assert {"tactful/grammar/flow.lark", "tactful/flows/delayed_order.flow"} <= files


@PLUGINS
def test_the_wheel_of_a_plugin_holds_its_package_only(folder: Path, tmp_path: Path) -> None:
    package = f"tactful_{folder.name.replace('-', '_')}"
    files = _wheel(folder, tmp_path)
    assert {name.split("/")[0] for name in files} == {package}
    assert {f"{package}/py.typed", f"{package}/__init__.py"} <= files


def test_the_grammar_folder_is_pure_data() -> None:
    assert not list(ROOT.glob("grammar/**/*.py"))


@PLUGINS
def test_a_plugin_is_a_distribution_of_its_own(folder: Path) -> None:
    project = _project(folder)["project"]
    name = folder.name.replace("-", "_")
    assert project["name"] == f"tactful-{folder.name}"
    assert project["entry-points"]["tactful"] == {name: f"tactful_{name}"}
    assert (folder / "README.md").is_file()
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


@PLUGINS
def test_a_plugin_is_installed_and_found(folder: Path) -> None:
    assert folder.name.replace("-", "_") in entry_points(group="tactful").names


@PLUGINS
def test_the_type_checker_knows_a_plugin(folder: Path) -> None:
    known = _project(ROOT)["tool"]["mypy"]["mypy_path"]
    assert f"$MYPY_CONFIG_FILE_DIR/{folder.relative_to(ROOT)}" in known


def test_there_is_one_version() -> None:
    assert _project(ROOT)["project"]["version"] == tactful.__version__ == version("tactful")


def test_the_changelog_tells_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(tactful.__version__)}\]", text, re.MULTILINE)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, tactful; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    heavy = {"anyio", "click", "lark", "phonenumbers", "rich", "sqlite3"}
    assert not heavy & set(done.stdout.split())


def test_loading_the_plugins_loads_no_library_that_only_their_work_needs() -> None:
    """Every command loads all plugins, and most of them never work."""
    names = [f"tactful_{folder.name.replace('-', '_')}" for folder in PLUGIN_FOLDERS]
    code = f"import sys, {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert loaded >= set(names)
    heavy = {
        "aiosmtplib", "aiosmtpd", "cryptography", "css_inline", "dns", "httpx", "jwt",
        "markdown_it", "openpyxl", "starlette", "twilio", "uvicorn", "websockets",
    }  # fmt: skip
    assert not heavy & loaded

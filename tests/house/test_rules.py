"""The rules bite: what reads the source, and what watches each test, does what it says."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import anyio
import pytest
from blockbuster import BlockingError

from tests.house.source import ROOT, Module

SOURCE = """
from typing import TYPE_CHECKING
import os.path
from . import near
from .near import thing
from ..far import other
if TYPE_CHECKING:
    from tactful.runtime import Channel
def late() -> None:
    import lark
"""


def test_imports_are_read_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "tactful" / "guard" / "pace.py"
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE)
    found = Module(path, tmp_path).imports
    assert [(item.name, item.typing_only) for item in found[1:]] == [
        ("os.path", False),
        ("tactful.guard.near", False),
        ("tactful.guard.near.thing", False),
        ("tactful.far.other", False),
        ("tactful.runtime.Channel", True),
        ("lark", False),
    ]


SIDE_BY_SIDE = ("-n", "2")  # as `make test` runs them
IN_TURN: Sequence[str] = ()


def _run(folder: Path, test: str, options: Sequence[str] = IN_TURN, **env: str) -> int:
    """Run one test beside a copy of the real `conftest.py`, and return the exit code."""
    (folder / "conftest.py").write_bytes((ROOT / "conftest.py").read_bytes())
    (folder / "test_it.py").write_text(f"import pytest\ndef test_it():\n    {test}\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *options,
        str(folder),
    ]
    clean = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(command, cwd=folder, env=clean | env, capture_output=True).returncode


@pytest.mark.parametrize(
    ("options", "env", "code"),
    [(IN_TURN, {}, 0), (IN_TURN, {"CI": "true"}, 1), (SIDE_BY_SIDE, {"CI": "true"}, 1)],
)
def test_a_skipped_test_fails_the_run_in_ci_only(
    options: Sequence[str], env: dict[str, str], code: int, tmp_path: Path
) -> None:
    assert _run(tmp_path, 'pytest.skip("not today")', options, **env) == code


@pytest.mark.parametrize("options", [IN_TURN, SIDE_BY_SIDE])
def test_a_skipped_file_fails_the_run_in_ci(options: Sequence[str], tmp_path: Path) -> None:
    whole = 'pass\npytest.skip("not today", allow_module_level=True)'
    (tmp_path / "test_other.py").write_text("def test_other():\n    pass\n")
    assert _run(tmp_path, whole, options, CI="true") == 1


@pytest.mark.parametrize("options", [IN_TURN, SIDE_BY_SIDE])
def test_a_run_without_skips_passes_in_ci(options: Sequence[str], tmp_path: Path) -> None:
    assert _run(tmp_path, "pass", options, CI="true") == 0


def test_our_code_may_not_block_the_loop() -> None:
    # Compiled as a file of the package, because only what our code calls is watched.
    names: dict[str, object] = {}
    file = ROOT / "engine" / "tactful" / "imagined.py"
    exec(compile("import time\nasync def nap():\n    time.sleep(0)", file, "exec"), names)
    with pytest.raises(BlockingError):
        anyio.run(names["nap"])  # type: ignore[arg-type]

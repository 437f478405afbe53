"""The first flow and the first plugin of the README work as they stand there."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.docs.fences import Fence, fences
from tests.house.plain import without_policies
from tests.house.source import ROOT

README = {fence.title: fence for fence in fences(ROOT / "README.md") if fence.title}
PEOPLE = "id,mobile,first_name\n1,+353 20 9155 101,Ana\n"


def _project(fence: Fence, folder: Path) -> None:
    """Put a plugin's metadata beside its module, as an installation would."""
    metadata = folder / "tactful_paper-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: tactful-paper\nVersion: 0.1.0")
    assert 'paper = "tactful_paper"' in fence.text
    (metadata / "entry_points.txt").write_text("[tactful]\npaper = tactful_paper\n")


def _tactful(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tactful", *arguments],
        cwd=folder, text=True, capture_output=True, timeout=60, check=False,
        env={"PYTHONPATH": f"{folder}:{ROOT / 'engine'}", "PATH": "", "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    without_policies(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "appointment.flow").write_text(README["appointment.flow"].text)
    return tmp_path


def test_the_first_flow_can_be_checked_proven_planned_and_run(folder: Path) -> None:
    assert "at most 1 sms per person" in _tactful(folder, "check", "appointment.flow")
    assert "1 scenario came true" in _tactful(folder, "test", "appointment.flow")
    assert "1 row: 1 in" in _tactful(folder, "plan", "appointment.flow")
    assert "is finished" in _tactful(folder, "run", "--speed", "max", "appointment.flow")


def test_the_first_plugin_sends_what_a_flow_sends_through_it(folder: Path) -> None:
    (folder / "tactful_paper.py").write_text(README["tactful_paper.py"].text)
    _project(README["pyproject.toml"], folder)
    assert "channel paper" in _tactful(folder, "plugins")
    flow = README["appointment.flow"].text.replace("through outbox", "through paper")
    flow = flow.replace("purpose service\n", 'purpose service\nquiet hours none because "a test"\n')
    head, _, _ = flow.partition("  wait up to")
    (folder / "appointment.flow").write_text(head)
    printed = _tactful(folder, "run", "--live", "appointment.flow")
    said = dedent("""
        +353 20 9155 000 -> +353209155101: Hi Ana, your appointment is tomorrow.
    """).strip()
    assert said in printed

"""Whoever types the tutorial gets what it says."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tactful.errors import StoreInvalid
from tactful.store.client import StoreClient
from tests.docs.fences import Fence, fences
from tests.house.plain import without_policies
from tests.house.source import ROOT

TUTORIAL = ROOT / "docs" / "tutorial" / "first-campaign.md"
PATIENCE = 60
"""Seconds after which a test gives up; on a machine that works, nothing comes near it."""

_ANY = "…"


class Reader:
    """Somebody who does what a tutorial says, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: subprocess.Popen[str] | None = None
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environ = {**os.environ, "PATH": path, "NO_COLOR": "1", "TZ": "UTC"}

    def follow(self, fence: Fence) -> None:
        """Write a file, or type the commands of a block and compare what they print."""
        if fence.language == "console" and fence.title:
            (command,) = re.findall(r"^\$ (.*)$", fence.text, re.MULTILINE)
            self._begin(command)
        elif fence.language == "console":
            for command, expected in _typed(fence.text):
                self._type(command, expected, fence)
        elif fence.title:
            (self.folder / fence.title).write_text(fence.text, encoding="utf-8")
            if fence.title == "tactful.toml":
                without_policies(self.folder)

    def _begin(self, command: str) -> None:
        """Start a command that stays, and wait until its campaign is under way."""
        self.running = subprocess.Popen(
            command.split(), cwd=self.folder, env=self._environ, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running.poll() is None:
            if self._under_way():
                return
        pytest.fail(f"`{command}` does not run")

    def _under_way(self) -> bool:
        try:
            with StoreClient(self.folder / ".tactful" / "store.db") as client:
                return client.launches()[-1].state == "running"
        except StoreInvalid:
            return False

    def _type(self, command: str, expected: str, fence: Fence) -> None:
        if command.startswith("kill -9"):
            assert self.running is not None
            self.running.send_signal(signal.SIGKILL)
            self.running.wait(PATIENCE)
            return
        if command == "tactful dev":
            self._watch(command, expected, fence)
            return
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=self._environ, text=True, timeout=PATIENCE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        if expected:
            said = f"{fence}: {command}\n{done.stdout}"
            assert re.fullmatch(_pattern(expected), done.stdout), said

    def _watch(self, command: str, expected: str, fence: Fence) -> None:
        """Start a command that stays, wait until it has said what is expected, and end it."""
        said = self.folder / "said.txt"
        with said.open("w", encoding="utf-8") as out:
            process = subprocess.Popen(
                command.split(), cwd=self.folder, env=self._environ,
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            if re.fullmatch(_pattern(expected), said.read_text(encoding="utf-8")):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        shown = said.read_text(encoding="utf-8")
        assert re.match(_pattern(expected), shown), f"{fence}: {command}\n{shown}"


def _typed(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block with what it should print; `…` stands for anything."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def _pattern(expected: str) -> str:
    """Return what an output must match: `…` is any text, and on a line of its own any lines."""
    lines = expected.splitlines(keepends=True)
    return "".join(
        "(?:.*\n)*?" if line.strip() == _ANY else re.escape(line).replace(_ANY, ".*")
        for line in lines
    )


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    without_policies(tmp_path)
    person = Reader(tmp_path)
    yield person
    if person.running is not None and person.running.poll() is None:
        person.running.kill()
        person.running.wait()


def test_the_tutorial_can_be_followed_to_its_end(reader: Reader) -> None:
    followed = 0
    for fence in fences(TUTORIAL):
        reader.follow(fence)
        followed += fence.language == "console"
    assert followed > 10
    assert reader.running is not None
    assert reader.running.returncode == -signal.SIGKILL

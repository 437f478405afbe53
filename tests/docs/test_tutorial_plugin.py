"""Whoever types the tutorial about plugins has a channel that sends."""

import os
import re
import socket
import stat
import subprocess
import sysconfig
import time
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.fences import Fence, fences
from tests.docs.test_tutorial import PATIENCE, Reader
from tests.house.plain import without_policies
from tests.house.source import ROOT
from tests.servers.running import free_port

TUTORIAL = ROOT / "docs" / "tutorial" / "ship-a-channel.md"
PORT = "8080"
"""The port of the tutorial's gateway; a test has another, which is free."""


class Author(Reader):
    """Somebody who writes a plugin, in an environment of their own that has what ours has."""

    def __init__(self, folder: Path, environment: Path) -> None:
        super().__init__(folder)
        self._environ |= {
            "PATH": f"{_environment(environment)}{os.pathsep}{os.environ['PATH']}",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # for pip, this says: without isolation
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        self._environ.pop("PYTHONPATH", None)
        self.port = free_port()

    def follow(self, fence: Fence) -> None:
        super().follow(fence._replace(text=fence.text.replace(PORT, str(self.port))))

    def _begin(self, command: str) -> None:
        """Start the gateway, and wait until it listens."""
        self.running = subprocess.Popen(
            command.split(), cwd=self.folder, env=self._environ, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        pytest.fail(f"`{command}` does not run")


def _environment(folder: Path) -> Path:
    """Make an environment that sees all of ours, and return the folder of its commands."""
    venv.EnvBuilder(symlinks=True).create(folder)
    where = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=where))
    packages.joinpath("ours.pth").write_text(
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    )
    commands = Path(sysconfig.get_path("scripts", "venv", vars=where))
    for name in ("pytest", "tactful"):
        command = commands / name
        command.write_text(f'#!/bin/sh\nexec "{commands / "python"}" -m {name} "$@"\n')
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return commands


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
    folder = tmp_path / "work"
    without_policies(tmp_path)
    folder.mkdir()
    person = Author(folder, tmp_path / "environment")
    yield person
    if person.running is not None:
        person.running.kill()
        person.running.wait()


def test_the_tutorial_can_be_followed_to_its_end(author: Author) -> None:
    followed = 0
    for fence in fences(TUTORIAL):
        author.follow(fence)
        followed += fence.language == "console"
    assert followed == 7
    sent = author.folder.joinpath("sent.txt").read_text("utf-8")
    assert len(re.findall(r"^\+353", sent, re.MULTILINE)) == 2
    assert list(author.folder.joinpath("dist").glob("*.whl"))

"""A folder of campaigns that `tactful serve --live` runs, as a process of its own, for real."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.house.plain import without_policies
from tests.servers.running import free_port, running

PATIENCE = 60.0
"""Seconds after which a test gives up; on a machine that works, nothing comes near it."""


@dataclass
class Served:
    """A folder that is served at `url`."""

    folder: Path
    url: str
    environment: Mapping[str, str] = field(repr=False, default_factory=dict)

    def tactful(self, *arguments: str) -> str:
        """Run another command in the folder, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "tactful", *arguments],
            cwd=self.folder,
            env={**_environment(), **self.environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self) -> list[dict[str, Any]]:
        """Return the events of all campaigns so far."""
        told = self.tactful("log", "--format", "jsonl", "--full")
        return [json.loads(line) for line in told.splitlines()]

    def story(self, key: str) -> list[str]:
        """Return the events of one recipient so far, with what each is about."""
        about = ("channel", "tag", "pressed", "state", "queue")
        return [
            " ".join([line["event"], *(str(line[name]) for name in about if line.get(name))])
            for line in self.log()
            if line.get("recipient") == key
        ]

    def until(self, what: str, found: Callable[[], Any]) -> Any:
        """Wait until something is found, and return it."""
        deadline = time.monotonic() + PATIENCE
        while not (result := found()):
            if time.monotonic() > deadline:
                events = "\n".join(map(str, self.log()))
                raise AssertionError(f"{what} did not come:\n{events}")
            time.sleep(0.1)
        return result

    def tells(self, key: str, event: str) -> list[str]:
        """Wait until a recipient's story has an event, and return the story."""
        story: list[str] = self.until(
            f"`{event}` of {key}", lambda: (now := self.story(key)) and event in now and now
        )
        return story


@contextmanager
def served(
    folder: Path, settings: str, environment: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Serve a folder while the block runs; `settings` are those of its plugins."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = f'[server]\npublic_url = "{url}"\nport = {port}\n\n{settings}'
    (folder / "tactful.toml").write_text(config, encoding="utf-8")
    without_policies(folder)
    command = [sys.executable, "-m", "tactful", "serve", str(folder), "--live"]
    told = {**_environment(), **(environment or {})}
    with running(command, "tactful start", told):
        yield Served(folder, url, environment or {})


def _environment() -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1"}

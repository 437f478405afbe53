"""A folder that a real `tactful serve` runs in, in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tactful.store.client import StoreClient
from tests.cli.shells import PATIENCE, store_of, until, write_campaign
from tests.house.plain import without_policies
from tests.house.source import ROOT
from tests.web.wire import install, signature

CONFIG = """
[server]
public_url = "http://127.0.0.1:{port}"
port = {port}
"""

FLOW = """
campaign "Late order"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile
  email mail
  column name text

senders:
  sms from "+12025550199" through wire

quiet hours none because "a test at any hour"
throttle sms 200 per minute because "a test"

journey:
  send sms "Hi {{ name }}, your order is late."
  wait up to 2 hours:
    on reply "keep": tag keeps
    on event parcel_found: tag found
    on timeout: tag silent
"""


@dataclass
class Served:
    """A process that serves. `said` is what it printed before it was ready."""

    folder: Path
    process: "subprocess.Popen[str]"
    url: str
    said: str

    def post(self, path: str, form: str, client: httpx.Client | None = None) -> int:
        """Call a webhook of the channel `wire`, signed; returns the status of the answer."""
        url, body = f"{self.url}/hooks/wire/{path}", form.encode()
        headers = {"X-Wire-Signature": signature(url, body)}
        post = client.post if client is not None else httpx.post
        return post(url, content=body, headers=headers, timeout=PATIENCE).status_code

    def until(self, holds: Callable[[StoreClient], bool]) -> None:
        """Wait until something holds in the store."""
        until(self.folder, holds)

    def kill(self) -> None:
        """End it at once, as a machine does that loses its power."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> tuple[int, str]:
        """Ask it to end; returns its exit code and what it printed on stderr."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


def command(folder: Path, *args: str) -> tuple[list[str], dict[str, str]]:
    """Return how a command is called with the plugin `wire`, and its environment."""
    install(folder / "modules")
    path = os.pathsep.join(map(str, (folder / "modules", ROOT / "engine")))
    call = [sys.executable, "-c", "from tactful.cli import main; main()", *args]
    return call, os.environ | {"PYTHONPATH": path}


def run(folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    call, environment = command(folder, *args)
    return subprocess.run(
        call, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )


def prepare(folder: Path, *, rows: int = 3, flow: str = FLOW, port: int = 0) -> None:
    """Write a campaign, and order that it is started with --live."""
    write_campaign(folder, rows=rows, flow=flow)
    if port:
        (folder / "tactful.toml").write_text(CONFIG.format(port=port))
    without_policies(folder)
    started = run(folder, "start", "--live", "late.flow")
    assert started.returncode == 0, started.stderr


@contextmanager
def serving(
    folder: Path, *args: str, environment: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Run `tactful serve` in a folder until the block is left."""
    config = folder / "tactful.toml"
    has_port = config.exists() and "port =" in config.read_text()
    port = () if "--port" in args or has_port else ("--port", "0")
    call, environ = command(folder, "serve", ".", *port, *args)
    process = subprocess.Popen(
        call,
        cwd=folder,
        env={**environ, **(environment or {})},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        said = ""
        url = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"listening on (http://\S+)", line):
                url = found[1]
            if "under way" in line or "goes on with" in line:
                break
        assert url, process.communicate()[1]
        yield Served(folder, process, url, said)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def store_client(folder: Path) -> StoreClient:
    """Open the store of a folder beside its engine."""
    return StoreClient(store_of(folder))

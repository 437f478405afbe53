"""A small campaign in a folder, and the shells that people work on it with."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from click.testing import CliRunner

from tactful.cli.group import application
from tactful.errors import StoreInvalid
from tactful.store.client import StoreClient
from tactful.store.rows import SendRow
from tests.house.source import ROOT

PATIENCE = 60
"""Seconds after which a test gives up; on a machine that works, nothing comes near it."""

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
  sms from "+12025550199" through outbox

quiet hours none because "a test at any hour"

journey:
  send sms "Hi {{ name }}, your order is late. Reply KEEP or REFUND."
  wait up to 2 hours:
    on reply "keep": tag keeps
    on reply "refund": hand off to refunds
    on event parcel_found: tag found
    on event depot_found with same name: tag found
    on timeout: tag silent
"""


def number(row: int) -> str:
    """Return the fictional telephone number of a row of the audience."""
    return f"+1202555{100 + row:04d}"


def write_campaign(folder: Path, *, rows: int = 12, flow: str = FLOW) -> Path:
    """Write a flow and its audience (keys K1, K2, …), and return the flow's path."""
    lines = [f"K{row},{number(row)},k{row}@example.com,Kim {row}" for row in range(1, rows + 1)]
    (folder / "people.csv").write_text("\n".join(["id,mobile,mail,name", *lines]))
    path = folder / "late.flow"
    path.write_text(flow)
    return path


class Answer(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)

    @property
    def lines(self) -> list[Any]:
        return [msgspec.json.decode(line) for line in self.out.splitlines()]


def here(*args: str) -> Answer:
    """Run a command in this process, in the current folder."""
    result = CliRunner().invoke(application, args, prog_name="tactful", catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)


def _command(args: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-c", "from tactful.cli import main; main()", *args]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "engine")}


def second_shell(folder: Path, *args: str) -> Answer:
    """Run a command in a process of its own, and return when it has ended."""
    done = subprocess.run(
        _command(args), cwd=folder, env=_environment(), capture_output=True, text=True,
        timeout=PATIENCE,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def begin(folder: Path, *args: str) -> "subprocess.Popen[str]":
    """Begin a command in a process of its own."""
    return subprocess.Popen(
        _command(args), cwd=folder, env=_environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def store_of(folder: Path) -> Path:
    """Return the default store of the flows in a folder."""
    return folder / ".tactful" / "store.db"


def until(folder: Path, holds: Callable[[StoreClient], bool], *, store: str = "store.db") -> None:
    """Look at a folder's store again and again, until something holds there."""
    path = store_of(folder).with_name(store)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if _holds(path, holds):
            return
        time.sleep(0.02)
    raise AssertionError("it never came to be")


def _holds(store: Path, holds: Callable[[StoreClient], bool]) -> bool:
    if not store.is_file():
        return False
    try:
        with StoreClient(store) as client:
            return holds(client)
    except StoreInvalid:  # an engine makes the tables a moment after the file
        return False


def greeted(folder: Path) -> Counter[str]:
    """Count the texts in a folder's outbox, by the name that they greet."""
    texts = (path.read_text() for path in (folder / ".tactful" / "outbox").rglob("*.txt"))
    return Counter(name for text in texts for name in re.findall(r"Hi (Kim \d+),", text))


def sent(client: StoreClient) -> list[SendRow]:
    """Return the rows of the ledger that a channel has taken."""
    return [row for state in ("accepted", "delivered") for row in client.by_state(state)]

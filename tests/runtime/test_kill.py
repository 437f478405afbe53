"""Killed with -9 again and again, a campaign tells everybody once, or says who is in doubt."""

import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.house.source import ROOT

PEOPLE = 200
PATIENCE = 120
FLOW = """\
campaign "Late order"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile

senders:
  sms from "+12025550199" through outbox

quiet hours none because "a test at any hour"

journey:
  send sms "Your order {{ id }} is late."
"""


def tactful(*words: str) -> list[str]:
    """Return the command line of `tactful`, for a process of its own."""
    program = "from tactful.cli import main; main()"
    return [sys.executable, "-c", program, *words]


def run(folder: Path) -> "subprocess.Popen[bytes]":
    """Begin, or go on with, the campaign of a folder."""
    return subprocess.Popen(
        tactful("run", "--speed", "3000", str(folder / "late.flow")),
        cwd=folder,
        env={"PYTHONPATH": str(ROOT / "engine")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def outbox(folder: Path) -> Counter[str]:
    """Count the texts in the outbox by recipient."""
    counts: Counter[str] = Counter()
    for path in folder.rglob("outbox.db"):
        connection = sqlite3.connect(path)
        try:
            for key, calls in connection.execute("SELECT key, calls FROM message").fetchall():
                counts[key] += calls
        finally:
            connection.close()
    return counts


def ledger(folder: Path) -> list[tuple[str, str, int]]:
    """Return key, state and number of every attempt."""
    connection = sqlite3.connect(folder / ".tactful" / "store.db")
    try:
        return connection.execute(
            "SELECT r.key, s.state, s.id FROM send s JOIN recipient r ON r.id = s.journey"
        ).fetchall()
    finally:
        connection.close()


def killed(folder: Path, kills: int, seed: int) -> list[int]:
    """Run a campaign to its end, killing it at random moments that often on the way.

    Returns how many texts were in the outbox after each kill.
    """
    (folder / "late.flow").write_text(FLOW)
    lines = [f"K-{n},+1202555{100 + n % 100:04d}" for n in range(PEOPLE)]
    (folder / "people.csv").write_text("\n".join(["id,mobile", *lines]))
    chance = random.Random(seed)
    seen = []
    for _ in range(kills):
        process = run(folder)
        wait_for_the_store(folder, process)
        try:
            process.wait(chance.uniform(0.0, 3.0 / kills))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait(PATIENCE)
        seen.append(outbox(folder).total())
    assert run(folder).wait(PATIENCE) in (0, 4)
    return seen


def wait_for_the_store(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    """Wait until an engine has opened the store and its time runs; else it is killed too early."""
    lock = list(folder.glob(".tactful/*lock*"))
    before = max((path.stat().st_mtime_ns for path in lock), default=0)
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        now = max((p.stat().st_mtime_ns for p in folder.glob(".tactful/*lock*")), default=0)
        if now > before:
            return
        time.sleep(0.005)


def check_everybody(folder: Path) -> tuple[int, int]:
    """Assert that each person has one text or is in doubt; return how many of both."""
    got, rows = outbox(folder), ledger(folder)
    doubted = {key for key, state, _ in rows if state == "in doubt"}
    everybody = {f"K-{n}" for n in range(PEOPLE)}
    assert set(got.values()) <= {1}
    assert everybody - set(got) <= doubted
    assert {key for key, state, _ in rows if state == "delivered"} >= everybody - doubted
    assert not {state for _, state, _ in rows} & {"queued", "sending"}
    return len(got), len(doubted)


def settle_all(folder: Path) -> None:
    """Settle what is in doubt by looking into the outbox, as a person would, and go on."""
    got = outbox(folder)
    for key, state, number in ledger(folder):
        if state == "in doubt":
            said = ["sent"] if got[key] else ["not-sent", "--resend"]
            words = tactful("settle", str(number), *said)
            subprocess.run(
                words, cwd=folder, env={"PYTHONPATH": str(ROOT / "engine")}, check=True,
                capture_output=True, timeout=PATIENCE,
            )  # fmt: skip
    assert run(folder).wait(PATIENCE) == 0
    assert outbox(folder) == Counter({f"K-{n}": 1 for n in range(PEOPLE)})


@pytest.mark.promise("ONCE", "LOSS")
def test_six_kills_lose_nobody_and_repeat_nothing(tmp_path: Path) -> None:
    killed(tmp_path, 6, seed=6)
    check_everybody(tmp_path)
    settle_all(tmp_path)


@pytest.mark.soak
@pytest.mark.promise("ONCE", "LOSS")
@pytest.mark.parametrize("seed", range(3))
def test_twenty_kills_lose_nobody_and_repeat_nothing(tmp_path: Path, seed: int) -> None:
    seen = killed(tmp_path, 20, seed)
    texts, doubted = check_everybody(tmp_path)
    settle_all(tmp_path)
    sys.stdout.write(f"texts after each kill {seen}, at the end {texts}, in doubt {doubted}\n")

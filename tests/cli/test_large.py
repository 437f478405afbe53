"""A large audience: the log is streamed, and memory stays bounded."""

import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 100_000
MOST_MIB = 256

FLOW = """
campaign "Storm"
owner "care@example.com"
purpose safety
quiet hours none because "all must know at once"
throttle sms 200 per minute because "all must know at once"

audience from csv "people.csv":
  key id
  phone mobile

senders:
  sms from "+12025550199" through outbox

journey:
  send sms "A storm is coming. Please stay inside."
  wait up to 1 day:
    on reply "agent": hand off to desk
"""

MEASURED = """
import atexit, resource, sys
from tactful.cli import main
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
atexit.register(lambda: print(peak(), file=sys.stderr))
main()
"""


@pytest.mark.soak
def test_a_hundred_thousand_recipients_are_played_in_bounded_memory(tmp_path: Path) -> None:
    (tmp_path / "storm.flow").write_text(FLOW)
    rows = (f"K{row},+447700900{row % 1000:03d}" for row in range(ROWS))
    (tmp_path / "people.csv").write_text("\n".join(["id,mobile", *rows]))
    process = subprocess.Popen(
        [sys.executable, "-c", MEASURED, "simulate", "--format", "jsonl", "storm.flow"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    ended = sum(b'"event":"ended"' in line for line in process.stdout)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert ended == ROWS
    assert int(err.split()[-1]) / 1024 <= MOST_MIB

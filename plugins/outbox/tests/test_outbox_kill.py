"""What was accepted is there after the process was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tactful_outbox import read

SENDER = """
import sys, anyio
from pathlib import Path
from tactful.runtime.ports import Message
from tactful_outbox import OutboxChannel, OutboxSettings
from tactful_outbox.mailbox import Mailbox

async def main():
    channel = OutboxChannel(Mailbox(Path(sys.argv[1])), OutboxSettings())
    for n in range(1_000_000):
        await channel.send(Message(
            attempt=str(n), token=str(n), campaign="c", launch="c.1", key=str(n), channel="sms",
            to="+353871234567", sender="s", text="t", subject=None, segments=1,
            permitted_at=1_800_000_000_000_000, expires_at=None))
        print(n, flush=True)

anyio.run(main)
"""


@pytest.mark.promise("ONCE")
@pytest.mark.promise("LOSS")
def test_what_was_accepted_is_there_after_a_kill(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SENDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        told = [int(next(sender.stdout)) for _ in range(50)]
        os.kill(sender.pid, signal.SIGKILL)
        told += [int(line) for line in sender.stdout if line.endswith("\n")]
    there = [int(one.key) for one in read(tmp_path)]
    assert there == sorted(set(there))
    assert set(told) <= set(there)
    assert len(there) <= len(told) + 1

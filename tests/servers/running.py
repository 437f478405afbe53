"""Runs a server as a process of its own while a block runs, on this machine and a free port."""

import os
import secrets
import signal
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO

_TO_START = 60.0  # seconds; a busy machine is slow without being wrong
_TO_STOP = 10.0
_PORTS = range(
    20_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")),
    32_000,
    int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")),
)


def free_port() -> int:
    """Return a port that nobody listens on, and that nobody gets by chance before it is used.

    They lie below those that Linux gives to connections, and tests that run side by side have each
    their own.
    """
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(
    command: Sequence[str], ready: str, environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """Run a command, and go on when it has printed `ready`; at the end it is stopped.

    What it prints is read all the time, so that it never waits for us.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    assert process.stdout is not None
    lines: deque[str] = deque(maxlen=50)
    told = threading.Event()
    reader = threading.Thread(target=_read, args=(process.stdout, lines, ready, told), daemon=True)
    reader.start()
    try:
        if not told.wait(_TO_START) or process.poll() is not None:
            raise RuntimeError(f"{command} did not start:\n" + "".join(lines))
        yield process
    finally:
        _stop(process)
        reader.join()
        process.stdout.close()


def _read(stream: IO[str], lines: "deque[str]", ready: str, told: threading.Event) -> None:
    for line in stream:
        lines.append(line)
        if ready in line:
            told.set()
    told.set()  # it has ended: whoever waits looks why


def _stop(process: "subprocess.Popen[str]") -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, how)
        try:
            process.wait(_TO_STOP)
        except subprocess.TimeoutExpired:
            continue

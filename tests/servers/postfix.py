"""Runs `smtp-sink`, a mail server of postfix that throws mail away, in whatever mood a test asks.

`make test` puts the program there. It runs as an ordinary user, on 127.0.0.1, while a block runs.
"""

import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.running import free_port

PLACE = Path(__file__).parents[2] / ".venv" / "postfix"
_HOW_TO_GET_IT = "smtp-sink is missing: `make .venv/postfix/usr/sbin/smtp-sink` gets it"
_LONGEST_START = 10.0
_BEGIN = re.compile(r"^X-Client-Addr: ", re.MULTILINE)


@dataclass
class Sink:
    """A server that runs. What it took is in `dump`, once a message each."""

    port: int
    dump: Path

    def taken(self) -> list[str]:
        """Return every message that it took, to its final dot, as it came."""
        if not self.dump.exists():
            return []
        text = self.dump.read_text(encoding="utf-8", errors="replace")
        return _BEGIN.split(text)[1:]


def program(name: str) -> list[str]:
    """Return the command of a program of postfix. Fails with a way out when it is not there."""
    path = PLACE / "usr" / "sbin" / name
    assert path.exists(), _HOW_TO_GET_IT
    return [str(path)]


def environment() -> dict[str, str]:
    """Return the environment in which programs that were only unpacked find their libraries."""
    return os.environ | {"LD_LIBRARY_PATH": str(PLACE / "usr" / "lib" / "postfix")}


@contextmanager
def smtp_sink(*options: str, keep: bool = True, port: int = 0) -> Iterator[Sink]:
    """Run a server with these options, such as `-r RCPT`, and stop it afterwards."""
    port = port or free_port()
    with tempfile.TemporaryDirectory() as name:
        dump = Path(name) / "taken"
        command = [*program("smtp-sink"), *options]
        if keep:
            dump.parent.chmod(0o777)
            command += ["-D", str(dump)]
        if os.geteuid() == 0:
            command += ["-u", "nobody"]
        with subprocess.Popen(
            [*command, f"127.0.0.1:{port}", "100"],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as server:
            try:
                _wait_for(server, port)
                yield Sink(port, dump)
            finally:
                server.kill()


def _wait_for(server: "subprocess.Popen[str]", port: int) -> None:
    """Wait until the server listens, or say why it does not."""
    deadline = time.monotonic() + _LONGEST_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            assert server.stderr is not None
            raise AssertionError(f"smtp-sink ended: {server.stderr.read()}")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError("smtp-sink does not listen")

"""Makes the pictures of README and docs anew, by the commands that they show: `make pictures`."""

import io
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURES = Path(__file__).parent
ROOT = PICTURES.parents[1]
COLUMNS = 104

RECORDED = {
    "plan.svg": ["plan --start '2026-12-01 09:00 Europe/Dublin' delayed_order.flow"],
    "at-work.svg": [
        "check delayed_order.flow",
        "test delayed_order.flow",
    ],
}
"""Each picture, and the commands in it, typed in a copy of the folder `flows`."""

SLIP = ("on timeout: go to by_email", "on timeout: go to by_emial")
"""What somebody typed wrong, until `check` has told it."""

_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_TUTORIAL_FLOW = re.compile(r'^```flow title="late.flow"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def record(arguments: list[str], folder: Path) -> str:
    """Return what a command writes to a terminal of `COLUMNS` columns."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ |= {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "TZ": "UTC"}
        os.environ.pop("NO_COLOR", None)
        if arguments[0] == "plan":
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # progress, which a terminal erases again
        os.execv(sys.executable, [sys.executable, "-m", "tactful", *arguments])
    written = bytearray()
    while chunk := _read(terminal):
        written += chunk
    os.waitpid(child, 0)
    return written.decode().replace("\r\n", "\n").strip("\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def draw(commands: list[str], folder: Path) -> str:
    """Return the picture of commands and their output, without a font from elsewhere."""
    flow = folder / "delayed_order.flow"
    written = flow.read_text("utf-8")
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    for position, command in enumerate(commands):
        typed = written.replace(*SLIP) if command.startswith("check") else written
        flow.write_text(typed, encoding="utf-8")
        console.print(Text(f"{chr(10) if position else ''}$ tactful {command}", style="bold"))
        console.print(Text.from_ansi(record(shlex.split(command), folder)), soft_wrap=True)
    picture = console.export_svg(title="tactful", theme=MONOKAI, unique_id="tactful")
    # Some programs cut leading blanks, also those that do not break, unless told.
    return _FONT_FACE.sub("", picture).replace("<svg ", '<svg xml:space="preserve" ', 1)


def tutorial_flow() -> str:
    """Return the flow of the tutorial."""
    page = (ROOT / "docs" / "tutorial" / "first-campaign.md").read_text("utf-8")
    found = _TUTORIAL_FLOW.search(page)
    assert found is not None
    return found.group(1)


def graph(flow: Path, picture: Path) -> None:
    """Draw the way through a flow."""
    told = [sys.executable, "-m", "tactful", "graph", str(flow), "--out", str(picture)]
    subprocess.run(told, check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "flows"
        shutil.copytree(ROOT / "flows", folder, ignore=shutil.ignore_patterns(".tactful"))
        (folder / "late.flow").write_text(tutorial_flow(), encoding="utf-8")
        graph(folder / "late.flow", PICTURES / "late.svg")
        for name, commands in RECORDED.items():
            (PICTURES / name).write_text(draw(commands, folder), encoding="utf-8")

"""Records what commands draw on a terminal, as the pictures of README and docs: `make pictures`."""

import io
import os
import pty
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURES = Path(__file__).parent
ROOT = PICTURES.parents[1]
COLUMNS = 104

RECORDED = {
    "plan.svg": [
        "plan", "--start", "2026-12-01 09:00 Europe/Dublin", "flows/delayed_order.flow",
    ],
}  # fmt: skip
"""Each picture, and the command in it."""

_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def record(arguments: list[str]) -> str:
    """Return what a command writes to a terminal of `COLUMNS` columns."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ |= {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "TZ": "UTC"}
        os.environ.pop("NO_COLOR", None)
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


def draw(arguments: list[str]) -> str:
    """Return the picture of a command and its output, without a font from elsewhere."""
    shown = " ".join(f'"{word}"' if " " in word else word for word in ["tactful", *arguments])
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text(f"$ {shown}", style="bold"))
    console.print(Text.from_ansi(record(arguments)), soft_wrap=True)
    picture = console.export_svg(title="tactful", theme=MONOKAI, unique_id="tactful")
    # Some programs cut leading blanks, also those that do not break, unless told.
    return _FONT_FACE.sub("", picture).replace("<svg ", '<svg xml:space="preserve" ', 1)


if __name__ == "__main__":
    for name, arguments in RECORDED.items():
        (PICTURES / name).write_text(draw(arguments), encoding="utf-8")

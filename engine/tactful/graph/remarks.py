"""What policies say of a whole campaign, told as the mistakes of its file."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from tactful.graph.model import Campaign
from tactful.language import Diagnostic
from tactful.language.diagnostics import Span


class Remark(Struct, frozen=True):
    """One thing to tell of a campaign: who says so, what, and about which line of the file."""

    by: str
    severity: Literal["error", "warning"]
    message: str
    line: int | None = None
    help: str = ""


Judge = Callable[[Campaign], Iterable[Remark]]


def told_of(remarks: Iterable[Remark], text: str, path: str) -> Iterator[Diagnostic]:
    """Yield remarks as diagnostics of a file with this text; what names no line is at its top."""
    lines = text.splitlines() or [""]
    for remark in remarks:
        number = remark.line if remark.line and remark.line <= len(lines) else 1
        line = lines[number - 1]
        start = len(line) - len(line.lstrip()) + 1
        yield Diagnostic(
            "TF520",
            remark.severity,
            f"the policy `{remark.by}` says: {remark.message}",
            Span(number, start, number, max(len(line.rstrip()), start) + 1),
            help=(remark.help,) if remark.help else (),
            file=path,
        )

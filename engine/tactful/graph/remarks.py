"""What policies say of a whole campaign, told as the mistakes of its file."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from tactful.graph.model import Campaign
from tactful.language import Diagnostic
from tactful.language.diagnostics import Fix, Span


class Addition(Struct, frozen=True):
    """What would mend a text: words to put before it or after it. `what` says so to people."""

    what: str
    before: str = ""
    after: str = ""


class Remark(Struct, frozen=True):
    """One thing to tell of a campaign: who says so, what, and about which line of the file.

    A policy that warns says by which `rule`, and of which `texts` (their prints), so that it can be
    approved.
    """

    by: str
    severity: Literal["error", "warning"]
    message: str
    line: int | None = None
    help: str = ""
    code: str = "TF520"
    rule: str = ""
    texts: tuple[str, ...] = ()
    fix: Addition | None = None


JUDGED = frozenset(("TF520", "TF521"))
"""The codes of what policies say."""

Judge = Callable[[Campaign], Iterable[Remark]]


Mend = Callable[[Remark], Fix | None]


def told_of(
    remarks: Iterable[Remark], text: str, path: str, mend: Mend = lambda remark: None
) -> Iterator[Diagnostic]:
    """Yield remarks as diagnostics of a file with this text; what names no line is at its top."""
    lines = text.splitlines() or [""]
    for remark in remarks:
        number = remark.line if remark.line and remark.line <= len(lines) else 1
        line = lines[number - 1]
        start = len(line) - len(line.lstrip()) + 1
        yield Diagnostic(
            remark.code,
            remark.severity,
            f"the policy `{remark.by}` says: {remark.message}" if remark.by else remark.message,
            Span(number, start, number, max(len(line.rstrip()), start) + 1),
            help=tuple(filter(None, (remark.help, *_to_approve(remark)))),
            fix=mend(remark),
            file=path,
        )


def _to_approve(remark: Remark) -> Iterator[str]:
    """Yield the lines that let a text stand as it is."""
    for text in remark.texts if remark.severity == "warning" else ():
        yield (
            "To let it stand, add at the top: "
            f'`approve {remark.by} "{remark.rule}" in "{text}" because "…" by "you@example.com"`.'
        )

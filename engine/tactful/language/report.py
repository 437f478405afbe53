"""Collects the mistakes of one file: one for each cause, and no more than a person can use."""

from bisect import bisect_right
from dataclasses import replace

from tactful.language.diagnostics import Diagnostic, Edit, Fix, Label, Severity, Span

MOST = 50
_MOST_PLACES = 4
_OF_A_BLOCK = ("TF325", "TF337")
"""Blocks that a file must have: they may only be out of place."""
_OF_A_NAME = ("TF301", "TF312")
_PLACEMENT = ("TF104", "TF105", "TF108", "TF202", "TF203", "TF204", "TF308")


class Report:
    """Mistakes as they are found.

    `excused` names stand in lines that could not be read. `anchors` are lines that certainly
    stand where they should: what is wrong above them is no cause of what is wrong below.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.excused: set[str] = set()
        self.anchors: list[int] = []
        self._found: dict[tuple[int, int, str], Diagnostic] = {}
        self._lines: set[int] = set()
        self._others: dict[str, Report] = {}

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        *,
        help: tuple[str, ...] = (),
        fix: Fix | None = None,
        also: tuple[Label, ...] = (),
        severity: Severity = "error",
        of_file: bool = False,
    ) -> None:
        """Note a mistake; a second one at the same place has the same cause and is dropped.

        `of_file` mistakes are about the file as a whole, and each has a cause of its own.
        """
        diagnostic = Diagnostic(code, severity, message, span, label, help, fix, also, self.path)
        self._found.setdefault((span.line, span.column, code if of_file else ""), diagnostic)
        self._lines.add(span.line)

    def beside(self, path: str) -> "Report":
        """Return the report of a file that this one uses; its mistakes are told after its own."""
        if path not in self._others:
            self._others[path] = other = Report(path)
            other.excused = self.excused
        return self._others[path]

    def take(self, diagnostic: Diagnostic) -> None:
        """Note a mistake that was found by somebody else."""
        self.add(
            diagnostic.code,
            diagnostic.message,
            diagnostic.span,
            diagnostic.label,
            help=diagnostic.help,
            fix=diagnostic.fix,
            also=diagnostic.also,
            severity=diagnostic.severity,
        )

    @property
    def is_full(self) -> bool:
        """Whether so much has been found that looking on serves nobody."""
        return len(self._found) >= 4 * MOST

    def mentions(self, *lines: int) -> bool:
        """Return whether something is already said about one of these lines."""
        return not self._lines.isdisjoint(lines)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the first mistakes in file order.

        Between two of the lines in `anchors`, a slip of indentation is the cause of all other
        lines that seem to stand in a wrong place, and is told alone. So is a name that means
        nothing, at its first place.
        """
        kept: list[Diagnostic] = []
        told: dict[tuple[str, str], int] = {}
        slipped: int | None = None
        is_shaken = any(found.code in _PLACEMENT for found in self._found.values())
        for found in sorted(self._found.values(), key=lambda found: found.span):
            if is_shaken and found.code in _OF_A_BLOCK:
                continue
            if found.code in _PLACEMENT:
                part = bisect_right(self.anchors, found.span.line)
                if part == slipped:
                    continue
                slipped = part
            first = told.get((found.code, found.message)) if found.code in _OF_A_NAME else None
            if first is None:
                told[found.code, found.message] = len(kept)
                kept.append(found)
            else:
                kept[first] = _joined(kept[first], found)
        kept += [found for other in self._others.values() for found in other.diagnostics()]
        return tuple(kept[:MOST])


def _joined(first: Diagnostic, again: Diagnostic) -> Diagnostic:
    """Return a mistake with another place of it: one fix mends both."""
    also = (*first.also, Label(again.span, "here, too"))[:_MOST_PLACES]
    fix = first.fix
    if fix is not None and again.fix is not None:
        fix = replace(fix, edits=(*fix.edits, *again.fix.edits))
    return replace(first, also=also, fix=fix)


def replacing(span: Span, wrong: str, right: str, sure: bool = True) -> Fix:
    """Return the fix that writes one thing for another: safe, if it is `sure` to be meant."""
    return Fix("safe" if sure else "ask", f"replace `{wrong}` with `{right}`", (Edit(span, right),))


def removing(span: Span, what: str) -> Fix:
    """Return the fix that takes something out, if the writer nods."""
    return Fix("ask", f"remove {what}", (Edit(span, ""),))

"""Warnings that the writer has silenced, each by its name and with a reason.

`# allow TF310: a spare stage for the night shift`, behind the line that the warning is about, or on
a line of its own above it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tactful.language.comments import Margins, margins_of
from tactful.language.diagnostics import Diagnostic, Span

_ALLOW = re.compile(r"#\s*allow\s+(TF\d{3}(?:\s*,\s*TF\d{3})*)\s*(?::\s*(.*))?", re.IGNORECASE)
APPROVED_ONLY = "TF520"
"""What policies say is approved by named people, in a line of its own."""
_EXAMPLE = "For example: `# allow TF310: a spare stage for the night shift`"


@dataclass(frozen=True, slots=True)
class _Allow:
    """One comment: the codes it names, why, the line it is about, and where it stands itself."""

    codes: tuple[str, ...]
    reason: str
    path: str
    line: int
    span: Span

    def covers(self, found: Diagnostic) -> bool:
        place = (found.file, found.span.line)
        if found.code == APPROVED_ONLY:
            return False
        return bool(self.reason) and place == (self.path, self.line) and found.code in self.codes


def without_allowed(text: str, path: str, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return what is to be told of a file: all but the warnings that it allows, in file order.

    An `allow` without a reason allows nothing, and one that allows nothing is itself a warning.
    """
    told = tuple(found)
    if _ALLOW.search(text) is None or any(one.code == "TF102" for one in told):
        return told
    allows = list(_allows(text, path))
    kept = [
        one
        for one in told
        if one.severity == "error" or not any(allow.covers(one) for allow in allows)
    ]
    kept += [more for allow in allows for more in _idle(allow, told)]
    return tuple(sorted(kept, key=lambda one: (one.file != path, one.file, one.span)))


def _allows(text: str, path: str) -> Iterator[_Allow]:
    margins = margins_of(text)
    for row, comment in margins.comments.items():
        written = _ALLOW.match(comment)
        if written is not None:
            codes = re.findall(r"TF\d{3}", written[1].upper())
            start = margins.rows[row - 1].rindex(comment) + 1
            span = Span(row, start, row, start + len(comment))
            reason = (written[2] or "").strip()
            yield _Allow(tuple(codes), reason, path, _line_about(margins, row), span)


def _line_about(margins: Margins, row: int) -> int:
    """Return the row that a comment is about: its own, or if it is alone there the next line."""
    while margins.rows[row - 1].lstrip().startswith("#") or margins.is_blank(row):
        if row == len(margins.rows):
            break
        row += 1
    return row


def _idle(allow: _Allow, told: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield what is wrong with a comment that allows nothing."""

    def warning(code: str, message: str, *help: str) -> Diagnostic:
        return Diagnostic(code, "warning", message, allow.span, help=help, file=allow.path)

    if not allow.reason:
        yield warning("TF224", "this `allow` does not say why, so it allows nothing", _EXAMPLE)
        return
    there = {one.code: one for one in told if allow.covers(one)}
    wrong = [code for code, one in there.items() if one.severity == "error"]
    idle = [code for code in allow.codes if code not in there]
    if APPROVED_ONLY in allow.codes:
        yield warning(
            "TF225",
            "what a policy says is not allowed by a comment, but approved by name",
            "`tactful check` tells the line to write.",
        )
    elif wrong:
        yield warning("TF225", f"{wrong[0]} is a mistake; only warnings can be allowed")
    elif idle and not any(one.severity == "error" for one in told):
        # With mistakes in the file, what is allowed may not have been looked for.
        yield warning("TF225", f"there is no {idle[0]} here to allow", "Remove the comment.")

"""Mends in a file what the compiler can mend without changing what was meant."""

import re
from collections.abc import Iterable
from pathlib import Path

from tactful.errors import TactfulError
from tactful.language.diagnostics import Diagnostic, Edit

_LINE_ENDS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_MARK = "\ufeff"


def mend(diagnostics: Iterable[Diagnostic]) -> int:
    """Apply the safe fixes to the files they are of, and return how many. Raises `TactfulError`.

    Line ends and the byte order mark stay as they are.
    """
    by_file: dict[str, list[Diagnostic]] = {}
    for found in diagnostics:
        if found.fix is not None and found.fix.kind == "safe":
            by_file.setdefault(found.file, []).append(found)
    return sum(_mend(Path(file), fixable) for file, fixable in by_file.items())


def _mend(path: Path, fixable: Iterable[Diagnostic]) -> int:
    try:
        content = path.read_bytes().decode()
        text = content.removeprefix(_MARK)
        mended, count = mended_text(text, fixable)
        mark = content[: len(content) - len(text)]
        path.write_bytes((mark + mended).encode())
    except OSError as error:
        raise TactfulError(f"{path} cannot be written: {error.strerror}") from error
    return count


def mended_text(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[str, int]:
    """Return a text with the safe fixes applied, and how many; of two that overlap, the first."""
    starts = [0]
    for line in _LINE_ENDS.split(text):
        starts.append(starts[-1] + len(line))
    taken: list[tuple[int, int, str]] = []
    count = 0
    for diagnostic in diagnostics:
        if diagnostic.fix is None or diagnostic.fix.kind != "safe":
            continue
        edits = [_placed(edit, starts) for edit in diagnostic.fix.edits]
        if not any(_overlap(one, other) for one in edits for other in taken):
            taken += edits
            count += 1
    for start, end, replacement in sorted(taken, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text, count


def _placed(edit: Edit, starts: list[int]) -> tuple[int, int, str]:
    span = edit.span
    start = starts[span.line - 1] + span.column - 1
    return start, starts[span.end_line - 1] + span.end_column - 1, edit.replacement


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[:2] == other[:2] or (one[0] < other[1] and other[0] < one[1])

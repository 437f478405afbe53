"""What a policy would add to a text of a flow, as an edit of its file."""

from tactful.graph.remarks import Addition
from tactful.language.diagnostics import Edit, Fix, Span
from tactful.language.tree import Flow

_QUOTES = '"""'


def fix_of(flow: Flow, text: str, line: int | None, addition: Addition) -> Fix | None:
    """Return the edit that adds to the text said in a line; None where it stands elsewhere.

    A text is mended where it stands in the flow itself, on the line of its send or below it.
    """
    if line is None or not _can_be_written(addition):
        return None
    for node in flow.walk():
        if node.span.line == line and node.text is not None and not node.text.file:
            quoted = node.spans.get("text")
            where = _in_quotes(quoted) if quoted is not None else _in_block(text, line)
            if where is None:
                return None
            start, end = where
            edits = [Edit(start, addition.before)] if addition.before else []
            edits += [Edit(end, addition.after)] if addition.after else []
            return Fix("safe", addition.what, tuple(edits))
    return None


def _can_be_written(addition: Addition) -> bool:
    """Return whether what is added stays one line of a text, with nothing filled in."""
    said = addition.before + addition.after
    return bool(said) and said.isprintable() and not set('"\\{}') & set(said)


def _in_quotes(span: Span) -> tuple[Span, Span] | None:
    """Return where a text between quotes begins and ends."""
    if span.line != span.end_line or span.end_column - span.column < 2:
        return None
    start, end = span.column + 1, span.end_column - 1
    return Span(span.line, start, span.line, start), Span(span.line, end, span.line, end)


def _in_block(text: str, line: int) -> tuple[Span, Span] | None:
    """Return where a text between lines of three quotes begins and ends."""
    lines = text.splitlines()
    marks = [row for row in range(line, len(lines)) if lines[row].strip() == _QUOTES][:2]
    if len(marks) < 2:
        return None
    said = [row for row in range(marks[0] + 1, marks[1]) if lines[row].strip()]
    if not said:
        return None
    first, last = lines[said[0]], lines[said[-1]].rstrip()
    start, end = len(first) - len(first.lstrip()) + 1, len(last) + 1
    return (
        Span(said[0] + 1, start, said[0] + 1, start),
        Span(said[-1] + 1, end, said[-1] + 1, end),
    )

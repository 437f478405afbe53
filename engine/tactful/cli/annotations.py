"""Diagnostics as workflow commands, which GitHub Actions shows beside the lines of a change."""

from tactful.language.diagnostics import Diagnostic


def annotation(found: Diagnostic) -> str:
    """Return the workflow command of one mistake."""
    span = found.span
    place = {"file": found.file, "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:
        place |= {"col": span.column, "endColumn": span.end_column}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
    text = "\n".join([found.message, *filter(None, [found.label]), *found.help])
    return f"::{found.severity} {told},title={found.code}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

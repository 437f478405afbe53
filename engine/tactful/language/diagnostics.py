"""Diagnostics: what is wrong with a flow, as data, and how it is shown to a person.

Columns count from 1 and ends are exclusive, so `end_column - column` is the number of signs.
"""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

Severity = Literal["error", "warning"]


class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """A stretch of a file: 1-based lines and columns, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: "Span") -> "Span":
        """Return the stretch from the start of this one to the end of `other`."""
        return Span(self.line, self.column, other.end_line, other.end_column)

    @property
    def end(self) -> "Span":
        """The empty stretch just behind this one."""
        return Span(self.end_line, self.end_column, self.end_line, self.end_column)

    @property
    def start(self) -> "Span":
        """The empty stretch just before this one."""
        return Span(self.line, self.column, self.line, self.column)


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that explains a mistake, such as the first of two equal names."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `replacement` where `span` is."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair. `safe` says what the writer meant; `ask` needs the writer's nod."""

    kind: Literal["safe", "ask"]
    description: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: what, where, and how to mend it."""

    code: str
    severity: Severity
    message: str
    span: Span
    label: str = ""
    help: tuple[str, ...] = ()
    fix: Fix | None = None
    also: tuple[Label, ...] = ()
    file: str = ""


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return the stable JSON form of a diagnostic."""
    span, fix = diagnostic.span, diagnostic.fix
    return {
        "file": diagnostic.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": list(diagnostic.help),
        "fix": fix
        and {
            "kind": fix.kind,
            "description": fix.description,
            "edits": [
                {
                    "line": edit.span.line,
                    "column": edit.span.column,
                    "end_line": edit.span.end_line,
                    "end_column": edit.span.end_column,
                    "replacement": edit.replacement,
                }
                for edit in fix.edits
            ],
        },
    }


_STYLES = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "also": "\x1b[36m", "end": "\x1b[0m"}


def render_short(diagnostic: Diagnostic) -> str:
    """Return one line: file, line, column, severity, code and message."""
    span = diagnostic.span
    return (
        f"{diagnostic.file}:{span.line}:{span.column}: "
        f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"
    )


def render(diagnostic: Diagnostic, source: str, colour: bool = False) -> str:
    """Return a diagnostic as shown to people: message, the lines it is about, help and fix."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    marks = [(diagnostic.span, "^", diagnostic.label)]
    marks += [(label.span, "-", label.text) for label in diagnostic.also]
    shown = sorted({span.line for span, _, _ in marks})
    margin = " " * max(2, len(str(shown[-1])))

    def paint(text: str, style: str) -> str:
        return f"{_STYLES[style]}{text}{_STYLES['end']}" if colour else text

    title = paint(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity)
    span = diagnostic.span
    out = [f"{title}: {diagnostic.message}"]
    out += [f"{margin} --> {diagnostic.file}:{span.line}:{span.column}", f"{margin} |"]
    before = shown[0]
    for number in shown:
        if number > before + 1:
            out.append("...")
        before = number
        line = lines[number - 1] if number <= len(lines) else ""
        out.append(f"{number:>{len(margin)}} | {line}".rstrip())
        for span, sign, text in marks:
            if span.line == number:
                style = diagnostic.severity if sign == "^" else "also"
                caret = paint(f"{_underline(span, line, sign)} {text}".rstrip(), style)
                out.append(f"{margin} | {_lead(line, span.column)}{caret}")
    out += [f"{margin} = help: {text}" for text in diagnostic.help]
    if diagnostic.fix:
        note = "   (`tactful check --fix` does it)" if diagnostic.fix.kind == "safe" else ""
        out.append(f"{margin} = fix:  {diagnostic.fix.description}{note}")
    return "\n".join(out)


def _lead(line: str, column: int) -> str:
    """Return the room before a caret; tabs stay tabs, so the caret stands below its word."""
    return "".join(sign if sign == "\t" else " " for sign in line[: column - 1].ljust(column - 1))


def _underline(span: Span, line: str, sign: str) -> str:
    end = span.end_column if span.end_line == span.line else len(line) + 1
    return sign * max(1, end - span.column)

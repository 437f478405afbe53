"""Diagnostics as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tactful import __version__
from tactful.language.codes import CODES
from tactful.language.diagnostics import Diagnostic, Fix, Label, Span

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def sarif_log(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """Return the log of one run of `tactful check`."""
    found = list(diagnostics)
    codes = sorted({one.code for one in found})
    rules = [{"id": code, "shortDescription": {"text": CODES.get(code, code)}} for code in codes]
    driver = {"name": "tactful", "version": __version__, "rules": rules}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, codes.index(one.code)) for one in found],
            }
        ],
    }


def _result(found: Diagnostic, rule: int) -> dict[str, Any]:
    text = "\n".join([found.message, *filter(None, [found.label]), *found.help])
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(found.file, found.span)}],
    }
    if found.also:
        result["relatedLocations"] = [_related(found.file, label) for label in found.also]
    if found.fix and found.fix.edits:
        result["fixes"] = [_fix(found.file, found.fix)]
    return result


def _place(file: str, span: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": _uri(file)}, "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _related(file: str, label: Label) -> dict[str, Any]:
    return {"physicalLocation": _place(file, label.span), "message": {"text": label.text}}


def _fix(file: str, fix: Fix) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.replacement}}
        for edit in fix.edits
    ]
    changes = {"artifactLocation": {"uri": _uri(file)}, "replacements": replacements}
    return {"description": {"text": fix.description}, "artifactChanges": [changes]}


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())

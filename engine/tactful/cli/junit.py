"""Writes the result of `tactful test` as JUnit XML, which build servers read."""

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from tactful.cli.scenarios import TestedFile, Told, failure_text, timeline_lines
from tactful.language.diagnostics import render

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, files: Sequence[TestedFile]) -> None:
    """Write one suite for each file, one case for each scenario."""
    root = Element("testsuites", name="tactful")
    totals = {"tests": 0, "failures": 0, "errors": 0}
    seconds = 0.0
    for file in files:
        suite = _suite(root, file)
        for name in totals:
            totals[name] += int(suite.get(name, "0"))
        seconds += float(suite.get("time", "0"))
    for name, total in totals.items():
        root.set(name, str(total))
    root.set("time", f"{seconds:.6f}")
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _suite(root: Element, file: TestedFile) -> Element:
    suite = SubElement(
        root,
        "testsuite",
        name=_clean(file.path),
        tests=str(len(file.told) + (file.mistake is not None)),
        failures=str(sum(not told.played.passed for told in file.told)),
        errors=str(int(file.mistake is not None)),
        skipped="0",
        time=f"{sum(told.seconds for told in file.told):.6f}",
    )
    if file.mistake is not None:
        case = SubElement(suite, "testcase", name="check", classname=_clean(file.path), time="0")
        error = SubElement(case, "error", message=_clean(file.mistake), type="mistake")
        error.text = _clean("\n\n".join(render(found, file.text) for found in file.diagnostics))
    for told in file.told:
        _case(suite, file, told)
    return suite


def _case(suite: Element, file: TestedFile, told: Told) -> None:
    played = told.played
    case = SubElement(
        suite,
        "testcase",
        name=_clean(played.name),
        classname=_clean(file.path),
        file=_clean(file.path),
        line=str(played.node.span.line),
        time=f"{told.seconds:.6f}",
    )
    if played.unmet is None:
        return
    failure = SubElement(case, "failure", message=_clean(played.unmet.message), type="unmet")
    shown = failure_text(file, played)
    failure.text = _clean("\n".join([shown, "", *timeline_lines(played.timeline)]))


def _clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)

"""Every flow that the tests of the language may take: examples, documentation, and their own."""

from tests.docs.fences import all_fences
from tests.docs.test_snippets import flow_of
from tests.house.source import ROOT
from tests.language.flows import LATE_ORDER

EXAMPLES = {
    path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "flows").glob("*.flow"))
}
SHOWN = {str(fence): flow_of(fence) for fence in all_fences("flow")}
FLOWS = {"late.flow": LATE_ORDER, **EXAMPLES, **SHOWN}
"""Flows without mistakes, by name."""


def rows_in_texts(text: str) -> set[int]:
    """Return the rows, counted from 0, of message texts between three quotes, fences included."""
    inside: set[int] = set()
    is_open = False
    for number, row in enumerate(text.split("\n")):
        if '"""' in row or is_open:
            inside.add(number)
        is_open ^= row.count('"""') % 2 == 1
    return inside

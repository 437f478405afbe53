"""Where the text of the grammar lies: beside the package when installed, else in the checkout."""

from functools import cache
from pathlib import Path


@cache
def grammar_text() -> str:
    """Return the text of `flow.lark`. The one place of the language that reads a file."""
    package = Path(__file__).parents[1]
    installed = package / "grammar" / "flow.lark"
    path = installed if installed.exists() else package.parents[1] / "grammar" / "flow.lark"
    return path.read_text(encoding="utf-8")

"""Where the grammar and its tables lie: beside the package when installed, else in the checkout."""

from functools import cache
from pathlib import Path

TABLES = "flow.tables.json"


@cache
def grammar_folder() -> Path:
    """Return the folder of the grammar. This module alone of the language reads files."""
    package = Path(__file__).parents[1]
    installed = package / "grammar"
    return installed if installed.is_dir() else package.parents[1] / "grammar"


@cache
def grammar_text() -> str:
    """Return the text of `flow.lark`."""
    return (grammar_folder() / "flow.lark").read_text(encoding="utf-8")


def tables_text() -> str | None:
    """Return the tables that are kept beside the grammar, None when there are none."""
    path = grammar_folder() / TABLES
    return path.read_text(encoding="utf-8") if path.exists() else None

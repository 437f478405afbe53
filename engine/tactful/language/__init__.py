"""The flow language: text in, a checked tree and diagnostics out."""

from tactful.language.checking import Checked, check
from tactful.language.diagnostics import Diagnostic, render, render_short, to_json
from tactful.language.formatter.formatting import Formatted, format_flow
from tactful.language.rules.context import Installed, Kept
from tactful.language.tree import Flow, Node
from tactful.language.vocabulary import Vocabulary, Word

__all__ = [
    "Checked",
    "Diagnostic",
    "Flow",
    "Formatted",
    "Installed",
    "Kept",
    "Node",
    "Vocabulary",
    "Word",
    "check",
    "format_flow",
    "render",
    "render_short",
    "to_json",
]

"""The flow language: text in, a checked tree and diagnostics out."""

from tactful.language.checking import Checked, check
from tactful.language.diagnostics import Diagnostic, render, render_short, to_json
from tactful.language.rules.context import Installed
from tactful.language.tree import Flow, Node
from tactful.language.vocabulary import Vocabulary, Word

__all__ = [
    "Checked",
    "Diagnostic",
    "Flow",
    "Installed",
    "Node",
    "Vocabulary",
    "Word",
    "check",
    "render",
    "render_short",
    "to_json",
]

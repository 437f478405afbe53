"""Modules are small, say what they are for, and leave nothing undone."""

import ast
import re

from tests.house.source import ALL_MODULES, ENGINE, PLUGIN_FOLDERS, ROOT

MOST_LINES = 400

UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")


def test_no_module_is_long() -> None:
    lengths = {str(module): len(module.text.splitlines()) for module in ALL_MODULES}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [str(m) for m in ALL_MODULES if m.text.strip() and not ast.get_docstring(m.tree)] == []


def test_nothing_is_left_undone() -> None:
    data = [*ROOT.glob("flows/**/*.flow"), *ROOT.glob("grammar/**/*.lark")]
    texts = {str(module): module.text for module in ALL_MODULES}
    texts |= {str(path): path.read_text(encoding="utf-8") for path in data}
    assert [name for name, text in texts.items() if UNDONE.search(text)] == []


def test_every_package_is_typed() -> None:
    packages = [ENGINE / "tactful", *(next(f.glob("tactful_*")) for f in PLUGIN_FOLDERS)]
    assert [str(package) for package in packages if not (package / "py.typed").is_file()] == []

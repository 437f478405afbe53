"""The fenced blocks of README and docs: ```` ```language title="…" ````."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.house.source import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r'^( *)```(\w*)(?: title="([^"\n]*)")?\n(.*?)^\1```$', re.MULTILINE | re.DOTALL)


class Fence(NamedTuple):
    """One block, with the line where it begins."""

    page: Path
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def fences(page: Path) -> Iterator[Fence]:
    """Yield the blocks of a page in their order."""
    content = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(content):
        indent, language, title, text = found.groups()
        yield Fence(
            page,
            content.count("\n", 0, found.start()) + 1,
            language,
            title or "",
            "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True)),
        )


def all_fences(language: str) -> list[Fence]:
    """Return the blocks of one language on all pages."""
    return [fence for page in PAGES for fence in fences(page) if fence.language == language]

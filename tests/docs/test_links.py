"""Links of README and docs lead somewhere, and every page is found."""

import re
from pathlib import Path

import pytest

from tests.docs.fences import PAGES
from tests.house.source import ROOT

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_NAV = re.compile(r"([\w/-]+\.md)$", re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """Return the names of a page's headings, as GitHub and MkDocs make them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    plain = (heading.lower() for heading in _HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text("utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


def test_every_page_has_its_place_in_the_navigation() -> None:
    pages = {str(page.relative_to(ROOT / "docs")) for page in PAGES if page.parent != ROOT}
    listed = _NAV.findall((ROOT / "mkdocs.yml").read_text("utf-8"))
    assert sorted(listed) == sorted(pages)


def test_every_page_but_the_decisions_can_be_reached_from_the_first_one() -> None:
    first = ROOT / "docs" / "README.md"
    linked = {
        (first.parent / link.partition("#")[0]).resolve()
        for link in _LINK.findall(first.read_text("utf-8"))
    }
    inside = {page for page in PAGES if page.parent not in (ROOT, ROOT / "docs" / "decisions")}
    assert inside - {first} <= linked

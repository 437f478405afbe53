"""A browser, a site with a chat, and Ann, who visits it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.webchat.browser.visitors import Visitor, chromium
from tests.webchat.house import Site, site_of


@pytest.fixture(autouse=True)
def loop_is_never_blocked() -> None:
    """Nothing is watched here: the loop of this thread is Playwright's, and a test may block it."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_of(tmp_path / "webchat") as running:
        yield running


@pytest.fixture
def ann(browser: Browser, site: Site) -> Iterator[Visitor]:
    context = browser.new_context(locale="en-IE")
    visitor = Visitor(context, site)
    yield visitor
    context.close()
    assert visitor.troubles == []

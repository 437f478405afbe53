"""The system's own chromium, driven by Playwright, which brings no browser of its own here."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.webchat.house import Site

# It reaches nothing but this machine, and asks nobody for updates.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser while the block runs."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    assert path, "there is no chromium: install it, for example with apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Somebody with a browser of their own, in which several tabs may be open."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.context = context
        self.site = site
        self.troubles: list[str] = []

    def visits(self, *, known: bool = True) -> "Tab":
        """Open the site in a new tab; `known`: wait until the chat is there."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: self.troubles.append(dialog.message))
        page.on(
            "console",
            lambda message: (
                self.troubles.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        page.goto(self.site.origin)
        tab = Tab(page)
        if known:
            tab.launcher.wait_for()
        return tab


class Tab:
    """One open page of the site, with the parts of its chat."""

    def __init__(self, page: Page) -> None:
        self.page = page
        chat = page.locator("tactful-chat")
        self.launcher = chat.locator(".launcher")
        self.teasers = chat.locator(".teaser")
        self.panel = chat.locator(".panel")
        self.rows = chat.locator(".row")
        self.texts = chat.locator(".row .text")
        self.mine = chat.locator(".row.mine .text")
        self.notice = chat.locator(".notice")
        self.mute = chat.locator(".mute")
        self.box = chat.locator("textarea")

    def open(self) -> None:
        """Open the panel."""
        self.launcher.click()
        self.panel.wait_for()

    def write(self, text: str) -> None:
        """Write a reply and send it."""
        self.box.fill(text)
        self.box.press("Enter")

    def shows(self, text: str) -> None:
        """Wait until a message stands in the list."""
        self.texts.get_by_text(text, exact=True).wait_for()

    def told(self) -> list[str]:
        """Return what stands in the list, in its order."""
        return self.texts.all_inner_texts()

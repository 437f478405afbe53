"""In a real browser: who may open the chat, and how it is used without a mouse."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tactful.values import SECOND
from tests.webchat.browser.visitors import Visitor
from tests.webchat.house import Site, chat_message, site_of, token

CLOSED = {
    "another key": token("A-1", key="a key of somebody else, long enough"),
    "expired": token("A-1", lasts=-SECOND),
    "no token": "nonsense",
}


@pytest.mark.parametrize("why", CLOSED)
def test_who_is_not_known_sees_nothing(ann: Visitor, site: Site, why: str) -> None:
    site.chat.send(chat_message(1))
    site.token = CLOSED[why]
    with ann.context.expect_console_message(lambda told: "(4401)" in told.text):
        tab = ann.visits(known=False)
    assert tab.page.get_by_role("button").count() == 0
    assert "Message 1" not in tab.page.content()


def test_a_page_of_another_site_gets_nothing(browser: Browser, tmp_path: Path) -> None:
    with site_of(tmp_path, origins=["https://shop.example.com"]) as site:
        visitor = Visitor(browser.new_context(), site)
        with visitor.context.expect_console_message(lambda told: "(4403)" in told.text):
            tab = visitor.visits(known=False)
        assert tab.page.get_by_role("button").count() == 0
        visitor.context.close()


def test_a_page_gets_a_new_token_when_its_own_has_expired(ann: Visitor, site: Site) -> None:
    site.attributes, site.token = "data-refresh=/token", token(lasts=-SECOND)
    site.fresh = token()
    tab = ann.visits()
    site.chat.send(chat_message(1))
    tab.open()
    tab.shows("Message 1")


def test_a_session_that_ends_says_so(ann: Visitor, site: Site) -> None:
    site.token = token(lasts=3 * SECOND)
    tab = ann.visits()
    tab.open()
    tab.notice.get_by_text("Your session has ended").wait_for()
    assert tab.box.is_disabled()


def test_all_can_be_done_by_keyboard(ann: Visitor, site: Site) -> None:
    tab = ann.visits()
    site.chat.send(chat_message(1))
    tab.teasers.wait_for()
    keyboard = tab.page.keyboard
    for _ in range(10):
        keyboard.press("Tab")
        if focused(tab.page) == "launcher":
            break
    assert focused(tab.page) == "launcher"
    keyboard.press("Enter")
    tab.panel.wait_for()
    assert focused(tab.page) == "textarea"
    keyboard.type("Yes")
    keyboard.press("Shift+Enter")
    keyboard.type("and soon")
    keyboard.press("Enter")
    tab.mine.wait_for()
    assert tab.mine.all_inner_texts() == ["Yes\nand soon"]
    order = []
    for _ in range(3):
        keyboard.press("Shift+Tab")
        order.append(focused(tab.page))
    assert order == ["list", "plain", "mute"]
    keyboard.press("Space")
    tab.notice.get_by_text("Muted").wait_for()
    keyboard.press("Escape")
    tab.panel.wait_for(state="hidden")
    assert focused(tab.page) == "launcher"


def focused(page: Page) -> str:
    """Return the class or the name of what has the focus in the chat."""
    inside = "document.activeElement?.shadowRoot?.activeElement"
    return str(page.evaluate(f"({inside}?.classList[0] || {inside}?.localName) ?? ''"))


def test_a_screen_reader_is_told_what_is_what(ann: Visitor, site: Site) -> None:
    tab = ann.visits()
    site.chat.send(chat_message(1, text="Your parcel is late.", locale="en-IE"))
    tab.page.get_by_role("button", name="Open messages: 1 new message").wait_for()
    assert "Acme Care: Your parcel is late." in tab.page.get_by_role("status").all_inner_texts()
    tab.open()
    dialog = tab.page.get_by_role("dialog", name="Messages")
    assert dialog.get_by_role("log").get_by_role("listitem").count() == 1
    assert dialog.get_by_role("textbox", name="Write a message").is_visible()
    for name in ("Mute", "Close", "Send"):
        assert dialog.get_by_role("button", name=name).is_visible()
    assert tab.texts.first.get_attribute("lang") == "en-IE"


@pytest.mark.parametrize(
    ("language", "direction", "opens"),
    [
        ("de-AT", "ltr", "Nachrichten öffnen"),
        ("he", "rtl", "פתיחת ההודעות"),
        ("tlh", "ltr", "Open"),
    ],
)
def test_it_speaks_the_language_of_the_page(
    ann: Visitor, site: Site, language: str, direction: str, opens: str
) -> None:
    site.language = language
    tab = ann.visits()
    tab.page.get_by_role("button", name=opens).wait_for()
    assert tab.page.locator("tactful-chat .root").get_attribute("dir") == direction


def test_the_rules_of_the_page_do_not_reach_it(ann: Visitor, site: Site) -> None:
    site.attributes = "data-language=en"
    tab = ann.visits()
    tab.page.evaluate(
        "() => { const s = new CSSStyleSheet(); s.replaceSync("
        "'* { display: none !important; position: static !important; color: red !important }');"
        " document.adoptedStyleSheets = [s] }"
    )
    assert tab.launcher.is_visible() is False  # a page can hide all of it, as it can any element
    tab.page.evaluate(
        "() => { const s = new CSSStyleSheet(); s.replaceSync("
        "'button, svg, section { display: none !important } :root { font-size: 40px }');"
        " document.adoptedStyleSheets = [s] }"
    )
    tab.open()
    size = tab.box.evaluate("(e) => getComputedStyle(e).fontSize")
    assert size == "16px"

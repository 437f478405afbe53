"""Takes the picture of the chat in the documentation anew; `make pictures` runs it."""

import tempfile
from pathlib import Path

from tests.house.source import ROOT
from tests.webchat.browser.visitors import Visitor, chromium
from tests.webchat.house import chat_message, site_of

PICTURE = ROOT / "docs" / "pictures" / "chat.png"


def take() -> None:
    """Write the picture of a conversation."""
    with (
        tempfile.TemporaryDirectory() as folder,
        site_of(Path(folder), title="Acme Care", greeting="Hello! We write to you here.") as site,
        chromium() as browser,
    ):
        context = browser.new_context(viewport={"width": 420, "height": 480}, locale="en-IE")
        tab = Visitor(context, site).visits()
        tab.open()
        site.chat.send(chat_message(1, text="Hi Ann, your parcel is late. Shall we call you?"))
        tab.texts.get_by_text("Shall we call you?").wait_for()
        tab.write("Yes, please")
        tab.page.get_by_text("Sent", exact=True).wait_for()
        tab.page.screenshot(path=PICTURE, animations="disabled")
        context.close()


if __name__ == "__main__":
    take()

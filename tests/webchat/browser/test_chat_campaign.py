"""A whole campaign by chat: `tactful serve` sends, a real browser answers, the flow goes on."""

import json
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.webchat.browser.visitors import Tab

FLOW = """\
campaign "Late parcel"
owner "care@example.com"
purpose service
quiet hours none because "this is a test"

audience from csv "parcels.csv":
  key parcel_id
  column first_name text

senders:
  chat from "Acme Care" through webchat

journey:
  send chat "Hi {{ first_name }}, shall we call you?"
  wait up to 2 hours:
    on reply "yes":
      send chat "We will call you."
      hand off to callbacks
"""


def tactful(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "tactful", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def test_a_campaign_asks_in_the_chat_and_goes_on_with_the_answer(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "late.flow").write_text(FLOW)
    (tmp_path / "parcels.csv").write_text("parcel_id,first_name\nA-1,Ann\n")
    (tmp_path / "tactful.toml").write_text("[plugins.webchat]\ndemo = true\n")
    command = [sys.executable, "-u", "-m", "tactful", "serve", "--live", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=-1, stderr=-2, text=True) as server:
        try:
            assert server.stdout is not None
            found = (re.search(r"listening on (\S+)", line) for line in server.stdout)
            url = next(filter(None, found))[1]
            tactful(tmp_path, "start", "late.flow", "--live")
            page = browser.new_page()
            page.goto(f"{url}/hooks/webchat/demo")
            tab = Tab(page)
            tab.open()
            tab.shows("Hi Ann, shall we call you?")
            tab.write("Yes")
            tab.shows("We will call you.")
            page.close()
        finally:
            server.terminate()
            server.communicate()
    rows = [json.loads(row) for row in tactful(tmp_path, "log", "--format", "jsonl").splitlines()]
    told = [row["event"] for row in rows if row.get("recipient") == "A-1"]
    assert told.count("sent") == 2
    assert told.count("delivered") >= 1
    assert told.count("hand_off") == 1

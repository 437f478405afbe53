"""One flow on four channels, live against servers of this machine, with what people answer.

A text that is not delivered is followed by a mail, a call whose key decides, and a chat.
"""

import email
import email.policy
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import httpx
import jwt
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from websockets.sync.client import ClientConnection, connect

from tests.live.served import PATIENCE, Served, served
from tests.servers.local_twilio import ACCOUNT, NUMBER, TOKEN, LocalTwilio, local_twilio
from tests.servers.running import free_port
from tests.servers.telephone import Telephone

CHAT_KEY = "a key that only this test and its shop know"
SHOP = "https://shop.example.com"
ANN, BEA = "+353871234510", "+353871234511"

FLOW = f"""
campaign "Parcel at the door"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile
  email mail
  column name text

senders:
  sms from "{NUMBER}" through twilio
  email from "Acme Care <care@example.com>" through smtp
  voice from "{NUMBER}" through twilio
  chat from "Acme Care" through webchat

quiet hours none because "a test at any hour"

journey:
  send sms "Hi {{{{ name }}}}, your parcel comes tomorrow. Is that good? Reply YES or NO.":
    on undelivered within 1 hour: go to by_mail
  wait up to 1 hour:
    on reply "yes": tag tomorrow
    on reply "no": hand off to care_desk

stage by_mail:
  send email "Dear {{{{ name }}}}, we tried to text you, and call you now.":
    subject "Your parcel could not be delivered"
  send voice "Hello {{{{ name }}}}. Press 1 to get your parcel tomorrow, 2 to chat with us.":
    on pressed 1: tag tomorrow
    on pressed 2: go to by_chat

stage by_chat:
  send chat "Hi {{{{ name }}}}, is tomorrow good for your parcel?"
  wait up to 1 hour:
    on reply "yes": tag tomorrow
"""


@dataclass
class MailServer:
    """Keeps the mails that a server of aiosmtpd takes."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = cast(bytes, envelope.content)
        self.mails.append(email.message_from_bytes(content, policy=email.policy.default))
        return "250 2.0.0 Ok"


@dataclass
class Town:
    """Everybody: the house that sends, and who carries for it."""

    house: Served
    twilio: LocalTwilio
    post: MailServer


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    post = MailServer()
    mail_server = Controller(post, hostname="127.0.0.1", port=free_port())
    mail_server.start()
    try:
        with local_twilio(tmp_path_factory.mktemp("twilio")) as twilio:
            folder = tmp_path_factory.mktemp("house")
            write(folder)
            secrets = {"TWILIO_TOKEN": TOKEN, "CHAT_KEY": CHAT_KEY}
            with served(folder, settings(twilio, mail_server.port), secrets) as house:
                twilio.listen_at(NUMBER, sms_url=f"{house.url}/hooks/twilio/inbound")
                house.tactful("start", "parcel.flow", "--live", "--wait", "30")
                house.until("the texts", lambda: len(twilio.messages(From=NUMBER)) == 2)
                yield Town(house, twilio, post)
    finally:
        mail_server.stop()


def write(folder: Path) -> None:
    people = [f"ann,{ANN},ann@example.com,Ann", f"bea,{BEA},bea@example.com,Bea"]
    (folder / "people.csv").write_text("\n".join(["id,mobile,mail,name", *people]))
    (folder / "parcel.flow").write_text(FLOW, encoding="utf-8")


def settings(twilio: LocalTwilio, mail_port: int) -> str:
    return f"""
[plugins.twilio]
account_sid = "{ACCOUNT}"
auth_token = {{ env = "TWILIO_TOKEN" }}
base_url = "{twilio.url}"

[plugins.smtp]
host = "127.0.0.1"
port = {mail_port}
tls = "none"
ehlo = "tests.example.com"

[plugins.webchat]
key = {{ env = "CHAT_KEY" }}
origins = ["{SHOP}"]
"""


class Visitor:
    """A visitor of the shop's page, whose browser has the chat open."""

    def __init__(self, socket: ClientConnection, key: str) -> None:
        claims = {"sub": key, "aud": "webchat", "exp": int(time.time()) + 600}
        self._socket = socket
        self._tell(t="hello", token=jwt.encode(claims, CHAT_KEY, algorithm="HS256"))

    def reads(self) -> str:
        """Wait for a message, and return its text."""
        (item,) = self._told("items")["items"]
        self._tell(t="got", ids=[item["id"]], seen=True)
        return str(item["text"])

    def says(self, text: str) -> None:
        """Write something, and wait until it is kept."""
        self._tell(t="say", id="visitor-wrote-1", text=text)
        assert self._told("kept")["id"] == "visitor-wrote-1"

    def _tell(self, **told: Any) -> None:
        self._socket.send(json.dumps(told))

    def _told(self, kind: str) -> dict[str, Any]:
        while True:
            told: dict[str, Any] = json.loads(self._socket.recv(PATIENCE))
            if told["t"] == kind and told.get("items", True):
                return told


@contextmanager
def visiting(house: Served, key: str) -> Iterator[Visitor]:
    """Be a visitor of the shop while the block runs."""
    url = house.url.replace("http", "ws", 1) + "/hooks/webchat/socket"
    with connect(url, origin=cast(Any, SHOP)) as socket:
        yield Visitor(socket, key)


def test_one_person_is_reached_by_text_mail_call_and_chat_and_answers(town: Town) -> None:
    house, twilio = town.house, town.twilio
    (text,) = twilio.messages(To=ANN)
    twilio.message_becomes(text["sid"], "undelivered")

    (mail,) = house.until("the mail", lambda: town.post.mails)
    assert (mail["To"], mail["Subject"]) == (
        "ann@example.com",
        "Your parcel could not be delivered",
    )
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Dear Ann," in plain.get_content()

    (call,) = house.until("the call", lambda: twilio.calls(To=ANN))
    attempt = next(
        line["attempt"] for line in house.log()
        if line.get("recipient") == "ann" and line.get("channel") == "voice"
    )  # fmt: skip
    with httpx.Client(timeout=PATIENCE) as client:
        heard = Telephone(TOKEN, client).call(
            f"{house.url}/hooks/twilio/voice?attempt={attempt}",
            "2",
            CallSid=call["sid"],
            CallStatus="in-progress",
            AnsweredBy="human",
        )
    twilio.call_becomes(call["sid"], "completed")
    assert heard[0] == "Hello Ann. Press 1 to get your parcel tomorrow, 2 to chat with us."

    with visiting(house, "ann") as visitor:
        assert visitor.reads() == "Hi Ann, is tomorrow good for your parcel?"
        visitor.says("yes, please")
        story = house.tells("ann", "ended finished")

    met = [one for one in story if one.split()[0] in ("sent", "undelivered", "reply", "tag")]
    assert met == [
        "sent sms", "undelivered sms", "sent email", "sent voice", "sent chat", "reply chat",
        "tag tomorrow",
    ]  # fmt: skip
    assert "delivered voice" in story
    assert "delivered chat" in story


def test_another_answers_the_text_and_needs_no_other_channel(town: Town) -> None:
    (text,) = town.twilio.messages(To=BEA)
    town.twilio.message_becomes(text["sid"], "delivered")
    town.twilio.person_writes("Yes!", number=BEA)
    story = town.house.tells("bea", "ended finished")
    assert "tag tomorrow" in story
    assert not any(one.startswith("sent") and one != "sent sms" for one in story)

"""E-mail there and back: the real engine, a mail server, and all that comes back on three ways."""

import imaplib
import re
import smtplib
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.live.served import PATIENCE, Served, served
from tests.servers.running import free_port, running

FLOW = """
campaign "Late order"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  email mail

senders:
  email from "care@example.com" through smtp

quiet hours none because "a test at any hour"

journey:
  send email "Shall we keep your order?":
    subject "Your order is late"
    on undelivered within 1 hour: tag lost
  wait up to 1 hour:
    on reply "keep": tag keeps
    on timeout: tag silent
"""

PEOPLE = ("ann", "bea", "cid", "dan", "eve")
PASSWORD = "demopass"


@dataclass
class Outside:
    """The world that mails go out to. `mails` are those that arrived, by who they are for."""

    mails: dict[str, Envelope] = field(default_factory=dict)

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.mails[envelope.rcpt_tos[0].partition("@")[0]] = envelope
        return "250 2.0.0 Ok"

    def bounce(self, name: str, status: str) -> bytes:
        """Return the report that a mail was not delivered."""
        return (
            "From: MAILER-DAEMON@mx.people.tactful-tests.net\nSubject: Undelivered Mail\n"
            f"To: {self.mails[name].mail_from}\nMessage-ID: <{name}-{status}@mx>\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
            f"Final-Recipient: rfc822; {name}@people.tactful-tests.net\n"
            f"Action: failed\nStatus: {status}\n"
            "--b--\n"
        ).encode()

    def complaint(self, name: str) -> bytes:
        """Return a report that a person complained, which hides who."""
        original = self._content(name).replace(f"{name}@".encode(), b"hidden@")
        return (
            b"From: fbl@provider.example\nTo: fbl@example.com\nMessage-ID: <fbl@provider>\n"
            b'Content-Type: multipart/report; report-type=feedback-report; boundary="fbl"\n\n'
            b"--fbl\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
            b"\n--fbl\nContent-Type: message/rfc822\n\n" + original + b"\n--fbl--\n"
        )

    def link(self, name: str) -> str:
        """Return the unsubscribe link of a mail."""
        header = message_from_bytes(self._content(name))["List-Unsubscribe"]
        (found,) = re.findall(r"<(http[^>]*)>", header)
        return str(found)

    def _content(self, name: str) -> bytes:
        content = self.mails[name].content
        assert isinstance(content, bytes)
        return content


@contextmanager
def outside() -> Iterator[tuple[Outside, int]]:
    """Run a mail server that takes all mail."""
    world, port = Outside(), free_port()
    controller = Controller(world, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield world, port
    finally:
        controller.stop()


@contextmanager
def mailbox() -> Iterator[int]:
    """Run an IMAP server with one mailbox, and yield its port."""
    port = free_port()
    command = [
        sys.executable, "-c", _PYMAP, "--host", "127.0.0.1", "--port", str(port),
        "--no-tls", "dict", "--demo-data", "--demo-password", PASSWORD,
    ]  # fmt: skip
    with running(command, "pymap"):
        _await_port(port)
        yield port


# It says nothing when it is up.
_PYMAP = "from pymap.main import main; print('pymap', flush=True); main()"


def _await_port(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "the IMAP server did not start"
            time.sleep(0.05)


def deliver(imap: int, mail: bytes) -> None:
    """Put a mail into the mailbox, as if it had come."""
    with imaplib.IMAP4("127.0.0.1", imap) as client:
        client.login("demouser", PASSWORD)
        assert client.append("INBOX", "", "", mail)[0] == "OK"


def settings(smtp: int, imap: int, lmtp: int) -> str:
    return f"""
[plugins.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
return_path = "bounces.example.com"

[plugins.smtp.inbound]
maildir = "mail"

[plugins.smtp.inbound.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "demouser"
password = {{ env = "IMAP_PASSWORD" }}
every = "1 second"

[plugins.smtp.inbound.lmtp]
port = {lmtp}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Outside, Served, int, int]]:
    rows = "".join(f"{name},{name}@people.tactful-tests.net\n" for name in PEOPLE)
    (tmp_path / "people.csv").write_text("id,mail\n" + rows)
    (tmp_path / "late.flow").write_text(FLOW)
    lmtp = free_port()
    with outside() as (out, smtp), mailbox() as imap:
        secrets = {"IMAP_PASSWORD": PASSWORD}
        with served(tmp_path, settings(smtp, imap, lmtp), secrets) as house:
            yield out, house, imap, lmtp


def test_what_comes_back_finds_its_message_and_counts(
    world: tuple[Outside, Served, int, int], tmp_path: Path
) -> None:
    out, house, imap, lmtp = world
    house.tactful("start", "late.flow", "--live")
    house.until("all mails", lambda: len(out.mails) == len(PEOPLE))

    with smtplib.LMTP("127.0.0.1", lmtp) as client:
        client.sendmail("", out.mails["ann"].mail_from or "", out.bounce("ann", "5.1.1"))
        client.sendmail("", "fbl@example.com", out.complaint("eve"))
    (tmp_path / "mail" / "new" / "1.host").write_bytes(out.bounce("dan", "5.2.2"))
    answer = (
        b"From: Bea <bea@people.tactful-tests.net>\r\nTo: care@example.com\r\nSubject: Re: late\r\n"
    )
    deliver(imap, answer + b"Message-ID: <b@mua>\r\n\r\nkeep\r\n\r\n> Shall we keep it?\r\n")
    assert httpx.get(out.link("cid")).status_code == 200
    assert httpx.post(out.link("cid")).status_code == 200

    assert "bounced email" in house.tells("ann", "bounced email")
    assert "tag keeps" in house.tells("bea", "tag keeps")
    assert "tag lost" in house.tells("dan", "tag lost")
    house.tells("cid", "ended opted_out")
    house.tells("eve", "ended opted_out")
    closed = house.tactful("consent", "list", "--full")
    assert {name for name in PEOPLE if f"{name}@people.tactful-tests.net" in closed} == {
        "ann",
        "cid",
        "eve",
    }

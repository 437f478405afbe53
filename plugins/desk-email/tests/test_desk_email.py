"""The desk against a real mail server."""

import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import anyio
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tactful.errors import ConfigInvalid
from tactful.plugins import Secret
from tactful.plugins.config import parse_config
from tactful.plugins.host import PluginHost
from tactful.runtime.ports import Alert, Alerted, Finding, HandOffCase, Said
from tactful.testing import DeskContract, sample_case
from tactful.testing.samples import ODD_TEXTS
from tactful_desk_email import EmailDesk, EmailSettings
from tactful_desk_email.not_taken import NotTaken
from tactful_desk_email.writing import LONGEST_TEXT, mail_about
from tests.servers.running import free_port

AT = 1_800_000_000_000_000
SECRET = "a-secret-of-the-mail-server"
SENDER = ("Acme", "care@example.com")


@dataclass
class Mailbox:
    """Keeps what a mail server got; `refused` are addresses that it does not take."""

    refused: frozenset[str] = frozenset()
    got: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.got.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 2.0.0 Ok"

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails as a mail program reads them."""
        read = [email.message_from_bytes(_bytes(one), policy=default) for one in self.got]
        return [one for one in read if isinstance(one, EmailMessage)]


def _bytes(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


@contextmanager
def mail_server(*refused: str, **options: Any) -> Iterator[Mailbox]:
    box = Mailbox(frozenset(refused))
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def desk_for(port: int, folder: Path = Path(), **changes: Any) -> EmailDesk:
    plain = {
        "host": "localhost", "port": port, "tls": "none", "sender": "Acme <care@example.com>",
        "to": ["desk@example.com"],
    }  # fmt: skip
    return EmailDesk(EmailSettings.model_validate(plain | changes), folder, clock=lambda: AT)


def opened(desk: EmailDesk, *cases: HandOffCase) -> None:
    async def work() -> None:
        for case in cases:
            await desk.open(case)

    anyio.run(work)


def examined(desk: EmailDesk) -> list[Finding]:
    async def work() -> list[Finding]:
        return list(await desk.examine())

    return anyio.run(work)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class TestContract(DeskContract):
    """What every desk keeps."""

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with mail_server() as box:
            self.port = box.port
            yield

    def desk(self) -> EmailDesk:
        return desk_for(self.port)


# ---- what arrives -------------------------------------------------------------------------------


def case_with(*texts: str) -> HandOffCase:
    said = tuple(Said(AT, "recipient", "sms", text) for text in texts)
    return sample_case(1, id="3", launch="late.1", conversation=said)


def test_a_hand_off_arrives_with_its_conversation() -> None:
    with mail_server() as box:
        opened(desk_for(box.port), case_with("Où est-il ?"))
    (mail,) = box.mails
    assert mail["From"] == "Acme <care@example.com>"
    assert mail["Subject"] == "[care_queue] hand-off 3: late.1, A-1"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "They, 2027-01-15 08:00 UTC, sms:\n    Où est-il ?" in text_of(mail).replace("\r", "")
    assert "Où est-il ?" in text_of(mail, "html")
    assert "does not reach the person" in text_of(mail)


def told(desk: EmailDesk, *alerts: Alert) -> None:
    assert isinstance(desk, Alerted)

    async def work() -> None:
        for alert in alerts:
            await desk.tell(alert)

    anyio.run(work)


def alert(reason: str = "the token is not valid") -> Alert:
    return Alert(17, "held", "late.1", AT, reason, "late.1", "late")


def test_an_alert_arrives_and_the_same_one_is_recognised() -> None:
    with mail_server() as box:
        told(desk_for(box.port), alert(), alert())
    first, again = box.mails
    assert first["Subject"] == "[alert] held: late.1"
    assert first["To"] == "desk@example.com"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == again["Message-ID"]
    text = text_of(first).replace("\r", "")
    assert "Campaign: late.1\nSince: 2027-01-15 08:00 UTC\n\n    the token is not valid" in text


def test_alerts_go_to_the_people_of_their_queue() -> None:
    with mail_server() as box:
        told(desk_for(box.port, queues={"alerts": ["call@example.com"]}), alert())
    assert [one.rcpt_tos for one in box.got] == [["call@example.com"]]


@pytest.mark.parametrize("reason", ODD_TEXTS.values(), ids=[*ODD_TEXTS])
def test_an_odd_reason_is_mailed_as_one_line_of_an_alert(reason: str) -> None:
    with mail_server() as box:
        told(desk_for(box.port), alert(reason))
    (mail,) = box.mails
    assert mail["To"] == "desk@example.com"
    assert mail["Bcc"] is None
    assert "`tactful status` shows how it stands now." in text_of(mail)


def test_an_alert_that_is_taken_for_nobody_is_not_taken() -> None:
    with mail_server("desk@example.com") as box, pytest.raises(NotTaken, match="nobody here"):
        told(desk_for(box.port), alert())


def test_a_queue_with_addresses_of_its_own_gets_its_hand_offs() -> None:
    with mail_server() as box:
        desk = desk_for(box.port, queues={"orders": ["a@example.com", "b@example.com"]})
        opened(desk, sample_case(1, queue="orders"), sample_case(2, queue="other"))
    assert [one.rcpt_tos for one in box.got] == [
        ["a@example.com", "b@example.com"],
        ["desk@example.com"],
    ]


def test_mails_of_one_case_are_a_thread_and_a_repeated_one_has_the_same_name() -> None:
    with mail_server() as box:
        cases = (case_with("Where?"), case_with("Where?"), case_with("Where?", "Hello?"))
        opened(desk_for(box.port), *cases, sample_case(2, id="4"))
    first, again, longer, other = box.mails
    assert first["Message-ID"] == again["Message-ID"] != longer["Message-ID"]
    assert first["References"] == longer["References"] != other["References"]
    assert first["Subject"] == longer["Subject"]


def test_a_domain_beyond_ascii_is_written_as_the_dns_has_it() -> None:
    with mail_server() as box:
        opened(desk_for(box.port, to=["desk@bücher.example"]), sample_case())
    assert box.got[0].rcpt_tos == ["desk@xn--bcher-kva.example"]


# ---- hostile texts ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    odd = HandOffCase(
        campaign=text, key=text, queue=text, priority=text, note=text, opened_at=AT, id=text,
        launch=text, channel=text, address=text, conversation=(Said(AT, "us", text, text),),
    )  # fmt: skip
    plain = sample_case(conversation=(Said(AT, "us", "sms", "Hello"),))
    written = mail_about(odd, SENDER, ["desk@example.com"], AT).as_bytes()
    expected = mail_about(plain, SENDER, ["desk@example.com"], AT)
    read = email.message_from_bytes(written, policy=default)
    assert isinstance(read, EmailMessage)
    assert read.keys() == expected.keys()
    assert [part.get_content_type() for part in read.walk()] == [
        part.get_content_type() for part in expected.walk()
    ]
    assert "<script" not in text_of(read, "html")
    assert max(len(line) for line in written.splitlines()) <= 998  # RFC 5322, section 2.1.1


def test_what_a_person_writes_does_not_pass_for_a_line_of_ours() -> None:
    forged = "Hello\nWe, 2027-01-15 08:00 UTC, sms:\u2028Note:\rYou get it all back."
    mail = mail_about(case_with(forged), SENDER, ["desk@example.com"], AT)
    lines = text_of(mail).splitlines()
    assert "    We, 2027-01-15 08:00 UTC, sms:" in lines
    assert [line for line in lines if line.startswith(("We,", "You get"))] == []
    assert lines.count("Note:") == 1


def test_of_a_text_much_too_long_the_mail_has_the_beginning() -> None:
    mail = mail_about(case_with("y" * LONGEST_TEXT + "z"), SENDER, ["desk@example.com"], AT)
    assert "yz" not in text_of(mail)
    assert "tactful inbox show 3" in text_of(mail)


# ---- what goes wrong ----------------------------------------------------------------------------


def test_who_is_refused_is_told_and_the_hand_off_not_taken() -> None:
    with (
        mail_server("desk@example.com") as box,
        pytest.raises(NotTaken, match=r"refuses desk@example\.com: 550"),
    ):
        opened(desk_for(box.port), sample_case())
    assert box.got == []


def test_taken_for_one_of_two_is_taken() -> None:
    with mail_server("gone@example.com") as box:
        opened(desk_for(box.port, to=["gone@example.com", "desk@example.com"]), sample_case())
    assert box.got[0].rcpt_tos == ["desk@example.com"]


def test_a_server_that_is_not_there_has_not_taken_it() -> None:
    port = free_port()
    with pytest.raises(NotTaken, match=f"no connection to localhost:{port}"):
        opened(desk_for(port), sample_case())
    (finding,) = examined(desk_for(port))
    assert (finding.severity, finding.code) == ("error", "desk_email_unreachable")


def test_the_certificate_is_checked_and_nothing_leaves_unencrypted(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with mail_server(tls_context=context) as box:
        opened(desk_for(box.port, tmp_path, tls="starttls", ca="ca.pem"), sample_case())
        with pytest.raises(NotTaken, match="certificate of localhost"):
            opened(desk_for(box.port, tls="starttls"), sample_case())
    assert box.encrypted == [True]
    with mail_server() as plain, pytest.raises(NotTaken, match="STARTTLS"):
        opened(desk_for(plain.port, tls="starttls"), sample_case())
    assert plain.got == []
    with pytest.raises(NotTaken, match="cannot be read"):
        opened(desk_for(box.port, tmp_path, tls="starttls", ca="none.pem"), sample_case())


@pytest.mark.promise("SECRET")
def test_a_wrong_password_is_told_without_it() -> None:
    def log_in(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        told = f"535 5.7.8 not with {data.password.decode()}"
        right = data.password == b"right"
        return AuthResult(success=right, handled=False, message=None if right else told)

    options = {"authenticator": log_in, "auth_require_tls": False}
    with mail_server(**options) as box:
        wrong = desk_for(box.port, user="care", password=Secret(SECRET, "env DESK"))
        with pytest.raises(NotTaken, match="user name and password") as raised:
            opened(wrong, sample_case())
        (finding,) = examined(wrong)
    assert SECRET not in str(raised.value)
    assert SECRET not in finding.message


def test_a_server_that_answers_is_found_well() -> None:
    with mail_server() as box:
        assert examined(desk_for(box.port)) == []
    assert box.got == []


# ---- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ('tls = "none"', "unencrypted"),
        ('user = "care"', "belong together"),
        ('to = ["nobody"]', "no mail address"),
        ('to = ["zoë@example.com"]', "many mail servers do not take"),
        ("to = []", "to"),
        ('sender = "Acme"', "no mail address"),
        ('host = "a b"', "not the name of a server"),
        ("[plugins.desk_email.queues]\norders = ['x']", "no mail address"),
    ],
)
def test_a_setting_that_would_not_do_is_told(tmp_path: Path, changed: str, told: str) -> None:
    plain = {
        "host": '"mail.example.com"', "sender": '"care@example.com"', "to": '["desk@example.com"]',
    }  # fmt: skip
    plain.pop(changed.partition(" ")[0], None)
    lines = [f"{name} = {value}" for name, value in plain.items()]
    text = "\n".join(["[plugins.desk_email]", *lines, changed])
    config = parse_config(text, tmp_path / "tactful.toml")
    host = PluginHost("desk_email", config, tmp_path, {})
    with pytest.raises(ConfigInvalid, match=told):
        host.settings(EmailSettings)

"""What comes back by mail is proved, brought once, and kept where it was until it is durable."""

import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest
from anyio import to_thread

from tactful.errors import StoreInvalid
from tactful.mail import Returned, read_mail
from tactful.plugins import Secret
from tactful.runtime.inbound import Complaint, DeliveryStatus, OptedOut, PersonReply, Signal
from tactful.testing import RecordingIntake, sample_message, serving_hooks
from tactful_smtp.channel import HearingSmtpChannel
from tactful_smtp.inbound import hearing, maildir
from tactful_smtp.inbound.meaning import Reader
from tactful_smtp.inbound.server import serve_mail
from tactful_smtp.inbound.settings import ServerSettings
from tactful_smtp.tokens import Tokens
from tests.servers.smtp import channel

pytestmark = pytest.mark.anyio

TOKENS = Tokens(b"a key of thirty-two bytes or so..")
SENT = sample_message("email", 7, attempt="42", to="ann@example.org")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def intake() -> RecordingIntake:
    return RecordingIntake(messages={"42": SENT})


def bounce(
    token: str, *, status: str = "5.1.1", action: str = "failed", returned: str = ""
) -> bytes:
    """Return a delivery report that came to a return path."""
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\n"
        f"To: bounce+{token}@bounces.example.com\nSubject: Undelivered\n"
        'Message-ID: <1@mx>\nContent-Type: multipart/report; boundary="b"\n\n'
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; ann@example.org\nAction: {action}\nStatus: {status}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{returned}\n--b--\n"
    ).encode()


def complaint(inside: str) -> bytes:
    """Return a feedback report whose recipient is left out."""
    return (
        "From: fbl@provider.example\nTo: fbl@example.com\nMessage-ID: <2@fbl>\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n"
        f"--b\nContent-Type: message/rfc822\n\nFrom: care@example.com\n{inside}\n\nHi\n--b--\n"
    ).encode()


def answer(text: str, *, subject: str = "Re: Late", more: str = "") -> bytes:
    """Return a person's mail."""
    mail = f"From: Ann <ann@example.org>\nTo: care@example.com\nSubject: {subject}\n"
    return f"{mail}Message-ID: <3@mua>\n{more}\n{text}\n".encode()


async def told(data: bytes, *, sent_to: tuple[str, ...] = ()) -> list[Signal]:
    return await Reader(TOKENS).signals(data, sent_to, intake())


@pytest.mark.parametrize(
    ("status", "expected", "gone"),
    [("5.1.1", "bounced", True), ("5.2.2", "undelivered", False), ("5.7.1", "undelivered", False)],
)
async def test_a_bounce_tells_what_became_of_the_attempt(
    status: str, expected: str, gone: bool
) -> None:
    (signal,) = await told(bounce(TOKENS.bounce("42"), status=status))
    assert isinstance(signal, DeliveryStatus)
    assert (signal.attempt, signal.status, signal.gone) == ("42", expected, gone)


async def test_the_token_may_stand_in_the_envelope_or_in_the_mail_that_came_back() -> None:
    token = TOKENS.bounce("42")
    for data, sent_to in (
        (bounce("none"), (f"bounce+{token.upper()}@bounces.example.com",)),
        (bounce("none", returned=f"X-Tactful-Attempt: {token}"), ()),
    ):
        (signal,) = await told(data, sent_to=sent_to)
        assert isinstance(signal, DeliveryStatus)
        assert signal.attempt == "42"


@pytest.mark.parametrize(
    "token",
    ["", "42-" + "0" * 26, Tokens(b"of somebody else").bounce("42"), TOKENS.unsubscribe("42")],
)
async def test_a_forged_bounce_or_complaint_changes_nothing(token: str) -> None:
    assert await told(bounce(token)) == []
    assert await told(complaint(f"X-Tactful-Attempt: {token}")) == []


async def test_a_delay_and_an_automatic_answer_change_nothing() -> None:
    assert await told(bounce(TOKENS.bounce("42"), action="delayed", status="4.4.1")) == []
    assert await told(answer("I am away.", more="Auto-Submitted: auto-replied\n")) == []


async def test_a_complaint_is_of_the_recipient_even_if_the_report_hides_who() -> None:
    (signal,) = await told(complaint(f"X-Tactful-Attempt: {TOKENS.bounce('42')}"))
    assert isinstance(signal, Complaint)
    assert (signal.attempt, signal.address) == ("42", "ann@example.org")


async def test_a_persons_answer_comes_without_what_it_quotes() -> None:
    link = f"https://example.com/hooks/smtp/unsubscribe/{TOKENS.unsubscribe('42')}"
    quoted = f"Keep it.\n\nOn Monday Acme wrote:\n> Your order is late.\n> {link}"
    (signal,) = await told(answer(quoted))
    assert isinstance(signal, PersonReply)
    assert (signal.text, signal.address, signal.subject) == (
        "Keep it.",
        "ann@example.org",
        "Re: Late",
    )
    assert signal.attempt == "42"  # only who has the mail knows its link


async def test_an_answer_of_unknown_origin_is_by_its_address_alone() -> None:
    (signal,) = await told(answer("Keep it."))
    assert isinstance(signal, PersonReply)
    assert signal.attempt is None


async def test_a_mail_that_says_unsubscribe_is_an_opt_out() -> None:
    (signal,) = await told(answer("", subject="unsubscribe"))
    assert isinstance(signal, OptedOut)
    assert signal.address == "ann@example.org"


async def test_a_second_copy_of_a_mail_is_the_same_signal() -> None:
    first = await told(answer("Keep it."))
    again = await told(b"Received: from elsewhere\n" + answer("Keep it."))
    assert [one.dedup for one in first] == [one.dedup for one in again]


# ---- where mail arrives -------------------------------------------------------------------------


@asynccontextmanager
async def _maildir(folder: Path, to: RecordingIntake) -> AsyncIterator[Callable[[bytes], None]]:
    box = folder / "mail"
    take = hearing.Letterbox(TOKENS, to).take
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    (box / "new" / "1.host").write_bytes(bounce(TOKENS.bounce("42")))
    (box / "new" / "2.host").write_bytes(answer("Keep it."))
    yield lambda _: None
    await maildir.read_waiting(box, take)


async def test_mail_in_a_maildir_is_read_once_and_then_seen(tmp_path: Path) -> None:
    to = intake()
    async with _maildir(tmp_path, to):
        pass
    assert [type(one) for one in to.signals] == [DeliveryStatus, PersonReply]
    assert sorted(p.name for p in (tmp_path / "mail" / "cur").iterdir()) == [
        "1.host:2,S",
        "2.host:2,S",
    ]
    assert list((tmp_path / "mail" / "new").iterdir()) == []


async def test_mail_stays_where_it_is_until_its_signals_are_durable(tmp_path: Path) -> None:
    to = intake()
    to.error = StoreInvalid("the disk is full")
    with pytest.raises(StoreInvalid):
        async with _maildir(tmp_path, to):
            pass
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 2


@pytest.mark.promise("POISON")
async def test_a_mail_that_breaks_our_reading_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(data: bytes) -> Returned:
        if b"delivery-status" in data:
            raise RecursionError
        return read_mail(data)

    monkeypatch.setattr("tactful_smtp.inbound.meaning.read_mail", breaks)
    to = intake()
    async with _maildir(tmp_path, to):
        pass
    assert [type(one) for one in to.signals] == [PersonReply]
    assert len(list((tmp_path / "mail" / "cur").iterdir())) == 2
    assert "cannot be read (RecursionError)" in caplog.text


def _deliver(
    port: int, data: bytes, to: list[str], *, lmtp: bool
) -> dict[str, tuple[int, bytes]] | int:
    kind = smtplib.LMTP if lmtp else smtplib.SMTP
    with kind("127.0.0.1", port) as client:
        try:
            refused = client.sendmail("", to, data)
            if lmtp:  # an answer for each recipient, of which smtplib reads one
                assert all(client.getreply()[0] == 250 for _ in to[1:])
            return refused
        except smtplib.SMTPDataError as error:
            return error.smtp_code
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients


@pytest.mark.parametrize("lmtp", [True, False])
async def test_a_server_of_our_own_takes_mail_when_it_is_durable(lmtp: bool) -> None:
    to = intake()
    ports: list[int] = []
    up = anyio.Event()
    settings = ServerSettings(port=0)
    domains = None if lmtp else ["bounces.example.com"]
    address = f"bounce+{TOKENS.bounce('42')}@bounces.example.com"

    def started(port: int) -> None:
        ports.append(port)
        up.set()

    async def hand_over(data: bytes, *others: str) -> object:
        call = partial(_deliver, ports[0], data, [address, *others], lmtp=lmtp)
        return await to_thread.run_sync(call)

    async with anyio.create_task_group() as group:
        take = hearing.Letterbox(TOKENS, to).take
        group.start_soon(serve_mail, settings, take, domains, started)
        await up.wait()
        assert await hand_over(bounce("none")) == {}
        to.error = StoreInvalid("the disk is full")
        assert await hand_over(answer("Keep it.")) == 451
        to.error = None
        refused = await hand_over(answer("Keep it."), "somebody@elsewhere.example")
        assert refused == ({} if lmtp else {"somebody@elsewhere.example": _NOT_HERE})
        group.cancel_scope.cancel()
    assert [type(one) for one in to.signals] == [DeliveryStatus, PersonReply]


_NOT_HERE = (550, b"5.7.1 No mail for this domain here")


async def test_one_place_that_is_out_of_order_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "mail" / "new").mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1").write_bytes(answer("Keep it."))
    secret = Secret("p", "a test")
    imap = {"host": "127.0.0.1", "port": 1, "tls": "none", "user": "u", "password": secret}
    one = _hearing(tmp_path, maildir="mail", imap=imap)
    heard = anyio.Event()

    class Waiting(RecordingIntake):
        async def take(self, *signals: Signal) -> None:
            await super().take(*signals)
            heard.set()

    async with anyio.create_task_group() as group:
        group.start_soon(one.listen, Waiting())
        await heard.wait()
        group.cancel_scope.cancel()


def _hearing(folder: Path, **inbound: object) -> HearingSmtpChannel:
    plain = channel(folder, 25, inbound=inbound)
    return HearingSmtpChannel(
        plain.settings, data_folder=folder / "data", config_folder=folder, unsubscribe_url=None
    )


# ---- the link -----------------------------------------------------------------------------------


def test_an_unsubscribe_link_shows_and_only_its_button_acts(tmp_path: Path) -> None:
    one, to = channel(tmp_path, 25), intake()
    with serving_hooks({"smtp": one}, to) as server, httpx.Client() as client:
        bad = client.get(server.hook("smtp", "unsubscribe/42-0"))
        assert (bad.status_code, to.signals) == (400, [])
        tokens = Tokens((tmp_path / "data" / "tokens.key").read_bytes())
        link = server.hook("smtp", f"unsubscribe/{tokens.unsubscribe('42')}")
        page = client.get(link)
        assert page.status_code == 200
        assert "<button>Unsubscribe</button>" in page.text
        assert "ann@example.org" not in page.text
        assert to.signals == []
        for _ in range(2):
            done = client.post(link, data={"List-Unsubscribe": "One-Click"})
            assert (done.status_code, "set-cookie" in done.headers) == (200, False)
        form = {"List-Unsubscribe": (None, "One-Click")}
        assert client.post(link, files=form).status_code == 200
    # Each press is heard, also one after the person has opted in again.
    assert len({one.dedup for one in to.signals}) == 3
    for signal in to.signals:
        assert isinstance(signal, OptedOut)
        assert signal.address == "ann@example.org"


def test_mail_programs_can_write_what_we_read() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@example.org>", "care@example.com", "Ré"
    mail.set_content("Gardez-le, s'il vous plaît.\n")
    (signal,) = anyio.run(told, mail.as_bytes())
    assert isinstance(signal, PersonReply)
    assert (signal.text, signal.subject) == ("Gardez-le, s'il vous plaît.", "Ré")

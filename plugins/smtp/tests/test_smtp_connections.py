"""Connections: encrypted as the settings say, used again, and given up when they are no good."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tactful.plugins import Secret
from tactful.runtime.ports import Accepted, Refused, Retry, SendOutcome
from tactful.values import MINUTE
from tests.servers.postfix import smtp_sink
from tests.servers.running import free_port
from tests.servers.smtp import channel, mail

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@dataclass
class Inbox:
    """Keeps what a server of aiosmtpd got. `logins` are the passwords it was told."""

    mails: list[Envelope] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.mails.append(envelope)
        self.sessions.append(session)
        return "250 2.0.0 Ok"

    def log_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.password)
        good = data.password == b"right"
        return AuthResult(success=good, handled=good)  # what is not handled gets a 535


@contextmanager
def server(inbox: Inbox, ca: trustme.CA | None = None, **options: Any) -> Iterator[int]:
    """Run a server of aiosmtpd; with a `ca` it can STARTTLS under the name localhost."""
    if ca is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost").configure_cert(context)
        options["tls_context"] = context
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


async def send_one(folder: Path, port: int, **settings: Any) -> SendOutcome:
    post = channel(folder, port, **settings)
    try:
        return await post.send(mail(text="Zoë, it is late."))
    finally:
        await post.aclose()


# ---- as received --------------------------------------------------------------------------------


async def test_a_mail_arrives_as_it_was_meant(tmp_path: Path) -> None:
    inbox = Inbox()
    with server(inbox) as port:
        outcome = await send_one(tmp_path, port, return_path="bounces.example.com")
    assert isinstance(outcome, Accepted)
    (got,) = inbox.mails
    assert got.rcpt_tos == ["p1@example.com"]
    assert got.mail_from is not None
    assert got.mail_from.startswith("bounce+1-")
    assert isinstance(got.content, bytes)
    assert outcome.id.encode() in got.content
    assert inbox.sessions[0].host_name == "tests.example.com"


async def test_letters_beyond_ascii_in_an_address_need_a_server_that_can(tmp_path: Path) -> None:
    inbox = Inbox()
    with server(inbox, enable_SMTPUTF8=True) as port:
        post = channel(tmp_path, port)
        assert isinstance(await post.send(mail(to="zoë@example.com")), Accepted)
        await post.aclose()
    assert inbox.mails[0].rcpt_tos == ["zoë@example.com"]
    with smtp_sink() as sink:
        post = channel(tmp_path, sink.port)
        outcome = await post.send(mail(to="zoë@example.com"))
        again = await post.send(mail(2))
        await post.aclose()
    assert isinstance(outcome, Refused)
    assert outcome.kind == "configuration"
    assert isinstance(again, Accepted)


# ---- encryption ---------------------------------------------------------------------------------


def trusting(ca: trustme.CA, folder: Path) -> str:
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    return "ca.pem"


async def test_starttls_is_used_and_the_certificate_checked(
    tmp_path: Path, authority: trustme.CA
) -> None:
    inbox = Inbox()
    with server(inbox, authority) as port:
        known = trusting(authority, tmp_path)
        safe = await send_one(tmp_path, port, host="localhost", tls="starttls", ca=known)
        strange = await send_one(tmp_path, port, host="localhost", tls="starttls")
        misnamed = await send_one(tmp_path, port, host="127.0.0.1", tls="starttls", ca=known)
    assert isinstance(safe, Accepted)
    assert inbox.sessions[0].ssl is not None
    assert len(inbox.mails) == 1
    for outcome in (strange, misnamed):
        assert isinstance(outcome, Retry)
        assert "certificate" in outcome.reason


async def test_where_there_is_no_starttls_nothing_leaves(tmp_path: Path) -> None:
    inbox = Inbox()
    with server(inbox) as port:
        outcome = await send_one(tmp_path, port, host="localhost", tls="starttls")
    assert isinstance(outcome, Retry)
    assert "STARTTLS" in outcome.reason
    assert inbox.mails == []


async def test_implicit_tls(tmp_path: Path, authority: trustme.CA) -> None:
    inbox = Inbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with server(inbox, ssl_context=context, server_hostname="localhost") as port:
        known = trusting(authority, tmp_path)
        outcome = await send_one(tmp_path, port, host="localhost", tls="implicit", ca=known)
    assert isinstance(outcome, Accepted)


@pytest.mark.parametrize("offered", [True, False])
async def test_opportunistic_tls_takes_what_is_offered(
    tmp_path: Path, authority: trustme.CA, offered: bool
) -> None:
    inbox = Inbox()
    with server(inbox, authority if offered else None) as port:
        outcome = await send_one(tmp_path, port, host="127.0.0.1", tls="opportunistic")
    assert isinstance(outcome, Accepted)
    assert (inbox.sessions[0].ssl is not None) == offered


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize(("password", "expected"), [("right", Accepted), ("wrong", Retry)])
async def test_a_password_opens_the_door_and_a_wrong_one_loses_no_mail(
    tmp_path: Path, authority: trustme.CA, password: str, expected: type[SendOutcome]
) -> None:
    inbox = Inbox()
    with server(inbox, authority, authenticator=inbox.log_in, auth_required=True) as port:
        outcome = await send_one(
            tmp_path, port, host="localhost", tls="starttls", ca=trusting(authority, tmp_path),
            user="care", password=Secret(password, "env PASSWORD"),
        )  # fmt: skip
    assert isinstance(outcome, expected)
    assert set(inbox.logins) == {password.encode()}
    assert password not in repr(outcome)


# ---- used again ---------------------------------------------------------------------------------


async def test_mails_in_turn_share_a_connection(tmp_path: Path) -> None:
    inbox = Inbox()
    with server(inbox) as port:
        post = channel(tmp_path, port)
        for number in range(5):
            assert isinstance(await post.send(mail(number)), Accepted)
        await post.aclose()
    assert len({session.peer for session in inbox.sessions}) == 1


async def test_mails_at_once_have_as_many_connections_as_calls(tmp_path: Path) -> None:
    inbox = Inbox()
    with server(inbox) as port:
        post = channel(tmp_path, port, connections=4)
        assert post.limits.at_once == 4
        async with anyio.create_task_group() as tasks:
            for number in range(4):
                tasks.start_soon(post.send, mail(number))
        async with anyio.create_task_group() as tasks:
            for number in range(4, 8):
                tasks.start_soon(post.send, mail(number))
        await post.aclose()
    assert len(inbox.mails) == 8
    assert len({session.peer for session in inbox.sessions}) == 4


@pytest.mark.promise("LOSS", "ONCE")
async def test_a_connection_that_the_server_closed_meanwhile_costs_nothing(tmp_path: Path) -> None:
    port = free_port()
    post = channel(tmp_path, port)
    with smtp_sink(port=port) as sink:
        assert isinstance(await post.send(mail(1)), Accepted)
        assert len(sink.taken()) == 1
    with smtp_sink(port=port) as sink:
        assert isinstance(await post.send(mail(2)), Accepted)
        await post.aclose()
        assert len(sink.taken()) == 1


async def test_a_connection_that_was_idle_is_asked_whether_it_still_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tactful_smtp.pool.STALE", -1.0)
    with smtp_sink("-q", "NOOP") as sink:
        post = channel(tmp_path, sink.port)
        outcomes = [await post.send(mail(number)) for number in (1, 2)]
        await post.aclose()
        assert len(sink.taken()) == 2
    assert all(isinstance(one, Accepted) for one in outcomes), outcomes


async def test_no_connection_is_used_longer_than_the_settings_say(tmp_path: Path) -> None:
    inbox = Inbox()
    with server(inbox) as port:
        post = channel(tmp_path, port, reuse="0 seconds")
        for number in range(3):
            assert isinstance(await post.send(mail(number)), Accepted)
        await post.aclose()
    assert len({session.peer for session in inbox.sessions}) == 3


async def test_a_connection_that_nobody_uses_is_closed(tmp_path: Path) -> None:
    closed = anyio.Event()
    said: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        answers = {b"EHLO": b"250 here", b"DATA": b"354 go on"}
        while line := await reader.readline():
            said.append(line[:4])
            writer.write(answers.get(line[:4], b"250 Ok") + b"\r\n")
            if line[:4] == b"DATA":
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 Ok\r\n")
        writer.close()
        closed.set()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    post = channel(tmp_path, listening.sockets[0].getsockname()[1], idle="0.01 seconds")
    assert isinstance(await post.send(mail()), Accepted)
    with anyio.fail_after(30):
        await closed.wait()
    assert said[-1] == b"QUIT"
    await post.aclose()
    listening.close()
    await listening.wait_closed()


async def test_after_a_refusal_the_connection_is_good_for_the_next(tmp_path: Path) -> None:
    class Choosy(Inbox):
        async def handle_RCPT(  # noqa: N802
            self, server: SMTP, session: Session, envelope: Envelope, address: str,
            options: list[str],
        ) -> str:  # fmt: skip
            if address.startswith("p1@"):
                return "550 5.1.1 No such user"
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 Ok"

    inbox = Choosy()
    with server(inbox) as port:
        post = channel(tmp_path, port)
        outcomes = [await post.send(mail(number)) for number in (1, 2, 1, 3)]
        await post.aclose()
    assert [type(one) for one in outcomes] == [Refused, Accepted, Refused, Accepted]
    assert [one.rcpt_tos for one in inbox.mails] == [["p2@example.com"], ["p3@example.com"]]
    assert len({session.peer for session in inbox.sessions}) == 1


async def test_a_server_that_says_421_is_left_alone(tmp_path: Path) -> None:
    port = free_port()
    post = channel(tmp_path, port, rest="20 minutes")
    with smtp_sink("-Q", "MAIL", port=port):
        first = await post.send(mail(1))
    with smtp_sink(port=port) as sink:
        second = await post.send(mail(2))
        assert sink.taken() == []
    await post.aclose()
    assert isinstance(first, Retry)
    assert isinstance(second, Retry)
    assert second.after > 15 * MINUTE


@pytest.mark.promise("LOSS")
async def test_a_big_mail_leaves_whole(tmp_path: Path) -> None:
    inbox = Inbox()
    text = "".join(f".{number} is a line that goes on for a while\n" for number in range(20_000))
    with server(inbox) as port:
        post = channel(tmp_path, port, html=False)
        assert isinstance(await post.send(mail(text=text)), Accepted)
        await post.aclose()
    content = inbox.mails[0].content
    assert isinstance(content, bytes)
    assert content.partition(b"\r\n\r\n")[2].decode().splitlines() == text.splitlines()

"""An IMAP mailbox, looked into again and again; mail is marked read when its signals are durable.

Python's own `imaplib` speaks to the server, in a thread.
"""

import imaplib
import re
import ssl
from collections.abc import Awaitable, Callable, Sequence

import anyio
from anyio import to_thread

from tactful.mail import MOST_BYTES
from tactful.values import SECOND
from tactful_smtp.inbound.settings import ImapSettings

Take = Callable[[bytes], Awaitable[None]]

CALL_SECONDS = 60
_MOST_AT_ONCE = 200
_NUMBER = re.compile(rb"\d+")


class MailboxProblem(Exception):
    """The server did not do what it was asked."""


async def read_mailbox(settings: ImapSettings, take: Take) -> None:
    """Bring each unread mail of a mailbox to `take`, until cancelled.

    Raises `OSError`, `imaplib.IMAP4.error` or `MailboxProblem` when the server is no good.
    """
    while True:
        await read_unread(settings, take)
        await anyio.sleep(settings.every.span / SECOND)


async def read_unread(settings: ImapSettings, take: Take) -> None:
    """Log in, bring the mails that are unread now to `take`, and leave."""
    client = await to_thread.run_sync(_open, settings)
    try:
        for number in await to_thread.run_sync(_unread, client):
            data = await to_thread.run_sync(_fetch, client, number)
            if data is not None:
                await take(data)
            await to_thread.run_sync(_mark, client, number)
    finally:
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(_close, client)


def _open(settings: ImapSettings) -> imaplib.IMAP4:
    host, port = settings.server
    context = ssl.create_default_context()
    if settings.tls == "implicit":
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, port, ssl_context=context, timeout=CALL_SECONDS
        )
    else:
        client = imaplib.IMAP4(host, port, timeout=CALL_SECONDS)
    try:
        if settings.tls == "starttls":
            client.starttls(context)
        client.login(settings.user, settings.password.reveal())
        quoted = settings.folder.replace("\\", "\\\\").replace('"', '\\"')
        _check(client.select(f'"{quoted}"'), f"no folder `{settings.folder}`")
    except BaseException:
        _close(client)
        raise
    return client


def _unread(client: imaplib.IMAP4) -> list[str]:
    found = _check(client.uid("SEARCH", "UNSEEN"), "it cannot search")
    numbers = _NUMBER.findall(b" ".join(item for item in found if isinstance(item, bytes)))
    return [number.decode() for number in numbers[:_MOST_AT_ONCE]]


def _fetch(client: imaplib.IMAP4, number: str) -> bytes | None:
    """Return a mail without marking it; None when it is gone by now."""
    found = _check(client.uid("FETCH", number, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"), "no mail")
    return next((item[1] for item in found if isinstance(item, tuple)), None)


def _mark(client: imaplib.IMAP4, number: str) -> None:
    _check(client.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"), "it cannot mark mail as read")


def _check(answer: tuple[str, Sequence[object]], otherwise: str) -> Sequence[object]:
    kind, data = answer
    if kind != "OK":
        raise MailboxProblem(f"the mail server refused: {otherwise}")
    return data


def _close(client: imaplib.IMAP4) -> None:
    try:
        client.logout()
    except (OSError, imaplib.IMAP4.error):
        client.shutdown()

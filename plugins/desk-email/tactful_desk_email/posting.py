"""Hands mails to the server, over a connection of its own for each: hand-offs are few."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from tactful_desk_email.not_taken import NotTaken
from tactful_desk_email.settings import EmailSettings

_SECONDS = 20.0
_LONGEST_REASON = 200


class Post:
    """The way to the server of the settings; `ca` is a file of certificates to trust."""

    def __init__(self, settings: EmailSettings, ca: Path | None) -> None:
        """Read the certificates. Blocks. Raises `NotTaken` when they cannot be read."""
        self._settings = settings
        self._tls = None if settings.tls == "none" else _context(ca)

    async def send(self, mail: EmailMessage) -> None:
        """Hand one mail over. Raises `NotTaken` when the server takes it for nobody."""
        async with self._connection() as client:
            await client.send_message(mail)

    async def look(self) -> None:
        """Connect and log in, and mail nothing. Raises `NotTaken`."""
        async with self._connection() as client:
            await client.noop()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        settings = self._settings
        host, port = settings.server
        client = aiosmtplib.SMTP(
            hostname=host,
            port=port,
            use_tls=settings.tls == "implicit",
            start_tls=settings.tls == "starttls",
            tls_context=self._tls,
            username=settings.user or None,
            password=settings.password.reveal() if settings.password else None,
            timeout=_SECONDS,
        )
        try:
            async with client:
                yield client
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotTaken(self._why(error)) from error

    def _why(self, error: Exception) -> str:
        """Say what went wrong. What a server says of a log-in is left out: it may hold secrets."""
        cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
        match cause:
            case aiosmtplib.SMTPAuthenticationError(code=code):
                return f"the mail server does not take the user name and password ({code})"
            case aiosmtplib.SMTPRecipientsRefused(recipients=refused):
                first = refused[0]
                return f"the mail server refuses {first.recipient}: {_said(first)}"
            case aiosmtplib.SMTPResponseException():
                return f"the mail server answers {_said(cause)}"
            case ssl.SSLCertVerificationError(verify_message=why):
                return f"the certificate of {self._settings.host} is not good: {why}"
        host, port = self._settings.server
        said = str(cause)[:_LONGEST_REASON] or type(cause).__name__
        return f"there is no connection to {host}:{port}: {said}"


def _context(ca: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise NotTaken(f"the certificates in {ca} cannot be read") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"[:_LONGEST_REASON]

"""The desk: mails each hand-off to the people of its queue, over SMTP."""

import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import aiosmtplib
import anyio
from anyio import to_thread

from tactful.runtime.ports import Finding, HandOffCase
from tactful.values import SECOND, Instant
from tactful_desk_email.settings import EmailSettings
from tactful_desk_email.writing import mail_about

_SECONDS = 20.0
_AT_ONCE = 3
_LONGEST_REASON = 200


class NotTaken(Exception):
    """The mail server did not take a hand-off."""


class EmailDesk:
    """Mails hand-offs; `clock` gives the moment for the header `Date`."""

    name = "desk_email"

    def __init__(
        self, settings: EmailSettings, folder: Path, clock: Callable[[], Instant] | None = None
    ) -> None:
        self._settings = settings
        self._ca = folder / settings.ca if settings.ca else None
        self._clock = clock or (lambda: int(time.time() * SECOND))
        self._tls: ssl.SSLContext | None = None
        self._at_once = anyio.Semaphore(_AT_ONCE)

    async def open(self, case: HandOffCase) -> None:
        """Mail a hand-off. Raises `NotTaken` when the server takes it for nobody.

        It is taken when the server takes it for one of several people: to repeat it would mail the
        others twice.
        """
        to = self._settings.recipients(case.queue)
        mail = mail_about(case, self._settings.mailbox, to, self._clock())
        async with self._at_once:
            client = await self._client()
            try:
                async with client:
                    await client.send_message(mail)
            except (aiosmtplib.SMTPException, OSError) as error:
                raise NotTaken(self._why(error)) from error

    async def examine(self) -> Sequence[Finding]:
        """Connect and log in, and mail nothing."""
        try:
            async with await self._client() as client:
                await client.noop()
        except (NotTaken, aiosmtplib.SMTPException, OSError) as error:
            why = str(error) if isinstance(error, NotTaken) else self._why(error)
            help_ = "Look at `host`, `port`, `tls`, `user` and `password` in [plugins.desk_email]."
            return (Finding("error", "desk_email_unreachable", why, help=help_),)
        return ()

    async def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        if self._tls is None and settings.tls != "none":
            self._tls = await to_thread.run_sync(self._context)
        host, port = settings.server
        return aiosmtplib.SMTP(
            hostname=host,
            port=port,
            use_tls=settings.tls == "implicit",
            start_tls=settings.tls == "starttls",
            tls_context=self._tls,
            username=settings.user or None,
            password=settings.password.reveal() if settings.password else None,
            timeout=_SECONDS,
        )

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self._ca)
        except OSError as error:
            raise NotTaken(f"the certificates in {self._ca} cannot be read") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

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


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"[:_LONGEST_REASON]

"""Opens connections to the mail server: TCP, greeting, TLS, log-in; aiosmtplib does it.

What goes wrong here has sent nothing. It is told as `NotOpened`, in words, without any secret.
"""

import asyncio
import ssl
from pathlib import Path
from typing import cast

import aiosmtplib
from anyio import to_thread
from msgspec import Struct

from tactful.values import SECOND
from tactful_smtp.dialogue import Dialogue
from tactful_smtp.replies import Reply, meaning
from tactful_smtp.settings import SmtpSettings


class NotOpened(Exception):
    """There is no connection, and so nothing was sent. `reply` is what the server said, if so.

    `ours`: it will not go away by itself, because a setting is wrong.
    """

    def __init__(self, why: str, *, ours: bool = False, reply: Reply | None = None) -> None:
        super().__init__(why)
        self.ours = ours
        self.reply = reply


class Connection(Struct):
    """An open connection, and what the server can do."""

    dialogue: Dialogue
    extensions: dict[str, str]
    opened_at: float
    used_at: float

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return self.dialogue.transport.get_extra_info("ssl_object") is not None

    def can(self, extension: str) -> bool:
        """Say whether the server has announced an extension of SMTP."""
        return extension in self.extensions


class Connector:
    """Opens connections as the settings say."""

    def __init__(self, settings: SmtpSettings, folder: Path) -> None:
        self._settings = settings
        self._ca = folder / settings.ca if settings.ca else None
        self._tls: ssl.SSLContext | None = None

    async def open(self) -> Connection:
        """Open one connection. Raises `NotOpened`."""
        client = await self._client()
        try:
            try:
                async with asyncio.timeout(self._settings.timeouts.greeting.span / SECOND):
                    await client.connect()
                    if client.is_ehlo_or_helo_needed:
                        await _greet(client)
            except BaseException:
                client.close()
                raise
        except aiosmtplib.SMTPAuthenticationError as error:
            reply = Reply(error.code, error.message)
            why = f"the server does not take the user name and password: {reply}"
            raise NotOpened(why, ours=True, reply=reply) from error
        except aiosmtplib.SMTPResponseException as error:
            reply = Reply(error.code, error.message)
            raise NotOpened(f"{meaning(reply, 'connect').why}: {reply}", reply=reply) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._not_opened(error) from error
        return self._taken_over(client)

    async def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        if self._tls is None and settings.tls != "none":
            self._tls = await to_thread.run_sync(self._context)
        host, port = settings.server
        starts = {"implicit": False, "starttls": True, "opportunistic": None, "none": False}
        return aiosmtplib.SMTP(
            hostname=host,
            port=port,
            use_tls=settings.tls == "implicit",
            start_tls=starts[settings.tls],
            tls_context=self._tls,
            username=settings.user or None,
            password=settings.password.reveal() if settings.password else None,
            local_hostname=settings.ehlo or None,
            source_address=(settings.source, 0) if settings.source else None,
            timeout=settings.timeouts.connect.span / SECOND,
        )

    def _context(self) -> ssl.SSLContext:
        """Make what TLS needs. Opportunistic TLS takes any certificate: better than none."""
        try:
            context = ssl.create_default_context(cafile=self._ca)
        except OSError as error:
            raise NotOpened(f"the certificates in {self._ca} cannot be read", ours=True) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self._settings.tls == "opportunistic":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _not_opened(self, error: Exception) -> NotOpened:
        host, port = self._settings.server
        cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotOpened(
                f"the certificate of {host} is not good: {cause.verify_message}", ours=True
            )
        said = str(cause) or "it took too long"
        return NotOpened(f"there is no connection to {host}:{port}: {said}")

    def _taken_over(self, client: aiosmtplib.SMTP) -> Connection:
        """Go on with a dialogue of our own, on the connection as it is now, inside TLS or not."""
        opened = client.protocol.transport if client.protocol is not None else None
        if opened is None or opened.is_closing():
            raise NotOpened("the server closed the connection right after the greeting")
        transport = cast(asyncio.Transport, opened)
        extensions = dict(client.esmtp_extensions)
        dialogue = Dialogue(transport, pipelining="pipelining" in extensions)
        transport.set_protocol(dialogue)
        now = asyncio.get_running_loop().time()
        return Connection(dialogue, extensions, now, now)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Say EHLO, or HELO to a server that knows no better."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()

"""A mail server of our own: for LMTP, behind another one that hands mail on, or for SMTP itself.

A mail is taken when its signals are durable; before that the other side keeps it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

import anyio
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from tactful_smtp.inbound.settings import ServerSettings

Take = Callable[[bytes, list[str]], Awaitable[None]]

log = logging.getLogger("tactful.smtp")

LARGEST = 32_000_000  # bytes of one mail
NAME = "tactful"


class _Handler:
    """Answers for aiosmtpd. `domains` are those that mail is taken for; None: for all."""

    def __init__(self, take: Take, domains: Collection[str] | None) -> None:
        self._take = take
        self._domains = domains

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if self._domains is not None and domain not in self._domains:
            return "550 5.7.1 No mail for this domain here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            await self._take(content, list(envelope.rcpt_tos))
            answer = "250 2.0.0 Ok"
        except Exception as error:  # the other side keeps the mail, and comes again
            log.error("a mail could not be kept: %s", type(error).__name__)
            answer = "451 4.3.0 Not now, come again"
        # LMTP wants an answer for each recipient (RFC 2033, section 4.2).
        times = len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1
        return "\r\n".join([answer] * times)


async def serve_mail(
    settings: ServerSettings,
    take: Take,
    domains: Collection[str] | None,
    started: Callable[[int], None] = lambda port: None,
) -> None:
    """Take mail by SMTP for some domains, or with None by LMTP for all, until cancelled.

    `started` is told the port. Raises `OSError`.
    """
    loop = asyncio.get_running_loop()
    handler = _Handler(take, domains)
    kind = LMTP if domains is None else SMTP

    def session() -> SMTP:
        return kind(
            handler,
            loop=loop,
            hostname=NAME,
            ident="Tactful",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
        )

    server = await loop.create_server(session, settings.host, settings.port)
    started(server.sockets[0].getsockname()[1])
    try:
        await anyio.sleep_forever()
    finally:
        server.close()

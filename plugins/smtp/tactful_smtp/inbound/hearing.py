"""Listens wherever mail arrives, and brings what it means to the engine."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import anyio

from tactful.errors import StoreInvalid
from tactful.runtime.inbound import Intake
from tactful_smtp.inbound.mailbox import read_mailbox
from tactful_smtp.inbound.maildir import read_maildir
from tactful_smtp.inbound.meaning import Reader
from tactful_smtp.inbound.server import serve_mail
from tactful_smtp.inbound.settings import InboundSettings
from tactful_smtp.tokens import Tokens

log = logging.getLogger("tactful.smtp")

AGAIN_SECONDS = 15.0
"""So many seconds pass until a place that was out of order is tried again."""


class Letterbox:
    """Takes mails for one intake."""

    def __init__(self, tokens: Tokens, intake: Intake) -> None:
        self._reader = Reader(tokens)
        self._intake = intake

    async def take(self, data: bytes, sent_to: Sequence[str] = ()) -> None:
        """Return when what a mail means is durable. Raises `StoreInvalid`.

        One that breaks our reading means nothing, and is told: the mails behind it must not wait.
        """
        try:
            signals = await self._reader.signals(data, sent_to, self._intake)
        except StoreInvalid:
            raise
        except Exception as error:
            log.error(
                "a mail of %s bytes cannot be read (%s); it changes nothing, and stays where read "
                "mail is kept",
                len(data),
                type(error).__name__,
            )
            return
        await self._intake.take(*signals)


async def hear(
    settings: InboundSettings, tokens: Tokens, intake: Intake, *, folder: Path, domain: str
) -> None:
    """Listen until cancelled. `folder` is where a relative path counts from.

    A place that is out of order is tried again after a while, and the others go on.
    """
    take = Letterbox(tokens, intake).take
    async with anyio.create_task_group() as group:
        if settings.maildir:
            group.start_soon(_keep, "the maildir", read_maildir, folder / settings.maildir, take)
        if settings.imap is not None:
            group.start_soon(_keep, "the mailbox", read_mailbox, settings.imap, take)
        if settings.lmtp is not None:
            group.start_soon(_keep, "the LMTP server", serve_mail, settings.lmtp, take, None)
        if settings.smtp is not None:
            domains = [name for name in (domain, *settings.smtp.domains) if name]
            group.start_soon(_keep, "the SMTP server", serve_mail, settings.smtp, take, domains)


async def _keep(what: str, read: Callable[..., Awaitable[None]], *args: object) -> None:
    while True:
        try:
            await read(*args)
        except Exception as error:
            log.error("%s is out of order: %s: %s", what, type(error).__name__, error)
        await anyio.sleep(AGAIN_SECONDS)

"""The desk: mails hand-offs and alerts. What mails is loaded with the first."""

import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from tactful.runtime.ports import Alert, Finding, HandOffCase
from tactful.values import SECOND, Instant
from tactful_desk_email.not_taken import NotTaken
from tactful_desk_email.settings import EmailSettings
from tactful_desk_email.writing import mail_about, mail_of

if TYPE_CHECKING:
    from tactful_desk_email.posting import Post

ALERTS = "alerts"
"""The queue whose people get the alerts."""

_AT_ONCE = 3


class EmailDesk:
    """Mails hand-offs; `clock` gives the moment for the header `Date`."""

    name = "desk_email"

    def __init__(
        self, settings: EmailSettings, folder: Path, clock: Callable[[], Instant] | None = None
    ) -> None:
        self._settings = settings
        self._ca = folder / settings.ca if settings.ca else None
        self._clock = clock or (lambda: int(time.time() * SECOND))
        self._post: Post | None = None
        self._at_once = anyio.Semaphore(_AT_ONCE)

    async def open(self, case: HandOffCase) -> None:
        """Mail a hand-off. Raises `NotTaken` when the server takes it for nobody.

        It is taken when the server takes it for one of several people: to repeat it would mail the
        others twice.
        """
        to = self._settings.recipients(case.queue)
        await self._send(mail_about(case, self._settings.mailbox, to, self._clock()))

    async def tell(self, alert: Alert) -> None:
        """Mail an alert to the people of the queue `alerts`. Raises `NotTaken` as `open` does."""
        to = self._settings.recipients(ALERTS)
        await self._send(mail_of(alert, self._settings.mailbox, to, self._clock()))

    async def _send(self, mail: EmailMessage) -> None:
        async with self._at_once:
            post = await self._opened()
            await post.send(mail)

    async def examine(self) -> Sequence[Finding]:
        """Connect and log in, and mail nothing."""
        try:
            post = await self._opened()
            await post.look()
        except NotTaken as error:
            help_ = "Look at `host`, `port`, `tls`, `user` and `password` in [plugins.desk_email]."
            return (Finding("error", "desk_email_unreachable", str(error), help=help_),)
        return ()

    async def _opened(self) -> "Post":
        if self._post is None:
            self._post = await to_thread.run_sync(self._load_post)
        return self._post

    def _load_post(self) -> "Post":
        from tactful_desk_email.posting import Post

        return Post(self._settings, self._ca)

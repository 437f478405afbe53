"""The outbox as the engine uses it: messages that come together are stored in one commit."""

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import anyio
from anyio import to_thread

from tactful.runtime.ports import (
    Accepted,
    ChannelLimits,
    Finding,
    Message,
    Refused,
    Retry,
    SendOutcome,
    Unknown,
)
from tactful.values import SECOND
from tactful_outbox.mailbox import MOST_AT_ONCE, Mailbox
from tactful_outbox.settings import OutboxSettings, Recipients


class _Waiting:
    """A message that waits to be stored."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.done = False
        self.error: Exception | None = None


class OutboxChannel:
    """Delivers every medium to a mailbox on this machine; for chosen recipients it misbehaves."""

    name = "outbox"
    media: Collection[str] = ("sms", "mms", "email", "voice", "chat")
    limits = ChannelLimits(at_once=256)
    confirms_opt_out = False

    def __init__(self, mailbox: Mailbox, settings: OutboxSettings) -> None:
        self._mailbox = mailbox
        self._settings = settings
        self._reject = Recipients(settings.reject)
        self._fail = Recipients(settings.fail)
        self._hang = Recipients(settings.hang)
        self._lose = Recipients(settings.lose)
        self._slow = [(Recipients((name,)), span) for name, span in settings.slow.items()]
        self._failed: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []
        self._turn = anyio.Lock()

    async def send(self, message: Message) -> SendOutcome:
        """Store one message, unless the settings say otherwise for its recipient."""
        if message in self._reject:
            return Refused("the outbox was told to reject this recipient")
        if not _can_be_stored(message):
            return Refused("it holds half of a character, which no message can carry")
        if message.attachments and not await to_thread.run_sync(_are_there, message):
            return Refused("a file that goes with it is gone", kind="configuration")
        if message in self._fail and self._failed[message.token] < self._settings.fail_times:
            self._failed[message.token] += 1
            return Retry(
                self._settings.fail_after.span, "the outbox was told to fail for this recipient"
            )
        if message in self._hang:
            await anyio.sleep_forever()
        for recipients, duration in self._slow:
            if message in recipients:
                await anyio.sleep(duration.span / SECOND)
        await self._store(message)
        if message in self._lose:
            return Unknown("the outbox was told to lose the answer for this recipient")
        return _accepted(message)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Say whether an attempt has arrived: the outbox always knows."""
        async with self._turn:
            arrived = await to_thread.run_sync(self._mailbox.holds, message.attempt)
        return _accepted(message) if arrived else Refused("it never reached the outbox")

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Judge a sender: nothing leaves, so every one will do."""
        return ()

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Return no price: what it would cost for real, only a provider knows."""
        return None

    async def aclose(self) -> None:
        """Close the mailbox."""
        async with self._turn:
            await to_thread.run_sync(self._mailbox.close)

    async def _store(self, message: Message) -> None:
        """Wait for a turn to store; whoever has it stores for all who wait.

        Whoever is cancelled before that takes the message back, so that it cannot arrive later.
        """
        waiting = _Waiting(message)
        self._waiting.append(waiting)
        try:
            async with self._turn:
                while not waiting.done:
                    await self._store_waiting()
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
        if waiting.error is not None:
            raise waiting.error

    async def _store_waiting(self) -> None:
        group = self._waiting[:MOST_AT_ONCE]
        del self._waiting[:MOST_AT_ONCE]
        try:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._mailbox.store, [one.message for one in group])
        except Exception as error:
            for one in group:
                one.error = error
        finally:
            for one in group:
                one.done = True


def _accepted(message: Message) -> Accepted:
    return Accepted(f"outbox-{message.attempt}", delivered=True)


def _are_there(message: Message) -> bool:
    return all(Path(attachment.path).is_file() for attachment in message.attachments)


def _can_be_stored(message: Message) -> bool:
    try:
        told = (message.subject or "", message.leave or "", message.text)
        for text in (message.key, message.to, message.sender, *told):
            text.encode()
    except UnicodeEncodeError:
        return False
    return True

"""Attachments of picture messages: Twilio fetches them from us, at addresses nobody can guess.

An address names the attempt, the attachment and when it ends, and is signed with a key made of the
account's token. So nothing is kept for it, and it works again after a restart. Twilio asks for no
password here; who has the address has the file, until it ends.
"""

import hashlib
import hmac
from pathlib import Path
from urllib.parse import quote

from anyio import to_thread

from tactful.runtime.inbound import Intake, Route, WebAnswer, WebRequest
from tactful.runtime.ports import Attachment, Message, Refused
from tactful.values import HOUR, SECOND, Instant
from tactful_twilio.clock import Now
from tactful_twilio.hooks import Hooks

MOST = 10
"""Attachments of one message (API reference, MediaUrl; error 21623)."""

_PICTURES = ("image/jpeg", "image/jpg", "image/png", "image/gif")
_LARGEST_PICTURE, _LARGEST = 5_000_000, 500_000  # bytes (API reference, MediaUrl)
_LASTS = 12 * HOUR  # a little more than Twilio keeps a message in its queue
_SIGNED = 32  # hexadecimal digits of the signature: 128 bits


class Media:
    """Gives attachments their addresses, and answers those who ask there."""

    def __init__(self, hooks: Hooks, token: str, now: Now) -> None:
        self._hooks = hooks
        self._key = hashlib.sha256(b"tactful media " + token.encode()).digest()
        self._now = now

    async def urls(self, message: Message, now: Instant) -> list[str] | Refused:
        """Return the address of each attachment, or why Twilio could not take one."""
        if len(message.attachments) > MOST:
            return Refused(f"it has more than {MOST} attachments", kind="configuration")
        if not self._hooks.public:
            return Refused(
                "Twilio fetches attachments from us, and cannot reach us. Set [server] public_url",
                kind="configuration",
            )
        for attachment in message.attachments:
            if problem := await to_thread.run_sync(_problem, attachment):
                return Refused(f"{attachment.name}: {problem}", kind="configuration")
        ends = (now + _LASTS) // SECOND
        return [
            self._url(message.attempt, index, ends, attachment.name)
            for index, attachment in enumerate(message.attachments)
        ]

    def route(self) -> Route:
        """Return the route at which Twilio fetches."""
        return Route("media/", self._answer, methods=("GET",))

    def _url(self, attempt: str, index: int, ends: int, name: str) -> str:
        signed = self._sign(attempt, index, ends)
        path = f"media/{quote(attempt, safe='')}/{index}/{ends}/{signed}/{quote(name, safe='')}"
        address = self._hooks.below(path)
        assert address is not None
        return address

    def _sign(self, attempt: str, index: int, ends: int) -> str:
        told = f"{attempt}/{index}/{ends}".encode()
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()[:_SIGNED]

    async def _answer(self, request: WebRequest, intake: Intake) -> WebAnswer:
        asked = self._asked(request.path)
        if asked is None:
            return WebAnswer(404)
        attempt, index = asked
        message = await intake.message(attempt)
        if message is None or index >= len(message.attachments):
            return WebAnswer(404)
        attachment = message.attachments[index]
        try:
            body = await to_thread.run_sync(Path(attachment.path).read_bytes)
        except OSError:
            return WebAnswer(404)
        return WebAnswer(200, body, attachment.media_type, {"Cache-Control": "private"})

    def _asked(self, path: str) -> tuple[str, int] | None:
        """Return the attempt and the attachment that a path names, if it is one of ours."""
        parts = path.split("/")
        if len(parts) != 5 or not (_is_number(parts[1]) and _is_number(parts[2])):
            return None
        attempt, index, ends = parts[0], int(parts[1]), int(parts[2])
        signed = self._sign(attempt, index, ends)
        if not hmac.compare_digest(signed.encode(), parts[3].encode()):
            return None
        return None if ends * SECOND < self._now() else (attempt, index)


def _problem(attachment: Attachment) -> str | None:
    try:
        size = Path(attachment.path).stat().st_size
    except OSError:
        return "the file is gone"
    largest = _LARGEST_PICTURE if attachment.media_type in _PICTURES else _LARGEST
    if size > largest:
        return f"it has {size:,} bytes, and Twilio takes {largest:,} of its kind"
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16

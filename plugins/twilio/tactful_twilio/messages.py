"""What Twilio is asked for a text or a picture message (Messages resource, API 2010-04-01)."""

from collections.abc import Mapping
from typing import Any

from tactful.guard.addresses import AddressProblem
from tactful.runtime.ports import Message, Refused
from tactful.values import SECOND, Instant
from tactful_twilio.hooks import Hooks
from tactful_twilio.media import Media
from tactful_twilio.senders import read_sender
from tactful_twilio.settings import SHORTEST_VALIDITY, TwilioSettings

LONGEST_TEXT = 1_600
"""Characters that one message may have (error 21617)."""


class Messages:
    """Turns messages into the parameters of `messages.create`."""

    def __init__(self, settings: TwilioSettings, hooks: Hooks, media: Media) -> None:
        self._settings = settings
        self._hooks = hooks
        self._media = media

    async def parameters(self, message: Message, now: Instant) -> Mapping[str, Any] | Refused:
        """Return the parameters, or why Twilio could not take the message."""
        if problem := unfit(message):
            return problem
        asked = self._sender(message)
        if isinstance(asked, Refused):
            return asked
        validity = self._validity(message, now)
        if isinstance(validity, Refused):
            return validity
        asked |= {"to": message.to, "validity_period": validity}
        if message.text:
            asked["body"] = message.text
        if callback := self._hooks.of_attempt("status", message.attempt):
            asked["status_callback"] = callback
        if self._settings.smart_encoding and message.channel == "sms":
            asked["smart_encoded"] = True
        if message.channel == "mms":
            return await self._with_media(message, asked, now)
        return asked

    def _sender(self, message: Message) -> dict[str, Any] | Refused:
        sender = read_sender(message.sender)
        if isinstance(sender, AddressProblem):
            return Refused(
                f"the sender `{message.sender}` is none of Twilio's: {sender.reason}",
                kind="configuration",
            )
        asked = {} if sender.kind == "service" else {"from_": sender.address}
        if service := self._settings.service_of(sender):
            asked["messaging_service_sid"] = service
        return asked

    def _validity(self, message: Message, now: Instant) -> int | Refused:
        """Return how many whole seconds it may wait at Twilio, so that it does not leave late."""
        left = self._settings.validity.span
        if message.expires_at is not None:
            left = min(left, message.expires_at - now)
        if left < SHORTEST_VALIDITY:
            return Refused("it would be too late before Twilio could send it", kind="policy")
        return left // SECOND

    async def _with_media(
        self, message: Message, asked: dict[str, Any], now: Instant
    ) -> Mapping[str, Any] | Refused:
        if not message.attachments:
            return asked | {"send_as_mms": True}
        urls = await self._media.urls(message, now)
        return urls if isinstance(urls, Refused) else asked | {"media_url": urls}


def unfit(message: Message) -> Refused | None:
    """Return why no provider could carry a message's text, or None."""
    try:
        for text in (message.text, message.leave or "", message.to, message.sender):
            text.encode()
    except UnicodeEncodeError:
        return Refused("it holds half of a character, which no message can carry")
    if message.channel == "voice":
        return None
    if len(message.text) > LONGEST_TEXT:
        return Refused(
            f"the text has {len(message.text):,} characters; Twilio takes {LONGEST_TEXT:,}",
            kind="configuration",
        )
    if not message.text.strip() and not message.attachments:
        return Refused("the text is empty", kind="configuration")
    return None

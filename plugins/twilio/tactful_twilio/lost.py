"""Finds messages and calls whose answer was lost, in Twilio's lists.

Twilio takes no mark of ours that a list would show. So a message is known by its recipient, sender,
text and time, and only where one alone fits. A list may lag for minutes: that a message is not in
it proves nothing (twilio-java #442, twilio-node #647).
"""

import re
from datetime import datetime, timedelta
from typing import Any

from tactful.guard.addresses import AddressProblem
from tactful.runtime.ports import Accepted, Message
from tactful.values import MINUTE, moment
from tactful_twilio.account import Account
from tactful_twilio.outcomes import ARRIVED
from tactful_twilio.senders import Sender, read_sender
from tactful_twilio.settings import CALL_TIMEOUT, TwilioSettings

_CLOCKS_DIFFER = 1 * MINUTE
_NEWEST = 50
_OF_TWO_DAYS = 1_000
_DAY = timedelta(days=1)

_odd = re.compile(r"[^0-9A-Za-z]+").sub


class Lost:
    """Looks for what became of attempts whose answer was lost."""

    def __init__(self, account: Account, settings: TwilioSettings) -> None:
        self._account = account
        self._settings = settings
        self._claimed: set[str] = set()

    async def find(self, message: Message) -> Accepted | None:
        """Return that an attempt was accepted, or None: not known.

        Also of one that failed later: to say that it was not sent would have it sent again.
        """
        sender = read_sender(message.sender)
        if isinstance(sender, AddressProblem) or not message.permitted_at:
            return None
        client = (await self._account.clients()).work
        from twilio.base.exceptions import TwilioException

        from tactful_twilio.transport import AnswerLost, NotSent

        fits = _Fits(message, sender, smart=self._settings.smart_encoding)
        try:
            found = [one for one in await _listed(client, message, fits) if fits(one)]
        except (TwilioException, NotSent, AnswerLost, ValueError, TypeError, LookupError):
            return None  # the errors hold whole answers, with the texts of people
        sids = {one.sid for one in found} - self._claimed
        if len(sids) != 1:
            return None
        self._claimed |= sids
        one = next(one for one in found if one.sid in sids)
        return Accepted(one.sid, delivered=one.status in ARRIVED)


async def _listed(client: Any, message: Message, fits: "_Fits") -> list[Any]:
    """Return the newest of this recipient, and those sent on the days of the attempt.

    What waits in the queue has no day yet, so the second list alone would miss it.
    """
    if message.channel == "voice":
        # The SDK shows no caller, so Twilio must choose by it.
        newest: list[Any] = await client.calls.list_async(
            to=message.to, from_=fits.sender, limit=_NEWEST, page_size=_NEWEST
        )
        return newest
    newest = await client.messages.list_async(to=message.to, limit=_NEWEST, page_size=_NEWEST)
    if any(fits(one) for one in newest):
        return newest
    first, last = (
        at.replace(hour=0, minute=0, second=0, microsecond=0) for at in (fits.first, fits.last)
    )
    of_the_days: list[Any] = await client.messages.list_async(
        to=message.to,
        date_sent_after=first,
        date_sent_before=last + 2 * _DAY,
        limit=_OF_TWO_DAYS,
        page_size=_OF_TWO_DAYS,
    )
    return of_the_days


class _Fits:
    """Tells whether a listed message or call can be the one that is looked for."""

    def __init__(self, message: Message, sender: Sender, *, smart: bool) -> None:
        self.first = moment(message.permitted_at - _CLOCKS_DIFFER)
        self.last = moment(message.permitted_at + CALL_TIMEOUT + _CLOCKS_DIFFER)
        self.sender = sender.address
        self._by_service = sender.kind == "service"
        self._message = message
        self._smart = smart

    def __call__(self, one: Any) -> bool:
        created = one.date_created
        if not isinstance(created, datetime) or not self.first <= created <= self.last:
            return False
        if not str(one.direction).startswith("outbound") or one.to != self._message.to:
            return False
        if self._message.channel == "voice":
            return True
        sent_by = one.messaging_service_sid if self._by_service else one.from_
        return sent_by == self.sender and self._same_text(one.body or "")

    def _same_text(self, body: str) -> bool:
        if not self._smart:
            return body == self._message.text
        # Smart Encoding has put other signs in place of some: letters and digits stay.
        letters = _odd("", self._message.text)
        return bool(letters) and letters == _odd("", body)

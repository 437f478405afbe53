"""What a refusal of Twilio means for the message: refused, to be tried again, or in doubt."""

import random
from collections import OrderedDict
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from tactful.runtime.ports import Accepted, Message, Refused, Retry, SendOutcome, Unknown
from tactful.values import SECOND, Instant, Span, instant, moment
from tactful_twilio.errors import ErrorCode, explain

_LONGEST_BACKOFF = 10 * 60 * SECOND
_REMEMBERED = 10_000
_PACIFIC = ZoneInfo("America/Los_Angeles")

# What may have been done although the answer says that it was not (RFC 9110, section 15.5.9; 425:
# RFC 8470): a gateway says so of a request that it has passed on.
_IN_DOUBT = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY)


_OVER = ("failed", "undelivered", "canceled")
ARRIVED = ("delivered", "read")


class Tries:
    """Counts how often each send was put off, for as long as it is remembered.

    A restart forgets: then a send may be tried some times more than its error code says, and the
    engine's own limit holds.
    """

    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()

    def count(self, token: str) -> int:
        """Count one more, and return how often it was put off before."""
        before = self._counts.pop(token, 0)
        self._counts[token] = before + 1
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        return before

    def forget(self, token: str) -> None:
        """Forget a send that is settled."""
        self._counts.pop(token, None)


def refusal(status: int, code: int, message: Message, tries: Tries, now: Instant) -> SendOutcome:
    """Return the outcome of a message that Twilio answered with an HTTP status and an error code.

    An answer without a code of Twilio's own has its status as code: then something before Twilio
    may have given it.
    """
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _IN_DOUBT:
        return Unknown(f"Twilio answered with status {status}, which does not say if it was sent")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return again(explain(20429), message, tries, now)
    if code == status:
        return _without_code(status)
    known = explain(code)
    match known.classes[0]:
        case "permanent":
            return Refused(known.reason, gone=known.gone, code=str(known.code))
        case "configuration":
            return Refused(
                f"{known.reason}. {known.action}", kind="configuration", code=str(known.code)
            )
        case "reputation":
            return Refused(known.reason, kind="policy", code=str(known.code))
        case "in doubt":
            return Unknown(known.reason)
    return again(known, message, tries, now)


def again(known: ErrorCode, message: Message, tries: Tries, now: Instant) -> SendOutcome:
    """Return when to try again, or that it was tried often enough."""
    before = tries.count(message.token)
    if before >= known.tries:
        tries.forget(message.token)
        why = f"{known.reason}, and trying again did not help"
        return Refused(why, code=str(known.code))
    return Retry(_after(known, before, message, now), known.reason)


def taken(created: Any) -> Accepted | Refused:
    """Return the outcome of a message or call that Twilio has, as it is there now."""
    if created.status in _OVER:
        code = getattr(created, "error_code", None)
        if not code:
            return Refused(f"Twilio says that it is {created.status}")
        known = explain(code)
        return Refused(known.reason, gone=known.gone, code=str(known.code))
    return Accepted(created.sid, delivered=created.status in ARRIVED)


def not_reached(why: str, message: Message, tries: Tries) -> SendOutcome:
    """Return the outcome of a message of which Twilio has not heard: there was no connection."""
    before = tries.count(message.token)
    return Retry(_backoff(5 * SECOND, before, message), f"Twilio was not reached: {why}")


def _without_code(status: int) -> SendOutcome:
    if status < HTTPStatus.BAD_REQUEST:
        return Unknown(f"an answer of status {status} came, which Twilio does not give")
    told = {
        401: "Check account_sid and auth_token under [plugins.twilio].",
        403: "Check account_sid and auth_token under [plugins.twilio].",
        404: "Check account_sid and base_url under [plugins.twilio].",
        407: "A proxy wants a password.",
    }
    help = told.get(status, "Look at what stands between this machine and Twilio.")
    return Refused(f"the request was refused with status {status}. {help}", kind="configuration")


def _after(known: ErrorCode, before: int, message: Message, now: Instant) -> Span:
    if known.wait is None:
        return _to_pacific_midnight(now) + _spread(10 * 60 * SECOND, message)
    return _backoff(known.wait, before, message)


def _backoff(base: Span, before: int, message: Message) -> Span:
    """Return how long to wait: twice as long each time, and a part of it by chance.

    Chance keeps those who were refused together from coming back together. It depends on the
    attempt alone, so that the same run waits the same.
    """
    longest = max(base, min(_LONGEST_BACKOFF, base << min(before, 20)))
    return longest // 2 + _spread(longest // 2, message)


def _spread(within: Span, message: Message) -> Span:
    return random.Random(f"{message.token} {message.attempt}").randint(0, within)


def _to_pacific_midnight(now: Instant) -> Span:
    local = moment(now).astimezone(_PACIFIC)
    next_day = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return instant(next_day) - now

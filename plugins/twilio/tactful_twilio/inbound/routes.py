"""The routes that Twilio calls; each request is checked, kept, and only then answered."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from tactful.runtime.inbound import Intake, Route, WebAnswer, WebRequest
from tactful_twilio.inbound.forms import attempt_of, form_of
from tactful_twilio.inbound.messages import message_received
from tactful_twilio.inbound.signature import is_signed
from tactful_twilio.inbound.statuses import message_status
from tactful_twilio.settings import TwilioSettings
from tactful_twilio.voice.twiml import MEDIA_TYPE, NOTHING

Handle = Callable[[WebRequest, Intake], Awaitable[WebAnswer]]

_logger = logging.getLogger("tactful.twilio")

_UNSIGNED = WebAnswer(
    403,
    b"This request is not signed for this address. Who runs this server: check auth_token under "
    b"[plugins.twilio], and that [server] public_url is the address that Twilio was given.\n",
)
_KEPT = WebAnswer(204)
_NO_ANSWER = WebAnswer(200, NOTHING, MEDIA_TYPE)


def message_routes(settings: TwilioSettings) -> Sequence[Route]:
    """Return the routes for messages: what became of ours, and what people write."""
    check = signed_by(settings)
    return (Route("status", check(_status)), Route("inbound", check(_inbound)))


def signed_by(settings: TwilioSettings) -> Callable[[Handle], Handle]:
    """Return what lets a handler see only requests that the account has signed."""
    token = settings.auth_token.reveal()
    shared = settings.signing_key.reveal() if settings.signing_key else None

    def checked(handle: Handle) -> Handle:
        async def answer(request: WebRequest, intake: Intake) -> WebAnswer:
            if not is_signed(request, token, shared):
                _logger.warning("a request to %s is not signed by Twilio", _plain(request))
                return _UNSIGNED
            return await handle(request, intake)

        return answer

    return checked


async def _status(request: WebRequest, intake: Intake) -> WebAnswer:
    attempt = attempt_of(request)
    status = message_status(form_of(request), attempt) if attempt else None
    if status is not None:
        await intake.take(status)
    return _KEPT


async def _inbound(request: WebRequest, intake: Intake) -> WebAnswer:
    await intake.take(*message_received(form_of(request)))
    return _NO_ANSWER


def _plain(request: WebRequest) -> str:
    """Return the address without its query, of which a stranger may make anything."""
    return request.url.partition("?")[0][:200]

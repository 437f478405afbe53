"""The routes that Twilio calls during a call: what to say, a key that was pressed, how it goes."""

from collections.abc import Sequence

from tactful.runtime.inbound import Intake, KeyPress, OptedOut, Route, WebAnswer, WebRequest
from tactful_twilio.hooks import Hooks
from tactful_twilio.inbound.forms import Form, attempt_of, form_of, sid_of
from tactful_twilio.inbound.messages import address_of
from tactful_twilio.inbound.routes import signed_by
from tactful_twilio.settings import TwilioSettings
from tactful_twilio.voice.script import Script, no_more_calls, nobody_here
from tactful_twilio.voice.statuses import answered, call_status, is_machine
from tactful_twilio.voice.twiml import MEDIA_TYPE, HangUp, document

AGAIN = "again"
"""Names the second asking in the address of a key: after it, no third comes."""


class CallRoutes:
    """Answers Twilio while a call is on."""

    def __init__(self, settings: TwilioSettings, hooks: Hooks) -> None:
        self._settings = settings
        self._choices = settings.voice
        self._hooks = hooks

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        check = signed_by(self._settings)
        return (
            Route("voice", check(self._voice)),
            Route("key", check(self._key)),
            Route("call", check(self._status)),
        )

    async def _voice(self, request: WebRequest, intake: Intake) -> WebAnswer:
        """Say what the call says, to whoever picked up. Who calls us hears that nobody is here."""
        form, attempt = form_of(request), attempt_of(request)
        if attempt is None:
            return _say(nobody_here(self._choices, self._hooks.below("key") or ""))
        message = await intake.message(attempt)
        if message is None:
            return _say(document(HangUp()))
        script = Script(message, self._choices)
        if is_machine(form):
            await intake.take(answered(form, attempt, "voicemail"))
            return _say(script.left())
        await intake.take(answered(form, attempt, "delivered"))
        return _say(script.opening(self._key_url(attempt), self._key_url(attempt, again=True)))

    async def _key(self, request: WebRequest, intake: Intake) -> WebAnswer:
        """Take a key: a line of the flow, the opt-out, or one that means nothing."""
        form, attempt = form_of(request), attempt_of(request)
        key = form.get("Digits", "")[:1]
        message = await intake.message(attempt) if attempt else None
        if attempt is None or message is None:
            return await self._key_of_a_caller(form, key, intake)
        script = Script(message, self._choices)
        sid = sid_of(form, "CallSid")
        if key and key == script.opt_out_key:
            await intake.take(_opt_out(message.to, key, sid))
            return _say(script.opted_out())
        asked_again = any(name == AGAIN for name, _ in request.query)
        if key:
            nth = "2" if asked_again else "1"
            await intake.take(KeyPress(attempt=attempt, key=key, dedup=f"{sid}:{nth}:{key}"))
        if script.is_answer(key):
            return _say(script.thanks())
        if asked_again:
            return _say(script.goodbye())
        return _say(script.once_more(self._key_url(attempt, again=True)))

    async def _key_of_a_caller(self, form: Form, key: str, intake: Intake) -> WebAnswer:
        """Take the key of somebody who called us: only the opt-out means anything."""
        caller = address_of(form.get("From", ""))
        if not caller or key != self._choices.opt_out_key:
            return _say(document(HangUp()))
        await intake.take(_opt_out(caller, key, sid_of(form, "CallSid")))
        return _say(no_more_calls(self._choices))

    async def _status(self, request: WebRequest, intake: Intake) -> WebAnswer:
        form, attempt = form_of(request), attempt_of(request)
        if attempt is not None:
            over = form.get("CallStatus", "").lower() == "completed"
            message = await intake.message(attempt) if over else None
            await intake.take(*call_status(form, attempt, message))
        return WebAnswer(204)

    def _key_url(self, attempt: str, *, again: bool = False) -> str:
        url = self._hooks.of_attempt("key", attempt) or ""
        return f"{url}&{AGAIN}=1" if again else url


def _opt_out(address: str, key: str, sid: str) -> OptedOut:
    return OptedOut(
        channel="voice",
        address=address,
        dedup=f"{sid}:opt-out",
        text=f"key {key}",
        answered=True,
    )


def _say(twiml: bytes) -> WebAnswer:
    return WebAnswer(200, twiml, MEDIA_TYPE)

"""The channel `twilio`, as the engine uses it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from tactful.guard.addresses import AddressProblem
from tactful.runtime.inbound import Route
from tactful.runtime.ports import (
    ChannelLimits,
    Finding,
    Message,
    Refused,
    SendOutcome,
    Unknown,
)
from tactful.values import Rate
from tactful_twilio import senders
from tactful_twilio.account import Account
from tactful_twilio.calls import Calls
from tactful_twilio.clock import Now, wall_clock
from tactful_twilio.examine import examine
from tactful_twilio.hooks import Hooks, HookUrl
from tactful_twilio.inbound.routes import message_routes
from tactful_twilio.lost import Lost
from tactful_twilio.media import Media
from tactful_twilio.messages import Messages
from tactful_twilio.outcomes import Tries, not_reached, refusal, taken
from tactful_twilio.settings import CALL_TIMEOUT, TwilioSettings
from tactful_twilio.voice.calls import Spoken
from tactful_twilio.voice.routes import CallRoutes

Create = Callable[..., Awaitable[Any]]


class TwilioChannel:
    """Sends texts and picture messages, and makes calls, through one Twilio account."""

    name = "twilio"
    media: Collection[str] = ("sms", "mms", "voice")

    def __init__(
        self, settings: TwilioSettings, hook_url: HookUrl, *, now: Now = wall_clock
    ) -> None:
        self._settings = settings
        self._now = now
        self._account = Account(settings)
        self._tries = Tries()
        self._lost = Lost(self._account, settings)
        self._hooks = Hooks(hook_url)
        self._media = Media(self._hooks, settings.auth_token.reveal(), now)
        self._messages = Messages(settings, self._hooks, self._media)
        self._calls = Calls(self._hooks, Spoken(settings.voice, self._hooks))
        self._routes = (
            self._media.route(),
            *message_routes(settings),
            *CallRoutes(settings, self._hooks).routes(),
        )

    @property
    def limits(self) -> ChannelLimits:
        """What it can take."""
        return ChannelLimits(at_once=self._settings.at_once, call_timeout=CALL_TIMEOUT)

    @property
    def confirms_opt_out(self) -> bool:
        """Whether Twilio answers STOP itself, as it does unless the account turned it off."""
        return self._settings.confirms_opt_out

    async def send(self, message: Message) -> SendOutcome:
        """Ask Twilio once for one message or call."""
        now = self._now()
        if message.channel == "voice":
            asked = self._calls.parameters(message)
        else:
            asked = await self._messages.parameters(message, now)
        if isinstance(asked, Refused):
            return asked
        client = (await self._account.clients()).work
        create = client.calls if message.channel == "voice" else client.messages
        return await self._ask(create.create_async, asked, message)

    async def _ask(self, create: Create, asked: Mapping[str, Any], message: Message) -> SendOutcome:
        from twilio.base.exceptions import TwilioException

        from tactful_twilio.transport import AnswerLost, NotSent

        try:
            created = await create(**asked)
        except NotSent as error:
            return not_reached(str(error), message, self._tries)
        except AnswerLost as error:
            return Unknown(f"Twilio's answer was lost: {error}")
        except TwilioException as error:
            status, code = getattr(error, "status", None), getattr(error, "code", None)
            if not isinstance(status, int):
                return Unknown("the SDK failed, and does not say if the message was sent")
            known = int(str(code)) if str(code).isdigit() else status
            return refusal(status, known, message, self._tries, self._now())
        except (ValueError, TypeError, LookupError, AttributeError):
            return Unknown("Twilio took the request, and its answer cannot be read")
        if not isinstance(created.sid, str) or not created.sid:
            return Unknown("Twilio took the request, and its answer names no message")
        self._tries.forget(message.token)
        return taken(created)

    async def reconcile(self, message: Message) -> SendOutcome | None:
        """Look for a message or call whose answer was lost. One that is not found may be there."""
        return await self._lost.find(message)

    async def examine(self) -> Sequence[Finding]:
        """Try the account, its senders and services over the network; sends nothing."""
        return await examine(self._account, self._settings, self._hooks)

    def check_sender(self, medium: str, sender: str) -> Sequence[Finding]:
        """Judge a sender for a medium, without any network."""
        return senders.judge(medium, sender)

    def pace_of(self, medium: str, sender: str) -> Rate | None:
        """Return how many segments, or calls, a sender may send in a time."""
        read = senders.read_sender(sender)
        if isinstance(read, AddressProblem):
            return None
        set_for_it = None if medium == "voice" else self._settings.of(read).rate
        return set_for_it or senders.default_rate(medium, read)

    def cost(self, medium: str, country: str | None, segments: int) -> str | None:
        """Return no price: Twilio tells it only afterwards. `[prices]` in tactful.toml says it."""
        return None

    def routes(self) -> Sequence[Route]:
        """Return where Twilio calls us."""
        return self._routes

    async def aclose(self) -> None:
        """Close all connections."""
        await self._account.aclose()

"""One Twilio account, as the SDK reaches it: opened at the first call, closed at the end."""

from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread
from msgspec import Struct

from tactful_twilio.settings import TwilioSettings

if TYPE_CHECKING:
    from tactful_twilio.transport import Transport

# The SDK reads the environment when it is given an empty one. Settings come from tactful.toml only.
_NO_ENVIRONMENT = {"": ""}


class Clients(Struct, frozen=True):
    """The SDK's clients: the one for all work, and the `owner`, who has the account's own token.

    They differ when an API key is set: a key may not look at the account itself.
    """

    work: Any
    owner: Any


class Account:
    """Holds the SDK's clients and their connections."""

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        self._opening = anyio.Lock()
        self._open: tuple[Clients, Transport] | None = None

    async def clients(self) -> Clients:
        """Return the SDK's clients. The first call loads the SDK, in a thread: it is slow."""
        if self._open is None:
            async with self._opening:
                if self._open is None:
                    self._open = await to_thread.run_sync(_open, self._settings)
        return self._open[0]

    async def aclose(self) -> None:
        """Close all connections. A later call opens new ones."""
        opened, self._open = self._open, None
        if opened is not None:
            await opened[1].aclose()


def _open(settings: TwilioSettings) -> "tuple[Clients, Transport]":
    from tactful_twilio.transport import Transport

    transport = Transport(settings.timeout.span, settings.at_once)
    owner = _client(settings, transport, settings.account_sid, settings.auth_token.reveal())
    if settings.api_key is None or settings.api_secret is None:
        return Clients(owner, owner), transport
    worker = _client(settings, transport, settings.api_key, settings.api_secret.reveal())
    return Clients(worker, owner), transport


def _client(settings: TwilioSettings, transport: "Transport", name: str, password: str) -> Any:
    from twilio.rest import Client

    client = Client(
        name,
        password,
        settings.account_sid,
        region=settings.region,
        edge=settings.edge,
        http_client=transport,
        environment=_NO_ENVIRONMENT,
        user_agent_extensions=["tactful"],
    )
    if settings.base_url is not None:
        client.api.base_url = settings.base_url
        client.messaging.base_url = f"{settings.base_url}/messaging"
    # The SDK imports each part when it is first touched, which must not happen in the loop.
    _ = client.messages, client.calls, client.messaging.v1.services
    _ = client.incoming_phone_numbers, client.outgoing_caller_ids
    return client

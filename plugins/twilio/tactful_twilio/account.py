"""One Twilio account, as the SDK reaches it: opened at the first call, closed at the end."""

from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread

from tactful_twilio.settings import TwilioSettings

if TYPE_CHECKING:
    from tactful_twilio.transport import Transport

# The SDK reads the environment when it is given an empty one. Settings come from tactful.toml only.
_NO_ENVIRONMENT = {"": ""}


class Account:
    """Holds the SDK's client and its connections."""

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        self._opening = anyio.Lock()
        self._client: Any = None
        self._transport: Transport | None = None

    async def client(self) -> Any:
        """Return the SDK's client. The first call loads the SDK, in a thread: it is slow."""
        if self._client is None:
            async with self._opening:
                if self._client is None:
                    self._client, self._transport = await to_thread.run_sync(_open, self._settings)
        return self._client

    async def aclose(self) -> None:
        """Close all connections. A later call opens new ones."""
        transport, self._transport, self._client = self._transport, None, None
        if transport is not None:
            await transport.aclose()


def _open(settings: TwilioSettings) -> "tuple[Any, Transport]":
    from twilio.rest import Client

    from tactful_twilio.transport import Transport

    transport = Transport(settings.timeout.span, settings.at_once)
    key, secret = settings.api_key, settings.api_secret
    client = Client(
        key or settings.account_sid,
        secret.reveal() if secret else settings.auth_token.reveal(),
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
    for part in (client.api.v2010.account, client.messaging.v1):
        _ = part.messages if hasattr(part, "messages") else part.services
    _ = client.calls, client.incoming_phone_numbers
    return client, transport

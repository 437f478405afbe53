"""An open WebSocket as channels get it."""

from collections.abc import Mapping, Sequence

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from tactful.runtime.inbound import read_form


class OpenSocket:
    """A WebSocket of Starlette behind the protocol of `runtime.inbound.Socket`.

    Only texts are taken: who sends bytes is cut off (RFC 6455, code 1003).
    """

    def __init__(self, inner: WebSocket) -> None:
        self._inner = inner

    async def accept(self) -> None:
        """Open it."""
        await self._inner.accept()

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the opening request, with small names."""
        return self._inner.headers

    @property
    def query(self) -> Sequence[tuple[str, str]]:
        """The values of its query."""
        return read_form(self._inner.scope["query_string"].decode("latin-1"))

    async def receive(self) -> str | None:
        """Wait for the next text; None when the other side is gone."""
        if self._inner.client_state is WebSocketState.DISCONNECTED:
            return None
        event = await self._inner.receive()
        if event["type"] == "websocket.disconnect":
            return None
        text = event.get("text")
        if text is None:
            await self.close(1003)
            return None
        return str(text)

    async def send(self, text: str) -> None:
        """Send a text. Raises `ConnectionError` when the other side is gone."""
        if self._is_closed:
            raise ConnectionError("the other side is gone")
        try:
            await self._inner.send_text(text)
        except (WebSocketDisconnect, RuntimeError, OSError) as error:
            raise ConnectionError("the other side is gone") from error

    async def close(self, code: int = 1000) -> None:
        """Close it; once more is well."""
        if self._is_closed:
            return
        try:
            await self._inner.close(code)
        except (WebSocketDisconnect, RuntimeError, OSError):
            return

    @property
    def _is_closed(self) -> bool:
        return WebSocketState.DISCONNECTED in (
            self._inner.client_state,
            self._inner.application_state,
        )

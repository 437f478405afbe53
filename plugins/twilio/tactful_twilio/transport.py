"""Carries the SDK's requests to Twilio: one pool of connections, one time limit, no repeats.

The SDK's own asynchronous transport ignores its time limit and, asked to, repeats a request that
may have been heard. Here a request is made once, and it is known whether any of it went out.
"""

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import anyio
import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from tactful.values import SECOND, Span

_CONNECT = 5.0
_IDLE = 15.0
_MOST_BYTES = 4_000_000

_logger = logging.getLogger("tactful.twilio")


_asking: ContextVar[bool] = ContextVar("asking Twilio", default=False)


class _NotOurs(logging.Filter):
    """Keeps our requests out of httpx's log: the address of a list holds a person's number."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _asking.get()


logging.getLogger("httpx").addFilter(_NotOurs())


class NotSent(Exception):
    """A request failed before any of it went out: Twilio has not heard of it."""


class AnswerLost(Exception):
    """A request went out, and what became of it is not known."""


class Transport(AsyncHttpClient):  # type: ignore[misc]
    """Makes requests for the SDK with connections that are used again.

    `timeout` is how long a request may take in all, from connecting to the last byte of its answer.
    """

    def __init__(self, timeout: Span, at_once: int) -> None:
        super().__init__(_logger, is_async=True)
        self._seconds = timeout / SECOND
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(self._seconds, connect=min(_CONNECT, self._seconds / 2)),
            limits=httpx.Limits(
                max_connections=at_once,
                max_keepalive_connections=at_once,
                # Below what Twilio's edge keeps open, so that no request meets a closing door.
                keepalive_expiry=_IDLE,
            ),
            follow_redirects=False,
        )

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (as the SDK calls it)
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request, and return its answer. Raises `NotSent` or `AnswerLost`."""
        sent = _Sent()
        asking = _asking.set(True)
        try:
            with anyio.fail_after(self._seconds):
                async with self._client.stream(
                    method.upper(),
                    uri,
                    params=dict(params) if params else None,
                    data=dict(data) if data is not None else None,
                    headers=dict(headers or {}),
                    auth=auth,
                    extensions={"trace": sent.trace},
                ) as answer:
                    body = await _read(answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            if sent.begun:
                raise AnswerLost(_why(error)) from error
            raise NotSent(_why(error)) from error
        finally:
            _asking.reset(asking)
        return Response(answer.status_code, body, answer.headers)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


class _Sent:
    """Notes when the first byte of a request goes out, as httpcore tells it."""

    def __init__(self) -> None:
        self.begun = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(".send_request_headers.started"):
            self.begun = True


async def _read(answer: httpx.Response) -> str:
    parts = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > _MOST_BYTES:
            raise httpx.DecodingError("the answer is longer than any of Twilio's")
        parts.append(part)
    return b"".join(parts).decode("utf-8", errors="replace")


def _why(error: Exception) -> str:
    """Say what went wrong without the request, whose body is a person's."""
    match error:
        case TimeoutError() | httpx.TimeoutException():
            return "no answer in time"
        case httpx.ConnectError():
            return "no connection"
        case httpx.RemoteProtocolError() | httpx.ReadError() | httpx.WriteError():
            return "the connection broke off"
    return type(error).__name__

"""Hooks: the routes of channels and desks, each below `/hooks/PLUGIN/`.

An application of its own (ASGI) without anything in between, because providers wait for its answer
and a campaign makes many thousands of them call.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.types import Message as Event
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from tactful.errors import StoreInvalid
from tactful.runtime.inbound import Intake, Route, SocketRoute, WebAnswer, WebRequest
from tactful.web.body import TooLarge, read_body
from tactful.web.patience import Patience
from tactful.web.sockets import OpenSocket
from tactful.web.trouble import where

log = logging.getLogger(__name__)

MOST_BODY = 10 * 2**20
"""Larger bodies are refused, in bytes; a provider sends links to pictures, not pictures."""
ANSWER_SECONDS = 15.0
"""So long a request may take in all; Twilio waits for an answer as long (its webhook guide)."""

_Handler = tuple[Route, Intake]
_EMPTY = WebAnswer(404, b"There is nothing here.\n")


class Hooks:
    """Routes of plugins. `base` is our public address, without a path at its end."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._routes: dict[str, dict[str, _Handler]] = {}
        self._sockets: dict[str, tuple[SocketRoute, Intake]] = {}
        self._below: list[str] = []
        self._patience = Patience()

    def add(self, plugin: str, routes: Iterable[Route | SocketRoute], intake: Intake) -> None:
        """Add the routes of one object of a plugin."""
        for route in routes:
            path = f"{plugin}/{route.path}"
            if isinstance(route, SocketRoute):
                self._sockets[path] = (route, intake)
            else:
                methods = self._routes.setdefault(path, {})
                methods |= dict.fromkeys(route.methods, (route, intake))
            if path.endswith("/") and path not in self._below:
                self._below = sorted([*self._below, path], key=len, reverse=True)

    @property
    def paths(self) -> list[str]:
        """The paths that there are, from the root of the server."""
        return sorted(f"/hooks/{path}" for path in (*self._routes, *self._sockets))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        path = str(scope["path"]).partition("/hooks/")[2]
        own = self._own(path, self._sockets if scope["type"] == "websocket" else self._routes)
        if scope["type"] == "websocket":
            await self._talk(own, scope, receive, send)
        elif own is None:
            await _answer(send, _EMPTY)
        else:
            await _answer(send, await self._ask(own, path, scope, receive))

    def _own(self, path: str, among: Mapping[str, object]) -> str | None:
        """Return the route that a path is of."""
        if path in among:
            return path
        return next((one for one in self._below if path.startswith(one) and one in among), None)

    # ---- requests -------------------------------------------------------------------------------

    async def _ask(self, own: str, path: str, scope: Scope, receive: Receive) -> WebAnswer:
        methods = self._routes[own]
        found = methods.get(scope["method"])
        if found is None:
            allowed = {"Allow": ", ".join(sorted(methods))}
            return WebAnswer(405, b"This method is not allowed here.\n", headers=allowed)
        answering = self._answering(found, own, path, scope, receive)
        answer = await self._patience.in_time(answering, ANSWER_SECONDS)
        if answer is not None:
            return answer
        log.error("the hook %s took longer than %g seconds", own, ANSWER_SECONDS)
        return WebAnswer(503, b"This took too long.\n", headers=_LATER)

    async def _answering(
        self, found: _Handler, own: str, path: str, scope: Scope, receive: Receive
    ) -> WebAnswer:
        route, intake = found
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            body = await read_body(receive, headers, MOST_BODY)
        except TooLarge as error:
            return WebAnswer(413, f"{error}\n".encode())
        except ConnectionError:
            return WebAnswer(400)
        request = WebRequest(
            method=scope["method"],
            url=self._url(scope),
            path=path[len(own) :] if own.endswith("/") else "",
            headers=headers,
            body=body,
        )
        return await _handled(route.handle(request, intake), own)

    def _url(self, scope: Scope) -> str:
        """Return what the sender asked for, whatever proxies made of it."""
        query = scope["query_string"].decode("latin-1")
        url = self._base + scope["raw_path"].decode("latin-1")
        return f"{url}?{query}" if query else url

    # ---- sockets --------------------------------------------------------------------------------

    async def _talk(self, own: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        if own is None:
            await send({"type": "websocket.close", "code": 1000})  # before accept: a 403
            return
        route, intake = self._sockets[own]
        socket = OpenSocket(WebSocket(scope, receive, send))
        await socket.accept()
        try:
            await route.handle(socket, intake)
        except ConnectionError:
            return
        except (Exception, SystemExit) as error:
            log.error("the hook %s failed: %s", own, where(error))
            await socket.close(1011)
            return
        await socket.close()


async def _handled(answering: Awaitable[WebAnswer], own: str) -> WebAnswer:
    try:
        answer = await answering
        if isinstance(answer, WebAnswer) and not any(map(_has_breaks, answer.headers.values())):
            return answer
        log.error("the hook %s gave no answer that can be sent, but %.100r", own, type(answer))
    except StoreInvalid:
        log.error("what came in by %s could not be kept", own)
        return WebAnswer(503, b"This could not be kept. Tell it again.\n", headers=_LATER)
    except (Exception, SystemExit) as error:
        log.error("the hook %s failed: %s", own, where(error))
    return WebAnswer(500, b"Something went wrong here.\n")


_LATER: Mapping[str, str] = {"Retry-After": "5"}


def _has_breaks(value: str) -> bool:
    return "\r" in value or "\n" in value


Answering = Callable[[Event], Awaitable[None]]


async def _answer(send: Answering, answer: WebAnswer) -> None:
    headers = [(b"content-length", b"%d" % len(answer.body))] if answer.status != 204 else []
    if answer.body:
        headers.append((b"content-type", answer.media_type.encode("latin-1")))
    headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.headers.items()
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})

"""The web application: hooks, the health of the engine, and the API."""

import logging
from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from tactful.web.hooks import Hooks
from tactful.web.trouble import where

log = logging.getLogger(__name__)


def make_app(
    hooks: Hooks, healthy: Callable[[], bool], more: Sequence[BaseRoute] = ()
) -> Starlette:
    """Return the application. `healthy` says whether the engine takes work; `more` are routes."""

    async def health(request: Request) -> Response:
        if healthy():
            return JSONResponse({"status": "ok"})
        return JSONResponse({"status": "stopping"}, status_code=503)

    return Starlette(
        routes=[Mount("/hooks", hooks), Route("/healthz", health), *more],
        exception_handlers={Exception: _failed},
    )


async def _failed(request: Request, error: Exception) -> Response:
    log.error("%s failed: %s", request.url.path, where(error))
    return PlainTextResponse("Something went wrong here.\n", status_code=500)

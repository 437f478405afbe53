"""The routes of the API."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tactful.web.api.events import EventsApi
from tactful.web.api.openapi import describe, page

_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def api_routes(events: EventsApi, server: str) -> Sequence[BaseRoute]:
    """Return the routes. `server` is our public address, for the descriptions."""
    described, shown = describe(server), page(server)

    async def description(request: Request) -> Response:
        return JSONResponse(described)

    async def human(request: Request) -> Response:
        return HTMLResponse(shown, headers=_SAFE)

    return [
        Route("/api/events", events.take, methods=["POST"]),
        Route("/api/openapi.json", description),
        Route("/api", human),
    ]

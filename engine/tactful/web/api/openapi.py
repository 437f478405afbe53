"""The description of the API, for programs (OpenAPI 3.1) and for people (one page, no scripts)."""

import html
from typing import Any

from pydantic.json_schema import models_json_schema

from tactful import __version__
from tactful.web.api.events import MOST_EVENTS, Event, Events

_REF = "#/components/schemas/{model}"
_ANSWERS = {
    "202": "Taken: the events are durable, and reach their journeys now.",
    "400": "The body is not JSON.",
    "401": "No token, or one that is not known.",
    "403": "The token may not do this.",
    "413": "The body is too large.",
    "415": "The body is not said to be JSON.",
    "422": "An event is not as it should be; `errors` say where.",
    "429": "More events than may come at once; `Retry-After` says when to go on.",
    "503": "Nothing was kept. Send it again.",
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {
                    "where": {"type": "string", "description": "A JSON pointer into the body."},
                    "what": {"type": "string"},
                    "help": {"type": "string"},
                },
            },
        },
    },
}


def describe(server: str) -> dict[str, Any]:
    """Return the API as OpenAPI describes it. `server` is our public address."""
    _, schemas = models_json_schema(
        [(Event, "validation"), (Events, "validation")], ref_template=_REF
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tactful",
            "version": __version__,
            "description": "Tell a running Tactful what has happened in other systems.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {"/api/events": {"post": _operation()}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas["$defs"], "Problem": _PROBLEM},
        },
    }


def _operation() -> dict[str, Any]:
    one_or_more = [{"$ref": _REF.format(model=name)} for name in ("Event", "Events")]
    return {
        "operationId": "takeEvents",
        "summary": f"Report an event, or up to {MOST_EVENTS} at once",
        "description": "Every journey under way that waits for it takes its `on event` line. "
        "Needs the scope `events`.",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "maxLength": 200},
                "description": "A repeat with the same key changes nothing, like an event's `id`.",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"anyOf": one_or_more}}},
        },
        "responses": {status: _response(status, words) for status, words in _ANSWERS.items()},
    }


def _response(status: str, words: str) -> dict[str, Any]:
    if status == "202":
        schema: dict[str, Any] = {
            "type": "object",
            "required": ["taken"],
            "properties": {"taken": {"type": "integer"}},
        }
        return {"description": words, "content": {"application/json": {"schema": schema}}}
    problem = {"schema": {"$ref": _REF.format(model="Problem")}}
    return {"description": words, "content": {"application/problem+json": problem}}


# ---- for people ---------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
code, pre { font: .9em ui-monospace, monospace; }
pre { padding: 1rem; overflow-x: auto; border-radius: .4rem;
  background: color-mix(in srgb, currentColor 8%, transparent); }
.soft { opacity: .7; }
"""

_EXAMPLE = """curl {server}/api/events \\
  -H 'Authorization: Bearer TOKEN' \\
  -H 'Content-Type: application/json' \\
  -d '{{"name": "parcel_delivered", "key": "A-1017", "id": "delivery-881"}}'"""


def page(server: str) -> str:
    """Return the same for people, as one HTML page."""
    told = describe(server)
    operation = told["paths"]["/api/events"]["post"]
    event = told["components"]["schemas"]["Event"]
    fields = "".join(
        _row(f"<code>{name}</code>", _kind(field), field.get("description", ""))
        for name, field in event["properties"].items()
    )
    answers = "".join(
        _row(f"<code>{status}</code>", answer["description"])
        for status, answer in operation["responses"].items()
    )
    example = html.escape(_EXAMPLE.format(server=server))
    several = html.escape('{"events": [{…}, {…}]}')
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Tactful API</title><style>{_STYLE}</style><h1>Tactful API</h1>"
        f"<p>{told['info']['description']} For programs: "
        '<a href="/api/openapi.json">openapi.json</a>.'
        f"<h2><code>POST /api/events</code></h2><p>{html.escape(operation['summary'])}. "
        f"{_marked(operation['description'])}<pre>{example}</pre>"
        f"<p>Several at once: <code>{several}</code>, all of them or none. A repeat with the same "
        "<code>id</code>, or the same <code>Idempotency-Key</code> header, changes nothing."
        f"<h2>An event</h2><table>{fields}</table>"
        "<h2>Answers</h2><p>Errors are <code>application/problem+json</code> (RFC 9457): "
        "<code>errors</code> say what is wrong and <code>where</code>, as a JSON pointer."
        f"<table>{answers}</table></html>"
    )


def _row(*cells: str) -> str:
    first, *others = cells
    return f"<tr><td>{first}{''.join(f'<td>{_marked(cell)}' for cell in others)}</tr>"


def _marked(text: str) -> str:
    """Return a text as HTML, with what stands in backticks as code."""
    parts = html.escape(text).split("`")
    return "".join(
        f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts)
    )


def _kind(field: dict[str, Any]) -> str:
    kinds = [one.get("type", "") for one in field.get("anyOf", [field])]
    return " or ".join(kind for kind in kinds if kind and kind != "null")

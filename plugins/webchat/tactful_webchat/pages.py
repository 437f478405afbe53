"""What the chat serves to browsers: its script, put together once, and a page to try it."""

import hashlib
import html
import ipaddress
import json
import secrets
from string import Template
from urllib.parse import urlsplit

from anyio import to_thread
from msgspec import Struct

from tactful.runtime.inbound import Intake, Route, WebAnswer, WebRequest
from tactful_webchat.house import House
from tactful_webchat.settings import WebchatSettings
from tactful_webchat.tokens import LONGEST_KEY
from tactful_webchat.words import FOLDER, WORDS

# In this order, in one function: each file only declares what the next ones use.
_PARTS = ("store.js", "line.js", "links.js", "look.js", "view.js", "chat.js")
_OTHER = {
    # A page of any site may load it, also one that isolates itself (COEP) or checks its hash (SRI).
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_DEMO_KEY = "A-1"


class _Files(Struct, frozen=True):
    """What is served, as read from the package, with the settings in it."""

    script: bytes
    tag: str
    demonstration: Template

    @classmethod
    def read(cls, settings: WebchatSettings) -> "_Files":
        """Read it; this blocks."""
        script = _script(settings).encode()
        tag = f'"{hashlib.sha256(script).hexdigest()[:32]}"'
        return cls(script, tag, Template((FOLDER / "demo.html").read_text(encoding="utf-8")))


class Pages:
    """The script with the company's settings in it, and the demonstration."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._read: _Files | None = None

    def routes(self) -> tuple[Route, ...]:
        """Return what can be asked for."""
        return (Route("chat.js", self._chat, ("GET",)), Route("demo", self._demo, ("GET",)))

    async def _files(self) -> _Files:
        if self._read is None:
            self._read = await to_thread.run_sync(_Files.read, self._house.settings)
        return self._read

    async def _chat(self, request: WebRequest, intake: Intake) -> WebAnswer:
        files = await self._files()
        headers = {**_OTHER, "Cache-Control": "public, max-age=300", "ETag": files.tag}
        if files.tag in request.headers.get("if-none-match", ""):
            return WebAnswer(304, headers=headers)
        return WebAnswer(200, files.script, "text/javascript; charset=utf-8", headers)

    async def _demo(self, request: WebRequest, intake: Intake) -> WebAnswer:
        if not _is_on_this_machine(request):
            return WebAnswer(404, b"There is nothing here.\n")
        if not self._house.settings.demo:
            return WebAnswer(404, b"Write demo = true into [plugins.webchat] to try the chat.\n")
        key = dict(request.query).get("as", _DEMO_KEY)[:LONGEST_KEY] or _DEMO_KEY
        nonce = secrets.token_urlsafe(16)
        page = (await self._files()).demonstration.substitute(
            nonce=nonce, key=html.escape(key), token=await self._house.demo_token(key)
        )
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": _policy(nonce),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        return WebAnswer(200, page.encode(), "text/html; charset=utf-8", headers)


def _policy(nonce: str) -> str:
    """Return a Content-Security-Policy as strict as any page's that has the chat."""
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; "
        f"style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'self'; "
        "require-trusted-types-for 'script'"
    )


def _script(settings: WebchatSettings) -> str:
    parts = [(FOLDER / part).read_text(encoding="utf-8") for part in _PARTS]
    style = (FOLDER / "chat.css").read_text(encoding="utf-8")
    constants = {"HOUSE": _house(settings), "STYLE": style}
    declared = "".join(f"const {name} = {_literal(value)};\n" for name, value in constants.items())
    return f'(() => {{\n"use strict";\n{declared}\n{"".join(parts)}}})();\n'


def _house(settings: WebchatSettings) -> dict[str, object]:
    spoken = settings.languages or tuple(WORDS)
    return {
        "words": {language: WORDS[language] for language in spoken},
        "title": settings.title,
        "greeting": settings.greeting,
        "colour": settings.colour,
        "position": settings.position,
        "longest": settings.longest_reply,
    }


def _literal(value: object) -> str:
    """Return a value as it stands in a script, whatever is in it."""
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c")


def _is_on_this_machine(request: WebRequest) -> bool:
    """Return whether nobody but this machine can have asked, as far as a request shows.

    The name that was asked for counts too: another site's may lead here (DNS rebinding).
    """
    if any(name.startswith("x-forwarded") or name == "forwarded" for name in request.headers):
        return False
    asked = urlsplit(f"//{request.headers.get('host', '')}").hostname
    return _is_loopback(urlsplit(request.url).hostname) and _is_loopback(asked)


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False

"""A chat with a real web server, whose engine is only ears, and a company's site that has it."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from tactful.plugins import Secret
from tactful.runtime.inbound import Signal
from tactful.runtime.ports import Message, SendOutcome
from tactful.testing import Answer, Request, Server, sample_message, serving
from tactful.values import MINUTE
from tactful.web.app import make_app
from tactful.web.hooks import Hooks
from tactful.web.server import WebServer, address_of, bind
from tactful_webchat.channel import WebchatChannel
from tactful_webchat.house import House, wall_clock
from tactful_webchat.settings import WebchatSettings
from tactful_webchat.tokens import Visitor, sign

KEY = "a key that only this test and its pages know"
"""What signs tokens here."""
HEARD_WITHIN = 30.0


@dataclass
class Clock:
    """The machine's clock, ahead by so many microseconds."""

    ahead: int = 0

    def __call__(self) -> int:
        return wall_clock() + self.ahead


@dataclass
class Ears:
    """An intake that keeps what it is told; `deaf`: it cannot."""

    signals: list[Signal] = field(default_factory=list)
    deaf: bool = False

    async def take(self, *signals: Signal) -> None:
        if self.deaf:
            raise RuntimeError("the store is full")
        self.signals.extend(signals)

    async def message(self, attempt: str) -> Message | None:
        return None


def token(*keys: str, lasts: int = 10 * MINUTE, key: str = KEY) -> str:
    """Return the token of a visitor with these keys."""
    return sign(Visitor(keys or ("A-1",), wall_clock() + lasts), key)


def chat_message(number: int = 1, **changes: Any) -> Message:
    """Return a message to the visitor `A-1`."""
    plain = {"to": "A-1", "key": "A-1", "sender": "Acme Care", "text": f"Message {number}"}
    return sample_message("chat", number, **({"expires_at": None} | plain | changes))


class Chat:
    """A chat that can be started and stopped; its folder, its port and its ears stay."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.settings = settings
        self.clock = Clock()
        self.ears = Ears()
        self._bound = bind("127.0.0.1", 0)
        self.port = address_of(self._bound)[1]
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def script(self) -> str:
        return f"{self.origin}/hooks/webchat/chat.js"

    def start(self) -> None:
        """Serve, in a thread, until `stop`."""
        if self._bound.fileno() == -1:
            self._bound = bind("127.0.0.1", self.port)
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        assert ready.wait(HEARD_WITHIN)

    def stop(self) -> None:
        """Stop as a server does that is shut down."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._web.stop)
            self._thread.join()
            self._thread = None
        self._bound.close()

    def send(self, message: Message) -> SendOutcome:
        """Hand the channel a message as the engine does."""
        outcome: SendOutcome = self._call(self.channel.send(message))
        return outcome

    def heard(self, enough: Callable[[list[Signal]], bool]) -> list[Signal]:
        """Return what the engine was told, as soon as it is enough."""
        end = time.monotonic() + HEARD_WITHIN
        while not enough(self.ears.signals):
            assert time.monotonic() < end, f"heard only {self.ears.signals}"
            time.sleep(0.02)
        return list(self.ears.signals)

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(HEARD_WITHIN)

    async def _serve(self, ready: threading.Event) -> None:
        settings = WebchatSettings.model_validate({"key": Secret(KEY, "the test")} | self.settings)
        house = House(self.folder, settings, None, self.clock)
        self.channel = WebchatChannel(house)
        self._loop = asyncio.get_running_loop()
        hooks = Hooks(self.origin)
        hooks.add("webchat", self.channel.routes(), self.ears)
        self._web = WebServer(make_app(hooks, lambda: True), self._bound)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listen)
            self._loop.call_soon(ready.set)
            await self._web.run()
            tasks.cancel_scope.cancel()
        await self.channel.aclose()

    async def _listen(self) -> None:
        while True:
            try:
                await self.channel.listen(self.ears)
            except RuntimeError:
                await anyio.sleep(0.05)  # as whoever runs it waits before it starts it again


@contextmanager
def chatting(folder: Path, **settings: Any) -> Iterator[Chat]:
    """Run a chat while the block runs."""
    chat = Chat(folder, **settings)
    chat.start()
    try:
        yield chat
    finally:
        chat.stop()


# ---- the company's site -------------------------------------------------------------------------


@dataclass
class Site:
    """A company's site: pages of its own, with a policy as strict as sites have."""

    server: Server
    chat: Chat
    token: str = ""
    fresh: str = ""
    attributes: str = ""
    language: str = "en"
    body: str = "<h1>Shop</h1><p><a href='#'>A link of the page</a></p>"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def respond(self, request: Request) -> Answer:
        if request.path == "/token":
            return Answer(self.fresh.encode(), headers={"Content-Type": "text/plain"})
        if request.path != "/":
            return Answer(status=404)
        policy = (
            f"default-src 'none'; script-src {self.chat.origin}; connect-src 'self' "
            f"ws://127.0.0.1:{self.chat.port}; require-trusted-types-for 'script'"
        )
        page = (
            f"<!doctype html><html lang={self.language}><meta charset=utf-8><title>Shop</title>"
            "<meta name=viewport content='width=device-width, initial-scale=1'>"
            f"<body>{self.body}<script src='{self.chat.script}' data-visitor='{self.token}' "
            f"{self.attributes} async></script></body></html>"
        )
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
        }
        return Answer(page.encode(), headers=headers)


@contextmanager
def site_of(folder: Path, **settings: Any) -> Iterator[Site]:
    """Run a site with a chat, for the visitor `A-1`, while the block runs."""
    with serving(lambda request: site.respond(request)) as server:
        allowed = {"origins": [f"http://127.0.0.1:{server.port}"]}
        with chatting(folder, **(allowed | settings)) as chat:
            site = Site(server, chat, token())
            yield site

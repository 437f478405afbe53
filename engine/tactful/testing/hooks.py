"""A real web server on this machine, on a free port, with the routes of a channel or a desk."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio

from tactful.runtime.inbound import Intake, Routed, Signal
from tactful.runtime.ports import Message
from tactful.web.app import make_app
from tactful.web.hooks import Hooks
from tactful.web.server import WebServer, address_of, bind, url_of


@dataclass
class RecordingIntake:
    """Keeps what it is told in `signals`, each `dedup` once; knows the `messages` it was given.

    `error` is raised instead, when there is one.
    """

    messages: Mapping[str, Message] = field(default_factory=dict)
    signals: list[Signal] = field(default_factory=list)
    error: Exception | None = None

    async def take(self, *signals: Signal) -> None:
        """Keep signals."""
        if self.error is not None:
            raise self.error
        for signal in signals:
            if signal.dedup not in {known.dedup for known in self.signals}:
                self.signals.append(signal)

    async def message(self, attempt: str) -> Message | None:
        """Return a message that was given."""
        return self.messages.get(attempt)


@dataclass(frozen=True)
class HookServer:
    """A server that runs. `url` is its own address, `public_url` what its routes take it for."""

    url: str
    public_url: str

    def hook(self, plugin: str, path: str) -> str:
        """Return the address of a route of a plugin, as it is called here."""
        return f"{self.url}/hooks/{plugin}/{path}"


@contextmanager
def serving_hooks(
    routed: Mapping[str, Routed], intake: Intake, *, public_url: str | None = None
) -> Iterator[HookServer]:
    """Serve the routes of one object for each plugin, as `tactful serve` does, in a thread.

    `public_url` is the address that `[server]` would name; without it, the server's own.
    """
    bound = bind("127.0.0.1", 0)
    url = url_of(*address_of(bound))
    hooks = Hooks(public_url or url)
    for plugin, one in routed.items():
        hooks.add(plugin, one.routes(), intake)
    web = WebServer(make_app(hooks, lambda: True), bound)
    thread = threading.Thread(target=lambda: anyio.run(web.run), daemon=True)
    thread.start()
    try:
        yield HookServer(url, public_url or url)
    finally:
        web.stop()
        thread.join()

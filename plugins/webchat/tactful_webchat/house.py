"""What the channel and its sessions share: settings, clock, conversations, open pages."""

import secrets
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import anyio
from anyio import to_thread

from tactful.values import MINUTE, SECOND, Instant
from tactful_webchat.conversations import Conversations
from tactful_webchat.database import Database
from tactful_webchat.feed import Asked, feed
from tactful_webchat.limits import Rate
from tactful_webchat.protocol import Items
from tactful_webchat.rooms import Rooms
from tactful_webchat.settings import WebchatSettings, origin_of
from tactful_webchat.tokens import TokenRefused, Visitor, read, sign

P = ParamSpec("P")
R = TypeVar("R")
Clock = Callable[[], Instant]


def wall_clock() -> Instant:
    """Return what the machine's clock says."""
    return time.time_ns() // 1_000


class House:
    """What one chat is made of. `own` is the address under which it is reached, if it has one."""

    def __init__(
        self, folder: Path, settings: WebchatSettings, own: str | None, clock: Clock
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.conversations = Conversations(database := Database(folder), settings.delivered_when)
        self.rooms = Rooms(settings.most_open, settings.most_tabs)
        self.replies = Rate(MINUTE // settings.replies_per_minute, settings.replies_per_minute)
        self.frames = Rate(SECOND // 5, 100)
        self._database = database
        self._turn = anyio.Lock()
        self._news = anyio.Event()
        self._own = origin_of(own) if own else None
        # To try the chat no key of the company is needed: one that lives as long as we do will do.
        self._demo_key = secrets.token_urlsafe(48) if settings.demo else None

    # ---- who ------------------------------------------------------------------------------------

    @property
    def has_key(self) -> bool:
        """Whether any visitor can be known."""
        return bool(self._keys)

    def admits(self, origin: str | None, host: str) -> bool:
        """Return whether a page of an origin may open the chat.

        `host` is the one that the page asked; only where we have no public address, it is our own.
        """
        if origin is None:
            return False
        own = self._own or origin_of(f"http://{host}")
        return origin in self.settings.origins or origin == own

    async def visitor(self, token: str) -> Visitor:
        """Return whom a token is about. Raises `TokenRefused`."""
        if not self._keys:
            raise TokenRefused("no key is set: write key = … into [plugins.webchat]")
        longest = self.settings.longest_session.span
        known = partial(read, token, self._keys, now=self.clock(), longest=longest)
        return await to_thread.run_sync(known)

    async def demo_token(self, key: str) -> str:
        """Return a token for somebody who tries the chat, for an hour."""
        assert self._demo_key is not None
        longest = min(60 * MINUTE, self.settings.longest_session.span)
        visitor = Visitor((key,), self.clock() + longest)
        return await to_thread.run_sync(sign, visitor, self._demo_key)

    @property
    def _keys(self) -> Sequence[str]:
        given = (self.settings.key, self.settings.previous_key)
        keys = [key.reveal() for key in given if key is not None]
        return [*keys, self._demo_key] if self._demo_key else keys

    # ---- what is said ---------------------------------------------------------------------------

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call what blocks in a thread, one at a time, and to its end: it may have committed."""
        async with self._turn:
            with anyio.CancelScope(shield=True):
                return await to_thread.run_sync(lambda: function(*args, **kwargs))
        raise AssertionError("a shielded call ends by itself")

    async def feed(self, keys: tuple[str, ...], after: int) -> Items:
        """Return the next messages for a page that has all up to `after`."""
        now = self.clock()
        since = now - self.settings.history_for.span
        asked = Asked(keys, after, since, self.settings.history)
        return await self.run(feed, self._database, asked, now)

    # ---- news for the engine --------------------------------------------------------------------

    def report(self) -> None:
        """Say that there is something to tell the engine, or a new time to look at."""
        self._news.set()

    async def reports(self, longest: float) -> None:
        """Wait for that, at most so many seconds."""
        with anyio.move_on_after(longest):
            await self._news.wait()
        self._news = anyio.Event()

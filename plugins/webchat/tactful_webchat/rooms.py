"""Which pages are open, by the keys of their visitors, so that news reach them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import anyio

from tactful_webchat.tokens import Visitor


class Tab:
    """One open page of a visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self._news = anyio.Event()
        self._news.set()  # a page that has just opened wants all there is

    def wake(self) -> None:
        """Tell it that there is something new."""
        self._news.set()

    async def news(self) -> None:
        """Wait until there is something new."""
        await self._news.wait()
        self._news = anyio.Event()


class Full(Exception):
    """No more pages can be open: of this visitor, or at all."""


class Rooms:
    """All open pages: at most `most`, and at most `most_tabs` of one visitor."""

    def __init__(self, most: int, most_tabs: int) -> None:
        self._most = most
        self._most_tabs = most_tabs
        self._tabs: dict[str, set[Tab]] = defaultdict(set)
        self._open = 0

    @contextmanager
    def open(self, visitor: Visitor) -> Iterator[Tab]:
        """Keep a page among the open ones while the block runs. Raises `Full`."""
        if self._open >= self._most or len(self._tabs.get(visitor.name, ())) >= self._most_tabs:
            raise Full
        tab = Tab(visitor)
        self._open += 1
        for key in visitor.keys:
            self._tabs[key].add(tab)
        try:
            yield tab
        finally:
            self._open -= 1
            for key in visitor.keys:
                self._tabs[key].discard(tab)
                if not self._tabs[key]:
                    del self._tabs[key]

    def wake(self, keys: Iterable[str]) -> None:
        """Tell all pages of these keys that there is something new."""
        for key in keys:
            for tab in self._tabs.get(key, ()):
                tab.wake()

"""One open page: says hello, is told what is new, and tells what was shown and written."""

import logging
from collections.abc import Awaitable, Callable

import anyio
import msgspec

from tactful.runtime.inbound import Intake, Socket
from tactful.values import MILLISECOND, SECOND
from tactful_webchat.house import House
from tactful_webchat.protocol import (
    LONGEST_FRAME,
    NOT_UNDERSTOOD,
    ORIGIN_REFUSED,
    SILENT,
    TOKEN_REFUSED,
    TOO_MANY,
    TOO_MUCH,
    Declined,
    FromPage,
    Hello,
    Kept,
    Mute,
    Ping,
    Pong,
    Say,
    Shown,
    ToPage,
    Welcome,
)
from tactful_webchat.rooms import Full, Tab
from tactful_webchat.texts import readable
from tactful_webchat.tokens import TokenRefused, Visitor

HELLO_WITHIN = 10.0
SILENT_FOR = 180.0
"""Browsers let the timers of hidden pages run once a minute, so a page may be quiet for a while."""
SENT_WITHIN = 30.0
"""A page that takes nothing for so long is let go; it asks again for what it has not had."""

_log = logging.getLogger(__name__)
_reader: msgspec.json.Decoder[FromPage] = msgspec.json.Decoder(FromPage)


class _Over(Exception):
    """The conversation ends, with the code that the page is told."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def serve(house: House, socket: Socket, intake: Intake) -> None:
    """Talk with one page until it is gone. The engine hears of it by `House.report`."""
    session = _Session(house, socket)
    code = 1000
    try:
        code = await session.run()
    except ConnectionError:
        return
    except _Over as over:
        code = over.code
    await socket.close(code)


class _Session:
    def __init__(self, house: House, socket: Socket) -> None:
        self._house = house
        self._socket = socket
        self._sending = anyio.Lock()
        self._code = 1000

    async def run(self) -> int:
        """Return with what code to close; raises `_Over` before the hello, `ConnectionError`."""
        headers = self._socket.headers
        origin = headers.get("origin")
        if not self._house.admits(origin, headers.get("host", "")):
            _log.warning("a page of %.100r may not open the chat: see `origins`", origin)
            raise _Over(ORIGIN_REFUSED)
        hello = await self._hello()
        try:
            visitor = await self._house.visitor(hello.token)
        except TokenRefused as refused:
            _log.warning("a visitor's token was refused: %s", refused)
            raise _Over(TOKEN_REFUSED) from None
        try:
            with self._house.rooms.open(visitor) as tab:
                await self._talk(tab, hello.after)
        except Full:
            raise _Over(TOO_MANY) from None
        return self._code

    async def _hello(self) -> Hello:
        with anyio.move_on_after(HELLO_WITHIN):
            match await self._receive():
                case Hello() as hello:
                    return hello
                case None:
                    raise ConnectionError
            raise _Over(NOT_UNDERSTOOD)
        raise _Over(SILENT)

    async def _talk(self, tab: Tab, after: int) -> None:
        await self._send(Welcome())
        left = (tab.visitor.until - self._house.clock()) / SECOND
        async with anyio.create_task_group() as group:

            async def until_over(work: Callable[[], Awaitable[None]]) -> None:
                try:
                    await work()
                except ConnectionError:
                    pass
                except _Over as over:
                    self._code = over.code
                group.cancel_scope.cancel()

            group.start_soon(until_over, lambda: self._write(tab, after))
            group.start_soon(until_over, lambda: self._read(tab.visitor))
            await anyio.sleep(max(left, 0))
            self._code = TOKEN_REFUSED
            group.cancel_scope.cancel()

    # ---- to the page ----------------------------------------------------------------------------

    async def _write(self, tab: Tab, after: int) -> None:
        """Tell the page what is new, from where it is: nothing piles up for a slow one."""
        muted = None
        while True:
            await tab.news()
            while True:
                items = await self._house.feed(tab.visitor.keys, after)
                if not items.items and items.muted == muted:
                    break
                await self._send(items)
                after, muted = items.rev, items.muted

    async def _send(self, told: ToPage) -> None:
        with anyio.move_on_after(SENT_WITHIN):
            async with self._sending:
                await self._socket.send(msgspec.json.encode(told).decode())
            return
        raise ConnectionError

    # ---- from the page --------------------------------------------------------------------------

    async def _read(self, visitor: Visitor) -> None:
        while True:
            told: FromPage | None = None
            with anyio.move_on_after(SILENT_FOR) as limit:
                told = await self._receive()
            if limit.cancelled_caught:
                raise _Over(SILENT)
            if told is None:
                return
            if self._house.frames.wait(visitor.name, self._house.clock()):
                raise _Over(TOO_MUCH)
            await self._take(visitor, told)

    async def _receive(self) -> FromPage | None:
        text = await self._socket.receive()
        if text is None:
            return None
        if len(text) > LONGEST_FRAME:
            raise _Over(NOT_UNDERSTOOD)
        try:
            return _reader.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError):  # half a character cannot be read
            raise _Over(NOT_UNDERSTOOD) from None

    async def _take(self, visitor: Visitor, told: FromPage) -> None:
        house, keys = self._house, visitor.keys
        match told:
            case Ping():
                await self._send(Pong())
            case Shown(ids, seen):
                if await house.run(
                    house.conversations.shown, keys, ids, seen=seen, now=house.clock()
                ):
                    self._news(visitor)
            case Say():
                await self._send(await self._said(visitor, told))
            case Mute(on):
                # Not bounded apart from all frames: who wants silence gets it at once.
                if await house.run(house.conversations.mute, keys, on=on, now=house.clock()):
                    self._news(visitor)
            case Hello():
                raise _Over(NOT_UNDERSTOOD)

    async def _said(self, visitor: Visitor, said: Say) -> Kept | Declined:
        house, now = self._house, self._house.clock()
        text = readable(said.text)
        if not text:
            return Declined(said.id, "empty")
        if len(text) > house.settings.longest_reply:
            return Declined(said.id, "long")
        if wait := house.replies.wait(visitor.name, now):
            return Declined(said.id, "slow", -(-wait // MILLISECOND))
        new = await house.run(
            house.conversations.reply, visitor.keys, said.id, text, said.last, now
        )
        if new:
            self._news(visitor)
        return Kept(said.id)

    def _news(self, visitor: Visitor) -> None:
        self._house.rooms.wake(visitor.keys)
        self._house.report()

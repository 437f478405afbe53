"""Speaks the part of SMTP that every message needs, on a connection that is open and logged in.

It knows, at every instant, whether the server can have taken the message: that is what decides
between "not sent" and "in doubt". MAIL, RCPT and DATA leave together where the server allows it
(RFC 2920). Large messages leave in blocks, so that a connection that breaks before the final dot is
written is known not to have sent anything.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from msgspec import Struct

from tactful_smtp.replies import Reply, Stage
from tactful_smtp.settings import Timeouts

BLOCK = 64 * 1024
"""So many bytes are written at once; before the next, the last must have left."""

LONGEST_REPLY = 32 * 1024
_END = b".\r\n"


class Lost(Exception):
    """The connection broke, or was silent for too long. `replied`: the server had said something.

    `doubt`: the final dot had left, so the server may have taken the message.
    """

    def __init__(self, why: str, *, doubt: bool, replied: bool) -> None:
        super().__init__(why)
        self.doubt = doubt
        self.replied = replied


class Answer(Struct, frozen=True):
    """The reply that decided on a message, and at which stage."""

    stage: Stage
    reply: Reply


class Envelope(Struct, frozen=True):
    """One message as it goes over the wire: two addresses, parameters of MAIL, and its content.

    `content` has CRLF line ends, ends with one, and has its leading dots doubled (RFC 5321 4.5.2).
    """

    sender: bytes
    recipient: bytes
    content: bytes
    parameters: bytes = b""


class Dialogue(asyncio.Protocol):
    """The dialogue on one connection, taken over from whoever opened it."""

    def __init__(self, transport: asyncio.Transport, *, pipelining: bool) -> None:
        self.transport = transport
        self.pipelining = pipelining
        self.closing = False
        """The server has said, or shown, that this connection is at its end."""
        self._loop = asyncio.get_running_loop()
        self._replies: deque[Reply] = deque()
        self._lines: list[str] = []
        self._rest = b""
        self._expected = 0
        self._waiter: asyncio.Future[None] | None = None
        self._paused = False
        self._why_lost: str | None = None
        self._unasked: Reply | None = None

    # ---- what asyncio tells ---------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Read what the server says; what it says unasked is its farewell."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) + sum(map(len, self._lines)) > LONGEST_REPLY:
            self._lose("the server's reply has no end")
            return
        for line in lines:
            self._take_line(line)
        self._wake()

    def _take_line(self, line: bytes) -> None:
        text = line.decode("utf-8", errors="replace").rstrip("\r")
        if not text[:3].isdecimal() or text[3:4] not in ("", " ", "-"):
            self._lose(f"the server does not speak SMTP: {text[:80]!r}")
            return
        self._lines.append(text[4:])
        if text[3:4] == "-":
            return
        reply = Reply(int(text[:3]), " ".join(self._lines).strip())
        self._lines = []
        if reply.code == 421 or not self._expected:
            self.closing = True
        if self._expected:
            self._expected -= 1
            self._replies.append(reply)
        else:
            self._unasked = reply

    def pause_writing(self) -> None:
        """The server is slower than we: wait before the next block."""
        self._paused = True

    def resume_writing(self) -> None:
        """What was written has left."""
        self._paused = False
        self._wake()

    def eof_received(self) -> bool:
        """The server says no more: the connection closes."""
        self._lose("the server closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._lose(f"the connection broke: {exc}" if exc else "the server closed the connection")

    def _lose(self, why: str) -> None:
        self.closing = True
        if self._why_lost is None:
            self._why_lost = why
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # ---- what we say ----------------------------------------------------------------------------

    async def transact(self, mail: Envelope, timeouts: Timeouts) -> Answer:
        """Hand one message over, and return the reply that decided on it. Raises `Lost`.

        After a refusal the connection is good for the next message, unless `closing`.
        """
        steps: Sequence[tuple[Stage, bytes, float]] = (
            ("mail", b"MAIL FROM:<%b>%b\r\n" % (mail.sender, mail.parameters), timeouts.mail),
            ("rcpt", b"RCPT TO:<%b>\r\n" % mail.recipient, timeouts.rcpt),
            ("data", b"DATA\r\n", timeouts.data),
        )
        refused = await (self._together(steps) if self.pipelining else self._one_by_one(steps))
        if refused is not None:
            return refused
        if len(mail.content) > BLOCK:
            await self._blocks(mail.content, timeouts.block)
        if self._unasked is not None:
            return self._cut_short(self._unasked)
        last = (len(mail.content) - 1) // BLOCK * BLOCK
        self._say((mail.content[last:] if last else mail.content) + _END, 1)
        return Answer("dot", await self._reply(timeouts.dot, doubt=True, replied=True))

    async def _one_by_one(self, steps: Sequence[tuple[Stage, bytes, float]]) -> Answer | None:
        replied = False
        for stage, command, within in steps:
            self._say(command, 1, replied=replied)
            reply = await self._reply(within, replied=replied)
            replied = True
            if not _fits(stage, reply):
                if stage != "mail" and not self.closing:
                    await self.reset(within)
                return Answer(stage, reply)
        return None

    async def _together(self, steps: Sequence[tuple[Stage, bytes, float]]) -> Answer | None:
        self._say(b"".join(command for _, command, _ in steps), len(steps))
        refused: Answer | None = None
        for at, (stage, _, within) in enumerate(steps):
            try:
                reply = await self._reply(within, replied=at > 0)
            except Lost:
                if refused is None:
                    raise
                return refused  # it said no, and hung up
            if refused is None and not _fits(stage, reply):
                refused = Answer(stage, reply)
            elif refused is not None and stage == "data" and reply.code == 354:
                # It waits for a message that it has refused: hanging up sends nothing for sure.
                self.abort()
        if refused is not None and refused.stage != "mail" and not self.closing:
            await self.reset(steps[0][2])
        return refused

    async def _blocks(self, content: bytes, within: float) -> None:
        """Write all of a message but its last block, until the server has something to say."""
        last = (len(content) - 1) // BLOCK * BLOCK
        for start in range(0, last, BLOCK):
            if self._unasked is not None:
                return
            self._say(content[start : start + BLOCK], 0, replied=True)
            while self._paused and self._unasked is None:
                await self._wait(within, doubt=False, replied=True)

    def _cut_short(self, reply: Reply) -> Answer:
        """Hang up on a server that answers before the final dot: it cannot have the message."""
        self.abort()
        return Answer("data", reply)

    async def reset(self, within: float) -> None:
        """Leave a transaction that was refused (RSET). What goes wrong ends the connection."""
        try:
            if not await self.is_well(b"RSET\r\n", within):
                self.abort()
        except Lost:
            self.abort()

    async def is_well(self, command: bytes, within: float) -> bool:
        """Ask with a command that does nothing whether the connection is good. Raises `Lost`."""
        self._say(command, 1)
        return (await self._reply(within)).good and not self.closing

    def abort(self) -> None:
        """Close the connection at once."""
        self.closing = True
        self.transport.abort()

    def quit(self) -> None:
        """Say goodbye, and close without waiting for an answer."""
        if self._why_lost is None and not self.transport.is_closing():
            self.transport.write(b"QUIT\r\n")
        self.closing = True
        self.transport.close()

    def _say(self, data: bytes, replies: int, *, replied: bool = False) -> None:
        if self._why_lost is not None or self.transport.is_closing():
            why = self._why_lost or "the connection was closed"
            raise Lost(why, doubt=False, replied=replied)
        self._expected += replies
        self.transport.write(data)

    async def _reply(self, within: float, *, doubt: bool = False, replied: bool = False) -> Reply:
        while not self._replies:
            await self._wait(within, doubt=doubt, replied=replied)
        return self._replies.popleft()

    async def _wait(self, within: float, *, doubt: bool, replied: bool) -> None:
        """Wait for the next thing to happen; what is lost by then is told."""
        if self._why_lost is not None:
            raise Lost(self._why_lost, doubt=doubt, replied=replied)
        self._waiter = waiter = self._loop.create_future()
        late = self._loop.call_later(within, self._lose, f"no answer within {within:g} seconds")
        try:
            await waiter
        finally:
            late.cancel()
            self._waiter = None


def _fits(stage: Stage, reply: Reply) -> bool:
    return reply.code == 354 if stage == "data" else 200 <= reply.code < 300

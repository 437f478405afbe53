"""Keeps connections open between messages, and leaves a server alone that asks for it."""

import asyncio
from collections.abc import Callable

from tactful.values import SECOND, Span
from tactful_smtp.connecting import Connection, Connector, NotOpened
from tactful_smtp.dialogue import Answer, Envelope, Lost
from tactful_smtp.replies import meaning
from tactful_smtp.settings import SmtpSettings

STALE = 5.0
"""A connection that was idle for so many seconds is asked (NOOP) whether it still is one."""
_NOOP_SECONDS = 10.0

_LONGEST_REST = 15 * 60 * SECOND


class Resting(Exception):
    """The server is left alone for a while: nothing was sent. `rest` says how long."""

    def __init__(self, why: str, rest: Span) -> None:
        super().__init__(why)
        self.rest = rest


class Pool:
    """The connections to one server. As many may be open as messages are sent at once."""

    def __init__(self, connector: Connector, settings: SmtpSettings) -> None:
        self._connector = connector
        self._timeouts = settings.timeouts.of_a_dialogue
        self._idle_seconds = settings.idle.span / SECOND
        self._reuse_seconds = settings.reuse.span / SECOND
        self._idle: list[Connection] = []
        self._sweep: asyncio.TimerHandle | None = None
        self._first_rest = settings.rest.span
        self._rest: Span = 0
        self._rest_ends = 0.0
        self._why = ""
        self.opened = 0
        """How many connections were opened so far."""

    async def send(self, make: Callable[[Connection], Envelope]) -> Answer:
        """Hand a message over on one connection, and return the reply that decided on it.

        `make` gets the connection, for servers differ in what they can, and may raise. Raises
        `Resting`, `NotOpened`, and `Lost` when the connection broke.
        """
        self._check_rest()
        connection = await self._get()
        while True:
            reused = connection.used_at > connection.opened_at
            try:
                answer = await self._transact(connection, make)
            except Lost as lost:
                if lost.replied or lost.doubt or not reused:
                    raise
                connection = await self._open()  # the server had closed it while it was idle
                continue
            if answer.reply.code == 421 and reused and answer.stage == "mail":
                connection = await self._open()  # enough for one connection, not of us
                continue
            self._learn(answer)
            return answer

    async def _transact(
        self, connection: Connection, make: Callable[[Connection], Envelope]
    ) -> Answer:
        dialogue = connection.dialogue
        try:
            answer = await dialogue.transact(make(connection), self._timeouts)
        except BaseException:  # cancelled as well: half a dialogue cannot be used again
            dialogue.abort()
            raise
        connection.used_at = asyncio.get_running_loop().time()
        if dialogue.closing:
            dialogue.quit()
        else:
            self._put(connection)
        return answer

    # ---- connections ----------------------------------------------------------------------------

    async def _get(self) -> Connection:
        """Return an idle connection that is good, else a new one."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            dialogue = connection.dialogue
            if dialogue.closing or now - connection.opened_at > self._reuse_seconds:
                dialogue.quit()
                continue
            if now - connection.used_at < STALE or await _is_alive(connection):
                return connection
        return await self._open()

    async def _open(self) -> Connection:
        try:
            connection = await self._connector.open()
        except NotOpened as error:
            self._back_off(str(error))
            raise
        self.opened += 1
        return connection

    def _put(self, connection: Connection) -> None:
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep_later()

    def _sweep_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(self._idle_seconds, self._close_idle)

    def _close_idle(self) -> None:
        """Close what nobody has used for a while; look again later if there is more."""
        self._sweep = None
        oldest = asyncio.get_running_loop().time() - self._idle_seconds
        kept = [one for one in self._idle if one.used_at > oldest]
        for connection in self._idle:
            if connection.used_at <= oldest:
                connection.dialogue.quit()
        self._idle = kept
        if kept:
            self._sweep_later()

    async def close(self) -> None:
        """Close every connection that is idle."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        for connection in self._idle:
            connection.dialogue.quit()
        self._idle = []
        await asyncio.sleep(0)  # so that what was written can leave

    # ---- leaving the server alone ---------------------------------------------------------------

    def _check_rest(self) -> None:
        left = self._rest_ends - asyncio.get_running_loop().time()
        if left > 0:
            raise Resting(self._why, int(left * SECOND) + 1)

    def _learn(self, answer: Answer) -> None:
        reply = answer.reply
        if reply.good:
            self._rest = 0
            return
        meant = meaning(reply, answer.stage)
        if meant.host:
            self._back_off(f"{meant.why}: {reply}", meant.after)

    def _back_off(self, why: str, least: Span | None = None) -> None:
        """Leave the server alone, each time for twice as long, until it takes something."""
        now = asyncio.get_running_loop().time()
        if now < self._rest_ends:  # several at once have met the same
            return
        longest = max(_LONGEST_REST, self._first_rest)
        self._rest = max(least or 0, min(self._rest * 2 or self._first_rest, longest))
        self._rest_ends = now + self._rest / SECOND
        self._why = why


async def _is_alive(connection: Connection) -> bool:
    try:
        if await connection.dialogue.is_well(b"NOOP\r\n", _NOOP_SECONDS):
            return True
    except Lost:
        pass
    except BaseException:
        connection.dialogue.abort()
        raise
    connection.dialogue.abort()
    return False

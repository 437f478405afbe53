"""Reception: what channels hear becomes rows of the store, and the engine is told at once.

Signals that come while a commit is out share the next one: a lone webhook is durable at once, and
of a thousand at a time hundreds share a commit.
"""

from collections.abc import Sequence

import anyio
import msgspec
from msgspec import Struct

from tactful.runtime.faults import kept
from tactful.runtime.inbound import (
    CaseWord,
    Complaint,
    DeliveryStatus,
    KeyPress,
    OptedIn,
    OptedOut,
    PersonReply,
    Signal,
)
from tactful.runtime.ports import Message
from tactful.runtime.session import Session
from tactful.runtime.told import (
    CaseTold,
    ComplaintTold,
    ReplyTold,
    StatusTold,
    Told,
    number_told,
    write_told,
)
from tactful.store.contract import Group, GroupRefused
from tactful.store.rows import SignalRow
from tactful.values import Instant

MOST_TOGETHER = 500
"""So many signals become durable in one commit at most."""

_replace = msgspec.structs.replace


class _Part(Struct):
    """What one teller waits for."""

    rows: Sequence[SignalRow]
    durable: anyio.Event
    error: BaseException | None = None


class Reception:
    """Takes signals in for the engine of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._engine = session.engine
        self._waiting: list[_Part] = []
        self._out = False

    def of(self, plugin: str) -> "PluginIntake":
        """Return the intake of one plugin; what it calls `dedup` counts among its own signals."""
        return PluginIntake(self, plugin)

    @property
    def now(self) -> Instant:
        """The engine's time."""
        return self._engine.clock.now()

    async def keep(self, rows: Sequence[SignalRow]) -> None:
        """Keep rows, and return when they are durable. Raises `StoreInvalid`, `GroupRefused`."""
        part = _Part(rows, anyio.Event())
        self._waiting.append(part)
        if not self._out:
            self._out = True
            await anyio.lowlevel.cancel_shielded_checkpoint()  # who comes now goes with this one
            self._write()
        await part.durable.wait()
        if part.error is not None:
            raise part.error

    async def message(self, attempt: str) -> Message | None:
        """Return the message of an attempt; None when there is no such."""
        number = number_told(attempt)
        return None if number is None else await self._session.message(number)

    # ---- commits --------------------------------------------------------------------------------

    def _write(self) -> None:
        """Ask for what waits to be durable, as one group."""
        parts: list[_Part] = []
        rows: list[SignalRow] = []
        while self._waiting and len(rows) < MOST_TOGETHER:
            part = self._waiting.pop(0)
            parts.append(part)
            rows += part.rows
        self._submit(parts, rows)

    def _submit(self, parts: list[_Part], rows: list[SignalRow]) -> None:
        def done(error: BaseException | None) -> None:
            self._out = False
            if isinstance(error, GroupRefused) and len(parts) > 1:
                self._write_apart(parts)
            else:
                self._tell(parts, error)
            if self._waiting and not self._out:
                self._write()

        self._out = True
        try:
            self._engine.store.submit(Group(signals=rows), done)
        except Exception as error:
            done(error)

    def _write_apart(self, parts: list[_Part]) -> None:
        """Write each part in its own group: a row that breaks a rule harms no other teller."""
        for part in parts:

            def done(error: BaseException | None, part: _Part = part) -> None:
                self._tell([part], error)

            self._engine.store.submit(Group(signals=[*part.rows]), done)

    def _tell(self, parts: list[_Part], error: BaseException | None) -> None:
        for part in parts:
            part.error = error
            part.durable.set()
        if error is None:
            self._session.incoming.have_come()


class PluginIntake:
    """Where the channels and desks of one plugin bring what they hear."""

    def __init__(self, reception: Reception, plugin: str) -> None:
        self._reception = reception
        self._plugin = plugin

    async def take(self, *signals: Signal) -> None:
        """Keep signals, and return when they are durable.

        Raises `StoreInvalid` when they could not be kept.
        """
        if signals:
            now = self._reception.now
            rows = [row_of(signal, self._plugin, now) for signal in signals]
            await self._reception.keep(rows)

    async def message(self, attempt: str) -> Message | None:
        """Return the message of an attempt as its channel got it; None when there is no such."""
        return await self._reception.message(attempt)


def row_of(signal: Signal, plugin: str, now: Instant) -> SignalRow:
    """Return the row of a signal that a plugin tells."""
    row = SignalRow(
        id=0,
        at=now,
        kind="status",
        dedup=f"{plugin}:{kept(signal.dedup)}",
        send=number_told(getattr(signal, "attempt", None)),
    )
    told: Told | None = None
    match signal:
        case DeliveryStatus():
            row = _replace(row, name=signal.status)
            told = StatusTold(
                _maybe(signal.provider_id),
                kept(signal.reason),
                signal.gone,
                kept(signal.code),
                signal.seconds,
            )
        case KeyPress():
            row = _replace(row, kind="press", name=kept(signal.key), channel="voice")
        case PersonReply():
            row = _replace(row, kind="reply")
            media = tuple(kept(one) for one in signal.media)
            told = ReplyTold(
                kept(signal.text), kept(signal.to), _maybe(signal.subject), media, signal.answered
            )
        case OptedOut() | OptedIn():
            row = _replace(row, kind="opt_out" if isinstance(signal, OptedOut) else "opt_in")
            told = ReplyTold(text=kept(signal.text), answered=signal.answered)
        case Complaint():
            row = _replace(row, kind="complaint")
            told = ComplaintTold(kept(signal.reason))
        case CaseWord():
            row = _replace(row, kind="case", name=signal.word)
            told = CaseTold(kept(signal.case), kept(signal.text), kept(signal.who))
    if not isinstance(signal, DeliveryStatus | KeyPress | CaseWord):
        row = _replace(row, address=_maybe(signal.address), channel=signal.channel)
    return row if told is None else _replace(row, data=write_told(told))


def _maybe(text: str | None) -> str | None:
    return None if text is None else kept(text)

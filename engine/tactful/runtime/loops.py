"""Stays silent to an address from which a machine answers, and tells a person so.

All it knows is what the store keeps of replies: a restart forgets nothing.
"""

import msgspec

from tactful.guard.loops import Heard, silent_until
from tactful.runtime.active import Live
from tactful.runtime.engine import Engine
from tactful.runtime.inbox import to_inbox
from tactful.runtime.told import reply_told
from tactful.store.rows import SignalRow
from tactful.values import DAY, Instant

MACHINE = "a machine seems to be answering"


class Loops:
    """Looks at what an address has replied before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def silent(
        self, signal: SignalRow, live: Live | None, address: str, channel: str, now: Instant
    ) -> bool:
        """Whether a reply gets no answer. The first one in a day is logged and goes to the inbox.

        What counts is when replies came in, not when they are taken.
        """
        rows = await self._engine.store.replies(address, signal.at - DAY)
        before = [
            Heard(row.at, _text(row)) for row in rows if (row.at, row.id) < (signal.at, signal.id)
        ]
        if silent_until([*before, Heard(signal.at, _text(signal))]) <= signal.at:
            return False
        if not silent_until(before):
            if live is not None:
                self._engine.group.log(live, "signal", now, kind="loop", reason=MACHINE)
            note = f"{MACHINE}: {_text(signal)}"
            to_inbox(self._engine, live, note, channel, address, now)
        return True


def _text(signal: SignalRow) -> str:
    try:
        return reply_told(signal.data).text
    except msgspec.MsgspecError:
        return ""

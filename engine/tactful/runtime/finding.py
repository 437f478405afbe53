"""Finds the journeys that a signal is about, and takes them in hand."""

import re
from collections.abc import Awaitable, Callable, Sequence
from email.utils import parseaddr

from tactful.graph.channels import ADDRESSED_BY, channels_of, group_of
from tactful.guard.folding import fold
from tactful.runtime.active import Active, Live
from tactful.runtime.claims import RECENT
from tactful.runtime.engine import Engine
from tactful.store.rows import SendRow
from tactful.values import Instant

Reopen = Callable[[int], Awaitable[Active | None]]
"""Opens a launch that is over, by its number, because something is heard of it again."""

Asked = list[tuple[Live, SendRow]]
"""Journeys with the last message that they sent somewhere, newest first."""

NOTHING: Asked = []

_NO_DIGITS = re.compile(r"\D")


class Finding:
    """Looks journeys up in the store; those of launches that are over, too."""

    def __init__(self, engine: Engine, reopen: Reopen) -> None:
        self._engine = engine
        self._reopen = reopen

    async def load(self, numbers: Sequence[int], now: Instant) -> list[Live]:
        """Take journeys in hand; those whose launch is not run by this engine are left out."""
        engine = self._engine
        engine.submit(now)
        engine.let_go()
        found = {
            loaded.recipient.id: engine.hand.take(loaded)
            for loaded in await engine.store.load(numbers, now - RECENT)
        }
        return [live for number in numbers if (live := found.get(number)) is not None]

    async def of_sends(self, rows: Sequence[SendRow], now: Instant) -> dict[int, Live]:
        """Take the journeys of some sends in hand, by their numbers."""
        for launch in dict.fromkeys(row.launch for row in rows):
            if launch not in self._engine.actives:
                await self._reopen(launch)
        journeys = [*dict.fromkeys(row.journey for row in rows)]
        return {live.id: live for live in await self.load(journeys, now)}

    async def of_launch(self, launch: int, numbers: Sequence[int], now: Instant) -> list[Live]:
        """Take journeys of one launch in hand, also of one that is over."""
        if launch not in self._engine.actives:
            await self._reopen(launch)
        return await self.load(numbers, now)

    async def sends(self, numbers: Sequence[int], now: Instant) -> list[SendRow]:
        """Return rows of the ledger as they are after all that came before."""
        self._engine.submit(now)
        return [*await self._engine.store.sends(numbers)]

    async def suppressed(self, address: str, now: Instant) -> set[str]:
        """Return the groups of channels on which an address is suppressed after all before this.

        A STOP may come in together with the START that it takes back.
        """
        self._engine.submit(now)
        return {row.group for row in await self._engine.store.suppressions(address)}

    async def by_key(self, campaign: str | None, key: str, now: Instant) -> list[Live]:
        """Take in hand the journeys of a recipient, of one campaign or launch or of all."""
        numbers = []
        for active in [*self._engine.actives.values()]:  # a webhook may open one meanwhile
            if campaign in (None, active.row.campaign, active.row.name):
                number = await self._engine.store.journey_of(active.row.id, key)
                if number is not None:
                    numbers.append(number)
        return await self.load(numbers, now)

    async def asked(self, address: str, channel: str, now: Instant) -> Asked:
        """Return the journeys that wrote to an address on a channel's group, newest first.

        Of launches that are over, only that of the newest message.
        """
        self._engine.submit(now)
        rows = await self._engine.store.asked(address, channels_of(group_of(channel)))
        mine = [row for row in rows if row.launch in self._engine.actives or row is rows[0]]
        lives = await self.of_sends(mine, now)
        return [(lives[row.journey], row) for row in mine if row.journey in lives]

    async def asked_last(self, address: str, channel: str, now: Instant) -> Asked:
        """Return the journeys whose last message to this address was on this channel's group."""
        kind = ADDRESSED_BY.get(channel, "key")
        others = [
            name
            for name, its in ADDRESSED_BY.items()
            if its == kind and group_of(name) != group_of(channel)
        ]
        later = {
            row.journey: row.permitted_at or 0
            for row in (await self._engine.store.asked(address, others) if others else ())
        }
        return [
            (live, row)
            for live, row in await self.asked(address, channel, now)
            if later.get(live.id, -1) < (row.permitted_at or 0)
        ]

    async def prove(self, live: Live, channel: str, now: Instant) -> None:
        """Note that the last message of a journey on a channel arrived: it was answered."""
        address = live.address(channel)
        if not address:
            return
        rows = await self._engine.store.asked(address, channels_of(group_of(channel)))
        row = next((row for row in rows if row.journey == live.id), None)
        if row is not None:
            self.prove_send(live, row, now)

    def prove_send(self, live: Live, row: SendRow, now: Instant) -> None:
        """Note that a message arrived."""
        mine = in_hand(live, row)
        if mine is not None and mine.state in ("accepted", "in doubt"):
            self._engine.outcomes.proven(live, mine, now)


def in_hand(live: Live, row: SendRow) -> SendRow | None:
    """Return a row of the ledger as it is in hand; None when a later attempt stands in its place.

    What is in hand is newer than what was read.
    """
    place = (row.index, row.visit)
    known = live.sends.get(place)
    if known is None or known.id < row.id:
        live.sends[place] = row
        return row
    return known if known.id == row.id else None


def is_over(live: Live) -> bool:
    """Whether a journey has ended."""
    return live.journey is not None and live.journey.ended


def to_one_sender(asked: Asked, to: str) -> Asked:
    """Return those that wrote as the sender who got the answer; all, when none is known to have.

    A sender may be known to its provider by a name that nobody answers to.
    """
    bare = _bare(to)
    mine = [(live, row) for live, row in asked if bare and _bare(row.sender) == bare]
    return mine or asked


def _bare(sender: str) -> str:
    """Return the address of a sender, however it is written."""
    address = parseaddr(sender)[1] if "@" in sender else ""
    return fold(address) or _NO_DIGITS.sub("", sender)

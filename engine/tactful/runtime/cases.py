"""Cases: conversations that a person has, from the hand-off on until it is given back or closed.

What a person at a desk writes is a message like any other: a row of the ledger that passes the
guard, and takes a slot.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from tactful.errors import TactfulError
from tactful.journey.inputs import Close, GiveBack
from tactful.runtime.active import Live
from tactful.runtime.engine import Engine
from tactful.runtime.finding import Finding
from tactful.runtime.inbox_load import belongs
from tactful.runtime.lanes import ANSWER
from tactful.runtime.unasked import queue_unasked
from tactful.store.rows import InboxRow, SendRow
from tactful.values import DAY, Instant, Span

_replace = msgspec.structs.replace

ANSWER_WITHIN: Span = DAY
"""What a person writes leaves so soon, or not at all: quiet hours may hold it until the morning."""

Closing = Literal["given back", "closed"]

_WRITTEN = ("sms", "mms", "email", "chat")


class Cases:
    """What people do with the items of the inbox. Every method raises `TactfulError`."""

    def __init__(self, engine: Engine, finding: Finding) -> None:
        self._engine = engine
        self._finding = finding

    async def close(self, number: int, state: Closing, now: Instant) -> tuple[str, list[Live]]:
        """Give an item back or close it, and what the same person wrote meanwhile with it.

        Returns what was done, and the journeys that it is about.
        """
        item = await self._item(number, now)
        lives = await self._lives(item, now)
        for one in await self._with(item):
            rows = self._engine.group.rows.closed_inbox  # a desk may have taken it just now
            rows[one.id] = _replace(rows.get(one.id, one), state=state, closed_at=now)
        if item.kind == "hand_off":
            for live in lives:
                self._engine.decider.give(
                    live, GiveBack() if state == "given back" else Close(), now
                )
        return f"item {number} is {state}", lives

    async def take(self, number: int, who: str, now: Instant) -> tuple[str, list[Live]]:
        """Note who works on an item; nobody does with an empty `who`."""
        item = await self._item(number, now)
        self._engine.group.rows.closed_inbox[number] = _replace(item, taken_by=who)
        return f"item {number} is taken by {who}" if who else f"item {number} is free", []

    async def answer(
        self, number: int, text: str, who: str, now: Instant, channel: str | None = None
    ) -> tuple[str, list[Live]]:
        """Write to the person of an item, on the channel on which we last wrote to them."""
        if not text.strip():
            raise TactfulError("the answer is empty", help="Write what the person is to read.")
        item = await self._item(number, now)
        for live in await self._lives(item, now):
            last = await self._last(live)
            wanted = channel or item.channel or (last.channel if last else "chat")
            row = self._queue(live, item, wanted, text, last, now)
            self._engine.group.log(live, "signal", now, row, kind="answer", who=who, item=number)
            self._engine.decider.route(live, row, now)
            return f"answered item {number} as attempt {row.id}", [live]
        raise TactfulError(
            f"item {number} belongs to no campaign that can write to its person",
            help="Answer with what you usually write with, then close the item.",
        )

    def _queue(
        self,
        live: Live,
        item: InboxRow,
        channel: str,
        text: str,
        last: SendRow | None,
        now: Instant,
    ) -> SendRow:
        active = live.active
        if channel not in active.channels:
            used = ", ".join(sorted(active.channels))
            raise TactfulError(f"{active.name} has no {channel}", help=f"It has {used}.")
        subject = None
        if channel == "email":
            before = last.subject if last is not None and last.channel == "email" else None
            subject = f"Re: {before or active.campaign.graph.name}"
        return queue_unasked(
            self._engine,
            live,
            step=self._engine.person_step,
            channel=channel,
            to=(item.address if channel == item.channel else "") or live.address(channel) or "",
            text=text,
            subject=subject,
            prio=ANSWER,
            within=ANSWER_WITHIN,
            now=now,
        )

    async def _last(self, live: Live) -> SendRow | None:
        """Return the last written message that a journey has sent."""
        rows: list[SendRow] = []
        for address in {live.address(channel) for channel in _WRITTEN} - {None}:
            rows += await self._engine.store.asked(address or "", _WRITTEN)
        mine = [row for row in rows if row.journey == live.id]
        return max(mine, key=lambda row: row.permitted_at or 0, default=None)

    # ---- finding --------------------------------------------------------------------------------

    async def _item(self, number: int, now: Instant) -> InboxRow:
        self._engine.submit(now)
        items = await self._engine.store.inbox(open_only=True)
        for item in items:
            if item.id == number:
                return item
        raise TactfulError(f"no open item {number} in the inbox")

    async def _with(self, item: InboxRow) -> Sequence[InboxRow]:
        """Return an item, and the replies that belong to its hand-off."""
        if item.kind != "hand_off" or item.journey is None:
            return [item]
        items = await self._engine.store.inbox(open_only=True)
        return [item, *(one for one in items if belongs(one, item))]

    async def _lives(self, item: InboxRow, now: Instant) -> list[Live]:
        if item.journey is None or item.launch is None:
            return []
        return await self._finding.of_launch(item.launch, [item.journey], now)

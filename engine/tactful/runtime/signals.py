"""Signals: replies, delivery statuses, events, opt-outs; each takes effect once, in its order."""

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from tactful.graph.channels import ADDRESSED_BY, channels_of, group_of
from tactful.guard.optout import Wish, classify, confirmation
from tactful.journey.hearing import awaits_reply, call_of
from tactful.journey.inputs import OptOut, Pressed, Reply
from tactful.journey.lifecycle import SIGNALS
from tactful.runtime.active import Active, Live
from tactful.runtime.claims import RECENT
from tactful.runtime.engine import Engine
from tactful.runtime.events import Events
from tactful.runtime.lanes import CONFIRMATION
from tactful.runtime.opengroup import BEYOND_STEPS
from tactful.runtime.told import reply_told
from tactful.store.rows import InboxRow, SendRow, SignalRow, SuppressionRow
from tactful.values import MINUTE, Instant, Span

_replace = msgspec.structs.replace

CONFIRM_WITHIN: Span = 5 * MINUTE
"""A confirmation of an opt-out goes out so soon or not at all (FCC, 47 CFR 64.1200(a)(12))."""
LOOP_REPLIES = 15
LOOP_WITHIN: Span = MINUTE // 2
"""So many replies of one address in so short a time come from a machine (Twilio error 14107)."""


class Signals:
    """Brings signals to the journeys they belong to, or else to a person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._recent: dict[str, list[Instant]] = {}
        self._events = Events(engine, self._load)

    async def take(self, signal: SignalRow, now: Instant) -> SignalRow:
        """Work one signal in; its row says what was done with it, or why it could not be read.

        One for many that is not at its end is not taken: the next call goes on with it.
        """
        try:
            if signal.kind == "event":
                return await self._events.take(signal, now)
            result = await _TAKE[signal.kind](self, signal, now)
        except msgspec.MsgspecError as error:
            result = f"cannot be read ({error})"
        return _replace(signal, taken_at=now, result=result)

    # ---- finding the journey --------------------------------------------------------------------

    async def _load(self, numbers: list[int], now: Instant) -> list[Live]:
        engine = self._engine
        engine.submit(now)
        engine.let_go()
        found = {
            loaded.recipient.id: engine.hand.take(loaded)
            for loaded in await engine.store.load(numbers, now - RECENT)
        }
        return [live for number in numbers if (live := found.get(number)) is not None]

    async def _by_key(self, campaign: str | None, key: str, now: Instant) -> list[Live]:
        numbers = []
        for active in self._engine.actives.values():
            if campaign in (None, active.row.campaign, active.row.name):
                number = await self._engine.store.journey_of(active.row.id, key)
                if number is not None:
                    numbers.append(number)
        return await self._load(numbers, now)

    async def _asked(self, address: str, channel: str, now: Instant) -> list[tuple[Live, SendRow]]:
        """Return the journeys that wrote to an address on a channel's group, newest first."""
        self._engine.submit(now)
        rows = await self._engine.store.asked(address, channels_of(group_of(channel)))
        lives = {live.id: live for live in await self._load([row.journey for row in rows], now)}
        return [(lives[row.journey], row) for row in rows if row.journey in lives]

    # ---- replies --------------------------------------------------------------------------------

    async def _reply(self, signal: SignalRow, now: Instant) -> str:
        told = reply_told(signal.data)
        text, channel = told.text, signal.channel or "sms"
        address = signal.address
        mine: Live | None = None
        among = 1
        if signal.key is not None:
            found = await self._by_key(signal.campaign, signal.key, now)
            mine = next((live for live in found if not _over(live)), None) or (
                found[0] if found else None
            )
            address = address or (mine.address(channel) if mine else None)
        wish = classify(text)
        if wish == "stop" and address:
            return await self._stop(address, channel, now, text)
        if wish == "start" and address and await self._start(address, channel, now):
            return "opted in again"
        if address and self._loops(address, now):
            return "dropped: a machine seems to be answering"
        if mine is None and address:
            asked = await self._asked(address, channel, now)
            under_way = [live for live, _ in asked if not _over(live)]
            waiting = [live for live in under_way if live.journey and awaits_reply(live.journey)]
            mine = next(iter(waiting or under_way or [live for live, _ in asked]), None)
            among = len(under_way)
        if wish == "help" and mine is not None and address:
            self._answer(mine, "help", address, channel, now)
            return "answered with help"
        if mine is not None:
            await self._prove(mine, channel, now)
        if mine is None or _over(mine):
            return self._to_inbox(mine, text, channel, address or "", now)
        self._log_reply(mine, text, channel, now, among)
        self._engine.decider.give(mine, Reply(text, channel, mine.recipient.locale), now)
        return f"reached {mine.recipient.key}"

    def _log_reply(self, live: Live, text: str, channel: str, now: Instant, among: int = 1) -> None:
        """Log a reply; when several journeys could have it, this one asked last."""
        why = f"asked last of {among}" if among > 1 else None
        self._engine.group.log(live, "reply", now, text=text, channel=channel, because=why)
        live.active.answered += live.journey is None or live.journey.replied is None

    async def _prove(self, live: Live, channel: str, now: Instant) -> None:
        """A reply proves that the last message on its channel arrived."""
        address = live.address(channel)
        if not address:
            return
        rows = await self._engine.store.asked(address, channels_of(group_of(channel)))
        row = next((row for row in rows if row.journey == live.id), None)
        if row is not None:
            mine = live.sends.setdefault((row.index, row.visit), row)
            if mine.id == row.id and mine.state in ("accepted", "in doubt"):
                self._engine.outcomes.proven(live, mine, now)

    def _loops(self, address: str, now: Instant) -> bool:
        stamps = self._recent.setdefault(address, [])
        stamps.append(now)
        del stamps[:-LOOP_REPLIES]
        if len(self._recent) > 10_000:
            self._recent = {address: stamps}
        return len(stamps) == LOOP_REPLIES and now - stamps[0] < LOOP_WITHIN

    def _to_inbox(
        self, live: Live | None, text: str, channel: str, address: str, now: Instant
    ) -> str:
        self._engine.group.rows.inbox.append(
            InboxRow(
                id=0,
                at=now,
                kind="reply",
                launch=live.active.row.id if live else None,
                journey=live.id if live else None,
                queue="inbox",
                priority="normal",
                note=text,
                address=address,
                channel=channel,
            )
        )
        if live is not None:
            self._log_reply(live, text, channel, now)
        return "given to the inbox: no journey waits for it"

    # ---- opting out and in ----------------------------------------------------------------------

    async def _opt_out(self, signal: SignalRow, now: Instant) -> str:
        return await self._stop(signal.address or "", signal.channel or "sms", now, "opt-out")

    async def _opt_in(self, signal: SignalRow, now: Instant) -> str:
        lifted = await self._start(signal.address or "", signal.channel or "sms", now)
        return "opted in again" if lifted else "was not opted out"

    async def _stop(self, address: str, channel: str, now: Instant, text: str) -> str:
        """Suppress an address at once, end the journeys that wrote there last, confirm once."""
        engine, group = self._engine, group_of(channel)
        known = {row.group for row in await engine.store.suppressions(address)}
        if group in known:
            return "was opted out already"
        asked = await self._asked_last(address, channel, now)
        if asked:
            await self._prove(asked[0][0], channel, now)
        # All reads are done: what follows becomes durable together, and so takes effect once.
        engine.group.rows.suppressions.append(
            SuppressionRow(address=address, group=group, at=now, source=f"reply: {text}"[:200])
        )
        engine.hand.suppress(address, group)
        ending = [live for live, _ in asked if not _over(live)]
        for live in ending or [live for live, _ in asked[:1]]:
            engine.group.log(live, "opt_out", now, channel=channel, text=text)
            engine.decider.give(live, OptOut(channel), now)
        if asked:
            self._answer(asked[0][0], "stop", address, channel, now)
        return f"opted out of {group}; {len(ending)} journeys ended"

    async def _asked_last(
        self, address: str, channel: str, now: Instant
    ) -> list[tuple[Live, SendRow]]:
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
            for live, row in await self._asked(address, channel, now)
            if later.get(live.id, -1) < (row.permitted_at or 0)
        ]

    async def _start(self, address: str, channel: str, now: Instant) -> bool:
        engine, group = self._engine, group_of(channel)
        if group not in {row.group for row in await engine.store.suppressions(address)}:
            return False
        engine.group.rows.lifted.append((address, group))
        engine.hand.lift(address, group)
        return True

    def _answer(self, live: Live, kind: Wish, address: str, channel: str, now: Instant) -> None:
        """Send one of the built-in answers, unless the provider does so itself."""
        active = live.active
        provider = active.channels.get(channel)
        if provider is None or provider.confirms_opt_out:
            return
        owner, locale = active.guards.owner, live.recipient.locale
        number = self._engine.decider.ledger.number()
        row = SendRow(
            id=number,
            journey=live.id,
            launch=active.row.id,
            step=self._engine.answer_step,
            index=BEYOND_STEPS,
            visit=number,
            attempt=1,
            channel=channel,
            to=address,
            sender=active.senders.get(channel, ""),
            text=confirmation(kind, locale, active.campaign.graph.name, owner),
            subject=None,
            segments=1,
            state="queued",
            lane=active.lane_of(channel, live.values).row.id,
            prio=CONFIRMATION,
            since=now,
            expires_at=now + CONFIRM_WITHIN,
        )
        engine = self._engine
        engine.decider.route(live, engine.decider.ledger.add(live, row), now)

    # ---- statuses ------------------------------------------------------------------------------

    async def _status(self, signal: SignalRow, now: Instant) -> str:
        self._engine.submit(now)  # a status before this one may have changed the row
        rows = await self._engine.store.sends([signal.send or 0])
        if not rows:
            return "no such attempt"
        (live,) = await self._load([rows[0].journey], now) or (None,)
        if live is None:
            return "its launch is over"
        row = live.sends.setdefault((rows[0].index, rows[0].visit), rows[0])
        if row.id != rows[0].id:
            return "a later attempt has taken its place"
        if signal.name not in SIGNALS:
            return f"`{signal.name}` says nothing new"
        self._engine.outcomes.status(live, row, signal.name, now)
        return f"is {signal.name}"

    async def _press(self, signal: SignalRow, now: Instant) -> str:
        """A key was pressed in a call: of one send, or of the call that a person is in."""
        key = signal.name or ""
        meant: tuple[int, int] | None = None
        if signal.send is not None:
            self._engine.submit(now)
            (row,) = await self._engine.store.sends([signal.send]) or (None,)
            meant = (row.index, row.visit) if row else None
            lives = await self._load([row.journey] if row else [], now)
        else:
            lives = await self._by_key(signal.campaign, signal.key or "", now)
        for live in lives:
            place = None if live.journey is None else call_of(live.revision.program, live.journey)
            if place is None or meant not in (None, place):
                continue
            await self._answered(live, place, now)
            self._engine.group.log(live, "signal", now, kind="press", pressed=key)
            self._engine.decider.give(live, Pressed(*place, key), now)
            return f"reached {live.recipient.key}"
        return "no call waits for a key"

    async def _answered(self, live: Live, place: tuple[int, int], now: Instant) -> None:
        row = live.sends.get(place)
        if row is None:
            channel = live.revision.texts[place[0]][0].channel
            rows = await self._engine.store.asked(live.address(channel) or "", (channel,))
            row = next(
                (r for r in rows if (r.index, r.visit) == place and r.journey == live.id), None
            )
        if row is not None:
            self._engine.outcomes.answered(live, live.sends.setdefault(place, row), now)


def _over(live: Live) -> bool:
    return live.journey is not None and live.journey.ended


_TAKE: dict[str, Callable[[Signals, SignalRow, Instant], Coroutine[Any, Any, str]]] = {
    "reply": Signals._reply,
    "press": Signals._press,
    "status": Signals._status,
    "opt_out": Signals._opt_out,
    "opt_in": Signals._opt_in,
}


def active_of(engine: Engine, campaign: str) -> list[Active]:
    """Return the launches under way of a campaign, named by its slug or by `slug.N`."""
    return [
        active
        for active in engine.actives.values()
        if campaign in (active.row.campaign, active.row.name)
        and active.row.state in ("loading", "running", "paused")
    ]

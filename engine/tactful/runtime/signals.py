"""Signals: replies, delivery statuses, events, opt-outs; each takes effect once, in its order."""

import itertools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec

from tactful.errors import TactfulError
from tactful.graph.channels import group_of
from tactful.guard.optout import classify
from tactful.journey.hearing import awaits_reply, call_of
from tactful.journey.inputs import Pressed, Reply
from tactful.runtime.active import Active, Live
from tactful.runtime.cases import Cases, Closing
from tactful.runtime.engine import Engine
from tactful.runtime.events import Events
from tactful.runtime.finding import Finding, Reopen, in_hand, is_over, to_one_sender
from tactful.runtime.inbox import to_inbox
from tactful.runtime.loops import MACHINE, Loops
from tactful.runtime.optouts import OptOuts, names_of
from tactful.runtime.statuses import Statuses
from tactful.runtime.told import ReplyTold, case_told, number_told, reply_told
from tactful.store.rows import SendRow, SignalRow
from tactful.values import Instant

_replace = msgspec.structs.replace


class Signals:
    """Brings signals to the journeys they belong to, or else to a person.

    `reopen` opens a launch that is over, because something is heard of it again.
    """

    def __init__(self, engine: Engine, reopen: Reopen) -> None:
        self._engine = engine
        self._finding = Finding(engine, reopen)
        self._statuses = Statuses(engine, self._finding)
        self._opt_outs = OptOuts(engine, self._finding)
        self._loops = Loops(engine)
        self._cases = Cases(engine, self._finding)
        self._events = Events(engine, self._finding.load)

    async def take(self, signals: Sequence[SignalRow], now: Instant) -> list[SignalRow]:
        """Work in the first of some signals, and more if they are of a kind that goes together.

        Returns their rows, each with what was done with it, or why it could not be read. One for
        many that is not at its end is not taken: the next call goes on with it.
        """
        first = signals[0]
        if first.kind == "status":
            run = [*itertools.takewhile(lambda one: one.kind == "status", signals)]
            results = await self._statuses.take(run, now)
            return [
                _replace(signal, taken_at=now, result=result)
                for signal, result in zip(run, results, strict=True)
            ]
        try:
            if first.kind == "event":
                return [await self._events.take(first, now)]
            result = await _TAKE[first.kind](self, first, now)
        except msgspec.MsgspecError as error:
            result = f"cannot be read ({error})"
        return [_replace(first, taken_at=now, result=result)]

    # ---- replies --------------------------------------------------------------------------------

    async def _reply(self, signal: SignalRow, now: Instant) -> str:
        told = reply_told(signal.data)
        text, channel = told.text, signal.channel or "sms"
        address = signal.address
        mine, answered = await self._answered_by(signal, now)
        among = 1
        if mine is not None:
            address = address or (answered.to if answered else mine.address(channel))
        wish = classify(text)
        # Who has the message may write from another address, or write their own differently.
        theirs = address
        if answered is not None and group_of(answered.channel) == group_of(channel):
            theirs = answered.to
        if wish == "stop" and theirs:
            return await self._opt_outs.stop(theirs, channel, now, text, answered=told.answered)
        if wish == "start" and theirs:
            starts = self._opt_outs.start
            if await starts(theirs, channel, now, answered=told.answered):
                return "opted in again"
        if mine is None and address:
            asked = to_one_sender(await self._finding.asked(address, channel, now), told.to)
            under_way = [live for live, _ in asked if not is_over(live)]
            waiting = [live for live in under_way if live.journey and awaits_reply(live.journey)]
            mine = next(iter(waiting or under_way or [live for live, _ in asked]), None)
            among = len(under_way)
        if wish is None and mine is not None:
            wish = classify(text, names_of(mine))
        if wish == "wrong number" and theirs:
            return await self._opt_outs.wrong_number(theirs, channel, now, text)
        if address and await self._loops.silent(signal, mine, address, channel, now):
            return f"dropped: {MACHINE}"
        if wish == "help" and mine is not None and address:
            if not told.answered:
                self._opt_outs.answer(mine, "help", address, channel, now)
            return "answered with help"
        if answered is not None and mine is not None:
            self._finding.prove_send(mine, answered, now)
        elif mine is not None:
            await self._finding.prove(mine, channel, now)
        if mine is None or is_over(mine):
            return self._to_inbox(mine, told, channel, address or "", now)
        self._log_reply(mine, told, channel, now, among)
        self._engine.decider.give(mine, Reply(text, channel, mine.recipient.locale), now)
        return f"reached {mine.recipient.key}"

    async def _answered_by(
        self, signal: SignalRow, now: Instant
    ) -> tuple[Live | None, SendRow | None]:
        """Return the journey that a reply names, by its recipient or by the message it answers."""
        if signal.key is not None:
            found = await self._finding.by_key(signal.campaign, signal.key, now)
            under_way = [live for live in found if not is_over(live)]
            return next(iter(under_way or found), None), None
        if signal.send is not None:
            for row in await self._finding.sends([signal.send], now):
                for live in (await self._finding.of_sends([row], now)).values():
                    return live, row
        return None, None

    def _log_reply(
        self, live: Live, told: ReplyTold, channel: str, now: Instant, among: int = 1
    ) -> None:
        """Log a reply; when several journeys could have it, this one asked last."""
        why = f"asked last of {among}" if among > 1 else None
        self._engine.group.log(
            live,
            "reply",
            now,
            text=told.text,
            channel=channel,
            because=why,
            subject=told.subject,
            media=list(told.media) or None,
        )
        self._engine.watching.answered(live, channel, now)
        live.active.answered += live.journey is None or live.journey.replied is None

    def _to_inbox(
        self, live: Live | None, told: ReplyTold, channel: str, address: str, now: Instant
    ) -> str:
        note = "\n".join((told.text, *told.media))
        to_inbox(self._engine, live, note, channel, address, now)
        if live is not None:
            self._log_reply(live, told, channel, now)
        return "given to the inbox: no journey waits for it"

    # ---- calls ----------------------------------------------------------------------------------

    async def _case(self, signal: SignalRow, now: Instant) -> str:
        """Somebody at a desk answers, gives a case back, or closes it."""
        told = case_told(signal.data)
        number = number_told(told.case) or 0
        try:
            if signal.name == "answer":
                done = await self._cases.answer(number, told.text, told.who, now)
            else:
                state: Closing = "given back" if signal.name == "give back" else "closed"
                done = await self._cases.close(number, state, now)
        except TactfulError as error:
            return f"not done: {error}"
        return done[0]

    async def _press(self, signal: SignalRow, now: Instant) -> str:
        """A key was pressed in a call: of one send, or of the call that a person is in."""
        key = signal.name or ""
        meant: tuple[int, int] | None = None
        if signal.send is not None:
            rows = await self._finding.sends([signal.send], now)
            meant = next(((row.index, row.visit) for row in rows), None)
            lives = [*(await self._finding.of_sends(rows, now)).values()]
        else:
            lives = await self._finding.by_key(signal.campaign, signal.key or "", now)
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
        mine = in_hand(live, row) if row is not None else None
        if mine is not None:
            self._engine.outcomes.answered(live, mine, now)

    # ---- opting out and in ----------------------------------------------------------------------

    async def _opt_out(self, signal: SignalRow, now: Instant) -> str:
        return await self._opt_outs.opted_out(signal, now)

    async def _opt_in(self, signal: SignalRow, now: Instant) -> str:
        return await self._opt_outs.opted_in(signal, now)

    async def _complaint(self, signal: SignalRow, now: Instant) -> str:
        return await self._opt_outs.complained(signal, now)


_TAKE: dict[str, Callable[[Signals, SignalRow, Instant], Coroutine[Any, Any, str]]] = {
    "reply": Signals._reply,
    "press": Signals._press,
    "opt_out": Signals._opt_out,
    "opt_in": Signals._opt_in,
    "complaint": Signals._complaint,
    "case": Signals._case,
}


def active_of(engine: Engine, campaign: str) -> list[Active]:
    """Return the launches under way of a campaign, named by its slug or by `slug.N`."""
    return [
        active
        for active in engine.actives.values()
        if campaign in (active.row.campaign, active.row.name)
        and active.row.state in ("loading", "running", "paused")
    ]

"""Opt-outs, opt-ins and complaints: who is not to be written to any more."""

import re
from collections.abc import Sequence

from tactful.graph.channels import group_of
from tactful.guard.optout import Wish
from tactful.guard.standing import SignalKind
from tactful.journey.inputs import Drop, OptOut
from tactful.runtime.active import Live
from tactful.runtime.engine import Engine
from tactful.runtime.finding import NOTHING, Asked, Finding, is_over
from tactful.runtime.inbox import to_inbox
from tactful.runtime.lanes import CONFIRMATION
from tactful.runtime.told import complaint_told, reply_told
from tactful.runtime.unasked import queue_unasked
from tactful.store.rows import SignalRow, SuppressionRow
from tactful.values import MINUTE, Instant, Span

CONFIRM_WITHIN: Span = 5 * MINUTE
"""A confirmation of an opt-out goes out so soon or not at all (FCC, 47 CFR 64.1200(a)(12))."""


_NAMES = re.compile(
    r"name|nom\b|prenom|nombre|apellido|cognome|\bnome|naam|\bnamn|\bnavn", re.IGNORECASE
)


class OptOuts:
    """Suppresses addresses, ends the journeys that wrote there, and answers where it must."""

    def __init__(self, engine: Engine, finding: Finding) -> None:
        self._engine = engine
        self._finding = finding

    async def opted_out(self, signal: SignalRow, now: Instant) -> str:
        """A person wants no more messages, by a key, a link or a provider's word."""
        told = reply_told(signal.data)
        if not signal.address:
            return "it names no address"
        return await self.stop(
            signal.address, signal.channel or "sms", now, told.text, answered=told.answered
        )

    async def opted_in(self, signal: SignalRow, now: Instant) -> str:
        """A person takes an opt-out back."""
        answered = reply_told(signal.data).answered
        lifted = await self.start(
            signal.address or "", signal.channel or "sms", now, answered=answered
        )
        return "opted in again" if lifted else "was not opted out"

    async def complained(self, signal: SignalRow, now: Instant) -> str:
        """A person told their provider that a message was unwanted; that is an opt-out."""
        told = complaint_told(signal.data)
        rows = [] if signal.send is None else await self._finding.sends([signal.send], now)
        address, channel = signal.address, signal.channel or "email"
        about: Asked = []
        if rows:
            address = address or rows[0].to
            for live in (await self._finding.of_sends(rows, now)).values():
                about.append((live, rows[0]))
                self._engine.group.log(
                    live, "signal", now, rows[0], kind="complaint", reason=told.reason or None
                )
        if not address:
            return "no such attempt"
        why = f"complaint: {told.reason}" if told.reason else "complaint"
        return await self.stop(
            address, channel, now, "", answered=True, source=why, kind="complaint", about=about
        )

    async def stop(
        self,
        address: str,
        channel: str,
        now: Instant,
        text: str,
        *,
        answered: bool = False,
        source: str = "",
        kind: SignalKind = "opt_out",
        about: Asked = NOTHING,
    ) -> str:
        """Suppress an address at once, end the journeys that wrote there last, confirm once.

        `source` says where it comes from, if not from a reply. `answered`: nothing is confirmed.
        Who watches the sender hears it as `kind`, of the message it is `about`, or the last one.
        """
        engine, group = self._engine, group_of(channel)
        if group in await self._finding.suppressed(address, now):
            self._heard(about, kind, now)
            return "was opted out already"
        source = source or (f"reply: {text}" if text else "opt-out")
        asked = await self._finding.asked_last(address, channel, now)
        if asked and text:
            await self._finding.prove(asked[0][0], channel, now)
        # All reads are done: what follows becomes durable together, and so takes effect once.
        engine.group.rows.suppressions.append(
            SuppressionRow(address=address, group=group, at=now, source=source[:200])
        )
        engine.hand.suppress(address, group)
        self._heard(about or asked[:1], kind, now)
        ending = [live for live, _ in asked if not is_over(live)]
        for live in ending or [live for live, _ in asked[:1]]:
            engine.group.log(live, "opt_out", now, channel=channel, text=text or source)
            engine.decider.give(live, OptOut(channel), now)
        if asked and not answered:
            self.answer(asked[0][0], "stop", address, channel, now)
        return f"opted out of {group}; {_ended(ending)}"

    def _heard(self, about: Asked, kind: SignalKind, now: Instant) -> None:
        for live, row in about:
            self._engine.watching.heard(live, row, kind, now, now)

    async def wrong_number(self, address: str, channel: str, now: Instant, text: str) -> str:
        """Somebody else has this address: suppress it, end what wrote there, and tell a person.

        Nothing is answered: whoever it is has not asked for anything, and gets nothing more.
        """
        engine, group = self._engine, group_of(channel)
        if group in await self._finding.suppressed(address, now):
            return "was suppressed already"
        asked = await self._finding.asked_last(address, channel, now)
        source = f"wrong number: {text}"
        engine.group.rows.suppressions.append(
            SuppressionRow(address=address, group=group, at=now, source=source[:200])
        )
        engine.hand.suppress(address, group)
        ending = [live for live, _ in asked if not is_over(live)]
        told = ending or [live for live, _ in asked[:1]]
        to_inbox(engine, next(iter(told), None), source, channel, address, now)
        for live in told:
            engine.group.log(live, "signal", now, kind="wrong number", channel=channel, text=text)
            engine.decider.give(live, Drop("unreachable", "wrong number"), now)
        return f"a wrong number: nothing more goes there; {_ended(ending)}"

    async def start(
        self, address: str, channel: str, now: Instant, *, answered: bool = False
    ) -> bool:
        """Lift an opt-out and say so, unless it is `answered`; returns whether there was one."""
        engine, group = self._engine, group_of(channel)
        if group not in await self._finding.suppressed(address, now):
            return False
        asked = [] if answered else await self._finding.asked(address, channel, now)
        engine.group.rows.lifted.append((address, group))
        engine.hand.lift(address, group)
        if asked:
            self.answer(asked[0][0], "start", address, channel, now)
        return True

    def answer(self, live: Live, kind: Wish, address: str, channel: str, now: Instant) -> None:
        """Send one of the built-in answers, unless the provider does so itself.

        Nobody is called for one: a call says itself what a key has done.
        """
        engine, active = self._engine, live.active
        provider = active.channels.get(channel)
        if provider is None or provider.confirms_opt_out or channel == "voice":
            return
        name = active.campaign.graph.name
        text = engine.answers.say(
            kind, live.recipient.locale, campaign=name, contact=active.guards.owner
        )
        row = queue_unasked(
            engine,
            live,
            step=engine.answer_step,
            channel=channel,
            to=address,
            text=text,
            subject=engine.answers.who(name) if channel == "email" else None,
            prio=CONFIRMATION,
            within=CONFIRM_WITHIN,
            now=now,
        )
        engine.decider.route(live, row, now)


def names_of(live: Live) -> list[str]:
    """Return the names in a person's row, by what its columns are called: `first_name`, `nom` …"""
    return [
        value
        for column, value in live.values.items()
        if isinstance(value, str) and _NAMES.search(column)
    ]


def _ended(lives: Sequence[Live]) -> str:
    return "1 journey ended" if len(lives) == 1 else f"{len(lives)} journeys ended"

"""Decisions: what reaches a journey becomes rows of the open group, and sends that may leave.

Everything in here is plain and synchronous: it decides, and the caller acts after the group is
durable. The same functions serve `run`, `simulate` and `plan`.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tactful.graph.channels import ADDRESSED_BY, group_of
from tactful.graph.texts import Values, now_for
from tactful.guard.judge import ALLOW, PASSES, Candidate, Reason, Verdict, judge
from tactful.guard.segments import count
from tactful.guard.standing import stops
from tactful.journey import commands as wanted
from tactful.journey.core import advance, begin
from tactful.journey.inputs import Drop, Expire, Input, OptOut, Outcome, OutcomeName
from tactful.journey.state import VERSION, Journey
from tactful.runtime.active import Live
from tactful.runtime.consents import ConsentBook
from tactful.runtime.costs import shown
from tactful.runtime.lanes import ANSWER, URGENT, prio_of
from tactful.runtime.ledger import Ledger, beyond_steps, confirms
from tactful.runtime.opengroup import OpenGroup
from tactful.runtime.policies import print_of
from tactful.store.rows import InboxRow, SendRow
from tactful.values import MINUTE, Instant, Span

ASK_AGAIN: Span = 5 * MINUTE
"""How long a send waits whose own sender may not send, where others of its lane may."""

FALL_BACKS = ("refused", "not delivered")
"""The outcomes on which a flow may say what to do instead of a send that may not leave."""

_ENDINGS = (Drop, Expire, OptOut)
"""What ends a journey that has not begun, without letting it begin."""


class Decider:
    """Turns inputs into rows of the open group.

    `book` is what people have agreed to. `arrivals` are sends that
    the guard allows and that now need their turn in a pace; `asking` are those whose policies have
    to be asked first.
    """

    def __init__(self, group: OpenGroup, ledger: Ledger) -> None:
        self.group = group
        self.ledger = ledger
        self.book = ConsentBook()
        self.arrivals: list[tuple[Live, SendRow]] = []
        self.asking: list[tuple[Live, SendRow]] = []
        self._next: deque[tuple[Live, Iterable[wanted.Command]]] = deque()
        self._performing = False

    # ---- inputs ---------------------------------------------------------------------------------

    def enter(self, live: Live, now: Instant) -> None:
        """A recipient's journey begins."""
        live.entered_at = now
        self.group.log(live, "entered", now)
        live.journey, orders = begin(live.revision.program, live.values, now)
        self._perform(live, orders, now)

    def give(self, live: Live, input: Input, now: Instant) -> None:
        """Let one input reach a journey, and perform what it asks for."""
        if live.journey is None and not isinstance(input, _ENDINGS):
            self.enter(live, now)
        before = live.journey or Journey(VERSION)
        live.entered_at = live.entered_at or now
        live.journey, orders = advance(live.revision.program, before, live.values, input, now)
        if live.journey is not before or orders:
            self._perform(live, orders, now)

    def _perform(self, live: Live, orders: Iterable[wanted.Command], now: Instant) -> None:
        """Carry out what a journey asks for.

        What that leads to at once (a refusal that the journey learns) comes after it, in a row and
        not within one another: a long line of refused sends must not pile up.
        """
        self.group.touch(live)
        if self._performing:
            self._next.append((live, orders))
            return
        self._performing = True
        try:
            self._next.append((live, orders))
            while self._next:
                live, orders = self._next.popleft()
                for order in orders:
                    _PERFORM[type(order)](self, live, order, now)
        finally:
            self._performing = False
            self._next.clear()

    # ---- commands -------------------------------------------------------------------------------

    def _send(self, live: Live, order: wanted.Send, now: Instant) -> None:
        step, render, render_subject = live.revision.texts[order.step]
        active = live.active
        scope = self._scope(live, order.scope, now)
        text = render(scope)
        leave = live.revision.leaves.get(order.step)
        to = live.address(step.channel) or ""
        row = SendRow(
            id=self.ledger.number(),
            journey=live.id,
            launch=active.row.id,
            step=live.revision.steps[order.step],
            index=order.step,
            visit=order.visit,
            attempt=1,
            channel=step.channel,
            to=to,
            sender=active.senders.get(step.channel, ""),
            text=text,
            subject=render_subject(scope) if render_subject else None,
            segments=count(text).segments if step.channel == "sms" else 1,
            state="queued",
            lane=active.lane_of(step.channel, live.values).row.id,
            prio=prio_of(urgent=step.urgent, answering=order.answering, first=order.first),
            since=now,
            leave=leave(scope) if leave else None,
        )
        self.route(live, self.ledger.add(live, row), now)

    @staticmethod
    def _scope(live: Live, remembered: Values, now: Instant) -> Values:
        """Return all that a text may name, for one journey now."""
        if live.revision.tells_time:
            return {**live.values, **remembered, **now_for(live.values, now)}
        return {**live.values, **remembered} if remembered else live.values

    def _cancel(self, live: Live, order: wanted.Cancel, now: Instant) -> None:
        row = live.sends.get((order.step, order.visit))
        if row is not None and row.state == "queued":
            self._drop(live, row, order.because, now)

    def _drop(self, live: Live, row: SendRow, because: str, now: Instant) -> None:
        row = self.ledger.move(live, row, "cancel", due=None, reason=because)
        self.group.log(live, "refused", now, row, by="journey", code="not_wanted", reason=because)

    def _hand_off(self, live: Live, order: wanted.HandOff, now: Instant) -> None:
        priority, queue, note = live.revision.handovers[order.step]
        scope = self._scope(live, order.scope, now)
        name, text = queue(scope), note(scope) if note else ""
        self.group.rows.inbox.append(
            InboxRow(
                id=0,
                at=now,
                kind="hand_off",
                launch=live.active.row.id,
                journey=live.id,
                queue=name,
                priority=priority,
                note=text,
                address=live.recipient.phone or live.recipient.email or "",
                step=live.revision.steps[order.step],
                visit=order.visit,
            )
        )
        self.group.log_step(
            live, "hand_off", now, order.step, queue=name, priority=priority, note=text
        )

    def _unclaimed(self, live: Live, order: wanted.Unclaimed, now: Instant) -> None:
        self.group.rows.inbox.append(
            InboxRow(
                id=0,
                at=now,
                kind="reply",
                launch=live.active.row.id,
                journey=live.id,
                queue="inbox",
                priority="normal",
                note=order.text,
                address=live.address(order.channel) or "",
                channel=order.channel,
            )
        )
        self.group.log(live, "signal", now, kind="reply", given_to="inbox", text=order.text)

    def _note(self, live: Live, order: wanted.Note, now: Instant) -> None:
        if order.event in ("tag", "set"):
            self.group.log_step(live, order.event, now, order.step, **order.data)
        elif order.event == "too late":
            self.group.log_step(live, "signal", now, order.step, kind="too late")
        else:  # the reply or event itself was logged when it came
            took = "reply" if order.event == "reply" else order.data.get("name")
            arm = order.data.get("line")
            self.group.log_step(live, "signal", now, order.step, took=took, arm=arm)

    def _end(self, live: Live, order: wanted.End, now: Instant) -> None:
        for row in list(live.sends.values()):
            if row.state == "queued" and not beyond_steps(row):
                self._drop(live, row, order.state, now)
        live.active.journeys -= 1
        live.active.ends[order.state] += 1
        self.group.log(live, "ended", now, state=order.state, because=order.because or None)
        self.group.ended.add(live.active)

    # ---- the guard ------------------------------------------------------------------------------

    def route(self, live: Live, row: SendRow, now: Instant, *, asked: bool = False) -> None:
        """Judge a queued send, and refuse it, hold it, have its policies asked, or let it queue.

        `asked`: the policies have just spoken of it.
        """
        verdict = self.verdict(live, row, now)
        if verdict.decision == "refuse":
            self.refuse(live, row, verdict, now)
        elif verdict.decision == "hold" and _waits_in_lane(live, row, verdict):
            self.arrivals.append((live, self.ledger.change(live, row, due=None)))
        elif verdict.decision == "hold":
            until, end = verdict.until, row.expires_at  # a journey that expires ends it by itself
            if until is None:
                until = now + ASK_AGAIN
            until = end if end is not None and end < until else until
            row = self.ledger.change(live, row, due=until)
            reason = verdict.reasons[0]
            self.group.log(
                live, "held", now, row, by=reason.by, reason=reason.text, line=reason.line
            )
        elif not asked and self._must_ask(live, row, now):
            self.asking.append((live, self.ledger.change(live, row, due=now)))
        else:
            if verdict is not ALLOW:
                row = self.ledger.change(live, row, verdict=encode_verdict(verdict))
            if row.due is not None:
                row = self.ledger.change(live, row, due=None)
            self.arrivals.append((live, row))

    def _must_ask(self, live: Live, row: SendRow, now: Instant) -> bool:
        """Whether the policies have not spoken yet, or not of what would leave now."""
        if not live.active.judges.get(row.channel) or confirms(row):
            return False
        said = policy_verdict(row)
        over = said.until is not None and said.until <= now
        return over or said.saw != print_of(live, row)

    def outdated(self, live: Live, row: SendRow, now: Instant) -> Verdict | None:
        """Return that a permitted send is to be judged again, when its policies' word is over."""
        if row.verdict is None or confirms(row) or not live.active.judges.get(row.channel):
            return None
        said = policy_verdict(row)
        if said.until is None or now < said.until:
            return None
        reason = Reason("policy", "policy", "what its policies said is over; they are asked again")
        return Verdict("hold", (reason,), now)

    def judged(self, live: Live, row: SendRow, verdict: Verdict, now: Instant) -> None:
        """The policies have spoken of a send: the ledger keeps it, and the guard goes on."""
        if live.sends.get((row.index, row.visit)) is not row or row.state != "queued":
            return
        row = self.ledger.change(live, row, verdict=encode_verdict(verdict))
        self.route(live, row, now, asked=True)

    def verdict(self, live: Live, row: SendRow, now: Instant) -> Verdict:
        """Ask the guard about one send."""
        active = live.active
        journey = live.journey
        stand = active.stands.of(row.channel)
        address = live.addresses.get(ADDRESSED_BY.get(row.channel, "key"))
        return judge(
            Candidate(
                channel=row.channel,
                to=row.to,
                zones=live.zones,
                expires_at=live.expires_at(row),
                suppressed=address is not None and group_of(row.channel) in address.suppressed,
                consents=self._consents(live, row, now),
                withdrawn=self._withdrawn(live, row),
                recent=address.recent - (row.state == "sending") if address else 0,
                over=active.over and not confirms(row),
                wanted=is_wanted(live, row),
                confirmation=confirms(row),
                urgent=row.prio == URGENT,
                replied_at=journey.replied if journey and row.prio == ANSWER else None,
                beyond_budget=_beyond_budget(live, row),
                policy=policy_verdict(row),
                standing=stand.standing,
                paused_until=stand.until,
                falls_back=stops(stand.standing) and falls_back(live, row),
            ),
            active.rules,
            now,
        )

    def _consents(self, live: Live, row: SendRow, now: Instant) -> bool | None:
        test = live.active.consents.get(row.channel)
        if test is not None and not test(live.values, now):
            return False
        if self.book.required:
            return self.book.has(row.to, row.channel, live.active.guards.purpose)
        return None if test is None else True

    def _withdrawn(self, live: Live, row: SendRow) -> str:
        """Return how the person has taken back consent for this purpose, if so."""
        end = self.book.end(row.to, row.channel, live.active.guards.purpose)
        return end.source or "no source" if end is not None else ""

    def forbidden(self, live: Live, row: SendRow, now: Instant) -> bool:
        """Whether what may change while a permitted send is made durable forbids it now."""
        if confirms(row):
            return False
        address = live.addresses.get(ADDRESSED_BY.get(row.channel, "key"))
        if address is not None and group_of(row.channel) in address.suppressed:
            return True
        if self._withdrawn(live, row):
            return True
        rules = live.active.rules
        if row.prio != URGENT and not rules.hours.allows(live.zones, rules.quiet, now):
            return True
        if stops(live.active.stands.of(row.channel).standing):
            return True
        return live.active.over or now >= live.expires_at(row) or not is_wanted(live, row)

    def refuse(self, live: Live, row: SendRow, verdict: Verdict, now: Instant) -> None:
        """The guard refuses: the ledger and the log say why, and the journey takes its arm."""
        reason = verdict.reasons[0]
        name: OutcomeName = "expired" if reason.code == "expired" else "refused"
        event = "expire" if name == "expired" else "refuse"
        row = self.ledger.move(live, row, event, due=None, ended_at=now, reason=reason.code)
        self.group.log(live, name, now, row, by=reason.by, code=reason.code, reason=reason.text,
                       line=reason.line)  # fmt: skip
        self.outcome(live, row, name, now, reason.code)

    def outcome(
        self, live: Live, row: SendRow, name: OutcomeName, now: Instant, reason: str = ""
    ) -> None:
        """Tell the journey what became of one of its own sends."""
        if not beyond_steps(row):
            self.give(live, Outcome(row.index, row.visit, name, reason), now)


def falls_back(live: Live, row: SendRow) -> bool:
    """Whether the flow says what to do when a send is refused."""
    said = live.revision.texts.get(row.index)
    return said is not None and any(arm.outcome in FALL_BACKS for arm in said[0].arms)


def _waits_in_lane(live: Live, row: SendRow, verdict: Verdict) -> bool:
    """Whether a send that is held waits for its sender, with all that its lane holds."""
    if verdict.reasons[0].code != "standing":
        return False
    return bool(live.active.lane_of(row.channel, live.values).stopped)


_PERFORM: dict[type[wanted.Command], Callable[[Decider, Live, Any, Instant], None]] = {
    wanted.Send: Decider._send,
    wanted.Cancel: Decider._cancel,
    wanted.HandOff: Decider._hand_off,
    wanted.Unclaimed: Decider._unclaimed,
    wanted.Note: Decider._note,
    wanted.End: Decider._end,
}


def _beyond_budget(live: Live, row: SendRow) -> str:
    """Return why the budget does not allow a send that has no permit yet, if so."""
    active = live.active
    left = active.left() if row.state == "queued" else None
    if left is None:
        return ""
    cost = active.price(row)
    if cost is None or cost.currency != left.currency:
        return f"no price in {left.currency} is known for {row.channel} to this address"
    if cost.amount <= left.amount:
        return ""
    return f"it costs {shown(cost)}, and {shown(left)} of {active.guards.budget} is left"


def is_wanted(live: Live, row: SendRow) -> bool:
    """Whether a send's journey waits for it, or a person or a built-in answer asked for it."""
    if row.expires_at is not None:
        return True
    return live.journey is not None and live.journey.wants(row.index, row.visit)


def encode_verdict(verdict: Verdict) -> str:
    """Return a verdict as the ledger keeps it."""
    return msgspec.json.encode(verdict).decode()


def policy_verdict(row: SendRow) -> Verdict:
    """Return what the policies said of a send; the ledger keeps with it how it passed a guard."""
    if row.verdict is None:
        return ALLOW
    verdict = msgspec.json.decode(row.verdict, type=Verdict)
    reasons = tuple(reason for reason in verdict.reasons if reason.code not in PASSES)
    return msgspec.structs.replace(verdict, reasons=reasons)

"""Outcomes: what a channel answers, and what is heard of a message later."""

from collections.abc import Mapping

import msgspec

from tactful.guard.judge import Verdict
from tactful.guard.standing import SignalKind
from tactful.journey.inputs import OutcomeName
from tactful.runtime.active import Flight, Live
from tactful.runtime.decider import Decider, is_wanted
from tactful.runtime.gone import GoneAddresses
from tactful.runtime.ledger import says_more
from tactful.runtime.misconfigured import Misconfigured
from tactful.runtime.observing import Watching
from tactful.runtime.pacing import Pacing
from tactful.runtime.ports import Accepted, Refused, Retry, SendOutcome, Unknown
from tactful.runtime.told import StatusTold
from tactful.store.rows import SendRow
from tactful.values import Instant

_replace = msgspec.structs.replace

NOTHING_MORE = StatusTold()

Stamps = Mapping[str, Instant | None]

MOST_ATTEMPTS = 10
"""After so many attempts that the channel declared not sent, the send has failed."""


class Outcomes:
    """Brings what became of a send into the ledger, the log and the journey."""

    def __init__(
        self,
        decider: Decider,
        pacing: Pacing,
        gone: GoneAddresses,
        misconfigured: Misconfigured,
        watching: Watching,
    ) -> None:
        self._decider = decider
        self._group = decider.group
        self._ledger = decider.ledger
        self._pacing = pacing
        self._gone = gone
        self._misconfigured = misconfigured
        self._watching = watching

    def landed(
        self, flight: Flight, result: SendOutcome, called_at: Instant | None, ended_at: Instant
    ) -> None:
        """The channel has answered, or will not: commit the outcome and let the journey go on."""
        live = flight.live
        live.flights -= 1
        row = live.sends[flight.send.index, flight.send.visit]
        self._pacing.release(flight, row.permit, ended_at)
        if row.state == "sending":
            self.resolve(live, row, result, ended_at, called_at=called_at, ended_at=ended_at)
        else:  # a receipt came first, and has said already that it was sent
            name = result.id if isinstance(result, Accepted) else None
            self._ledger.change(live, row, called_at=called_at, provider_id=row.provider_id or name)

    def found(
        self, live: Live, row: SendRow, result: SendOutcome, ended_at: Instant, now: Instant
    ) -> None:
        """After a crash it is known, or not, what became of a send; its slot is settled already."""
        self.resolve(live, row, result, now, ended_at=ended_at)

    def withdrawn(self, flight: Flight, verdict: Verdict, now: Instant) -> None:
        """A permitted send is stopped at the last instant; nothing was called."""
        live = flight.live
        live.flights -= 1
        row = live.sends[flight.send.index, flight.send.visit]
        self._pacing.release(flight, row.permit, now)
        if row.state != "sending":
            return
        later = Retry((verdict.until or now) - now, verdict.reasons[0].text)
        if verdict.decision != "hold" or not self._again(live, row, later, now, {}):
            self._decider.refuse(live, row, verdict, now)

    def resolve(
        self,
        live: Live,
        row: SendRow,
        result: SendOutcome,
        now: Instant,
        **stamps: Instant | None,
    ) -> None:
        """Bring a channel's answer into the ledger, the log and the journey.

        `stamps` are moments of the call that the row keeps: `called_at`, `ended_at`.
        """
        if isinstance(result, Accepted):
            self._accepted(live, row, result, now, stamps)
        elif isinstance(result, Unknown):
            row = self._ledger.move(live, row, "lose", reason=result.reason, **stamps)
            self._group.log(live, "in_doubt", now, row, reason=result.reason)
            self._decider.outcome(live, row, "in doubt", now, result.reason)
        elif isinstance(result, Refused) or not self._again(live, row, result, now, stamps):
            reason = result.reason
            row = self._ledger.move(live, row, "reject", reason=reason, **stamps)
            self._group.log(live, "failed", now, row, reason=reason)
            kind: SignalKind = "refused" if isinstance(result, Refused) else "failed"
            code = result.code if isinstance(result, Refused) else ""
            self._watching.heard(live, row, kind, now, now, code)
            if isinstance(result, Refused) and result.gone:
                self._gone.suppress(live, row, reason, now)
            if isinstance(result, Refused) and result.kind == "configuration":
                self._misconfigured.refused(live, row, reason, now)
            self._decider.outcome(live, row, "failed", now, reason)

    def _accepted(
        self, live: Live, row: SendRow, result: Accepted, now: Instant, stamps: Stamps
    ) -> None:
        status: OutcomeName = "delivered" if result.delivered else "accepted"
        arrived = result.delivered and says_more(row, "delivered")
        row = self._ledger.move(live, row, status, provider_id=result.id, reason=None, **stamps)
        self._sent(live, row, now)
        if arrived:
            self._group.log(live, "delivered", now, row)
            self._watching.heard(live, row, "delivered", now, now)
        self._decider.outcome(live, row, status, now)

    def _sent(self, live: Live, row: SendRow, now: Instant, settled_by: str | None = None) -> None:
        at = row.ended_at or now
        self._misconfigured.works(live, row)
        self._group.log(live, "sent", at, row, settled_by=settled_by)
        self._watching.heard(live, row, "sent", at, now)

    def _again(self, live: Live, row: SendRow, result: Retry, now: Instant, stamps: Stamps) -> bool:
        due = now + max(result.after, 1)
        if row.attempt >= MOST_ATTEMPTS or due >= live.expires_at(row):
            return False
        asked_for = row.state == "in doubt"  # by a person, whatever the journey does meanwhile
        if not asked_for and not is_wanted(live, row):
            return False
        row = self._ledger.move(live, row, "retry", reason=result.reason, **stamps)
        self._group.log(live, "held", now, row, by=row.channel, reason=result.reason)
        again = _replace(
            row,
            id=self._ledger.number(),
            attempt=row.attempt + 1,
            state="queued",
            expires_at=live.expires_at(row) if asked_for else row.expires_at,
            due=due,
            permit=None,
            cost=None,
            permitted_at=None,
            called_at=None,
            ended_at=None,
            reason=None,
        )
        self._ledger.add(live, again)
        return True

    def status(
        self, live: Live, row: SendRow, name: str, now: Instant, told: StatusTold = NOTHING_MORE
    ) -> None:
        """A delivery status arrives; one that says less than what is known changes nothing."""
        if says_more(row, name):
            reason = told.reason
            row = self._learn(live, row, name, now, told)
            self._decider.outcome(live, row, name, now, reason)  # type: ignore[arg-type]

    def name(self, live: Live, row: SendRow, provider_id: str) -> SendRow:
        """Note by which name the provider knows a message."""
        return self._ledger.change(live, row, provider_id=provider_id)

    def answered(self, live: Live, row: SendRow, now: Instant) -> None:
        """A key proves that a call was answered; the journey learns it from the key itself."""
        if row.state in ("sending", "in doubt", "accepted"):
            self._learn(live, row, "delivered", now)

    def proven(self, live: Live, row: SendRow, now: Instant) -> None:
        """A reply proves that a message arrived; the journey learns it from the reply itself."""
        if says_more(row, "delivered"):
            self._learn(live, row, "delivered", now)

    def _learn(
        self, live: Live, row: SendRow, name: str, now: Instant, told: StatusTold = NOTHING_MORE
    ) -> SendRow:
        reason = told.reason or None
        if row.state in ("sending", "in doubt"):
            row = self._ledger.move(
                live, row, "accepted", reason=None, ended_at=row.ended_at or now
            )
            self._sent(live, row, now, settled_by=name)
        row = self._ledger.move(live, row, name, reason=reason)
        if name != "accepted":
            self._group.log(live, name.replace(" ", "_"), now, row, reason=reason)
            self._watching.heard(live, row, name, now, now, told.code, told.seconds)  # type: ignore[arg-type]
        return row

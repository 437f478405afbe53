"""What policies say of the messages of a plan: by rule and text, not one line for each row."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tactful.graph.approvals import print_of_texts
from tactful.graph.model import Campaign, Send
from tactful.graph.remarks import Remark
from tactful.guard.addresses import mask
from tactful.guard.judge import Reason, Verdict
from tactful.runtime.ports import Finding
from tactful.store.rows import EventRow, SendRow

Said = Literal["warn", "approved", "hold", "refuse"]

_verdict = msgspec.json.Decoder(Verdict).decode
_WORDS: dict[Said, str] = {
    "warn": "warns of",
    "approved": "warns of, as approved,",
    "hold": "holds",
    "refuse": "refuses",
}


class Judgement(Struct):
    """What one rule of a policy says of one text of the flow, and of how many messages.

    `text` is the print of what is said, `key` and `to` (masked) are one person to whom it is. What
    is said of the flow itself is of no message.
    """

    policy: str
    rule: str
    decision: Said
    reason: str
    text: str = ""
    step: str = ""
    line: int | None = None
    messages: int = 0
    people: int = 0
    key: str = ""
    to: str = ""

    def finding(self) -> Finding:
        """Return it as the plan tells it."""
        messages = "1 message" if self.messages == 1 else f"{self.messages:,} messages"
        people = "1 person" if self.people == 1 else f"{self.people:,} people"
        approve = "Mend the text, or have people approve this plan: `tactful approve`."
        return Finding(
            "note" if self.decision in ("approved", "hold") else "warning",
            {"refuse": "PL110", "hold": "PL112"}.get(self.decision, "PL111"),
            f"`{self.policy}` ({self.rule}) {_WORDS[self.decision]} {messages} to {people}: "
            f"{self.reason.rstrip('.')}. For example {self.key} ({self.to}).",
            self.line,
            approve if self.decision == "warn" else "",
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as the plan keeps it."""
        return {name: value for name, value in msgspec.to_builtins(self).items() if value != ""}


class Judged:
    """Counts what policies say while a campaign is played through."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        names = (*campaign.guards.policies, *campaign.guards.house_policies)
        self._policies = frozenset(names)
        self._found: dict[tuple[str, str, str, int], Judgement] = {}
        self._people: dict[tuple[str, str, str, int], set[str]] = {}

    def watch(self, event: EventRow, key: str | None, send: SendRow | None) -> bool:
        """Take in one event; returns whether it was a policy that refused a message."""
        if not self._policies or send is None:
            return False
        if event.event == "sent" and send.verdict is not None:
            verdict = _verdict(send.verdict)
            if verdict.decision in ("warn", "approved"):
                for reason in verdict.reasons:
                    self._count(verdict.decision, reason, key, send)
            return False
        if event.event not in ("refused", "held") or event.data is None:
            return False
        told = msgspec.json.decode(event.data)
        if told.get("by") not in self._policies:
            return False
        reason = Reason(told["by"], told.get("code", ""), told.get("reason", ""))
        decision: Said = "refuse" if event.event == "refused" else "hold"
        self._count(decision, reason, key, send)
        return decision == "refuse"

    def _count(self, decision: str, reason: Reason, key: str | None, send: SendRow) -> None:
        if reason.by not in self._policies:
            return
        place = (decision, reason.by, reason.code, send.index)
        found = self._found.get(place)
        if found is None:
            step = self._campaign.graph.steps[send.index] if send.index >= 0 else None
            found = self._found[place] = Judgement(
                reason.by,
                reason.code,
                decision,  # type: ignore[arg-type]
                reason.text,
                print_of_texts([step]) if isinstance(step, Send) else "",
                step.id if step is not None else "",
                self._campaign.lines.get(step.id) if step is not None else None,
                key=key or "",
                to=mask(send.to),
            )
        found.messages += 1
        people = self._people.setdefault(place, set())
        people.add(key or "")
        found.people = len(people)

    def judgements(self) -> list[Judgement]:
        """Return all of it, refusals first, then by line and rule."""
        order = list(_WORDS)[::-1]
        return sorted(
            self._found.values(),
            key=lambda one: (order.index(one.decision), one.line or 0, one.policy, one.rule),
        )


def of_flow(remarks: Iterable[Remark]) -> Iterator[Judgement]:
    """Yield what policies warn of in the flow itself, each text for itself."""
    for one in remarks:
        for text in one.texts:
            yield Judgement(one.by, one.rule, "warn", one.message, text, line=one.line)

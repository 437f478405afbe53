"""What the engine holds in memory: launches it runs, their paces, and the journeys it has in hand.

Journeys that wait are rows in the store, not objects: a `Live` exists only while something of it is
open (a send in flight, a change that is not durable yet).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tactful.graph.channels import ADDRESSED_BY, group_of
from tactful.graph.compared import compared_columns
from tactful.graph.conditions import compile_condition
from tactful.graph.languages import language_for, spoken
from tactful.graph.model import AnyStep, Attachment, Campaign, HandOff, Send, StepGraph, Text
from tactful.graph.texts import (
    LOCALE,
    RECIPIENT,
    ZONE,
    compile_text,
    compile_wordings,
    tells_time,
)
from tactful.guard.hours import HoursCache, QuietHours
from tactful.guard.judge import Rules
from tactful.journey.lifecycle import LAUNCH, move
from tactful.journey.program import Program
from tactful.journey.state import Journey
from tactful.runtime.absent import AbsentChannel
from tactful.runtime.consents import ConsentBook
from tactful.runtime.costs import Costs, Spent
from tactful.runtime.lane import Lane, Lanes, Slots
from tactful.runtime.ports import Channel, Policy
from tactful.runtime.stands import Stands
from tactful.store.rows import (
    JourneyRow,
    LaunchRow,
    RecipientRow,
    SendRow,
)
from tactful.values import Instant, Money

Render = Callable[[Mapping[str, Any]], str]
Test = Callable[[Mapping[str, Any], Instant], bool]


class Revision:
    """A graph ready to run: its program, its texts, and the numbers of its steps' identities.

    `compared` has the columns by which events for many find their journeys, by the event's name.
    """

    def __init__(self, id: int, graph: StepGraph, numbers: Mapping[str, int]) -> None:
        self.id = id
        self.graph = graph
        self.program = Program(graph)
        self.steps = tuple(numbers[step.id] for step in graph.steps)
        self.stages = tuple(numbers[step.stage] for step in graph.steps)
        self.texts: dict[int, tuple[Send, Render, Render | None]] = {
            index: (step, *_renders(step, graph.languages))
            for index, step in enumerate(graph.steps)
            if isinstance(step, Send)
        }
        self.compared = compared_columns(graph)
        self.tells_time = any(tells_time(text) for step in graph.steps for text in _texts_of(step))
        self.leaves: dict[int, Render] = {
            index: compile_text(step.leave)
            for index, (step, _, _) in self.texts.items()
            if step.leave
        }
        self.keys: dict[int, tuple[str, ...]] = {
            index: tuple(key for arm in step.keys for key in arm.keys)
            for index, (step, _, _) in self.texts.items()
            if step.keys
        }
        self.any_key = frozenset(
            index
            for index, (step, _, _) in self.texts.items()
            if any(not arm.keys for arm in step.keys)
        )
        self.handovers: dict[int, tuple[str, Render, Render | None]] = {
            index: (
                step.priority,
                compile_text(step.queue),
                compile_text(step.note) if step.note else None,
            )
            for index, step in enumerate(graph.steps)
            if step.kind == "hand_off"
        }

    def attachments(self, index: int, locale: str | None) -> tuple[Attachment, ...]:
        """Return the files that go with the messages of a step, for a reader of this locale."""
        if index not in self.texts:
            return ()
        step = self.texts[index][0]
        language = language_for(locale, self.graph.languages) if locale else None
        worded = (one.attachments for one in step.wordings if one.language == language)
        return next(worded, step.attachments)


def _renders(step: Send, languages: Sequence[str]) -> tuple[Render, Render | None]:
    """Return what fills in the text and the subject of a send, in the reader's language."""
    texts = {one.language: one.text for one in step.wordings}
    render = compile_wordings(step.text, texts, languages)
    if step.subject is None:
        return render, None
    subjects = {one.language: one.subject for one in step.wordings if one.subject is not None}
    return render, compile_wordings(step.subject, subjects, languages)


def _texts_of(step: AnyStep) -> tuple[Text, ...]:
    """Return what a step says to people."""
    said: tuple[Text | None, ...] = ()
    match step:
        case Send():
            others = (text for one in step.wordings for text in (one.text, one.subject))
            said = (step.text, step.subject, step.leave, *others)
        case HandOff():
            said = (step.queue, step.note)
    return tuple(text for text in said if text is not None)


class Active:
    """A launch under way, with what floats in its newest form.

    `journeys` counts those that have not ended, `open_sends` those queued or sending; when both are
    nought and the audience is in, the launch is finished, unless it `stays_open` for more: its
    audience is read again at `next_read`, or `readings` of it are under way. `tally` counts sends
    by state, `ends` journeys by end state, for people who look on. `judges` are the policies that
    judge its messages, by channel, and `facts` what they learn of the campaign. `stands` says how
    its senders stand; `sender_lanes` are the paces of those and of their accounts. It is
    `crowded` while the inbox is fuller than it allows. `read_at` is when this engine read the
    flow's file, by the wall clock; 0: it has the flow from the store. `files` is the folder of what
    its messages carry. `spent` is what its attempts cost, but for those that were declared not
    sent.
    """

    def __init__(
        self, row: LaunchRow, campaign: Campaign, guards_id: int, per_day: int, costs: Costs
    ) -> None:
        self.row = row
        self.name = row.name
        self.lanes: dict[str, Lanes] = {}
        self.sender_lanes: dict[str, tuple[Lane, ...]] = {}
        self.channels: dict[str, Channel] = {}
        self.judges: Mapping[str, tuple[Policy, ...]] = {}
        self.facts: Mapping[str, object] = {}
        self.book = ConsentBook()
        self.stands = Stands()
        self.journeys = 0
        self.open_sends = 0
        self.tally: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.answered = 0
        self.files: Path | None = None
        self.costs = costs
        self.spent = Spent()
        self.stopping = False
        self.crowded = False
        self.read_at: Instant = 0
        self.stays_open = False
        self.next_read: Instant | None = None
        self.readings = 0
        self.adopt(campaign, guards_id, per_day)

    def adopt(self, campaign: Campaign, guards_id: int, per_day: int) -> None:
        """Take over the floating guards of a (newer) form of the campaign."""
        guards = campaign.guards
        self.campaign = campaign
        self.guards = guards
        self.guards_id = guards_id
        self.expires_after = guards.expires_after.span
        self._expiry = (0, self.expires_after)
        self.senders = {sender.channel: sender.address for sender in reversed(guards.senders)}
        self.consents: dict[str, Test] = {
            rule.channel: compile_condition(rule.condition) for rule in guards.consents
        }
        self.rules = Rules(
            quiet=QuietHours(guards.quiet, guards.quiet_zone),
            hours=HoursCache(),
            per_day=per_day,
            lines=campaign.lines,
        )

    def price(self, row: SendRow) -> Money | None:
        """Return what a send costs; None when no price is known."""
        return self.costs.of(row.channel, row.to, row.segments)

    def left(self) -> Money | None:
        """Return what is left of the budget; None without one."""
        budget = self.guards.budget
        if budget is None:
            return None
        return Money(budget.amount - self.spent.of(budget.currency), budget.currency)

    def expiry(self, entered_at: Instant) -> Instant:
        """Return when a journey that entered at a moment expires; one number for all of them."""
        if self._expiry[0] != entered_at:
            self._expiry = (entered_at, entered_at + self.expires_after)
        return self._expiry[1]

    @property
    def absent(self) -> str:
        """Why nothing of this launch may leave: a channel of it is not here; empty: all are."""
        channels = self.channels.values()
        return next((one.problem for one in channels if isinstance(one, AbsentChannel)), "")

    @property
    def over(self) -> bool:
        """Whether nothing of this launch may leave any more."""
        return self.stopping or self.row.state == "stopped"

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do, and this has not been noted yet."""
        nothing_left = not self.journeys and not self.open_sends
        is_in = self.row.state in ("running", "paused") and not self.stays_open
        is_in = is_in and not self.readings
        return nothing_left and (self.stopping or is_in)

    def close(self, now: Instant) -> None:
        """Note that the launch is finished, or stopped."""
        event = "stop" if self.stopping else "finish"
        state = move(LAUNCH, self.row.state, event)
        self.row = msgspec.structs.replace(self.row, state=state, finished_at=now)
        self.stopping = False

    def lane_of(self, channel: str, values: Mapping[str, Any]) -> Lane:
        return self.lanes[group_of(channel)].of(values)


class Address:
    """What the guard knows of one address, shared by all journeys in hand that use it."""

    __slots__ = ("recent", "suppressed", "uses")

    def __init__(self, suppressed: tuple[str, ...], recent: int) -> None:
        self.suppressed = set(suppressed)
        self.recent = recent
        self.uses = 0


class Live:
    """A journey in hand.

    `flights` counts its calls under way, `seq` is the last group it is in, and `claimed` says that
    it was found due and its turn is still to come.
    """

    __slots__ = (
        "active", "addresses", "begins", "claimed", "entered_at", "flights", "journey", "recipient",
        "revision", "sends", "seq", "values", "zones",
    )  # fmt: skip

    def __init__(
        self,
        active: Active,
        revision: Revision,
        recipient: RecipientRow,
        row: JourneyRow,
        journey: Journey | None,
        sends: tuple[SendRow, ...],
    ) -> None:
        self.active = active
        self.revision = revision
        self.recipient = recipient
        self.zones = tuple(recipient.zones.split("|")) if recipient.zones else ()
        self.values: dict[str, Any] = {
            **revision.graph.values,
            **msgspec.json.decode(recipient.data),
            RECIPIENT: recipient.key,
            LOCALE: spoken(recipient.locale, revision.graph.languages),
            ZONE: self.zones[0] if self.zones else "UTC",
        }
        self.journey = journey
        self.entered_at = row.entered_at
        self.begins = row.due
        self.sends = {(send.index, send.visit): send for send in sends}
        self.addresses: dict[str, Address] = {}
        self.flights = 0
        self.seq = 0
        self.claimed = False

    @property
    def id(self) -> int:
        return self.recipient.id

    def address(self, channel: str) -> str | None:
        """Return where this recipient is reached on a channel, if anywhere."""
        kind = ADDRESSED_BY.get(channel, "key")
        return getattr(self.recipient, kind)  # type: ignore[no-any-return]

    def expires_at(self, send: SendRow) -> Instant:
        """Return when a send must have left: its own expiry, else the journey's."""
        if send.expires_at is not None:
            return send.expires_at
        return self.active.expiry(self.entered_at or 0)

    def due(self) -> Instant | None:
        """Return when this journey must be looked at next, its expiry included."""
        journey = self.journey
        if journey is None:
            return self.begins
        if journey.ended or self.entered_at is None:
            return None
        expiry = self.active.expiry(self.entered_at)
        return expiry if journey.due is None else min(journey.due, expiry)


class Flight(Struct, frozen=True):
    """One message on its way to a channel, from the moment its row is durable.

    `slots` are its permits in the paces that hold beside that of its lane.
    """

    live: Live
    send: SendRow
    channel: Channel
    lane: Lane
    slots: Slots = ()

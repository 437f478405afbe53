"""The plan: who is told, how much leaves, when it is done, and what could be worse, beforehand."""

from collections import Counter
from collections.abc import AsyncIterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from tactful.graph.model import Campaign
from tactful.graph.remarks import Remark
from tactful.guard.addresses import region_of
from tactful.guard.standing import Observer
from tactful.guard.strategies import Strategy
from tactful.plugins.config import Config
from tactful.runtime.audience.recipients import OutRow, Recipient
from tactful.runtime.audience.seen import SeenRows
from tactful.runtime.facts import House
from tactful.runtime.judging import NO_HOUSE
from tactful.runtime.observing import NO_OBSERVERS
from tactful.runtime.paces import PaceFor, no_pace
from tactful.runtime.ports import Finding, Policy
from tactful.runtime.session import NO_POLICIES
from tactful.simulate.behaviour import Behaviour
from tactful.simulate.harm import Harm
from tactful.simulate.judged import Judged, Judgement, of_flow
from tactful.simulate.rehearsal import Rehearsed, rehearse
from tactful.store.rows import EventRow, SendRow
from tactful.values import DAY, HOUR, MINUTE, Instant, Money, Span, iso

_EXPIRED = '"state":"expired"'
_TOO_LATE = '{"kind":"too late"}'


class ChannelPlan(Struct):
    """What one channel will carry. `cost` is by currency; None when a price is missing."""

    messages: int = 0
    segments: int = 0
    cost: dict[str, Decimal] | None = {}

    def add(self, segments: int, price: Money | None) -> None:
        """Count one message."""
        self.messages += 1
        self.segments += segments
        if price is None:
            self.cost = None
        elif self.cost is not None:
            before = self.cost.get(price.currency, Decimal(0))
            self.cost = {**self.cost, price.currency: before + price.amount * segments}

    @property
    def cost_text(self) -> str | None:
        """The cost as people read it, `4.28 EUR`; None when it is not known."""
        if not self.cost:
            return None
        sums = (f"{amount.normalize():f} {currency}" for currency, amount in self.cost.items())
        return " + ".join(sums)


class Plan(Struct):
    """What would happen if everything were delivered and nobody answered.

    `days` counts the messages of each day (UTC).
    """

    campaign: str
    revision: str
    guards: str
    rehearsed: Rehearsed
    sends: dict[str, ChannelPlan]
    first_send: Instant | None
    last_send: Instant | None
    worst_case: Mapping[str, int]
    findings: list[Finding]
    audience: str
    judgements: list[Judgement]
    versions: Mapping[str, str]
    days: Mapping[str, int] = {}

    def to_json(self, file: str) -> dict[str, Any]:
        """Return the plan as `plan --format json` prints it."""
        outs = self.rehearsed.outs
        return {
            "campaign": self.campaign,
            "revision": self.revision,
            "guards": self.guards,
            "audience": self.audience,
            "recipients": {
                "rows": self.rehearsed.rows,
                "in": self.rehearsed.joined,
                "out": [
                    {
                        "row": out.row,
                        "key": out.key,
                        "code": out.code,
                        "reason": out.reason,
                        "channel": out.channel,
                        "column": out.column or None,
                    }
                    for out in outs
                ],
            },
            "start": iso(self.rehearsed.started_at),
            "sends": {
                channel: {
                    "messages": some.messages,
                    "segments": some.segments,
                    "cost": some.cost_text,
                }
                for channel, some in sorted(self.sends.items())
            },
            "first_send": iso(self.first_send) if self.first_send is not None else None,
            "last_send": iso(self.last_send) if self.last_send is not None else None,
            "finish": iso(self.rehearsed.finished_at),
            "days": dict(self.days),
            "worst_case": dict(self.worst_case),
            "policies": {
                "versions": dict(self.versions),
                "judgements": [one.to_json() for one in self.judgements],
            },
            "findings": [
                {
                    "severity": finding.severity,
                    "code": finding.code,
                    "message": finding.message,
                    "file": file,
                    "line": finding.line,
                    "help": finding.help or None,
                }
                for finding in self.findings
            ],
        }


async def make_plan(
    campaign: Campaign,
    recipients: AsyncIterable[Recipient | OutRow],
    *,
    start: Instant,
    config: Config,
    strategies: Mapping[str, Strategy],
    policies: Mapping[str, Policy] = NO_POLICIES,
    house: House = NO_HOUSE,
    findings: Sequence[Finding] = (),
    remarks: Sequence[Remark] = (),
    pace_for: PaceFor = no_pace,
    observers: Mapping[str, Observer] = NO_OBSERVERS,
) -> Plan:
    """Rehearse the campaign on the path where all is delivered and nobody answers.

    `remarks` are what policies say of the flow itself.
    """
    sends: dict[str, ChannelPlan] = {}
    moments: list[Instant] = []
    refused: dict[str, int] = {}
    late: list[Instant] = []
    unpaid: set[str] = set()
    cut_off: set[str | None] = set()
    handed_off: Counter[str] = Counter()
    seen, judged, harm = SeenRows(recipients), Judged(campaign), Harm()
    days: Counter[str] = Counter()

    def watch(event: EventRow, key: str | None, send: SendRow | None) -> None:
        harm.watch(event)
        if judged.watch(event, key, send):
            return
        if event.event == "sent" and send is not None:
            country = region_of(send.to) if send.to.startswith("+") else None
            price = config.prices.of(send.channel, country)
            sends.setdefault(send.channel, ChannelPlan()).add(send.segments, price)
            moments[:] = [moments[0] if moments else event.at, event.at]
            days[iso(event.at)[:10]] += 1
        elif event.event in ("refused", "expired") and send is not None:
            refused[send.reason or "refused"] = refused.get(send.reason or "refused", 0) + 1
            if send.reason == "budget" and key is not None:
                unpaid.add(key)
        elif event.event == "signal" and event.data == _TOO_LATE:
            late.append(event.at)
        elif event.event == "hand_off" and event.data is not None:
            handed_off[msgspec.json.decode(event.data)["queue"]] += 1
        elif event.event == "ended" and event.data is not None and _EXPIRED in event.data:
            cut_off.add(key)

    rehearsed = await rehearse(
        campaign,
        seen,
        start=start,
        behaviour=Behaviour(),
        strategies=strategies,
        policies=policies,
        house=house,
        limits=config.limits,
        prices=config.prices,
        pace_for=pace_for,
        observers=observers,
        watch=watch,
    )
    beyond = refused.pop("budget", 0)
    told = [
        *findings,
        *_beyond_budget(campaign, beyond, len(unpaid)),
        *(one.finding() for one in judged.judgements()),
        *harm.findings(),
        *_refusals(refused),
        *_too_late(len(late)),
        *_cut_off(campaign, len(cut_off)),
        *_holds(campaign, handed_off),
        *_slowest(campaign, rehearsed),
        *_declared(campaign),
    ]
    told.append(
        Finding(
            "note",
            "PL104",
            "No pace is a guarantee of a sender's name: watch replies and complaints.",
        )
    )
    if campaign.starts_at is not None and campaign.starts_at < start:
        said = (
            f"`starts` names {iso(campaign.starts_at)[:16]} UTC, which is over: it starts at once."
        )
        told.append(Finding("note", "PL107", said, campaign.lines.get("starts")))
    return Plan(
        campaign=campaign.graph.campaign,
        revision=campaign.graph.revision,
        guards=campaign.guards.digest,
        rehearsed=rehearsed,
        sends=sends,
        first_send=moments[0] if moments else None,
        last_send=moments[-1] if moments else None,
        worst_case=campaign.worst_case,
        findings=told,
        audience=seen.digest,
        judgements=[*of_flow(remarks), *judged.judgements()],
        versions=versions_of(campaign, policies),
        days=days,
    )


def versions_of(campaign: Campaign, policies: Mapping[str, Policy]) -> dict[str, str]:
    """Return the versions of the policies that judge a campaign."""
    guards = campaign.guards
    judges = (*guards.policies, *guards.house_policies)
    return {name: policies[name].version for name in sorted(judges) if name in policies}


def _refusals(refused: Mapping[str, int]) -> list[Finding]:
    return [
        Finding("warning", "PL102", f"{_messages(count)} would be refused: {code}")
        for code, count in sorted(refused.items())
    ]


def _beyond_budget(campaign: Campaign, messages: int, people: int) -> list[Finding]:
    if not messages:
        return []
    persons = "1 person" if people == 1 else f"{people:,} people"
    return [
        Finding(
            "warning",
            "PL106",
            f"The budget of {campaign.guards.budget} does not do: {_messages(messages)} to "
            f"{persons} would not leave.",
            campaign.lines.get("budget"),
            help="Raise it, shorten the texts, or write to fewer people.",
        )
    ]


def _too_late(count: int) -> list[Finding]:
    if not count:
        return []
    waits = "1 wait is" if count == 1 else f"{count} waits are"
    return [
        Finding(
            "note",
            "PL105",
            f"{waits} for a moment that is over already: the journey takes the line "
            "`on too late` there, or goes on at once where there is none.",
        )
    ]


def _cut_off(campaign: Campaign, count: int) -> list[Finding]:
    if not count:
        return []
    after = campaign.guards.expires_after
    journeys = "1 journey" if count == 1 else f"{count:,} journeys"
    return [
        Finding(
            "warning",
            "PL108",
            f"{journeys} would expire, {after} after the start, before the lines are done.",
            campaign.lines.get("expires"),
            help="Give `expires after` a longer time, or start later.",
        )
    ]


def _holds(campaign: Campaign, handed_off: Counter[str]) -> list[Finding]:
    hold = campaign.guards.hold_inbox
    if hold is None:
        return []
    count = handed_off.total() if hold.queue is None else handed_off[hold.queue]
    if count <= hold.above:
        return []
    return [
        Finding(
            "note",
            "PL109",
            f"{count:,} conversations would go to people. The campaign holds while more than "
            f"{hold.above:,} are open, so how long it takes depends on them.",
            campaign.lines.get("hold when inbox"),
        )
    ]


def _slowest(campaign: Campaign, rehearsed: Rehearsed) -> list[Finding]:
    """Tell which of several paces makes the campaign last."""
    if not rehearsed.held:
        return []
    name, span = max(rehearsed.held.items(), key=lambda one: one[1])
    if span < MINUTE:
        return []
    said = f"Of several paces, `{name}` holds messages back longest: {_about(span)} in all."
    return [Finding("note", "PL113", said, campaign.lines.get(name))]


def _about(span: Span) -> str:
    """Return a length of time in words that are exact enough for a plan."""
    for unit, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if span >= unit:
            count = span / unit
            rounded = f"{count:.1f}".removesuffix(".0")
            return f"{rounded} {word}" if rounded == "1" else f"{rounded} {word}s"
    return "less than a minute"


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _declared(campaign: Campaign) -> list[Finding]:
    """Tell which channels send on the owner's declared relationship alone."""
    asked = {rule.channel for rule in campaign.guards.consents}
    silent = [channel for channel in campaign.graph.channels if channel not in asked]
    if not silent:
        return []
    channels = ", ".join(silent)
    owner = campaign.guards.owner or "the owner"
    return [
        Finding(
            "note",
            "PL101",
            f"{channels}: sent on the relationship that {owner} declares; no record is asked for.",
            campaign.lines.get("purpose"),
            help=f"Add `consent for {silent[0]} when COLUMN` to send only with consent.",
        )
    ]

"""The verdict on one send at this instant: pure, in a fixed order, deny wins.

Order: launch over, expired or no longer wanted → address → policy → suppression, consent →
standing of the sender → quiet hours → caps. Pace comes after all of these and is the only thing
that is consumed; see `pace`. Every verdict but a plain yes names who gave it, and the line of the
flow where it can.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from tactful.guard.hours import HoursCache, QuietHours
from tactful.guard.standing import Standing, stops
from tactful.values import MINUTE, Instant, iso

Decision = Literal["allow", "warn", "approved", "hold", "refuse"]
CONVERSATION = 10 * MINUTE
"""How long after a person's own reply an answer to it passes quiet hours."""

REASONS: dict[str, str] = {
    "launch_over": "the campaign was stopped",
    "expired": "its time was over before it could leave",
    "not_wanted": "it was no longer wanted",
    "no_address": "there is no usable address for this channel",
    "no_sender": "the flow names no sender for this channel",
    "policy": "a policy refuses it",
    "suppressed": "the person has opted out",
    "no_consent": "there is no consent for this channel",
    "withdrawn": "the person has taken back consent for this purpose",
    "standing": "the sender's standing does not allow it",
    "daily_limit": "this address has had its messages for the day",
    "budget": "the budget of the campaign does not allow it",
    "no_common_hour": "no hour of the day suits every time zone this person may be in",
}
"""Every code a verdict can refuse with, and what it means."""

PASSES: dict[str, str] = {
    "urgent": "an urgent message passes quiet hours",
    "conversation": "it answers the person's own message of the last minutes",
}
"""Every code with which a send passes quiet hours, and what it means."""


class Reason(Struct, frozen=True):
    """Why, in words for a support lead: who says so, a code, and the line of the flow."""

    by: str
    code: str
    text: str
    line: int | None = None


class Verdict(Struct, frozen=True):
    """What the guard says of one send. `until` belongs to `hold`; None: until something changes.

    What policies said is good for one print of what they saw, `saw`, and `until` then, if they
    say so.
    """

    decision: Decision
    reasons: tuple[Reason, ...] = ()
    until: Instant | None = None
    saw: str = ""


ALLOW = Verdict("allow")


class Candidate(Struct, frozen=True, kw_only=True):
    """What the guard must know of one send.

    `over`: the launch has stopped. `wanted`: its journey still waits for it. `consents`: what the
    flow's `consent for` line, or the house's wish for records, says; None when neither asks.
    `withdrawn`: how the person has taken back consent for this purpose, if so.
    `replied_at`: the person's last own reply, if this send answers it. `recent`: messages to this
    address in 24 hours. `beyond_budget`: why the budget does not allow it, if so. `falls_back`: the
    flow says what to do when it is refused. `paused_until`: when its sender may go on, if known.
    """

    channel: str
    to: str | None
    zones: tuple[str, ...]
    expires_at: Instant
    suppressed: bool
    consents: bool | None
    recent: int
    over: bool = False
    wanted: bool = True
    confirmation: bool = False
    urgent: bool = False
    replied_at: Instant | None = None
    beyond_budget: str = ""
    withdrawn: str = ""
    policy: Verdict = ALLOW
    standing: Standing = "healthy"
    paused_until: Instant | None = None
    falls_back: bool = False


class Rules(Struct, frozen=True):
    """The floating guards of a campaign, ready for use.

    `per_day` is the house's limit per address; `lines` tells where the flow says what.
    """

    quiet: QuietHours
    hours: HoursCache
    per_day: int
    lines: Mapping[str, int]


def _no(by: str, code: str, text: str, line: int | None = None) -> Verdict:
    return Verdict("refuse", (Reason(by, code, text, line),))


def judge(send: Candidate, rules: Rules, now: Instant) -> Verdict:
    """Say whether one send may leave at `now`, but for its pace."""
    if send.over:
        return _no("campaign", "launch_over", REASONS["launch_over"])
    if not send.wanted:
        return _no("journey", "not_wanted", REASONS["not_wanted"])
    if now >= send.expires_at:
        line = rules.lines.get("expires")
        return _no("expiry", "expired", f"it expired at {iso(send.expires_at)}", line)
    if not send.to:
        return _no("address", "no_address", f"there is no address for {send.channel}")
    if send.policy.decision == "refuse":
        return send.policy
    if send.confirmation:
        return ALLOW
    if send.suppressed:
        return _no("opt-out", "suppressed", f"{REASONS['suppressed']} of {send.channel}")
    if send.withdrawn:
        text = f"the person has taken back consent for this purpose: {send.withdrawn}"
        return _no("consent", "withdrawn", text)
    if send.consents is False:
        line = rules.lines.get(f"consent for {send.channel}")
        return _no("consent", "no_consent", f"there is no consent for {send.channel}", line)
    if stops(send.standing):
        return _stopped(send)
    held = _quiet(send, rules, now)
    passes = _passes(send, now) if held is not None else None
    policy = send.policy
    if policy.decision == "hold":
        if now < (policy.until or 0):
            return _later(policy, held)
        policy = ALLOW  # its time has come: the policy is to be asked again
    if held is not None and passes is None:
        return held
    if send.recent >= rules.per_day:
        text = f"this address had {send.recent} messages in 24 hours, {rules.per_day} are allowed"
        return _no("limits", "daily_limit", text)
    if send.beyond_budget:
        return _no("budget", "budget", send.beyond_budget, rules.lines.get("budget"))
    if passes is None:
        return policy
    line = rules.lines.get("quiet hours")
    reason = Reason("quiet hours", passes, PASSES[passes], line)
    return msgspec.structs.replace(policy, reasons=(*policy.reasons, reason))


def _later(policy: Verdict, quiet: Verdict | None) -> Verdict:
    """Return which of two holds lasts longer; nothing passes that of a policy."""
    if quiet is None or quiet.decision == "refuse" or quiet.until is None:
        return policy if quiet is None or quiet.decision != "refuse" else quiet
    return quiet if quiet.until > (policy.until or 0) else policy


def _stopped(send: Candidate) -> Verdict:
    """What comes of a send whose sender may not send: the flow's fall-back, or it waits."""
    text = f"the sender is {send.standing}"
    if send.falls_back:
        return _no("standing", "standing", text)
    if send.paused_until is not None:
        text += f" until {iso(send.paused_until)}"
    return Verdict("hold", (Reason("standing", "standing", text),), send.paused_until)


def _passes(send: Candidate, now: Instant) -> str | None:
    """Return why a send passes quiet hours, if it does."""
    if send.urgent:
        return "urgent"
    recent = send.replied_at is not None and now - send.replied_at < CONVERSATION
    return "conversation" if recent else None


def _quiet(send: Candidate, rules: Rules, now: Instant) -> Verdict | None:
    if rules.hours.allows(send.zones, rules.quiet, now):
        return None
    line = rules.lines.get("quiet hours")
    until = rules.hours.next_open(send.zones, rules.quiet, now)
    if until is None:
        return _no("quiet hours", "no_common_hour", REASONS["no_common_hour"], line)
    text = f"quiet hours until {iso(until)}"
    return Verdict("hold", (Reason("quiet hours", "quiet_hours", text, line),), until)

"""What plugins say of whole campaigns: policies of their texts, channels of their senders."""

from collections.abc import Iterator, Mapping
from typing import Literal, cast

import msgspec

from tactful.graph.approvals import approved, outdated, prints_at
from tactful.graph.first import first_sends
from tactful.graph.model import Campaign, Send, Text
from tactful.graph.remarks import Addition, Remark
from tactful.graph.render.words import text_words
from tactful.runtime.facts import House
from tactful.runtime.faults import fault_of
from tactful.runtime.ports import ByDefault, Channel, Finding, FlowText, FlowView, Medium, Policy

NO_HOUSE = House()


def defaults_of(policy: Policy) -> frozenset[str]:
    """Return the channels on which a policy judges every campaign."""
    return frozenset(policy.applies_to) if isinstance(policy, ByDefault) else frozenset()


def view_of(campaign: Campaign, house: House = NO_HOUSE) -> FlowView:
    """Return a campaign as policies see it."""
    guards = campaign.guards
    firsts = first_sends(campaign.graph)
    return FlowView(
        name=campaign.graph.name,
        owner=guards.owner,
        purpose=guards.purpose,
        texts=tuple(
            text
            for index, step in enumerate(campaign.graph.steps)
            if isinstance(step, Send)
            for text in _texts_of(step, campaign, first=index in firsts)
        ),
        senders={cast(Medium, sender.channel): sender.address for sender in guards.senders},
        house=house,
    )


def _texts_of(step: Send, campaign: Campaign, *, first: bool) -> Iterator[FlowText]:
    languages = campaign.graph.languages
    usual = languages[0] if languages else None
    said: list[tuple[str | None, Text, Text | None]] = [(usual, step.text, step.subject)]
    said += [(one.language, one.text, one.subject) for one in step.wordings]
    if step.leave is not None:
        said.append((usual, step.leave, None))
    for language, text, subject in said:
        yield FlowText(
            channel=cast(Medium, step.channel),
            stage=step.stage,
            text=text_words(text),
            subject=text_words(subject) if subject is not None else None,
            language=language,
            line=campaign.lines.get(step.id),
            first=first,
        )


def remarks_on(
    campaign: Campaign, policies: Mapping[str, Policy], house: House = NO_HOUSE
) -> list[Remark]:
    """Return what the policies that judge a campaign say of it; one that fails is an error.

    One that the campaign does not name sees only what is said on the channels that it judges.
    """
    view = view_of(campaign, house)
    guards = campaign.guards
    found: list[Remark] = []
    for name in (*guards.policies, *guards.house_policies):
        line = campaign.lines.get(f"policy {name}")
        named = name in guards.policies
        try:
            seen = view if named else _only(view, defaults_of(policies[name]))
            findings = list(policies[name].check_flow(seen))
            remarks = [_remark(name, finding, line) for finding in findings if _is_told(finding)]
            found += [one for remark in remarks for one in unapproved(campaign, remark)]
        except (Exception, SystemExit) as error:
            told = f"it failed, so nothing may leave: {fault_of(error)}"
            help = f"Ask its author, or do without it: {_WITHOUT[named]}."
            found.append(Remark(name, "error", told, line, help))
    found += [
        Remark(
            "",
            "warning",
            f"`{one.by}` has approved another wording: no text here has the print `{one.text}`",
            campaign.lines.get(f"approve {one.policy} {one.rule} {one.text}"),
            "Ask for the approval of the text as it is now, and write its print.",
            code="TF521",
        )
        for one in outdated(campaign)
        if not one.plan
    ]
    return found


def unapproved(campaign: Campaign, remark: Remark) -> Iterator[Remark]:
    """Yield what is left of a remark: an error, or a warning of texts that nobody has approved."""
    if remark.severity == "error":
        yield remark
        return
    prints = prints_at(campaign, remark.line)
    texts = tuple(one for one in prints if not approved(campaign, remark.by, remark.rule, one))
    if texts:
        yield msgspec.structs.replace(remark, texts=texts)


_WITHOUT = {True: "take its line out", False: "set its channels to none, or block its plugin"}


def _only(view: FlowView, channels: frozenset[str]) -> FlowView:
    """Return what a campaign says on some channels."""
    texts = tuple(text for text in view.texts if text.channel in channels)
    senders = {medium: one for medium, one in view.senders.items() if medium in channels}
    return msgspec.structs.replace(view, texts=texts, senders=senders)


def findings_on_senders(campaign: Campaign, channels: Mapping[str, Channel]) -> list[Finding]:
    """Return what the channels that are here say of a campaign's senders; one that fails is told.

    What is said of several senders in the same words is told once.
    """
    found: dict[tuple[str, str], Finding] = {}
    for sender in campaign.guards.senders:
        channel = channels.get(sender.through)
        if channel is None:
            continue
        try:
            said = [
                _of_a_sender(one) for one in channel.check_sender(sender.channel, sender.address)
            ]
        except (Exception, SystemExit) as error:
            told = f"`{sender.through}` failed to judge `{sender.address}`: {fault_of(error)}"
            said = [Finding("warning", "sender_not_judged", told)]
        for finding in said:
            found.setdefault((finding.code, finding.message), finding)
    return list(found.values())


def _of_a_sender(finding: Finding) -> Finding:
    if not isinstance(finding, Finding):
        raise TypeError(f"it gave {finding!r:.100} as a finding")
    return finding


def _is_told(finding: Finding) -> bool:
    if not isinstance(finding, Finding):
        raise TypeError(f"it gave {finding!r:.100} as a finding")
    return finding.severity in ("error", "warning")


def _remark(name: str, finding: Finding, line: int | None) -> Remark:
    severity: Literal["error", "warning"] = "error" if finding.severity == "error" else "warning"
    where = finding.line if finding.line is not None else line
    fix = finding.fix
    return Remark(
        name,
        severity,
        finding.message,
        where,
        finding.help,
        rule=finding.code,
        fix=Addition(fix.what, fix.before, fix.after) if fix is not None else None,
    )

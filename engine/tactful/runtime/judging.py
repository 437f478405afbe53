"""What plugins say of whole campaigns: policies of their texts, channels of their senders."""

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from tactful.graph.model import Campaign, Send, Text
from tactful.graph.remarks import Remark
from tactful.graph.render.words import text_words
from tactful.runtime.faults import fault_of
from tactful.runtime.ports import Channel, Finding, FlowText, FlowView, Medium, Policy


def view_of(campaign: Campaign) -> FlowView:
    """Return a campaign as policies see it."""
    guards = campaign.guards
    return FlowView(
        name=campaign.graph.name,
        owner=guards.owner,
        purpose=guards.purpose,
        texts=tuple(
            text
            for step in campaign.graph.steps
            if isinstance(step, Send)
            for text in _texts_of(step, campaign)
        ),
        senders={cast(Medium, sender.channel): sender.address for sender in guards.senders},
    )


def _texts_of(step: Send, campaign: Campaign) -> Iterator[FlowText]:
    languages = campaign.graph.languages
    first = languages[0] if languages else None
    said: list[tuple[str | None, Text, Text | None]] = [(first, step.text, step.subject)]
    said += [(one.language, one.text, one.subject) for one in step.wordings]
    if step.leave is not None:
        said.append((first, step.leave, None))
    for language, text, subject in said:
        yield FlowText(
            channel=cast(Medium, step.channel),
            stage=step.stage,
            text=text_words(text),
            subject=text_words(subject) if subject is not None else None,
            language=language,
            line=campaign.lines.get(step.id),
        )


def remarks_on(campaign: Campaign, policies: Mapping[str, Policy]) -> list[Remark]:
    """Return what the policies that a campaign names say of it; one that fails is an error."""
    view = view_of(campaign)
    found: list[Remark] = []
    for name in campaign.guards.policies:
        line = campaign.lines.get(f"policy {name}")
        try:
            findings = list(policies[name].check_flow(view))
            found += [_remark(name, finding, line) for finding in findings if _is_told(finding)]
        except (Exception, SystemExit) as error:
            told = f"it failed, so nothing may leave: {fault_of(error)}"
            help = "Ask its author, or take the line out."
            found.append(Remark(name, "error", told, line, help))
    return found


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
    return Remark(name, severity, finding.message, where, finding.help)

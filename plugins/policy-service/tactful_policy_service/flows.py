"""Judges a campaign: each text with its line, and all of them together. Pure."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from tactful.runtime.ports import Finding, FlowText, FlowView
from tactful_policy_service.judging import Element, Judge, Judgement, told
from tactful_policy_service.lexicon import KINDS, service_rules
from tactful_policy_service.placeholders import fill

_SAYS = {rule.id: rule.says for rule in service_rules().rules}
_MOST_TOLD = 4


class _Told(Struct, frozen=True):
    """A text and what is to be said of it, with its words as the flow writes them."""

    text: FlowText
    judged: Judgement


def findings_of(flow: FlowView, judge: Judge) -> Sequence[Finding]:
    """Return what is to be said of a campaign: every text that sells once, or the whole at once."""
    judged = [_Told(text, _judged(text, judge, flow.purpose == "safety")) for text in flow.texts]
    sell = [one for one in judged if one.judged.decision == "refuse"]
    places = {one.text.line for one in judged}
    if len(places) > 1 and {one.text.line for one in sell} == places:
        return [_all_of_it(flow, sell)]
    found = [_finding(one) for one in judged if one.judged.decision != "allow"]
    return [*_merged(found), *_purpose(flow, judged)]


def _judged(text: FlowText, judge: Judge, safety: bool) -> Judgement:
    body, subject = fill(text.text), fill(text.subject or "")
    found = judge.judge(
        body.text, subject=subject.text, mail=text.channel == "email", safety=safety
    )
    as_written = tuple(
        _written(one, text.subject or "", *subject.span(one.start, one.end))
        if one.part == "subject"
        else _written(one, text.text, *body.span(one.start, one.end))
        for one in found.elements
    )
    reason = found.reason.replace(told(found.elements), told(as_written))
    return replace(found, elements=as_written, reason=reason)


def _written(one: Element, text: str, start: int, end: int) -> Element:
    return replace(one, words=text[start:end], start=start, end=end)


def _finding(one: _Told) -> Finding:
    judged = one.judged
    language = f" in `{one.text.language}`" if one.text.language else ""
    what = _CHANNEL_SAYS.get(one.text.channel, "message")
    severity = "error" if judged.decision == "refuse" else "warning"
    message = f"the {what}{language} is no service message: {judged.reason}"
    if severity == "warning":
        message = f"the {what}{language} may be no service message: {judged.reason}"
    helps = list(dict.fromkeys(KINDS[element.kind].help for element in judged.elements))
    return Finding(
        "error" if judged.decision == "refuse" else "warning",
        judged.rule,
        message,
        one.text.line,
        " ".join(helps[:_MOST_TOLD]),
    )


_CHANNEL_SAYS = {"email": "e-mail", "voice": "call", "chat": "chat message"}


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings with errors that are said twice told once, with the other lines.

    Warnings stay apart: each text is approved by itself.
    """
    lines: dict[tuple[str, str, str], list[int | None]] = {}
    first: dict[tuple[str, str, str], Finding] = {}
    for one in findings:
        said = _said(one)
        first.setdefault(said, one)
        known = lines.setdefault(said, [])
        if one.line not in known:
            known.append(one.line)
    return [
        replace(one, message=f"{one.message}; also in line {_listed(lines[said][1:])}")
        if len(lines[said]) > 1
        else one
        for said, one in first.items()
    ]


def _said(one: Finding) -> tuple[str, str, str]:
    apart = f" {one.line}" if one.severity == "warning" else ""
    return (one.severity, one.code, f"{one.message}{apart}")


def _listed(lines: Sequence[int | None]) -> str:
    return ", ".join(str(line) for line in lines)


def _all_of_it(flow: FlowView, sell: Sequence[_Told]) -> Finding:
    """Return the one thing to say of a campaign of which every text sells."""
    kinds: dict[str, Element] = {}
    for one in sell:
        for element in one.judged.elements:
            kinds.setdefault(element.kind, element)
    named = list(kinds.values())
    more = f" and {len(named) - _MOST_TOLD} more" if len(named) > _MOST_TOLD else ""
    lines = list(dict.fromkeys(one.text.line for one in sell))
    message = (
        f"this is a marketing campaign: every text of it sells ({told(named[:_MOST_TOLD])}{more}), "
        f"in lines {_listed(lines)}; its purpose is said to be `{flow.purpose}`"
    )
    return Finding(
        "error",
        "marketing_campaign",
        message,
        lines[0],
        "Tactful sends service messages only: about what a person has ordered, booked, or has an "
        "account for. Send this by another way, to people who asked for it.",
    )


def _purpose(flow: FlowView, judged: Sequence[_Told]) -> list[Finding]:
    """Say where a campaign is declared as `safety` and all its texts speak of other things."""
    spoken = sorted({name for one in judged for name in one.judged.speaks_of})
    if flow.purpose != "safety" or not spoken or "safety" in spoken:
        return []
    return [
        Finding(
            "warning",
            "other_purpose",
            "the purpose is said to be `safety`, and the texts speak of "
            + " and of ".join(_SAYS[name] for name in spoken),
            None,
            "Write `purpose service` or `purpose account`, or say what is unsafe, and where.",
        )
    ]

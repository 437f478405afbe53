"""The policy `service`, as the engine asks it: of campaigns, and of messages before they go."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from tactful.runtime.ports import (
    Finding,
    FlowView,
    Medium,
    Message,
    PolicyFinding,
    PolicyVerdict,
)
from tactful_policy_service.flows import findings_of
from tactful_policy_service.judging import Element, Judge, Judgement, shortened
from tactful_policy_service.lexicon import KINDS, marketing_book
from tactful_policy_service.settings import ServiceSettings

CATEGORY = "marketing"


class ServicePolicy:
    """Refuses what sells, and warns of what may."""

    name = "service"

    def __init__(self, settings: ServiceSettings | None = None) -> None:
        settings = settings if settings is not None else ServiceSettings()
        book = marketing_book(settings.languages, settings.marketing, settings.allow)
        self._judge = Judge(book, settings.off, settings.warn)
        self.applies_to: frozenset[Medium] = frozenset(settings.channels)
        words = hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:8]
        self.version = f"{version('tactful-policy-service')}+{words}"

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        """Say which texts of a campaign sell, each with its line; all of them: once."""
        return findings_of(flow, self._judge)

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        """Say whether a message sells. Facts but the purpose change nothing."""
        judged = self._judge.judge(
            message.text,
            subject=message.subject,
            mail=message.channel == "email",
            safety=facts.get("purpose") == "safety",
        )
        if message.leave:
            said = self._judge.judge(message.leave, safety=facts.get("purpose") == "safety")
            judged = max(judged, said, key=lambda one: _WEIGHT[one.decision])
        return self._verdict(judged)

    def _verdict(self, judged: Judgement) -> PolicyVerdict:
        return PolicyVerdict(
            judged.decision,
            self.name,
            judged.rule,
            judged.reason,
            tuple(_finding(one) for one in judged.elements),
        )


_WEIGHT = {"allow": 0, "warn": 1, "refuse": 2}


def _finding(one: Element) -> PolicyFinding:
    kind = KINDS[one.kind]
    in_text = one.part == "text"
    where = "" if in_text else f" in the subject: “{shortened(one.words)}”"
    return PolicyFinding(
        category=CATEGORY,
        rule=one.kind,
        message=f"{kind.says}{where}",
        help=f"{kind.help} (Source: {one.source}.)",
        start=one.start if in_text else None,
        end=one.end if in_text else None,
    )

"""The policy: finds the rules that a message falls under, and looks whether their needs are met."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tactful.runtime.facts import Consent
from tactful.runtime.ports import (
    Finding,
    FlowView,
    Medium,
    Message,
    PolicyFinding,
    PolicyVerdict,
)
from tactful_consent.rules import RULES, Need, Rule
from tactful_consent.settings import ConsentSettings

VERSION = "1"
"""The version of the rules. That of the verdicts changes with the settings, too."""

_UNSUBSCRIBE = re.compile(
    r"\b(?:stop|arr[eê]t|unsubscribe|opt[ -]?out|d[eé]sabonn|d[eé]sinscri|baja|abmelden)",
    re.IGNORECASE,
)
_RECONFIRM = "Twilio Messaging Policy, consent (2026-04-09)"


class ConsentPolicy:
    """Demands a consent on record, by channel, purpose and country of the message."""

    name = "consent"

    def __init__(self, settings: ConsentSettings | None = None) -> None:
        """Take the rules that are on."""
        self._settings = settings or ConsentSettings()
        self.applies_to: frozenset[Medium] = frozenset(self._settings.channels)
        said = self._settings.rules
        self._rules = [
            (rule, said.get(rule.id, rule.told)) for rule in RULES if said.get(rule.id) != "off"
        ]
        seen = hashlib.sha256(self._settings.model_dump_json().encode()).hexdigest()
        self.version = f"{VERSION}/{seen[:8]}"

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        """Say nothing: who has agreed is known of people, and not of a campaign."""
        return ()

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        """Judge one message to one person. What is not told is taken to be met."""
        found: list[tuple[str, PolicyFinding]] = []
        for rule, told in self._rules:
            covers = rule.covers(message.channel, facts.get("purpose"), facts.get("country"))
            if covers and not _MET[rule.needs](message, facts):
                found.append((told, _finding(rule)))
        found += self._ageing(message, facts)
        if not found:
            return PolicyVerdict("allow", self.name)
        found.sort(key=lambda one: one[0] != "refuse")
        worst, first = found[0]
        return PolicyVerdict(
            "refuse" if worst == "refuse" else "warn",
            self.name,
            first.rule,
            first.message,
            tuple(finding for _, finding in found),
        )

    def _ageing(
        self, message: Message, facts: Mapping[str, Any]
    ) -> Iterable[tuple[str, PolicyFinding]]:
        """Tell of a first message that rests on an old consent."""
        limit, record = self._settings.reconfirm_after, _record(facts)
        if limit is None or record is None or facts.get("first") is not True:
            return
        if message.permitted_at - record.at > limit.span:
            yield (
                "warn",
                PolicyFinding(
                    category="consent",
                    rule="reconfirm",
                    message=f"the person agreed more than {limit} ago, and hears of us first now",
                    help=f"Ask in this message whether they still want it. Rule: {_RECONFIRM}.",
                ),
            )


def _finding(rule: Rule) -> PolicyFinding:
    return PolicyFinding(
        category="consent",
        rule=rule.id,
        message=f"{rule.why}: {_MISSING[rule.needs]}",
        help=f"{_MEND[rule.needs]} Rule: {rule.source}.",
    )


_MISSING: Mapping[Need, str] = {
    "record": "there is none on record",
    "proof": "there is none on record that says how it was given",
    "unsubscribe": "this one does not",
    "sender": "this one does not",
}
_MEND: Mapping[Need, str] = {
    "record": "`tactful consent add` or `import` notes one.",
    "proof": "`tactful consent add --method` or `import` notes one.",
    "unsubscribe": "Add for example `Reply STOP to opt out.`",
    "sender": "Write your name as `[owner]` of tactful.toml has it.",
}


# ---- what is needed -----------------------------------------------------------------------------


def _record(facts: Mapping[str, Any]) -> Consent | None:
    """Return the consent in force for the purpose of a message."""
    known = facts.get("consents")
    records = known if isinstance(known, (tuple, list)) else ()
    for one in records:
        if isinstance(one, Consent) and one.given and one.purpose == facts.get("purpose"):
            return one
    return None


def _has_record(message: Message, facts: Mapping[str, Any]) -> bool:
    """An answer to the person's own message rests on that message."""
    if facts.get("answering") is True or "consents" not in facts:
        return True
    return _record(facts) is not None


def _has_proof(message: Message, facts: Mapping[str, Any]) -> bool:
    if "consents" not in facts:
        return True
    record = _record(facts)
    return record is not None and bool(record.source and record.method)


def _says_how_to_end(message: Message, facts: Mapping[str, Any]) -> bool:
    return _UNSUBSCRIBE.search(message.text) is not None


def _names_the_sender(message: Message, facts: Mapping[str, Any]) -> bool:
    """Of a house that has not said its name, nothing is known."""
    brands = facts.get("brands")
    names = [facts.get("house"), *(brands if isinstance(brands, (tuple, list)) else ())]
    known = [name.casefold() for name in names if isinstance(name, str) and name.strip()]
    said = f"{message.sender}\n{message.subject or ''}\n{message.text}".casefold()
    return not known or any(name in said for name in known)


_MET: Mapping[Need, Callable[[Message, Mapping[str, Any]], bool]] = {
    "record": _has_record,
    "proof": _has_proof,
    "unsubscribe": _says_how_to_end,
    "sender": _names_the_sender,
}

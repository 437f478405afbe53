"""The policy: judges texts by the carrier's rules, where the recipient lives."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tactful.rulebook import (
    MOST_TOKENS,
    Found,
    Place,
    Reading,
    fold,
    read,
    registrable,
    without_fields,
)
from tactful.runtime.ports import (
    Finding,
    FlowText,
    FlowView,
    Medium,
    Message,
    PolicyVerdict,
    Severity,
)
from tactful_policy_twilio.books import business_book, shorteners_of, text_book
from tactful_policy_twilio.outside import brands_of, domains_of, signals_of
from tactful_policy_twilio.settings import Strictness, TwilioPolicySettings
from tactful_policy_twilio.telling import (
    code_of,
    country_of,
    finding_of,
    hash_of,
    hidden_words,
    reason_of,
    retold,
    without_place,
)

VERSION = "2026.11"
"""The version of the rules: a verdict that waits is asked for again under another one."""


class TwilioPolicy:
    """The carrier's rules. Texts of the channels in its settings are judged without being named."""

    name = "twilio"

    def __init__(self, settings: TwilioPolicySettings | None = None) -> None:
        self._settings = settings or TwilioPolicySettings()
        self.version = f"{VERSION}/{hash_of(self._settings)}"
        self.applies_to: frozenset[Medium] = frozenset(self._settings.channels)
        # Read here and not at the first message: the loop of the engine waits for no disk.
        self._texts = text_book(self._settings)
        self._business = business_book()
        self._shorteners = shorteners_of(self._texts, self._settings)
        registrable("example.com")

    # ---- campaigns ------------------------------------------------------------------------------

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        """Judge the texts of a campaign as they are written.

        Where the recipients live is not known here, so what only some countries refuse is a
        warning.
        """
        house = flow.house
        facts = {
            "brands": house.brands or house.name,
            "domains": house.domains,
            "business": house.business,
        }
        told: dict[tuple[str, int | None], Finding] = {}
        for text in flow.texts:
            for found in self._of_flow_text(text, facts):
                severity: Severity = (
                    "error" if found.told == "refuse" and not found.assumed else "warning"
                )
                finding = code_of(found, severity, text.line, facts)
                told.setdefault((finding.code, text.line), finding)
        return list(told.values())

    def _of_flow_text(self, text: FlowText, facts: Mapping[str, Any]) -> Iterator[Found]:
        said = without_fields(text.text)
        if text.subject:
            said = f"{without_fields(text.subject)}\n{said}"
        yield from self._judge(said, text.channel, None, {**facts, "first": text.first})

    # ---- messages -------------------------------------------------------------------------------

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        """Judge one message; all that is found is told, refusals first."""
        country = country_of(message, facts)
        subject = f"{message.subject}\n" if message.subject else ""
        text = subject + message.text
        found = [
            one
            for one in self._judge(text, message.channel, country, facts)
            if not (one.rule.category == "alcohol" and self._is_of_age(message, facts))
        ]
        if not found:
            return PolicyVerdict("allow", self.name)
        findings = tuple(finding_of(one, len(subject), facts) for one in found)
        return PolicyVerdict(
            found[0].told, self.name, found[0].rule.id, reason_of(found[0]), findings
        )

    def _judge(
        self, text: str, channel: str, country: str | None, facts: Mapping[str, Any]
    ) -> list[Found]:
        """Return what is found in a text, and of the line of business, as strictly as is set."""
        reading = read(text)
        own = domains_of(facts)
        outside = signals_of(reading, self._shorteners, own)
        if len(reading.tokens) > MOST_TOKENS:
            outside["too_many_words"] = []
        if facts.get("first") is True:
            self._first_message(reading, facts, outside)
        if facts.get("many_senders") is True:
            outside["many_senders"] = []
        found = self._texts.judge(reading, country=country, channel=channel, outside=outside)
        found += hidden_words(self._texts, found)
        business = facts.get("business")
        if isinstance(business, str) and business:
            line = self._business.judge(read(business), country=country, channel=channel)
            found += [without_place(one) for one in line]
        judged = [self._as_set(one, country) for one in found]
        return sorted(
            (one for one in judged if one is not None), key=lambda one: one.told != "refuse"
        )

    def _first_message(
        self, reading: Reading, facts: Mapping[str, Any], outside: dict[str, list[Place]]
    ) -> None:
        """Note what the first message that a person gets lacks: who writes, and how to stop it.

        Whether a text names who writes can be told only where the house has said who it is.
        """
        brands = brands_of(facts)
        if brands and not any(fold(brand) in reading.folded for brand in brands):
            outside["no_sender_named"] = []
        if "says_how_to_stop" not in self._texts.met(reading):
            outside["no_way_to_stop"] = []

    def _as_set(self, found: Found, country: str | None) -> Found | None:
        """Return a finding as strictly as the house has set; None where it is not to be told."""
        told: Strictness | Mapping[str, Strictness] | None
        told = self._settings.categories.get(found.rule.category)
        if isinstance(told, Mapping):
            told = told.get(country or "")
        if told is None or told == found.told:
            return found
        return None if told == "off" else retold(found, told)

    def _is_of_age(self, message: Message, facts: Mapping[str, Any]) -> bool:
        """Return whether the person gave a date of birth, and is old enough at the send."""
        column = self._settings.age_gate
        if not column:
            return False
        try:
            born = datetime.date.fromisoformat(str(facts.get(column, "")).strip())
        except ValueError:
            return False
        moment = datetime.datetime.fromtimestamp(message.permitted_at / 1_000_000, datetime.UTC)
        today = moment.date()
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return years >= self._settings.age

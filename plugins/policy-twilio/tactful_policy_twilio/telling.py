"""Tells people what was found: which words, why it matters, whose rule it is, how to mend."""

import hashlib
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from pydantic import BaseModel

from tactful.guard.addresses import region_of
from tactful.rulebook import Book, Evasion, Found, Told
from tactful.runtime.ports import Finding, Message, PolicyFinding, Severity, TextFix
from tactful_policy_twilio.outside import brands_of

_LONGEST = 60
_HOW_TO_STOP = TextFix("say how to stop the messages", after=" Reply STOP to unsubscribe.")
_HIDDEN: Mapping[Evasion, str] = {
    "invisible": "invisible characters in it",
    "styled": "fancy letters",
    "mixed_script": "letters of another script",
    "leet": "digits or signs for letters",
    "spaced": "letters apart",
}
"""How words are hidden on purpose. Words run together or misspelt may be a slip."""


def country_of(message: Message, facts: Mapping[str, Any]) -> str | None:
    """Return where the recipient lives: as the facts say, else by the number; None: not known."""
    told = facts.get("country")
    if isinstance(told, str) and len(told.strip()) == 2:
        return told.strip().upper()
    return region_of(message.to) if message.to.startswith("+") else None


def finding_of(found: Found, skip: int, facts: Mapping[str, Any]) -> PolicyFinding:
    """Return a finding for people. `skip` characters of a subject stand before the text."""
    placed = found.start is not None and found.end is not None and found.start >= skip
    return PolicyFinding(
        category=found.rule.category,
        rule=found.rule.id,
        message=message_of(found),
        help=_help(found, facts),
        start=found.start - skip if placed and found.start is not None else None,
        end=found.end - skip if placed and found.end is not None else None,
    )


def code_of(
    found: Found, severity: Severity, line: int | None, facts: Mapping[str, Any]
) -> Finding:
    """Return a finding about a flow."""
    fix = _HOW_TO_STOP if found.rule.id == "no_way_to_stop" else None
    if found.rule.id == "no_sender_named":
        name = brands_of(facts)[0]
        fix = TextFix("say who writes", before=f"{name}: ")
    return Finding(severity, found.rule.id, reason_of(found), line, _help(found, facts), fix)


def reason_of(found: Found) -> str:
    """Return what was found, with the words: for where the text itself does not stand beside it."""
    words = " ".join(found.words.split())
    shown = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return f"{message_of(found)} (“{shown}”)" if shown else message_of(found)


def message_of(found: Found) -> str:
    """Return what was found."""
    told = found.rule.message
    if found.signals:
        told += f" It has {_listed(found.signals)}."
    hidden = [_HIDDEN[kind] for kind in found.hidden if kind in _HIDDEN]
    if hidden:
        told += f" The word is hidden: {_listed(hidden)}."
    if found.assumed:
        countries = " and ".join(found.rule.countries or ())
        told += f" The recipient's country is not known, so the rule of {countries} is taken."
    return told


def _help(found: Found, facts: Mapping[str, Any]) -> str:
    rule = found.rule
    help = rule.help
    if rule.id == "no_sender_named":
        help = f"Begin with `{brands_of(facts)[0]}:`."
    elif rule.id == "no_way_to_stop":
        help = "Add the line `Reply STOP to unsubscribe.`"
    source = f"{rule.source} ({rule.date})" if rule.date else rule.source
    return f"{help} Rule: {source}." if help else f"Rule: {source}."


def _listed(parts: "list[str] | tuple[str, ...]") -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def hidden_words(book: Book, found: list[Found]) -> list[Found]:
    """Return the finding that a word the rules look for is hidden, where one is."""
    rule = next(rule for rule in book.rules if rule.id == "hidden_word")
    hiding = [
        one
        for one in found
        if one.rule.category not in ("evasion", "first_message")
        and not {"leet", "spaced"}.isdisjoint(one.hidden)
    ]
    return (
        [replace(hiding[0], rule=rule, told="refuse", signals=(), assumed=False)] if hiding else []
    )


def without_place(found: Found) -> Found:
    """Return a finding that is not about the text."""
    return replace(found, start=None, end=None, words="")


def retold(found: Found, told: Told) -> Found:
    """Return a finding with another strength."""
    return replace(found, told=told)


def hash_of(settings: BaseModel) -> str:
    """Return a short print of some settings, for the version of a verdict."""
    return hashlib.sha256(settings.model_dump_json().encode()).hexdigest()[:8]

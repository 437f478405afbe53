"""Weighs a refusal: is it about the address for good, or about something that may pass?

What was said in words decides, then the enhanced code (RFC 3463), then the plain reply code
(RFC 5321). A code of class 4 never speaks for good.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from tactful.mail.reasons import (
    BY_CODE,
    BY_REPLY,
    BY_SUBJECT,
    OWN_DIRECTORY,
    REASONS,
    Class,
    Reason,
)

_LINK = re.compile(r"\w{2,10}://\S{1,2000}|<?[^\s<>@]{1,160}@[^\s<>@]{1,255}>?")
_SPACE = re.compile(r"[\s>|*]+")
# What some systems put before every refusal of a recipient; what follows tells why.
_PREFIX = re.compile(
    r"(?:recipient|sender|client host|helo command) (?:address )?rejected:"
    r"(?= ?\w)(?! ?access denied)"
)
# 550 5.1.1 …, 550-5.1.1 …, 550 #5.1.0 …, (#5.1.1), but no address of a network, and no version
_ENHANCED = re.compile(r"(?<![\d.\[:/-])#?([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_AFTER_REPLY = re.compile(r"(?<!\d)([245]\d\d)[ -]#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(
    r"(?:^|[\s:;(<\[])(?:said: |smtp; ?|<<< )?([45][0-7]\d)(?:[ -](?=[#\w(<'\"])|[:;,]?\s)",
    re.MULTILINE,
)
_AT_RECIPIENT = re.compile(r"(?<!need )rcpt|does not like recipient")
MOST = 6_000  # characters that are weighed


class Refusal(Struct, frozen=True):
    """What a refusal comes to. `status` is an enhanced code, empty when none was said."""

    hardness: Class
    reason: str
    status: str


def weigh(quotes: Iterable[str], words: Iterable[str] = (), status: str = "") -> Refusal:
    """Weigh what was said: `quotes` of the server that refused, then `words` for people about it.

    `status` is the one that the report gives; a code in a quote is more exact.
    """
    said = [_plain(text[:MOST]) for text in quotes]
    told = [_plain(text[:MOST]) for text in words]
    code = _best([*map(_code, said), status]) or _best([*map(_code, told)])
    reply = next((match[1] for text in [*said, *told] if (match := _REPLY.search(text))), "")
    subject, detail = code.split(".")[1:] if code else ("", "")
    if subject == "1" and detail in ("7", "8"):
        return Refusal("soft", "sender_refused", code)
    quote = _reason(said)
    reason = quote or (None if f"{subject}.{detail}" in BY_CODE else _reason(told))
    if reason is None:
        return _by_code(code, reply)
    passing = code[:1] == "4" or (not code and reply[:1] == "4")
    # A server that has taken a recipient, and calls him unknown when the message itself is there,
    # filters: whole networks do so. Only a reply to RCPT, a code for addresses, or a directory of
    # its own is sure.
    every = [*said, *told]
    unsure = (
        reason.name == "unknown_address"
        and subject != "1"
        and not any(_AT_RECIPIENT.search(text) or OWN_DIRECTORY.search(text) for text in every)
    )
    soft = passing or unsure or reason.hardness == "soft"
    return Refusal("soft" if soft else "hard", reason.name, code)


def quoted(text: str) -> str:
    """Return the part of a notice in which another server is quoted: a reply code and its text."""
    match = _AFTER_REPLY.search(text) or _REPLY.search(text) or _ENHANCED.search(text)
    if match is None:
        return ""
    return re.split(r"\n[ \t]*\n", text[match.start() :][:1_500], maxsplit=1)[0]


def _plain(text: str) -> str:
    return _PREFIX.sub("", _SPACE.sub(" ", _LINK.sub(" ", text)).lower()).strip()


def _code(text: str) -> str:
    match = _AFTER_REPLY.search(text)
    if match:
        return match[2]
    match = _ENHANCED.search(text)
    return match[0].lstrip("#") if match else ""


def _best(codes: list[str]) -> str:
    """Return the first code that says more than its class, else the first."""
    found = [code for code in codes if code]
    exact = [code for code in found if not code.endswith(".0.0")]
    return next(iter([*exact, *found]), "")


def _reason(said: list[str]) -> Reason | None:
    return next((r for text in said for r in REASONS if r.said.search(text)), None)


def _by_code(code: str, reply: str) -> Refusal:
    first, _, rest = code.partition(".")
    name = BY_CODE.get(rest) if code else BY_REPLY.get(reply)
    name = name or BY_SUBJECT.get(rest.partition(".")[0], "undelivered")
    hard = name in HARD and first in ("5", "")
    return Refusal("hard" if hard else "soft", name, code)


HARD = frozenset(reason.name for reason in REASONS if reason.hardness == "hard")

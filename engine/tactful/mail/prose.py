"""Reads what mail systems write for people: who was not reached, and what was said of each.

A notice is cut where the returned mail begins. The addresses that it is about stand in a few
typical places; others (of the sender, of a postmaster who would help) stand in it as well.
"""

import re
from collections.abc import Collection
from itertools import islice

from msgspec import Struct

from tactful.mail.addresses import addresses
from tactful.mail.headers import Headers, read_headers

MOST_LINES = 2_000
MOST_WIDTH = 1_000  # characters of a line: RFC 5322 allows 998
MOST_FAILED = 50

# Lines below which the returned mail stands, or its headers, in the notices of many systems.
_RETURNED = re.compile(
    r"""^[\s\W]{0,80}(?:
        (?:this|below|here|enclosed|attached|following)\b.{0,40}\bcopy\ of\ (?:the|your)\b
        .{0,20}message
      | below\ this\ line\ is\b
      | (?:the\ )?(?:first\ .{0,20}lines?\ of\ the\ )?(?:original|returned|unsent|
        undelivered|bounced|unsendable|received|rejected)\ (?:e-?)?(?:message|mail|text)\b
        (?!\ was)(?!\ (?:received|sent)\ (?:at|on))
      | (?:the\ )?(?:message\ )?(?:body\ and\ )?headers?\ (?:of\ (?:the|your)\ .{0,20}message\ )?
        (?:follow|is\ following)
      | the\ headers?\ of\ (?:the|your)\ original
      | (?:message|mail)\ (?:headers?|text|body|contents?)\b[\s\W]*(?:follows?)?[\s\W]*$
      | your\ (?:original\ )?(?:message|mail)\ (?:follows|begins|reads)\b
      | the\ (?:message|mail)\ (?:contents?\ )?(?:follows|is\ attached)
      | original\ mail\ info
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_RECEIVED = re.compile(r"(?:Received|Return-Path|DKIM-Signature|X-Original-To): ?\S", re.IGNORECASE)
_KNOWN = re.compile(
    r"(?:from|to|cc|subject|date|sent|message-id|reply-to|mime-version|content-type)\s*:",
    re.IGNORECASE,
)

# A notice that was passed on, but no `>>> RCPT` of a transcript.
_QUOTED = re.compile(r"^(?:> |>$)+")

_AT = r"[^\s<>\"():;,@]{1,160}@[^\s<>\"():;,\]@]{1,255}"
_HERE = re.compile(
    rf"""^[\s>*\d.\-\[]{{0,20}}(?:
        [<"']?{_AT}[>"']?\s*(?:$|:|;|\(|\[|\.\.\.|\ on\ |,?\s*(?:host|because|-)\b|\ -)
      | (?:(?:final|original|failed|recipient)[\s-]*)?
        (?:recipients?|address(?:es)?|to|rcpt(?:\ to)?)
        (?:\s+(?:e-?mail\s+)?address(?:es)?)?\s*[:=]\s*<?(?:rfc822;\s*)?{_AT}
      | (?:>>>\s*)?rcpt\ to:\s*<?{_AT}
      | \d{{3}}[\s-].{{0,40}}<{_AT}>\s*\.\.\.
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SAID = re.compile(
    rf"(?:deliver\w*|sen[dt]|rejected|bounced|addressed|message|mail|recipients?|user|mailbox|"
    rf"account|address(?:es)?|for|rcpt to)\b[^@]{{0,60}}{_AT}|"
    rf"{_AT}.{{0,40}}\b(?:does|is|was|could|has|not)\b",
    re.IGNORECASE,
)
_HELPER = re.compile(
    r"\b(?:contact|postmaster|abuse|support|help|mailer-daemon|assistance)\b", re.IGNORECASE
)
_VERDICT = re.compile(r"[45]\d\d[ -].*@.*\.\.\. *\S")


class Said(Struct, frozen=True):
    """One address and the lines about it; `sure` is higher the more typical their place."""

    address: str
    sure: int
    text: str


class Notice(Struct, frozen=True):
    """A notice: its lines, and the headers of the mail that came back, if they stand below.

    `named` are the addresses in each line.
    """

    lines: list[str]
    returned: Headers
    named: list[list[str]]

    @property
    def text(self) -> str:
        """The whole of it."""
        return "\n".join(self.lines)


def read_notice(text: str) -> Notice:
    """Cut a notice where the returned mail begins."""
    lines = [_QUOTED.sub("", line[:MOST_WIDTH]) for line in text.split("\n")[:MOST_LINES]]
    kept, headers = _cut(lines)
    named = [list(islice(addresses(line), MOST_FAILED)) if "@" in line else [] for line in kept]
    return Notice(kept, headers, named)


def _cut(lines: list[str]) -> tuple[list[str], Headers]:
    for index, line in enumerate(lines):
        if index and _RETURNED.match(line[:300]) and not any(addresses(line[:300])):
            return lines[:index], _headers_below(lines[index + 1 :])
        if _RECEIVED.match(line) and _heads(lines[index : index + 8]):
            return lines[:index], read_headers(lines[index:])[0]
    return _without_header_block(lines)


def _heads(lines: list[str]) -> bool:
    return len(read_headers(lines)[0]) >= 2


def _headers_below(lines: list[str]) -> Headers:
    """Return the first block of two or more header lines, be they indented or quoted."""
    for index, line in enumerate(lines[:40]):
        if ":" not in line:
            continue
        rest = lines[index:]
        indent = re.match(r"[\s>|]*", line)
        if indent and indent[0]:
            rest = [item.removeprefix(indent[0]) for item in rest[:200]]
        found, _ = read_headers(rest)
        if len(found) >= 2:
            return found
    return Headers({})


def _without_header_block(lines: list[str]) -> tuple[list[str], Headers]:
    """Take a block such as `From: … To: … Subject: …` out of a notice."""
    for index, line in enumerate(lines):
        bare = line.lstrip(" \t>")
        if not _KNOWN.match(bare):
            continue
        block = [item.lstrip(" \t>") for item in lines[index : index + 30]]
        names = 0
        while names < len(block) and re.match(r"[\w-]{2,40}\s*:", block[names]):
            names += 1
        if sum(1 for item in block[:names] if _KNOWN.match(item)) >= 3:
            return lines[:index] + lines[index + names :], read_headers(block[:names])[0]
    return lines, Headers({})


def failed_addresses(notice: Notice, strange: set[str]) -> list[Said]:
    """Return the addresses that a notice is about, with the lines about each.

    `strange` are addresses that can hardly be meant: of the sender, and of the notice's author.
    """
    sure: dict[str, int] = {}
    for line, named in zip(notice.lines, notice.named, strict=True):
        for address in named:
            rank = _rank(line, address, strange)
            sure[address] = max(rank, sure.get(address, 0))
    if not sure:
        return []
    best = max(sure.values())
    chosen = [address for address, rank in sure.items() if rank == best][:MOST_FAILED]
    if best <= 0:
        return []
    return [Said(address, best, lines_about(address, chosen, notice)) for address in chosen]


def _rank(line: str, address: str, strange: set[str]) -> int:
    local = address.partition("@")[0].lower()
    if local in ("postmaster", "mailer-daemon", "abuse") and "RCPT" not in line.upper():
        return 0
    rank = 3 if _HERE.match(line) else 2 if _SAID.search(line) else 1
    if address in strange:
        return 2 if rank == 3 else 0
    return 1 if rank == 2 and _HELPER.search(line) else rank


def lines_about(address: str, all_failed: Collection[str], notice: Notice) -> str:
    """Return the lines from each mention of an address to the next one of another.

    A line that begins with a reply code says all of its address, as in a transcript of Sendmail.
    """
    if len(all_failed) == 1:
        return notice.text
    about: list[str] = []
    inside = False
    for line, named in zip(notice.lines, notice.named, strict=True):
        meant = bool(named) and any(a in all_failed for a in named)
        if meant:
            inside = address in named
        if inside:
            about.append(line)
            inside = not (meant and _VERDICT.match(line))
    return "\n".join(about)

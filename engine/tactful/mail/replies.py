"""Reads what a person wrote in a mail: without what they answer to, and without their signature."""

import re

from msgspec import Struct

from tactful.mail.addresses import addresses
from tactful.mail.mime import Mail, take_apart

MOST_LINES = 2_000
MOST_TEXT = 20_000  # characters

# Lines that mail programs put above the mail that is answered.
_ATTRIBUTION = re.compile(
    r"""^\s*(?:
        (?:on|am|le|el|il|op|den|em|w\ dniu|på)\b.{5,300}
          (?:wrote|schrieb|écrit|escribió|ha\ scritto|schreef|skrev|escreveu|napisał\(a\))\s?:\s*$
      | (?:am|den|op)\b.{5,300}\b(?:schrieb|skrev|schreef)\b.{0,200}:\s*$
      | .{1,200}(?:wrote|schrieb|écrit|escribió|ha\ scritto|schreef|skrev|escreveu)\s?:\s*$
      | -{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete|message|mensaje|messaggio)
        .{0,40}-{2,}\s*$
      | _{20,}\s*$
      | begin\ forwarded\ message\s*:
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_HEADER = re.compile(r"^\W{0,3}(?:from|von|de|da|van|från|fra)\W{0,3}:\s.*\S", re.IGNORECASE)
_NEXT_HEADER = re.compile(
    r"^\W{0,3}(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|"
    r"inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne)\W{0,3}:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^(?:-- ?$|(?:sent|get|envoyé|gesendet|von meinem|enviado|inviato|verstuurd|skickat)\b.{0,60}"
    r"\b(?:iphone|ipad|android|outlook|smartphone|samsung|mobile|handy|galaxy|yahoo|mail)\b.{0,40}$)",
    re.IGNORECASE,
)


class Reply(Struct, frozen=True):
    """A person's mail: who wrote, what, and its subject."""

    address: str
    subject: str
    text: str


def read_reply(data: bytes) -> Reply:
    """Read what a person wrote. Never raises; the text is empty when there is none."""
    mail = take_apart(data)
    return Reply(
        next(addresses(mail.headers.get("from")), ""),
        " ".join(mail.headers.words("subject").split()),
        own_words(_text(mail)),
    )


def own_words(text: str) -> str:
    """Return a text without quoted mails and without a signature (RFC 3676, section 4.3).

    Answers between the quoted lines stay. One that is nothing but a quotation stays whole.
    """
    lines = text.replace("\r", "").split("\n")[:MOST_LINES]
    kept: list[str] = []
    for index, line in enumerate(lines):
        if _SIGNATURE.match(line.strip()[:200]) and any(one.strip() for one in kept):
            break
        if _begins_quotation(lines, index):
            if not _goes_on(lines, index):
                break
            continue
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return (said or text.strip())[:MOST_TEXT]


def _begins_quotation(lines: list[str], index: int) -> bool:
    line = lines[index][:500]
    if _HEADER.match(line):
        return any(_NEXT_HEADER.match(one) for one in lines[index + 1 : index + 4])
    if _ATTRIBUTION.match(line):
        return True
    # "On Tuesday somebody" and "wrote:" often stand on two lines.
    two = f"{line.rstrip()} {lines[index + 1][:300].strip()}" if index + 1 < len(lines) else line
    return line[:3].strip().lower() in ("on", "am", "le", "el", "il", "op") and bool(
        _ATTRIBUTION.match(two)
    )


def _goes_on(lines: list[str], index: int) -> bool:
    """Return whether quoted lines with `>` follow, between which there may be answers."""
    following = [line for line in lines[index + 1 : index + 6] if line.strip()]
    return any(line.lstrip().startswith(">") for line in following)


def _text(mail: Mail) -> str:
    plain = [text for text in mail.texts("text/plain") if text.strip()]
    return (plain or mail.texts("text/html") or [""])[0]

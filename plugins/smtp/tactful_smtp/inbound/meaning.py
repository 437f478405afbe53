"""Says what a mail that arrived means for our messages: as signals, or as nothing.

A bounce or a complaint counts only with a token that we made ourselves: in the address it came to
(VERP), or in the mail that it returns. Everybody can write all the rest.
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence

from tactful.mail import Returned, read_mail, read_reply
from tactful.runtime.inbound import (
    Complaint,
    DeliveryStatus,
    Intake,
    OptedOut,
    PersonReply,
    Signal,
)
from tactful_smtp.tokens import Tokens

log = logging.getLogger("tactful.smtp")

_TOKEN = re.compile(
    r"(?<![0-9a-z])(?:x(?:[0-9a-f]{2}){1,200}|[0-9]{1,30})-[0-9a-f]{26}(?![0-9a-z])"
)
_SOFT_BREAK = re.compile(rb"=\r?\n")  # of quoted-printable: it cuts tokens in two
_MOST_TOKENS = 50
_MOST_SEARCHED = 1_000_000


class Reader:
    """Reads mails by the tokens of one store."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def signals(self, data: bytes, sent_to: Sequence[str], intake: Intake) -> list[Signal]:
        """Return what a mail means; `sent_to` are the addresses of its envelope, if known.

        What only a machine wrote, and what cannot be proved, means nothing and is logged.
        """
        mail = read_mail(data)
        texts = [*sent_to, *mail.sent_to, _searched(data)]
        match mail.kind:
            case "bounce" | "other":
                return self._status(mail, texts)
            case "complaint":
                return await self._complaint(mail, texts, intake)
            case "reply":
                return await self._reply(mail, data, texts, intake)
            case _:
                log.info("an automatic answer came in; it changes nothing")
                return []

    def _status(self, mail: Returned, texts: Iterable[str]) -> list[Signal]:
        if mail.kind == "other":
            log.info("a mail came in that changes nothing (%s)", mail.reason or "unknown")
            return []
        attempt = self._bounced(texts)
        if attempt is None:
            log.warning("a bounce came in without a token of ours; it changes nothing")
            return []
        hard = mail.hardness == "hard"
        said = " ".join([mail.reason.replace("_", " "), mail.status]).strip()
        status = DeliveryStatus(
            attempt=attempt,
            status="bounced" if hard else "undelivered",
            dedup=f"mail:{'bounced' if hard else 'undelivered'}:{attempt}",
            reason=said,
            gone=hard,
            code=mail.status or ("5.0.0" if hard else "4.0.0"),
        )
        return [status]

    async def _complaint(
        self, mail: Returned, texts: Iterable[str], intake: Intake
    ) -> list[Signal]:
        attempt = self._bounced(texts)
        message = await intake.message(attempt) if attempt is not None else None
        if message is None:
            log.warning("a complaint came in without a token of ours; it changes nothing")
            return []
        return [
            Complaint(
                channel="email",
                dedup=f"mail:complaint:{attempt}",
                address=message.to,
                attempt=attempt,
                reason=mail.reason,
            )
        ]

    async def _reply(
        self, mail: Returned, data: bytes, texts: Sequence[str], intake: Intake
    ) -> list[Signal]:
        reply = read_reply(data)
        attempt = self._bounced(texts) or self._linked(texts)
        message = await intake.message(attempt) if attempt is not None else None
        name = _name_of(data, reply.address)
        if mail.reason == "unsubscribe":
            address = message.to if message is not None else reply.address
            text = reply.subject or "unsubscribe"
            return [OptedOut(channel="email", address=address, dedup=name, text=text)]
        if not reply.address:
            return []
        return [
            PersonReply(
                channel="email",
                address=reply.address,
                text=reply.text or reply.subject,
                dedup=name,
                to=next(iter(mail.sent_to), ""),
                subject=reply.subject or None,
                attempt=attempt if message is not None else None,
            )
        ]

    def _bounced(self, texts: Iterable[str]) -> str | None:
        return next((a for t in _tokens(texts) if (a := self._tokens.bounced(t)) is not None), None)

    def _linked(self, texts: Iterable[str]) -> str | None:
        """Return the attempt whose unsubscribe link a mail quotes: only its reader knows it."""
        found = (self._tokens.unsubscribed(token) for token in _tokens(texts))
        return next((attempt for attempt in found if attempt is not None), None)


def _tokens(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        for match in _TOKEN.finditer(text.lower()):
            if match[0] not in seen and len(seen) < _MOST_TOKENS:
                seen.add(match[0])
                yield match[0]


def _searched(data: bytes) -> str:
    return _SOFT_BREAK.sub(b"", data[:_MOST_SEARCHED]).decode("latin-1")


def _name_of(data: bytes, address: str) -> str:
    """Return what names a mail: its Message-ID and author, so that a second copy is the same."""
    found = re.search(rb"^message-id:\s*(\S{1,500})", data[:100_000], re.IGNORECASE | re.MULTILINE)
    named = found[1] + b" " + address.encode() if found else data
    return f"mail:{hashlib.sha256(named).hexdigest()}"

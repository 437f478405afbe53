"""Composes a mail as ready bytes, the same for every attempt of one message but for its traces.

Speed matters here: no mail library builds the message, since the headers are ours and few.
"""

import re
from collections.abc import Sequence
from email.utils import format_datetime
from functools import lru_cache

import idna
from msgspec import Struct

from tactful.runtime.ports import Message
from tactful.values import SECOND, Instant, moment
from tactful_smtp.dkim import Signer, hash_of
from tactful_smtp.headers import header, line, mailbox, raw, split_mailbox
from tactful_smtp.layout import Layout
from tactful_smtp.mime import Part, dots_doubled, file_part, joined, text_part
from tactful_smtp.settings import SmtpSettings
from tactful_smtp.tokens import Tokens

_not_in_addresses = re.compile(r"[\s<>()\[\],;:\\\"\x00-\x1f\x7f-\x9f\ud800-\udfff]").search
_unmailable = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST_LOCAL = 64  # RFC 5321, section 4.5.3.1.1


class CannotCompose(Exception):
    """No mail can be made of a message. `address`: it is the recipient's that is no good."""

    def __init__(self, why: str, *, address: bool = False) -> None:
        super().__init__(why)
        self.address = address


class Mail(Struct, frozen=True):
    """A mail: its envelope's two addresses, its Message-ID, its bytes as they go over the wire.

    `utf8`: an address needs a server that can SMTPUTF8 (RFC 6531).
    """

    sender: str
    recipient: str
    message_id: str
    content: bytes
    utf8: bool


class Composer:
    """Composes mails for one plugin's settings."""

    def __init__(
        self,
        settings: SmtpSettings,
        tokens: Tokens,
        *,
        layout: Layout | None,
        signers: Sequence[Signer] = (),
        unsubscribe_url: str | None = None,
    ) -> None:
        """`unsubscribe_url` is the public address below which unsubscribe links lead, if any."""
        self._settings = settings
        self._tokens = tokens
        self._layout = layout
        self._signers = signers
        self._unsubscribe_url = unsubscribe_url
        self._return_local, _, self._return_domain = settings.return_path.rpartition("@")

    def compose(self, message: Message, files: Sequence[bytes] = ()) -> Mail:
        """Compose a message; `files` are the contents of its attachments. Raises `CannotCompose`.

        The work of a CPU: a signature and a bit of HTML, about a millisecond at most.
        """
        text = _unmailable.sub("\N{REPLACEMENT CHARACTER}", message.text)
        name, address = split_mailbox(message.sender)
        sender, sender_domain = _address(address)
        if not sender_domain:
            raise CannotCompose(f"the sender `{message.sender}` is no mail address")
        recipient, domain = _address(message.to)
        if not domain:
            raise CannotCompose("there is no such mail address", address=True)
        link = self._link(message)
        body = self._body(message, text, files, link)
        message_id = f"<{self._tokens.message_id(message.token)}@{sender_domain}>"
        head = [
            raw("Date", _date(message.permitted_at // SECOND)),
            mailbox("From", name, sender),
            mailbox("To", "", recipient),
            header("Subject", message.subject or ""),
            raw("Message-ID", message_id),
            b"Auto-Submitted: auto-generated\r\n",  # RFC 3834
            b"X-Auto-Response-Suppress: OOF, AutoReply\r\n",  # [MS-OXCMAIL] 2.1.3.2.20
            raw("Feedback-ID", _feedback_id(message.campaign, message.launch, sender_domain)),
            raw("X-Tactful-Attempt", self._tokens.bounce(message.attempt)),
            *_unsubscribing(link),
        ]
        head.append(b"MIME-Version: 1.0\r\n")
        head += [one + b"\r\n" for one in _unfolded(body.headers)]
        signatures = self._signatures(head, body, sender_domain, message.permitted_at)
        content = b"".join([*signatures, *head, b"\r\n", body.content])
        return Mail(
            sender=self._return_path(message) or sender,
            recipient=recipient,
            message_id=message_id,
            content=dots_doubled(content),
            utf8=not (recipient.isascii() and sender.isascii()),
        )

    def _link(self, message: Message) -> str | None:
        if self._unsubscribe_url is None:
            return None
        return f"{self._unsubscribe_url}{self._tokens.unsubscribe(message.attempt)}"

    def _return_path(self, message: Message) -> str:
        """Return the address that bounces of this attempt go to (VERP); empty if there is none."""
        if not self._return_domain:
            return ""
        local = f"{self._return_local}+{self._tokens.bounce(message.attempt)}"
        if len(local) > _LONGEST_LOCAL:
            local = self._return_local
        return f"{local}@{self._return_domain}"

    def _body(self, message: Message, text: str, files: Sequence[bytes], link: str | None) -> Part:
        parts = [text_part(_plain(text, self._settings.brand.footer, link))]
        if self._layout is not None:
            page = self._layout.html(line(message.subject or ""), text, link, message.locale)
            parts.append(text_part(page, "html"))
        body = joined("alternative", parts, message.token)
        attached = [
            file_part(one.name, one.media_type, content)
            for one, content in zip(message.attachments, files, strict=True)
        ]
        return joined("mixed", [body, *attached], message.token)

    def _signatures(
        self, head: Sequence[bytes], body: Part, domain: str, at: Instant
    ) -> list[bytes]:
        signers = [one for one in self._signers if one.signs_for(domain)]
        if not signers:
            return []
        body_hash = hash_of(body.content)
        return [one.header(head, body_hash, at // SECOND) for one in signers]


def _unsubscribing(link: str | None) -> list[bytes]:
    """Return the headers of an unsubscribe link; one click needs https (RFC 8058, section 3.1)."""
    if link is None:
        return []
    head = [raw("List-Unsubscribe", f"<{link}>")]
    if link.startswith("https://"):
        head.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    return head


def _plain(text: str, footer: str, link: str | None) -> str:
    below = "\n".join(part for part in (footer.strip(), link) if part)
    return f"{text}\n\n-- \n{below}" if below else text


def _address(text: str) -> tuple[str, str]:
    """Return an address with its domain in ASCII, and that domain; empty when it is none."""
    local, _, domain = text.rpartition("@")
    if not local or not domain or _not_in_addresses(text) or "@" in local:
        return text, ""
    domain = _ascii_domain(domain)
    return f"{local}@{domain}", domain


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


@lru_cache(maxsize=64)
def _date(second: int) -> str:
    return format_datetime(moment(second * SECOND))


@lru_cache(maxsize=256)
def _feedback_id(campaign: str, launch: str, domain: str) -> str:
    """Return what Gmail adds complaints up by: campaign, launch, kind, sender (no colons)."""
    parts = (campaign, launch, "service", domain.replace(".", "-"))
    return ":".join(
        "".join(
            sign if sign.isascii() and (sign.isalnum() or sign in "-._") else "_" for sign in part
        )
        for part in parts
    )


def _unfolded(headers: bytes) -> list[bytes]:
    """Return header lines one by one, each with the lines that go on with it."""
    found: list[bytes] = []
    for one in headers.removesuffix(b"\r\n").split(b"\r\n"):
        if one[:1] in (b" ", b"\t") and found:
            found[-1] += b"\r\n" + one
        else:
            found.append(one)
    return found

"""Says what a mail that came back is: a bounce, a complaint, an automatic answer, or a person's."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct, field

from tactful.mail.addresses import addresses, same
from tactful.mail.automatic import (
    from_a_system,
    is_automatic,
    is_of_a_list,
    no_sender,
    tells_of_absence,
    tells_of_delay,
    tells_of_failure,
)
from tactful.mail.events import provider_event
from tactful.mail.headers import Headers
from tactful.mail.mime import Mail, take_apart
from tactful.mail.prose import Notice, Said, failed_addresses, lines_about, read_notice
from tactful.mail.reasons import Class
from tactful.mail.refusals import Refusal, quoted, weigh
from tactful.mail.reports import Reported, delivery_reports, feedback_report

Kind = Literal["bounce", "complaint", "auto_reply", "reply", "other"]

_EMBEDDED = re.compile(r"^final-recipient\s*:", re.IGNORECASE | re.MULTILINE)
_WANTS_OUT = re.compile(r"^\s*(?:re: *)?(?:unsubscribe|opt[- ]?out)\b", re.IGNORECASE)
_NO_COMPLAINT = {"auth-failure", "not-spam", "dmarc"}
_OPT_OUT = {"opt-out", "opt-out-list", "unsubscribe"}
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_TYPE = re.compile(r"^\s*(?:smtp|x-[\w-]+)\s*;\s*", re.IGNORECASE)  # of a diagnostic
_ARRIVED = {"delivered", "relayed", "expanded"}


class Recipient(Struct, frozen=True, rename={"hardness": "class"}):
    """One recipient that a mail is about. `said` is what was said of it, to be read by people."""

    address: str
    hardness: Class | None
    status: str
    reason: str
    said: str = ""


class Returned(Struct, frozen=True, rename={"hardness": "class"}):
    """What a mail is, and whom it is about.

    `hardness` is `hard` when every address that it is about is no good, for ever. Only a `bounce`
    was given up; a delay is `other`, with the class `soft`. `about` are the Message-IDs of the
    mails that it answers or returns, nearest first, and `sent_to` the addresses it came to.
    """

    kind: Kind
    hardness: Class | None = None
    addresses: list[str] = field(default_factory=list)
    status: str = ""
    reason: str = ""
    recipients: list[Recipient] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    sent_to: list[str] = field(default_factory=list)


def read_mail(data: bytes) -> Returned:
    """Say what a mail is. Never raises: what nobody could make out is `other`."""
    return _read(take_apart(data))


def _read(mail: Mail) -> Returned:
    return _complaint(mail) or _event(mail) or _report(mail) or _notice(mail) or _answer(mail)


# ---- complaints ---------------------------------------------------------------------------------


def _complaint(mail: Mail) -> Returned | None:
    for text in mail.texts("message/feedback-report"):
        report = feedback_report(text)
        kind = (report.get("feedback-type") or "abuse").split(" ")[0].strip(";,").lower()
        named = [a for value in report.all("original-rcpt-to") for a in addresses(value)]
        meant = named or [a for h in mail.enclosed for a in addresses(h.get("to"))]
        if kind in _OPT_OUT:
            return _made(mail, "reply", meant, "unsubscribe")
        if kind in _NO_COMPLAINT:
            return _made(mail, "other", meant, kind)
        return _made(mail, "complaint", meant, kind)
    # Microsoft's Junk Mail Reporting Program returns the mail itself, marked with whom it was for.
    for inside in mail.enclosed:
        if marked := list(addresses(inside.get("x-hmxmroriginalrecipient"))):
            return _made(mail, "complaint", marked, "abuse")
    return None


def _event(mail: Mail) -> Returned | None:
    for text in mail.texts("text/plain"):
        event = provider_event(text)
        if event is None:
            continue
        what, kind, reported = event
        if what == "complaint":
            return _made(mail, "complaint", [item.address for item in reported], kind)
        return _told(mail, reported, [])
    return None


# ---- reports of systems --------------------------------------------------------------------------


def _report(mail: Mail) -> Returned | None:
    notices = _notices(mail)
    texts = mail.texts("message/delivery-status", "message/global-delivery-status")
    texts += [text for n in notices if _EMBEDDED.search(text := n.text)]
    if from_a_system(mail.headers):  # a notice within a notice, without MIME
        texts += [part.text for part in mail.parts if _EMBEDDED.search(part.text)]
    reported = next((found for text in texts if (found := delivery_reports(text))), [])
    if not reported:
        return None
    return _told(mail, reported, notices)


def _told(mail: Mail, reported: list[Reported], notices: list[Notice]) -> Returned:
    """Of several recipients those count who were given up; else those who wait; else the others."""
    failed = [item for item in reported if item.action not in {*_ARRIVED, "delayed"}]
    failed = [item for item in failed if not item.status.startswith("2")]
    if failed:
        named = [item.address for item in failed]
        return _about(mail, "bounce", [_weighed(i, named, notices) for i in failed], "", notices)
    late = [item for item in reported if item.action == "delayed"]
    if late:
        waiting = [Recipient(i.address, "soft", i.status, "delayed", i.diagnostic) for i in late]
        return _about(mail, "other", waiting, "delayed", notices)
    done = [Recipient(i.address, None, i.status, "delivered", i.diagnostic) for i in reported]
    return _about(mail, "other", done, "delivered", notices)


def _weighed(item: Reported, failed: list[str], notices: list[Notice]) -> Recipient:
    about = [text for n in notices if (text := lines_about(item.address, failed, n))]
    quotes = [item.diagnostic, *(quoted(text) for text in about)]
    refusal = weigh(filter(None, quotes), about, item.status)
    said = item.diagnostic or quoted("\n".join(about))
    return _with(item.address, refusal, said)


def _with(address: str, refusal: Refusal, said: str) -> Recipient:
    said = " ".join(_TYPE.sub("", said).split())[:500]
    return Recipient(address, refusal.hardness, refusal.status, refusal.reason, said)


# ---- notices in plain words ----------------------------------------------------------------------


def _notice(mail: Mail) -> Returned | None:
    """Read a notice that is no report: there must be signs enough that a mail system wrote it."""
    named = [a for value in mail.headers.all("x-failed-recipients") for a in addresses(value)]
    notices = _notices(mail)
    signs = _signs(mail, notices, named)
    if signs == 0:
        return None
    said = _said(mail, notices, named)
    if not said and signs == 2:  # it does not say who: whoever sent to one address only knows
        said = [Said("", 0, "\n".join(notice.text for notice in notices))]
    found = [_with(s.address, _weigh(s.text), quoted(s.text)) for s in said]
    if not found or (signs == 1 and not any(_is_sure(mail, r) for r in found)):
        return None
    text = "\n".join([mail.headers.words("subject"), *(notice.text for notice in notices[:1])])
    if tells_of_delay(text) and all(r.hardness == "soft" for r in found):
        late = [Recipient(r.address, "soft", r.status, "delayed", r.said) for r in found]
        return _about(mail, "other", late, "delayed", notices)
    return _about(mail, "bounce", found, "", notices)


def _signs(mail: Mail, notices: list[Notice], named: list[str]) -> int:
    """Return 2 when it is sure that a mail system wrote a notice, 1 when it may be, else 0."""
    subject = mail.headers.words("subject")
    system, failure = from_a_system(mail.headers), tells_of_failure(subject)
    returned = bool(mail.enclosed) or any(len(n.returned) for n in notices)
    if named or (system and (failure or returned)):
        return 2
    if is_of_a_list(mail.headers) or tells_of_absence(subject):
        return 0
    return int(system or failure or no_sender(mail.headers))


def _is_sure(mail: Mail, recipient: Recipient) -> bool:
    known = recipient.reason != "undelivered"
    return known and bool(recipient.status or recipient.said or mail.enclosed)


def _said(mail: Mail, notices: list[Notice], named: list[str]) -> list[Said]:
    """Return whom a notice is about: those it names best, else whom the returned mail was for."""
    own = [mail.headers.get(name) for name in ("to", "from", "delivered-to")]
    strange = {address for value in own for address in addresses(value)}
    each = [failed_addresses(notice, strange) for notice in notices]
    best = max(each, key=lambda found: found[0].sure if found else 0, default=[])
    text = "\n".join(notice.text for notice in notices)
    if named and not {s.address for s in best} & set(named):
        return [Said(address, 3, text) for address in named]
    if best and best[0].sure > 1:
        return best
    for headers in [*mail.enclosed, *(n.returned for n in notices)]:
        if meant := list(addresses(headers.get("to"))):
            return [Said(address, 2, text) for address in meant[:10]]
    return best


def _weigh(text: str) -> Refusal:
    quote = quoted(text)
    return weigh([quote] if quote else [], [text])


def _notices(mail: Mail) -> list[Notice]:
    return [read_notice(part.text) for part in mail.parts if part.media_type.startswith("text/")]


# ---- answers -------------------------------------------------------------------------------------


def _answer(mail: Mail) -> Returned:
    headers = mail.headers
    author = list(addresses(headers.get("from")))[:1]
    if _WANTS_OUT.match(headers.words("subject")[:200]):
        return _made(mail, "reply", author, "unsubscribe")
    if mail.media_type.parameter("report-type").lower() == "disposition-notification":
        return _made(mail, "auto_reply", author, "read_receipt")
    if is_automatic(headers):
        return _made(mail, "auto_reply", author, "automatic")
    if from_a_system(headers) or is_of_a_list(headers) or not author:
        return _made(mail, "other", author, "")
    return _made(mail, "reply", author, "")


# ---- what they have in common --------------------------------------------------------------------


def _about(
    mail: Mail, kind: Kind, recipients: list[Recipient], reason: str, notices: list[Notice]
) -> Returned:
    recipients = [r for r in recipients if r.address] or recipients
    unique = list({same(r.address): r for r in reversed(recipients)}.values())[::-1]
    classes = {r.hardness for r in unique}
    hardness: Class | None = None
    if None not in classes:
        hardness = "hard" if classes == {"hard"} else "soft"
    first = next((r for r in unique if r.hardness == hardness), None)
    return Returned(
        kind,
        hardness,
        [r.address for r in unique if r.address],
        first.status if first else "",
        reason or (first.reason if first else ""),
        unique,
        list(_message_ids([*mail.enclosed, *(n.returned for n in notices)], mail.headers)),
        _sent_to(mail.headers),
    )


def _made(mail: Mail, kind: Kind, about: Iterable[str], reason: str) -> Returned:
    return Returned(
        kind,
        None,
        list(dict.fromkeys(about)),
        "",
        reason,
        [],
        list(_message_ids(mail.enclosed, mail.headers)),
        _sent_to(mail.headers),
    )


def _message_ids(inside: Iterable[Headers], outside: Headers) -> Iterator[str]:
    """Yield the Message-IDs of what was returned, else of what was answered, nearest first."""
    seen: set[str] = set()
    values = [headers.get("message-id") for headers in inside]
    values += [outside.get("in-reply-to"), " ".join(outside.get("references").split()[::-1])]
    for value in values:
        for found in _MESSAGE_ID.findall(value):
            if found not in seen:
                seen.add(found)
                yield found


def _sent_to(headers: Headers) -> list[str]:
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
    found = [a for name in names for value in headers.all(name) for a in addresses(value)]
    return list(dict.fromkeys(found))[:20]

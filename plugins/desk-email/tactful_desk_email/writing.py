"""Writes the mails. What people wrote stays inside its own lines, and harmless."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from tactful.runtime.ports import Alert, HandOffCase, Said
from tactful.values import Instant, moment

LONGEST_TEXT = 10_000
"""More characters of one text than this are left to `tactful inbox show`."""

_LONGEST_SUBJECT = 150
_LONGEST_LINE = 500
_STEERS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ASCII_ONLY = SMTP.clone(max_line_length=78)
_WHO = {"us": "We", "recipient": "They"}


def mail_about(
    case: HandOffCase, sender: tuple[str, str], to: Sequence[str], now: Instant
) -> EmailMessage:
    """Return the mail about a hand-off.

    The same content has the same Message-ID, so that a mail that comes twice is recognised. All
    mails of one case refer to the same name (RFC 5322, section 3.6.4), which makes them a thread,
    though nothing is kept here from one to the next.
    """
    domain = sender[1].rpartition("@")[2]
    thread = _digest(case.launch, case.campaign, case.key, case.id, str(case.opened_at))
    plain = "\n".join(_plain(case))
    mail = _blank(_subject(case), sender, to, now)
    mail["Message-ID"] = f"<{thread}.{_digest(plain)}@{domain}>"
    mail["In-Reply-To"] = mail["References"] = f"<{thread}@{domain}>"
    mail.set_content(plain, cte="quoted-printable")
    mail.add_alternative(_html(case), subtype="html", cte="quoted-printable")
    return mail


def mail_of(alert: Alert, sender: tuple[str, str], to: Sequence[str], now: Instant) -> EmailMessage:
    """Return the mail about an alert. One that comes twice has the same Message-ID."""
    domain = sender[1].rpartition("@")[2]
    number = _digest("alert", str(alert.id), str(alert.at), alert.cause, alert.about)
    subject = _line(f"[alert] {alert.cause}: {alert.about}")[:_LONGEST_SUBJECT]
    mail = _blank(subject, sender, to, now)
    mail["Message-ID"] = f"<{number}@{domain}>"
    facts = (
        ("Alert", f"{alert.id}"),
        ("Cause", alert.cause),
        ("About", alert.about),
        ("Campaign", alert.launch or alert.campaign),
        ("Since", _when(alert.at)),
    )
    lines = [f"{name}: {_line(value)}" for name, value in facts if value]
    ending = "`tactful status` shows how it stands now."
    mail.set_content(
        "\n".join((*lines, "", f"    {_line(alert.reason)}", "", ending)), cte="quoted-printable"
    )
    return mail


def _blank(subject: str, sender: tuple[str, str], to: Sequence[str], now: Instant) -> EmailMessage:
    name, address = sender
    mail = EmailMessage(policy=_ASCII_ONLY)
    mail["From"] = Address(display_name=_line(name), addr_spec=address)
    mail["To"] = [Address(addr_spec=one) for one in to]
    mail["Subject"] = subject
    mail["Date"] = format_datetime(moment(now))
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    return mail


def _digest(*parts: str) -> str:
    whole = "\0".join(parts).encode("utf-8", errors="replace")
    return hashlib.sha256(whole).hexdigest()[:24]


def _subject(case: HandOffCase) -> str:
    urgent = "" if case.priority == "normal" else f"{case.priority}: "
    number = f" {_line(case.id)}" if case.id else ""
    said = f"[{case.queue}] {urgent}hand-off{number}: {case.launch or case.campaign}, {case.key}"
    return _line(said)[:_LONGEST_SUBJECT]


# ---- the two forms ------------------------------------------------------------------------------


def _facts(case: HandOffCase) -> Iterator[tuple[str, str]]:
    reached = f"{case.address} ({case.channel})" if case.address else case.channel
    yield "Campaign", case.launch or case.campaign
    yield "Person", case.key
    yield "Reached at", reached
    yield "Queue", case.queue
    yield "Priority", case.priority
    yield "Since", _when(case.opened_at)


def _how_to_answer(case: HandOffCase) -> str:
    number = _number(case)
    return (
        "A reply to this mail does not reach the person. Answer from the inbox: "
        f'tactful inbox answer {number} "…", or give the conversation back to the campaign: '
        f"tactful inbox give-back {number}."
    )


def _plain(case: HandOffCase) -> Iterator[str]:
    """Yield the lines. What people wrote is indented: nothing in it passes for a line of ours."""
    for name, value in _facts(case):
        if value:
            yield f"{name}: {_line(value)}"
    if case.note:
        yield from ("", "Note:")
        yield from (f"    {line}" for line in _lines(case.note, _number(case)))
    for said in case.conversation:
        yield from ("", f"{_heading(said)}:")
        yield from (f"    {line}" for line in _lines(said.text, _number(case)))
    yield from ("", _how_to_answer(case))


def _html(case: HandOffCase) -> str:
    rows = "".join(
        f"<tr><th align=left>{name}</th><td dir=auto>{escape(_line(value))}</td></tr>\n"
        for name, value in _facts(case)
        if value
    )
    note = f"<p><b>Note</b></p>\n{_quoted(case.note, _number(case))}" if case.note else ""
    talk = "".join(
        f"<p><b>{escape(_heading(said))}</b></p>\n{_quoted(said.text, _number(case))}"
        for said in case.conversation
    )
    end = f"<p><small>{escape(_how_to_answer(case))}</small></p>"
    return (
        "<!DOCTYPE html>\n<html><body>\n"
        f"<table cellpadding=2>\n{rows}</table>\n{note}{talk}{end}\n</body></html>\n"
    )


def _quoted(text: str, number: str) -> str:
    inner = "<br>\n".join(escape(line) for line in _lines(text, number))
    return f"<blockquote dir=auto>{inner}</blockquote>\n"


def _heading(said: Said) -> str:
    by = f"{_WHO[said.by]}, {_when(said.at)}"
    return f"{by}, {_line(said.channel)}" if said.channel else by


# ---- texts --------------------------------------------------------------------------------------


def _number(case: HandOffCase) -> str:
    return _line(case.id) or "NUMBER"


def _when(at: Instant) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M} UTC"


def _line(text: str) -> str:
    """Return a text as one line, without signs that steer anything."""
    return " ".join(_STEERS.sub(" ", text[:_LONGEST_LINE]).split())


def _lines(text: str, number: str) -> list[str]:
    """Return the lines of a text, cut where it is much too long."""
    lines = [_STEERS.sub(" ", line) for line in text[:LONGEST_TEXT].splitlines()]
    if len(text) > LONGEST_TEXT:
        lines.append(f"… (there is more: tactful inbox show {number})")
    return lines

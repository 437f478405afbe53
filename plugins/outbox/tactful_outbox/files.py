"""Writes a message as a file that people can open: `.eml` for e-mail (RFC 5322), else `.txt`."""

import os
import re
import zlib
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from tactful.runtime.ports import Message
from tactful.values import iso, moment

_NOT_IN_NAMES = re.compile(r"[^\w.@+-]+", re.ASCII)
_NOT_IN_HEADERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST_NAME = 80


def file_of(folder: Path, message: Message) -> Path:
    """Return where the file of a message stands: in a folder of its day, then of its hour (UTC)."""
    at = moment(message.permitted_at)
    kind = "eml" if message.channel == "email" else "txt"
    return folder / f"{at:%Y-%m-%d}" / f"{at:%H}" / f"{_safe(message.attempt)}.{kind}"


def write_file(folder: Path, message: Message, *, again: bool = True) -> None:
    """Write the file of a message, whole or not at all. Not `again`: leave one that is there."""
    path = file_of(folder, message)
    if not again and path.exists():
        return
    for parent in (path.parent.parent, path.parent):
        parent.mkdir(mode=0o700, exist_ok=True)
    content = _mail(message) if message.channel == "email" else _text(message)
    partial = path.with_name(f".{path.name}.part")
    with open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    partial.replace(path)


def _text(message: Message) -> bytes:
    head = {
        "To": message.to,
        "From": message.sender,
        "Channel": message.channel,
        "Campaign": message.campaign,
        "Recipient": message.key,
        "Attempt": message.attempt,
        "At": iso(message.permitted_at),
    }
    if message.leave is not None:
        head["Leave"] = message.leave
    if message.keys:
        head["Keys"] = " ".join(message.keys)
    lines = [f"{name}: {_line(value)}" for name, value in head.items()]
    lines += [f"Attached: {_line(one.name)}, {one.path}" for one in message.attachments]
    return "\n".join([*lines, "", message.text, ""]).encode()


def _mail(message: Message) -> bytes:
    mail = EmailMessage(policy.SMTPUTF8)
    mail["From"] = _mailbox(message.sender)
    mail["To"] = _mailbox(message.to)
    mail["Subject"] = _line(message.subject or "")
    mail["Date"] = format_datetime(moment(message.permitted_at))
    mail["Message-ID"] = _message_id(message.token)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    mail["X-Tactful-Campaign"] = _line(message.campaign)
    mail["X-Tactful-Recipient"] = _line(message.key)
    mail["X-Tactful-Attempt"] = _line(message.attempt)
    mail.set_content(message.text)
    for attachment in message.attachments:
        kind, _, form = attachment.media_type.partition("/")
        mail.add_attachment(
            Path(attachment.path).read_bytes(), kind, form, filename=_line(attachment.name)
        )
    return mail.as_bytes()


def _mailbox(text: str) -> str | Address:
    """Return what a From or To holds; what the standard library cannot read stands as a name."""
    line = _line(text)
    try:
        policy.SMTPUTF8.header_factory("From", line)
    except (IndexError, ValueError, HeaderParseError):  # it raises for `<` and its like
        return Address(display_name=line)
    return line


def _message_id(token: str) -> str:
    return token if token.startswith("<") else f"<{_safe(token)}@outbox.invalid>"


def _line(text: str) -> str:
    return _NOT_IN_HEADERS.sub(" ", text)


def _safe(name: str) -> str:
    """Return a name for a file. One that had to be changed gets a number, to stay unique."""
    safe = _NOT_IN_NAMES.sub("_", name)[:_LONGEST_NAME].lstrip(".")
    return safe if safe == name else f"{safe}_{zlib.crc32(name.encode()):08x}"

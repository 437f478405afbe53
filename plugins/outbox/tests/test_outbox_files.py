"""Beside its row, every message is a file that people can open, and only its owner can read."""

import email
import email.message
import os
import sqlite3
import stat
from email import policy
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.runtime.ports import Attachment, Message
from tactful_outbox import read
from tactful_outbox.files import file_of, write_file
from tactful_outbox.mailbox import Mailbox

SMS = Message(
    attempt="late.1/A-1/1",
    token="late.1-A-1",
    campaign="late",
    launch="late.1",
    key="A-1",
    channel="sms",
    to="+353871234567",
    sender="+35315550100",
    text="Your order is late.\nSorry – Zoë",
    subject=None,
    segments=1,
    permitted_at=1_800_000_000_000_000,
    expires_at=None,
)
MAIL = msgspec.structs.replace(
    SMS,
    attempt="42",
    channel="email",
    to="zoë@example.com",
    sender="Acme Care <care@example.com>",
    subject="Late – sorry",
)


def parsed(path: Path) -> email.message.EmailMessage:
    found = email.message_from_bytes(path.read_bytes(), policy=policy.SMTPUTF8)
    assert isinstance(found, email.message.EmailMessage)
    return found


def test_a_text_is_a_txt_file_in_the_folder_of_its_hour(tmp_path: Path) -> None:
    with_mailbox(tmp_path, SMS)
    (path,) = tmp_path.rglob("*.txt")
    assert path.parent == tmp_path / "2027-01-15" / "08"
    head, _, text = path.read_text(encoding="utf-8").partition("\n\n")
    assert "To: +353871234567" in head
    assert "Recipient: A-1" in head
    assert text == SMS.text + "\n"


def test_a_mail_is_an_eml_file_that_mail_programs_read(tmp_path: Path) -> None:
    with_mailbox(tmp_path, MAIL)
    mail = parsed(file_of(tmp_path, MAIL))
    assert mail["To"] == "zoë@example.com"
    assert mail["From"] == "Acme Care <care@example.com>"
    assert mail["Subject"] == "Late – sorry"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<late.1-A-1@outbox.invalid>"
    assert mail["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"
    assert mail.get_content().splitlines() == MAIL.text.splitlines()


def test_a_call_keeps_what_a_machine_is_told_and_its_keys(tmp_path: Path) -> None:
    call = msgspec.structs.replace(
        SMS, channel="voice", leave="Call us", keys=("1", "2"), any_key=True, locale="en-IE"
    )
    with_mailbox(tmp_path, call)
    head = file_of(tmp_path, call).read_text(encoding="utf-8")
    assert "Leave: Call us" in head
    assert "Keys: 1 2" in head
    assert [delivered.message for delivered in read(tmp_path)] == [call]


def test_an_older_outbox_can_still_be_read(tmp_path: Path) -> None:
    with_mailbox(tmp_path, SMS)
    old = sqlite3.connect(tmp_path / "outbox.db", isolation_level=None)
    old.execute("alter table message drop column leave")
    old.execute("alter table message drop column keys")
    old.close()
    assert [delivered.message for delivered in read(tmp_path)] == [SMS]


def with_mailbox(folder: Path, *messages: Message) -> None:
    mailbox = Mailbox(folder)
    mailbox.store(messages)
    mailbox.close()


@pytest.mark.promise("SECRET")
def test_only_the_owner_can_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = tmp_path / "outbox"
        mailbox = Mailbox(folder)
        mailbox.store([SMS, MAIL])
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
        mailbox.close()
    finally:
        os.umask(before)
    assert len(modes) == 8  # folder, database, -wal, -shm, day, hour, two files
    assert {mode for path, mode in modes.items() if path.suffix} == {0o600}
    assert {mode for path, mode in modes.items() if not path.suffix} == {0o700}


def test_files_that_a_killed_process_owes_are_written_by_the_next(tmp_path: Path) -> None:
    killed = Mailbox(tmp_path, files=False)
    killed.store([SMS, MAIL])
    killed.close()
    assert list(tmp_path.rglob("*.*t*")) == []
    with_mailbox(tmp_path, msgspec.structs.replace(SMS, attempt="late.1/A-2/1"))
    assert len(list(tmp_path.rglob("*.txt"))) == 2
    assert len(list(tmp_path.rglob("*.eml"))) == 1
    assert len(read(tmp_path)) == 3


def test_an_outbox_that_was_never_used_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path / "nowhere") == []


def test_attempts_that_differ_have_files_that_differ(tmp_path: Path) -> None:
    attempts = ["a/b", "a_b", "a:b", "../b", ".b", "x" * 300, "x" * 301, "é", ""]
    messages = [msgspec.structs.replace(SMS, attempt=attempt) for attempt in attempts]
    paths = {file_of(tmp_path, one) for one in messages}
    assert len(paths) == len(attempts)
    assert all(path.resolve().parent == tmp_path / "2027-01-15" / "08" for path in paths)


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.promise("POISON")
@given(ANY, ANY, ANY, ANY, ANY)
def test_any_message_can_be_written_and_no_header_is_smuggled_in(
    tmp_path_factory: pytest.TempPathFactory,
    to: str,
    sender: str,
    subject: str,
    text: str,
    key: str,
) -> None:
    folder = tmp_path_factory.mktemp("outbox")
    odd = msgspec.structs.replace(MAIL, to=to, sender=sender, subject=subject, text=text, key=key)
    write_file(folder, odd)
    write_file(folder, msgspec.structs.replace(odd, channel="sms"))
    headers = parsed(file_of(folder, odd)).keys()
    assert sorted(headers) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Tactful-Campaign",
         "X-Tactful-Recipient", "X-Tactful-Attempt", "Content-Type", "Content-Transfer-Encoding",
         "MIME-Version"]
    )  # fmt: skip


def test_a_mail_carries_its_files_under_their_names(tmp_path: Path) -> None:
    kept = tmp_path / "0c4f"
    kept.write_bytes(b"\x00\xff%PDF")
    carrying = (
        Attachment("terms – neu.pdf", str(kept), "application/pdf"),
        Attachment("note.md", str(kept), "text/markdown"),
    )
    sent = msgspec.structs.replace(MAIL, attachments=carrying)
    write_file(tmp_path, sent)
    content = file_of(tmp_path, sent).read_bytes()
    mail = email.message_from_bytes(content, _class=email.message.EmailMessage, policy=policy.SMTP)
    body = mail.get_body()
    assert body is not None
    assert body.get_content().split() == MAIL.text.split()
    files = list(mail.iter_attachments())
    assert [one.get_filename() for one in files] == ["terms – neu.pdf", "note.md"]
    assert [one.get_content_type() for one in files] == ["application/pdf", "text/markdown"]
    assert files[0].get_content() == b"\x00\xff%PDF"


def test_a_picture_message_names_its_files(tmp_path: Path) -> None:
    carrying = (Attachment("map.png", "/kept/0c4f", "image/png"),)
    sent = msgspec.structs.replace(SMS, channel="mms", attachments=carrying)
    write_file(tmp_path, sent)
    assert "Attached: map.png, /kept/0c4f" in file_of(tmp_path, sent).read_text("utf-8")


def test_files_are_remembered_and_a_mailbox_of_an_older_version_is_read(tmp_path: Path) -> None:
    carrying = (Attachment("map.png", "/kept/0c4f", "image/png"),)
    sent = msgspec.structs.replace(SMS, channel="mms", attachments=carrying)
    mailbox = Mailbox(tmp_path, files=False)
    mailbox.store([SMS, msgspec.structs.replace(sent, attempt="2", token="2")])
    mailbox.close()
    assert [one.message.attachments for one in read(tmp_path)] == [(), carrying]
    older = sqlite3.connect(tmp_path / "outbox.db")
    older.execute("alter table message drop column attachments")
    older.commit()
    older.close()
    assert [one.message.attachments for one in read(tmp_path)] == [(), ()]

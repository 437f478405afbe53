"""What a mail is follows from the standards, and where they are silent from careful signs."""

import pytest

from tactful.mail import read_mail

HUMAN = "From: Ann Lee <ann@example.org>\nTo: help@shop.example\nSubject: Re: Your order\n"
SYSTEM = (
    "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\n"
    "To: bounce+abc@shop.example\nSubject: Undelivered Mail Returned to Sender\n"
)


def report(fields: str, *, notice: str = "It did not work.", returned: str = "") -> bytes:
    """Return a delivery status notification (RFC 3464)."""
    return (
        SYSTEM
        + 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        + f"--b\nContent-Type: text/plain\n\n{notice}\n\n"
        + "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        + f"{fields}\n\n--b\nContent-Type: text/rfc822-headers\n\n{returned}\n\n--b--\n"
    ).encode()


def group(action: str, status: str, diagnostic: str = "", to: str = "ann@example.org") -> str:
    """Return the fields for one recipient."""
    lines = [f"Final-Recipient: rfc822; {to}", f"Action: {action}", f"Status: {status}"]
    return "\n".join([*lines, *([f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else [])])


def feedback(kind: str, *, to: str = "") -> bytes:
    """Return a feedback report (RFC 5965)."""
    rcpt = f"Original-Rcpt-To: {to}\n" if to else ""
    return (
        "From: fbl@provider.example\nTo: fbl@shop.example\nSubject: FW: hello\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nA report.\n\n"
        "--b\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: {kind}\nUser-Agent: X/1\nVersion: 1\n{rcpt}\n"
        "--b\nContent-Type: message/rfc822\n\n"
        "From: shop@shop.example\nTo: bo@example.org\nMessage-ID: <1@shop.example>\n\nHi\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("status", "said", "hardness", "reason"),
    [
        ("5.1.1", "550 5.1.1 <ann@example.org>... User unknown", "hard", "unknown_address"),
        ("5.1.1", "", "hard", "unknown_address"),
        ("5.1.2", "550 5.1.2 Host unknown", "hard", "unknown_host"),
        ("5.1.10", "556 5.1.10 Null MX", "hard", "takes_no_mail"),
        ("5.1.8", "550 5.1.8 Sender address has unknown domain", "soft", "sender_refused"),
        ("5.2.2", "552 5.2.2 Over quota", "soft", "mailbox_full"),
        ("5.1.1", "550 5.1.1 Mailbox is full", "soft", "mailbox_full"),
        ("5.2.1", "550 5.2.1 The account is disabled", "soft", "disabled"),
        ("5.3.4", "552 5.3.4 Message too big", "soft", "too_big"),
        ("5.7.1", "550 5.7.1 Blocked, see https://list.example/user-unknown", "soft",
         "sender_refused"),
        ("5.7.26", "550 5.7.26 DMARC", "soft", "sender_refused"),
        ("4.4.1", "connect to mx.example: Connection timed out", "soft", "not_delivered_in_time"),
        ("4.1.1", "450 4.1.1 User unknown", "soft", "unknown_address"),
        ("5.0.0", "550 Something odd", "soft", "undelivered"),
    ],
)  # fmt: skip
def test_only_what_speaks_of_the_address_for_good_is_hard(
    status: str, said: str, hardness: str, reason: str
) -> None:
    mail = read_mail(report(group("failed", status, said)))
    assert (mail.kind, mail.hardness, mail.addresses) == ("bounce", hardness, ["ann@example.org"])
    assert (mail.reason, mail.status) == (reason, status)


def test_a_person_unknown_only_after_the_message_was_sent_may_be_a_filter() -> None:
    late = report(
        group("failed", "5.0.0", "550 User unknown"),
        notice="<ann@example.org>: host mx said: 550 User unknown (in reply to end of DATA)",
    )
    early = report(
        group("failed", "5.0.0", "550 User unknown"),
        notice="<ann@example.org>: host mx said: 550 User unknown (in reply to RCPT TO command)",
    )
    assert (read_mail(late).hardness, read_mail(early).hardness) == ("soft", "hard")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_has_not_failed_is_no_bounce(action: str) -> None:
    assert read_mail(report(group(action, "4.4.1" if action == "delayed" else "2.0.0"))).kind == (
        "other"
    )


def test_of_several_recipients_each_has_its_own_class() -> None:
    fields = "\n\n".join(
        [
            group("failed", "5.1.1", to="ann@example.org"),
            group("failed", "5.2.2", to="bo@example.org"),
            group("delivered", "2.0.0", to="cy@example.org"),
        ]
    )
    mail = read_mail(report(fields))
    assert [(r.address, r.hardness) for r in mail.recipients] == [
        ("ann@example.org", "hard"),
        ("bo@example.org", "soft"),
    ]
    assert mail.hardness == "soft"  # not every address is gone


def test_a_report_says_which_mail_it_is_about_and_where_it_came() -> None:
    mail = read_mail(
        report(group("failed", "5.1.1"), returned="From: a@b.example\nMessage-ID: <7@b.example>")
    )
    assert mail.about == ["<7@b.example>"]
    assert mail.sent_to == ["bounce+abc@shop.example"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("abuse", "complaint"),
        ("fraud", "complaint"),
        ("other", "complaint"),
        ("not-spam", "other"),
        ("auth-failure", "other"),
        ("opt-out", "reply"),
    ],
)
def test_a_feedback_report_is_a_complaint_only_if_a_person_complains(
    kind: str, expected: str
) -> None:
    assert read_mail(feedback(kind)).kind == expected


def test_a_complaint_names_whom_it_is_from() -> None:
    assert read_mail(feedback("abuse", to="<ann@example.org>")).addresses == ["ann@example.org"]
    redacted = read_mail(feedback("abuse"))
    assert redacted.addresses == ["bo@example.org"]
    assert redacted.about == ["<1@shop.example>"]


@pytest.mark.parametrize(
    "sign",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "Subject: Automatic reply: Your order",
        "Subject: Abwesenheitsnotiz",
    ],
)
def test_a_machine_that_answers_is_no_person(sign: str) -> None:
    mail = read_mail(f"{sign}\n{HUMAN}\nI am away. My mailbox is full, user unknown.".encode())
    assert (mail.kind, mail.addresses) == ("auto_reply", ["ann@example.org"])


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, keep it please.",
        "It bounced: 550 5.1.1 user unknown, mailbox full.\n\n> From: help@shop.example\n> To: x@y",
    ],
)
def test_a_person_who_answers_is_a_reply(text: str) -> None:
    mail = read_mail(f"{HUMAN}Auto-Submitted: no\nIn-Reply-To: <7@b.example>\n\n{text}".encode())
    assert (mail.kind, mail.hardness, mail.addresses) == ("reply", None, ["ann@example.org"])
    assert mail.about == ["<7@b.example>"]


def test_an_answer_to_our_own_mail_about_a_failed_delivery_is_a_reply() -> None:
    text = "From: Ann <ann@example.org>\nSubject: Re: Delivery failed, what now?\n\nCome again."
    assert read_mail(text.encode()).kind == "reply"


def test_a_notice_in_plain_words_is_read() -> None:
    text = (
        SYSTEM + "\nYour message could not be delivered:\n\n  <bo@example.org>\n"
        "    550 5.1.1 no such user (in reply to RCPT TO)\n\n"
        "If in doubt, ask postmaster@mx.example\n"
        "\n--- Original message follows ---\nFrom: shop@shop.example\nTo: cy@example.org\n"
    )
    mail = read_mail(text.encode())
    assert (mail.kind, mail.hardness, mail.addresses) == ("bounce", "hard", ["bo@example.org"])


def test_a_notice_that_hides_the_address_is_a_bounce_all_the_same() -> None:
    mail = read_mail((SYSTEM + "\nYour message was not delivered.\n").encode())
    assert (mail.kind, mail.hardness, mail.addresses) == ("bounce", "soft", [])


def test_words_alone_call_nobody_gone() -> None:
    text = SYSTEM + "\n<bo@example.org>: unknown user\n"
    assert read_mail(text.encode()).hardness == "soft"

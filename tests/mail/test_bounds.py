"""Whatever comes in is read in bounded time, and never raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.mail import read_mail

TOP = b"From: MAILER-DAEMON@x.example\nTo: a@b.example\nSubject: Undelivered mail\n"

HOSTILE = {
    "deep": TOP
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    ),
    "deep enclosed": TOP + b"Content-Type: message/rfc822\n\n" * 20_000,
    "many parts": TOP + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nfoo\n" * 50_000,
    "long line": TOP + b"\n" + b"a@" * 100_000,
    "many addresses": TOP + b"\n" + b"<a@x.example>: 550 user is not\n" * 20_000,
    "many recipients": TOP
    + b"Content-Type: message/delivery-status\n\n"
    + b"".join(b"Final-Recipient: rfc822; a%d@x.y\nAction: failed\n\n" % n for n in range(900)),
    "open tags": TOP + b"Content-Type: text/html\n\n" + b"<style>" * 30_000 + b"<" * 50_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\n",
    "many headers": b"".join(b"X-%d: y\n" % n for n in range(100_000)) + b"\nx",
    "folded": b"Subject: x\n" + b" y\n" * 100_000 + b"\n",
    "parameters": b"Content-Type: text/plain; " + b'a="\\"' * 50_000 + b"\n\n",
    "slow charset": TOP + b"Content-Type: text/plain; charset=idna\n\n" + b"xn--" * 30_000,
    "huge": TOP + b"\n" + b"x" * 20_000_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_are_read_to_their_end(name: str) -> None:
    assert len(read_mail(HOSTILE[name]).recipients) <= 100


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail_of_some_kind(data: bytes) -> None:
    read_mail(data)


PIECES = [
    "From: MAILER-DAEMON\n",
    "Subject: =?utf-8?b?8J+Y?=\n",
    "\n",
    "Content-Type: multipart/report; boundary=x\n",
    "--x\n",
    "--x--\n",
    "Content-Type: message/delivery-status\n",
    "Final-Recipient: rfc822; a@b.c\n",
    "Action: failed\n",
    "Status: 5.1.1\n",
    "Content-Type: message/feedback-report\n",
    "Feedback-Type: abuse\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Type: text/html; charset=utf-16\n",
    "> ",
    "550 5.1.1 <a@b.c>\n",
    "Content-Type: message/rfc822\n",
    '{"mail": {}, "bounce": {"bouncedRecipients": [{}]}}\n',
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_order_of_what_mails_are_made_of_is_read(pieces: list[str]) -> None:
    mail = read_mail("".join(pieces).encode())
    assert (mail.hardness is None) or mail.kind in ("bounce", "other")

"""Of a person's mail only their own words count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.mail import read_reply
from tactful.mail.replies import own_words

QUOTE = "> Your parcel is late.\n> \n> Reply STOP to end this."


@pytest.mark.parametrize(
    "text",
    [
        f"Keep it please.\n\nOn Tue, 24 Nov 2026 at 10:00, Acme <care@example.com> wrote:\n{QUOTE}",
        f"Keep it please.\n\nOn Tue, 24 Nov at 10:00, Acme\n<care@example.com> wrote:\n{QUOTE}",
        f"Keep it please.\n\nAm 24.11.2026 um 10:00 schrieb Acme <care@example.com>:\n\n{QUOTE}",
        f"Keep it please.\n\nLe mar. 24 nov. 2026 à 10:00, Acme a écrit :\n{QUOTE}",
        f"{QUOTE}\n\nKeep it please.\n\n-- \nAnn Lee\nDublin",
        "Keep it please.\n\nSent from my iPhone",
        "Keep it please.\n\n________________________________\nFrom: Acme\nSent: Tuesday\nTo: Ann",
        "Keep it please.\n\nFrom: Acme <care@example.com>\nSent: Tuesday\nSubject: Late\n\nSTOP",
        "Keep it please.\n\n-----Original Message-----\nFrom: Acme\n\nReply STOP",
    ],
)
def test_quotations_and_signatures_are_left_out(text: str) -> None:
    assert own_words(text) == "Keep it please."


def test_answers_between_quoted_lines_stay() -> None:
    text = "On Tuesday Acme wrote:\n> Shall we keep it?\nYes.\n> Until when?\nFriday."
    assert own_words(text) == "Yes.\nFriday."


def test_a_sentence_that_looks_like_a_header_stays() -> None:
    assert own_words("From: Monday on I am here.\nCome then.") == (
        "From: Monday on I am here.\nCome then."
    )


def test_a_mail_of_html_alone_is_read() -> None:
    mail = (
        b"From: Ann <ann@example.org>\nSubject: =?utf-8?q?Re=3A_caf=C3=A9?=\n"
        b"Content-Type: text/html\n\n<style>p{}</style><p>Keep it &amp; thanks.</p><p>Ann</p>"
    )
    reply = read_reply(mail)
    assert (reply.address, reply.subject) == ("ann@example.org", "Re: café")
    assert reply.text.split() == ["Keep", "it", "&", "thanks.", "Ann"]


@given(st.text(max_size=500))
def test_any_text_is_read(text: str) -> None:
    own_words(text)

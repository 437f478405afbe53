"""A mail says what the message says, to every mail program, and nothing from data breaks out."""

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful.runtime.ports import Attachment
from tactful_smtp.compose import CannotCompose, Composer, Mail
from tactful_smtp.headers import split_mailbox
from tactful_smtp.layout import Layout
from tactful_smtp.settings import SmtpSettings
from tactful_smtp.tokens import Tokens
from tests.servers.smtp import mail

TOKENS = Tokens(b"a key for tests")
LINKS = "https://care.example.com/hooks/smtp/unsubscribe/"


def composer(unsubscribe_url: str | None = None, **settings: Any) -> Composer:
    made = SmtpSettings.model_validate({"host": "localhost"} | settings)
    layout = Layout(made.brand, Path()) if made.html else None
    return Composer(made, TOKENS, layout=layout, unsubscribe_url=unsubscribe_url)


PLAIN = composer(html=False)
BOTH = composer()


def parsed(made: Mail) -> EmailMessage:
    """Read a mail as its receiver does."""
    content = made.content.replace(b"\r\n..", b"\r\n.")
    found = email.message_from_bytes(content, policy=policy.SMTPUTF8)
    assert isinstance(found, EmailMessage)
    return found


def body(made: Mail, kind: str = "plain") -> str:
    part = parsed(made).get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def test_a_mail_has_the_headers_that_mail_programs_look_for() -> None:
    found = parsed(PLAIN.compose(mail(1, text="Late.")))
    assert dict(found.items()) == {
        "Date": "Fri, 15 Jan 2027 08:00:00 +0000",
        "From": "Acme <care@example.com>",
        "To": "p1@example.com",
        "Subject": "Your order is late",
        "Message-ID": f"<{TOKENS.message_id('late.1-1')}@example.com>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Feedback-ID": "late:late.1:service:example-com",
        "X-Tactful-Attempt": TOKENS.bounce("1"),
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="us-ascii"',
        "Content-Transfer-Encoding": "7bit",
    }
    assert body(PLAIN.compose(mail(1, text="Late."))) == "Late.\n"


def test_every_attempt_of_a_send_has_one_message_id_and_a_return_path_of_its_own() -> None:
    made = composer(return_path="bounces.example.com")
    first, second = (made.compose(mail(1, attempt=attempt)) for attempt in ("1", "2"))
    assert first.message_id == second.message_id
    assert (first.sender, second.sender) == (
        f"bounce+{TOKENS.bounce('1')}@bounces.example.com",
        f"bounce+{TOKENS.bounce('2')}@bounces.example.com",
    )


def test_without_a_return_path_bounces_go_to_the_sender() -> None:
    assert PLAIN.compose(mail()).sender == "care@example.com"


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("care@example.com", "", "care@example.com"),
        ("Acme Care <care@example.com>", "Acme Care", "care@example.com"),
        ('"Acme, Care" <care@example.com>', "Acme, Care", "care@example.com"),
        ('"The \\"Acme\\"" <care@example.com>', 'The "Acme"', "care@example.com"),
        ("Zoë von Müller-Lüdenscheidt <care@example.com>", "Zoë von Müller-Lüdenscheidt",
         "care@example.com"),
        ("A" * 90 + " <care@example.com>", "A" * 90, "care@example.com"),
        ("Acme: Care; Team <care@example.com>", "Acme: Care; Team", "care@example.com"),
        ("木村 <care@example.com>", "木村", "care@example.com"),
        ('Five " inches <care@example.com>', 'Five " inches', "care@example.com"),
        ("a < b <care@example.com>", "a < b", "care@example.com"),
        ("=?utf-8?q?x?= <care@example.com>", "=?utf-8?q?x?=", "care@example.com"),
    ],
)  # fmt: skip
def test_any_name_of_a_sender_arrives(sender: str, name: str, address: str) -> None:
    assert split_mailbox(sender) == (name, address)
    made = PLAIN.compose(mail(sender=sender))
    (found,) = parsed(made)["From"].addresses
    assert (found.display_name, found.addr_spec) == (name, address)
    assert max(map(len, made.content.split(b"\r\n"))) <= 100


def test_domains_are_ascii_and_letters_beyond_it_need_smtputf8() -> None:
    made = PLAIN.compose(mail(to="anna@grün.example"))
    assert (made.recipient, made.utf8) == ("anna@xn--grn-ioa.example", False)
    made = PLAIN.compose(mail(to="zoë@example.com"))
    assert (made.recipient, made.utf8) == ("zoë@example.com", True)
    assert parsed(made)["To"] == "zoë@example.com"


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b@c", "<a@b.example>", "a b@c.example", "a@", "@b"]
)
def test_what_is_no_address_is_told(to: str) -> None:
    with pytest.raises(CannotCompose) as raised:
        PLAIN.compose(mail(to=to))
    assert raised.value.address


def test_the_text_is_markdown_in_html_and_stays_as_it_is_in_plain_text() -> None:
    text = "Hello **Ana**,\nsee [your order](https://example.com/o?a=1&b=2).\n\n- one\n- two"
    made = BOTH.compose(mail(text=text))
    assert body(made).splitlines() == text.splitlines()
    page = body(made, "html")
    assert "<strong>Ana</strong>,<br>" in page
    assert 'href="https://example.com/o?a=1&amp;b=2"' in page
    assert page.count("<li") == 2


def test_styles_stand_in_the_tags_and_those_for_the_dark_in_a_sheet() -> None:
    page = body(BOTH.compose(mail(text="Hello")), "html")
    assert '<p style="margin: 0 0 16px;">Hello</p>' in page
    assert page.count("<style") == 1
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[here](javascript:alert(1))",
        "[here](data:text/html;base64,PHNjcmlwdD4=)",
        "[here](vbscript:x)",
        "![x](https://example.com/spy.gif)",
        '<https://example.com/"onmouseover=alert(1)>',
        "a &lt;script&gt; b",
        "[x]: javascript:alert(1)\n[x]",
    ],
)
def test_what_stands_in_data_runs_nothing_and_loads_nothing(text: str) -> None:
    page = body(BOTH.compose(mail(text=text)), "html").lower()
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert 'href="data' not in page
    assert 'href="vbscript' not in page
    assert "onerror=" not in page.replace("onerror=&quot;", "").replace(
        'onerror="alert(1)"&gt;', ""
    )


def test_the_brand_is_in_the_look(tmp_path: Path) -> None:
    brand = {
        "name": "Acme & Co",
        "colour": "#aa3300",
        "logo": "https://example.com/logo.png",
        "footer": "Acme & Co\n1 Main St, Dublin",
    }
    made = composer(brand=brand).compose(mail(locale="fr-CA"))
    page = body(made, "html")
    assert 'src="https://example.com/logo.png" alt="Acme &amp; Co"' in page
    assert "#aa3300" in page
    assert "Acme &amp; Co<br>1 Main St, Dublin" in page
    assert '<html lang="fr-CA">' in page
    assert body(made).endswith("-- \nAcme & Co\n1 Main St, Dublin")


def test_an_unsubscribe_link_is_in_the_headers_and_in_both_texts() -> None:
    made = composer(LINKS, brand={"name": "Acme"}).compose(mail(locale="de"))
    link = f"{LINKS}{TOKENS.unsubscribe('1')}"
    found = parsed(made)
    assert found["List-Unsubscribe"] == f"<{link}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in body(made)
    assert f'href="{link}"' in body(made, "html")
    assert ">Abmelden</a>" in body(made, "html")


def test_one_click_needs_a_safe_connection() -> None:
    found = parsed(composer(LINKS.replace("https", "http")).compose(mail()))
    assert "List-Unsubscribe" in found
    assert "List-Unsubscribe-Post" not in found


def test_files_go_along_under_their_names() -> None:
    carried = (
        Attachment("terms.pdf", "", "application/pdf"),
        Attachment("Übersicht – neu.csv", "", "text/csv"),
        Attachment('odd "name"\r\n.bin', "", "no type"),
    )
    made = BOTH.compose(mail(attachments=carried), [b"\x00\xff%PDF", "ä;b".encode(), b"." * 500])
    files = list(parsed(made).iter_attachments())
    assert [one.get_filename() for one in files] == [
        "terms.pdf", "Übersicht – neu.csv", "odd _name_ .bin",
    ]  # fmt: skip
    assert [one.get_content_type() for one in files] == [
        "application/pdf", "text/csv", "application/octet-stream",
    ]  # fmt: skip
    assert files[0].get_payload(decode=True) == b"\x00\xff%PDF"
    assert body(made)


@pytest.mark.promise("POISON")
@given(st.text(max_size=300), st.text(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_nothing_from_data_adds_a_header_or_ends_the_mail(
    text: str, subject: str, name: str, campaign: str
) -> None:
    message = mail(
        text=text, subject=subject, sender=f"{name} <care@example.com>", campaign=campaign
    )
    made = PLAIN.compose(message)
    head = made.content.partition(b"\r\n\r\n")[0]
    names = [one.partition(b":")[0] for one in head.split(b"\r\n") if one[:1] not in b" \t"]
    assert names == [
        b"Date", b"From", b"To", b"Subject", b"Message-ID", b"Auto-Submitted",
        b"X-Auto-Response-Suppress", b"Feedback-ID", b"X-Tactful-Attempt", b"MIME-Version",
        b"Content-Type", b"Content-Transfer-Encoding",
    ]  # fmt: skip
    assert made.content.isascii()
    assert made.content.endswith(b"\r\n")
    assert b"\r\n.\r\n" not in b"\r\n" + made.content
    assert b"\n" not in made.content.replace(b"\r\n", b"")
    assert b"\r" not in made.content.replace(b"\r\n", b"")
    assert max(map(len, made.content.split(b"\r\n"))) <= 998


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_any_text_arrives_sign_for_sign(text: str) -> None:
    assert body(PLAIN.compose(mail(text=text))).removesuffix("\n") == text.rstrip("\n")
    assert parsed(PLAIN.compose(mail(text=text)))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300))
def test_any_subject_arrives(subject: str) -> None:
    found = parsed(PLAIN.compose(mail(subject=subject)))["Subject"]
    assert "".join(str(found).split()) == "".join(subject.split())

"""Signatures are good in the eyes of another implementation, and cover what providers look at."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from tactful.errors import ConfigInvalid
from tactful.plugins import Secret
from tactful.runtime.ports import Attachment
from tactful_smtp.compose import Composer
from tactful_smtp.dkim import Signer
from tactful_smtp.settings import DkimKey, SmtpSettings
from tactful_smtp.tokens import Tokens
from tests.servers.smtp import mail

NOW = 1_760_000_000_000_000
"""A moment in the past: a verifier refuses signatures from the future."""

RSA = generate_private_key(65537, 2048)
ED25519 = Ed25519PrivateKey.generate()


def secret(key: RSAPrivateKey | Ed25519PrivateKey) -> Secret:
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    return Secret(key.private_bytes(*form).decode(), "file dkim.pem")


def record(key: RSAPrivateKey | Ed25519PrivateKey) -> bytes:
    """Return what stands in the DNS for a key (RFC 6376, section 3.6.1; RFC 8463)."""
    public = key.public_key()
    if isinstance(key, RSAPrivateKey):
        data = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + b64encode(data)
    return b"v=DKIM1; k=ed25519; p=" + b64encode(
        public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    )


DNS = {
    b"rsa._domainkey.example.com.": record(RSA),
    b"ed._domainkey.example.com.": record(ED25519),
}


def dns(name: bytes, timeout: float = 5) -> bytes | None:
    return DNS.get(name)


def signed(*keys: tuple[str, RSAPrivateKey | Ed25519PrivateKey], **changes: Any) -> bytes:
    """Return a mail as its receiver gets it, signed with these keys."""
    files = changes.pop("files", ())
    settings = SmtpSettings.model_validate({"host": "localhost", "html": False})
    signers = [
        Signer(DkimKey(domain="example.com", selector=selector, key=secret(key)))
        for selector, key in keys
    ]
    composer = Composer(
        settings,
        Tokens(b"key"),
        layout=None,
        signers=signers,
        unsubscribe_url="https://care.example.com/u/",
    )
    made = composer.compose(mail(**({"permitted_at": NOW} | changes)), files)
    return made.content.replace(b"\r\n..", b"\r\n.")


BOTH = (("rsa", RSA), ("ed", ED25519))


@pytest.mark.parametrize("at", [0, 1])
def test_both_kinds_of_signature_verify(at: int) -> None:
    content = signed(*BOTH)
    assert dkim.DKIM(content).verify(idx=at, dnsfunc=dns)


@given(st.text(max_size=200), st.text(max_size=80), st.text(max_size=40))
def test_any_text_verifies(text: str, subject: str, name: str) -> None:
    sender = f"{name} <care@mail.example.com>"
    content = signed(("ed", ED25519), text=text, subject=subject, sender=sender)
    assert dkim.verify(content, dnsfunc=dns)


@pytest.mark.parametrize(
    "text", ["", "\n\n\n", "one  \n\n two\t\tthree \n\n\n\n", ".\n..\n.", " ", "ü \n" * 400]
)
def test_odd_white_space_verifies(text: str) -> None:
    assert dkim.verify(signed(("rsa", RSA), text=text), dnsfunc=dns)


def test_a_mail_with_files_verifies() -> None:
    file = Attachment("a.bin", "", "application/pdf")
    assert dkim.verify(signed(("rsa", RSA), attachments=(file,), files=[b"x" * 5_000]), dnsfunc=dns)


def test_what_providers_look_at_is_covered() -> None:
    _, signature = dkim.rfc822_parse(signed(("rsa", RSA)))[0][0]
    listed = {
        tag.partition(b"=")[0].strip(): tag.partition(b"=")[2] for tag in signature.split(b";")
    }
    names = [name.strip().decode() for name in listed[b"h"].split(b":")]
    assert {
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type",
        "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
    } <= set(names)  # fmt: skip
    assert names.count("from") == 2


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "the text": lambda content: content.replace(b"is late", b"is lost"),
    "the subject": lambda content: content.replace(b"Subject: Your", b"Subject: Her"),
    "the link": lambda content: content.replace(b"care.example.com/u/", b"evil.example.com/u/"),
    "one click": lambda content: content.replace(b"=One-Click", b"=No-Click"),
    "a second From": lambda content: b"From: boss@example.com\r\n" + content,
    "a second Subject": lambda content: b"Subject: Pay now\r\n" + content,
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_on_the_way_is_seen(what: str) -> None:
    content = signed(("rsa", RSA))
    changed = CHANGES[what](content)
    assert changed != content
    assert not dkim.verify(changed, dnsfunc=dns)


def test_mails_of_other_domains_are_not_signed() -> None:
    content = signed(("rsa", RSA), sender="care@example.org")
    assert b"DKIM-Signature" not in content


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no key at all", "cannot be read"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot be read"),
    ],
)
def test_a_key_that_is_none_is_told_without_showing_it(text: str, says: str) -> None:
    with pytest.raises(ConfigInvalid) as raised:
        Signer(DkimKey(domain="example.com", selector="s", key=Secret(text, "env KEY")))
    assert says in raised.value.message
    assert "env KEY" in raised.value.message
    assert text not in str(raised.value)

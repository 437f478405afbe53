"""Signs mails for their domain (DKIM, RFC 6376; Ed25519 by RFC 8463), relaxed in both parts.

A key is read once; a signature takes OpenSSL well under a millisecond. Signed are the headers that
mailbox providers look at, `List-Unsubscribe-Post` among them (RFC 8058), and `From` once more than
it stands there, so that nobody can add another (RFC 6376, section 8.15).
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from tactful.errors import ConfigInvalid
from tactful_smtp.settings import DkimKey

SIGNED = (
    "from", "to", "subject", "date", "message-id", "reply-to", "mime-version", "content-type",
    "content-transfer-encoding", "auto-submitted", "feedback-id", "list-unsubscribe",
    "list-unsubscribe-post", "x-tactful-attempt",
)  # fmt: skip
"""Headers that are signed where they are there."""

_NEVER_ADDED = ("from", "subject", "date")
_SMALLEST_RSA = 1024  # RFC 8301, section 3.2

_FOLDS = re.compile(rb"\r\n(?=[ \t])")
_SPACES = re.compile(rb"[ \t]+")
_SPACE_AT_END = re.compile(rb"[ \t]+(?=\r\n)")


class Signer:
    """One domain's key, ready to sign. Raises `ConfigInvalid` when it is no such key."""

    def __init__(self, settings: DkimKey) -> None:
        self.domain = settings.domain
        self.selector = settings.selector
        where = f"the DKIM key of {settings.domain} ({settings.key.source})"
        try:
            key = load_pem_private_key(settings.key.reveal().encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ConfigInvalid(
                f"{where} cannot be read",
                help="It is a private key in PEM form, without a password: openssl genrsa 2048.",
            ) from None
        if isinstance(key, RSAPrivateKey) and key.key_size < _SMALLEST_RSA:
            raise ConfigInvalid(
                f"{where} has {key.key_size} bits, which nobody trusts",
                help="Make one with 2048 bits.",
            )
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            raise ConfigInvalid(
                f"{where} is neither RSA nor Ed25519", help="Make one: openssl genrsa 2048."
            )
        self._key = key
        self._algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"
        self._public = b64encode(_public(key)).decode()

    @property
    def record(self) -> str:
        """The TXT record that belongs to this key (RFC 6376, section 3.6.1)."""
        kind = self._algorithm.partition("-")[0]
        return f"v=DKIM1; k={kind}; p={self._public}"

    def matches(self, record: str) -> bool:
        """Return whether a TXT record is of this key."""
        tags = dict(tag.split("=", 1) for tag in record.split(";") if "=" in tag)
        plain = {name.strip(): "".join(value.split()) for name, value in tags.items()}
        return plain.get("p") == self._public

    def signs_for(self, domain: str) -> bool:
        """Return whether a mail from this domain is signed by this key."""
        return domain == self.domain or domain.endswith(f".{self.domain}")

    def header(self, head: Sequence[bytes], body_hash: str, at: int) -> bytes:
        """Return the signature's header. `at` is the time, in seconds since 1970."""
        there = {name_of(one): relaxed(one) for one in head}
        names = [name for name in SIGNED if name in there]
        listed = ":".join([*names, *_NEVER_ADDED])
        tags = (
            f"DKIM-Signature: v=1; a={self._algorithm}; c=relaxed/relaxed; d={self.domain};\r\n"
            f" s={self.selector}; t={at}; h={_folded(listed)};\r\n"
            f" bh={body_hash};\r\n b="
        ).encode()
        data = b"".join([*(there[name] for name in names), relaxed(tags + b"\r\n")[:-2]])
        if isinstance(self._key, RSAPrivateKey):
            signature = self._key.sign(data, PKCS1v15(), SHA256())
        else:
            signature = self._key.sign(sha256(data).digest())
        letters = b64encode(signature).decode()
        lines = [letters[at : at + 72] for at in range(0, len(letters), 72)]
        return tags + "\r\n ".join(lines).encode() + b"\r\n"


def _public(key: RSAPrivateKey | Ed25519PrivateKey) -> bytes:
    public = key.public_key()
    if isinstance(key, Ed25519PrivateKey):
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def name_of(header: bytes) -> str:
    """Return the name of a header line, in small letters."""
    return header.partition(b":")[0].decode().strip().lower()


def relaxed(header: bytes) -> bytes:
    """Return a header as it is signed (RFC 6376, section 3.4.2)."""
    name, _, value = header.partition(b":")
    plain = _SPACES.sub(b" ", _FOLDS.sub(b"", value)).strip()
    return b"%b:%b\r\n" % (name.strip().lower(), plain)


def hash_of(body: bytes) -> str:
    """Return the hash of a body as it is signed (RFC 6376, section 3.4.4)."""
    if b"  " in body or b"\t" in body:
        body = _SPACES.sub(b" ", body)
    body = _SPACE_AT_END.sub(b"", body).rstrip(b"\r\n")
    return b64encode(sha256(body + b"\r\n" if body else b"").digest()).decode()


def _folded(names: str) -> str:
    """Return the list of names in lines that are not too long."""
    lines, current = [], ""
    for name in names.split(":"):
        if current and len(current) + len(name) > 66:
            lines.append(current)
            current = ""
        current += f"{name}:"
    return "\r\n  ".join([*lines, current]).rstrip(":")

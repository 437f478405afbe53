"""Makes and reads the tokens that prove which attempt a returned mail or a link belongs to.

A token is the attempt's name and a keyed hash over it (HMAC-SHA256, RFC 2104), cut to 100 bits:
hard to forge, and telling nobody who the recipient is. It holds for as long as its key does, which
is longer than the 60 days that unsubscribe links must work (CASL). It survives being lower-cased,
as mail servers do to addresses.
"""

import hmac
import os
import re
import secrets
from base64 import b32decode, b32encode
from pathlib import Path

_MAC_BYTES = 13  # 104 bits, 21 letters of base32: an address has room for 64
_MAC_LETTERS = 21
_MESSAGE_ID_BYTES = 20
_LONGEST_BODY = 35
_FORM = re.compile(rf"([a-z2-7]{{1,256}}|[0-9]{{1,{_LONGEST_BODY}}})-([a-z2-7]{{{_MAC_LETTERS}}})")
_KEY_BYTES = 32


class Tokens:
    """Tokens under one key. The purposes differ, so that one token is never good for another.

    `salt` goes into Message-IDs only: two stores that count alike, but for their salts, never give
    one Message-ID to two messages, of which mail servers would drop the second.
    """

    def __init__(self, key: bytes, salt: bytes = b"") -> None:
        self._salt = hmac.digest(salt or key, b"tactful-smtp message-id", "sha256")
        self._keys = {
            purpose: hmac.digest(key, b"tactful-smtp " + purpose.encode(), "sha256")
            for purpose in ("bounce", "unsubscribe")
        }

    def bounce(self, attempt: str) -> str:
        """Return the token of an attempt for its return path (VERP)."""
        return self._make("bounce", attempt)

    def bounced(self, token: str) -> str | None:
        """Return the attempt of a return path's token; None when we did not make it."""
        return self._read("bounce", token)

    def unsubscribe(self, attempt: str) -> str:
        """Return the token of an attempt for its unsubscribe link."""
        return self._make("unsubscribe", attempt)

    def unsubscribed(self, token: str) -> str | None:
        """Return the attempt of an unsubscribe link's token; None when we did not make it."""
        return self._read("unsubscribe", token)

    def message_id(self, token: str) -> str:
        """Return what stands before the @ of a message's Message-ID: one for each send."""
        return _letters(hmac.digest(self._salt, token.encode(), "sha256")[:_MESSAGE_ID_BYTES])

    def _make(self, purpose: str, attempt: str) -> str:
        return f"{_wrapped(attempt)}-{self._mac(purpose, attempt)}"

    def _read(self, purpose: str, token: str) -> str | None:
        found = _FORM.fullmatch(token.strip().lower())
        if found is None:
            return None
        attempt = _unwrapped(found[1])
        if attempt is None or not hmac.compare_digest(self._mac(purpose, attempt), found[2]):
            return None
        return attempt

    def _mac(self, purpose: str, attempt: str) -> str:
        digest = hmac.digest(self._keys[purpose], attempt.encode(), "sha256")
        return _letters(digest[:_MAC_BYTES])


def _wrapped(attempt: str) -> str:
    """Return an attempt in letters and digits: a plain number as it is, all else in base32."""
    if attempt.isascii() and attempt.isdigit() and len(attempt) <= _LONGEST_BODY:
        return attempt
    return "x" + _letters(attempt.encode())


def _unwrapped(body: str) -> str | None:
    if body.isdigit():
        return body
    try:
        padded = body[1:].upper() + "=" * (-len(body[1:]) % 8)
        attempt = b32decode(padded).decode()
    except ValueError:
        return None
    return attempt if body.startswith("x") and _wrapped(attempt) == body else None


def _letters(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()


def kept_key(folder: Path) -> bytes:
    """Return the key that is kept in a folder; a new one is made there the first time. Blocks.

    Only its owner can read it. Of two processes that make one at once, both get the first.
    """
    path = folder / "tokens.key"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = path.with_name(f".tokens.{secrets.token_hex(8)}")
        with open(os.open(mine, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_bytes()

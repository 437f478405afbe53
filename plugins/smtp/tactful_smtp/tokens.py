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
from pathlib import Path

_MAC_LETTERS = 26  # 104 bits in hexadecimal letters: an address has room for 64
_MESSAGE_ID_LETTERS = 40
_LONGEST_NUMBER = 30
_FORM = re.compile(
    rf"(x(?:[0-9a-f]{{2}})*|[0-9]{{1,{_LONGEST_NUMBER}}})-([0-9a-f]{{{_MAC_LETTERS}}})"
)
_KEY_BYTES = 32


class _Hash:
    """A keyed hash, ready to go on from: much faster than to begin anew, and it keeps the GIL."""

    def __init__(self, key: bytes, purpose: str) -> None:
        own = hmac.digest(key, b"tactful-smtp " + purpose.encode(), "sha256")
        self._begun = hmac.new(own, digestmod="sha256")

    def letters(self, text: str, count: int) -> str:
        """Return the first letters of the hash of a text."""
        one = self._begun.copy()
        one.update(text.encode(errors="surrogatepass"))
        return one.hexdigest()[:count]


class Tokens:
    """Tokens under one key. The purposes differ, so that one token is never good for another.

    `salt` goes into Message-IDs only: two stores that count alike, but for their salts, never give
    one Message-ID to two messages, of which mail servers would drop the second.
    """

    def __init__(self, key: bytes, salt: bytes = b"") -> None:
        self._message_ids = _Hash(salt or key, "message-id")
        self._hashes = {name: _Hash(key, name) for name in ("bounce", "unsubscribe")}

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
        return self._message_ids.letters(token, _MESSAGE_ID_LETTERS)

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
        return self._hashes[purpose].letters(attempt, _MAC_LETTERS)


def _wrapped(attempt: str) -> str:
    """Return an attempt in letters and digits: a plain number as it is, all else in hexadecimal."""
    if attempt.isascii() and attempt.isdigit() and len(attempt) <= _LONGEST_NUMBER:
        return attempt
    return "x" + attempt.encode(errors="surrogatepass").hex()


def _unwrapped(body: str) -> str | None:
    if not body.startswith("x"):
        return body
    try:
        attempt = bytes.fromhex(body[1:]).decode()
    except ValueError:
        return None
    return attempt if _wrapped(attempt) == body else None


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

"""Says who a visitor is: by a token that the company's own server has signed.

A token is a JWT (RFC 7519) signed with HS256. `sub` is the visitor's key, as the audience has it;
`also` may list more of them, such as the numbers of their orders. `aud` is `webchat`, and `exp`
says when it ends.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from tactful.values import SECOND, Instant, Span

AUDIENCE = "webchat"
MOST_KEYS = 50
LONGEST_KEY = 200
LONGEST = 8_000
"""The most characters of a token that is looked at."""


class Visitor(Struct, frozen=True):
    """Somebody on a page: the keys that are theirs, the main one first, and until when."""

    keys: tuple[str, ...]
    until: Instant

    @property
    def name(self) -> str:
        """The key by which they are known."""
        return self.keys[0]


class TokenRefused(Exception):
    """A token is not accepted. The text says why, and holds nothing of the token."""


def read(token: str, keys: Sequence[str], *, now: Instant, longest: Span) -> Visitor:
    """Return whom a token, signed with one of `keys`, is about. Raises `TokenRefused`.

    The first call blocks: it loads the library, which not every command needs.
    """
    if len(token) > LONGEST:
        raise TokenRefused("it is too long")
    claims = _claims(token, keys)
    until = _until(claims)
    if until <= now:
        raise TokenRefused("it has expired")
    if until - now > longest + SECOND:  # whoever signed it has rounded, or a clock a little ahead
        raise TokenRefused("it expires later than `longest_session` allows")
    also = claims.get("also", [])
    named = [claims.get("sub"), *(also if isinstance(also, list) else [None])]
    if not all(isinstance(key, str) and 0 < len(key) <= LONGEST_KEY for key in named):
        raise TokenRefused("`sub` and `also` must be keys, as text")
    if len(named) > MOST_KEYS:
        raise TokenRefused(f"it names more than {MOST_KEYS} keys")
    return Visitor(tuple(dict.fromkeys(named)), until)


def sign(visitor: Visitor, key: str) -> str:
    """Return the token of a visitor. The first call blocks, as that of `read`."""
    import jwt

    claims = {
        "sub": visitor.name,
        "also": list(visitor.keys[1:]),
        "aud": AUDIENCE,
        "exp": visitor.until // SECOND,
    }
    return jwt.encode(claims, key, algorithm="HS256")


def _claims(token: str, keys: Sequence[str]) -> dict[str, Any]:
    import jwt

    for key in keys:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["HS256"],  # nothing that the token itself could choose
                audience=AUDIENCE,
                options={"require": ["sub", "aud", "exp"], "verify_exp": False},
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.PyJWTError as error:
            raise TokenRefused(f"it cannot be read: {type(error).__name__}") from error
        return claims
    raise TokenRefused("its signature is not ours")


def _until(claims: dict[str, Any]) -> Instant:
    until = claims["exp"]
    if isinstance(until, bool) or not isinstance(until, int | float) or not 0 < until < 1e12:
        raise TokenRefused("`exp` must be a moment, in seconds since 1970")
    return int(until * SECOND)

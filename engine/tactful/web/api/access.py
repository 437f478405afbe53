"""Who may use the API: tokens with scopes, or, on this machine alone, anybody."""

import hmac
import os
import time
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from starlette.requests import HTTPConnection

from tactful.plugins.config import Config
from tactful.plugins.mistakes import Mistake
from tactful.plugins.secrets import Secret
from tactful.values import SECOND, Rate
from tactful.web.api.problems import Problem

LEAST_SECRET = 20
"""A shorter token could be guessed, in characters."""
LOCAL = "local"
"""Who calls without a token."""
_HERE = ("127.0.0.1", "localhost", "[::1]")


class Token(NamedTuple):
    """One that may use the API: its name, the hash of its secret, and what it may do."""

    name: str
    digest: bytes
    scopes: frozenset[str]


def tokens_of(config: Config, environ: Mapping[str, str] = os.environ) -> list[Token]:
    """Look up the tokens of `[server.tokens]`. Raises `ConfigInvalid`."""
    return [
        Token(name, _digest(_secret(config, name, environ)), frozenset(token.scopes))
        for name, token in config.server.tokens.items()
    ]


def _secret(config: Config, name: str, environ: Mapping[str, str]) -> str:
    keys = ("server", "tokens", name)
    found: Secret = config.resolved(config.server.tokens[name].secret, keys, environ)
    if len(found.reveal()) < LEAST_SECRET:
        what = f"the token `{name}` has fewer than {LEAST_SECRET} characters"
        raise config.invalid(Mistake(keys, what, "Take a random one: openssl rand -hex 32."))
    return found.reveal()


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


class Access:
    """Says who calls. Without `tokens`, only `local` calls from this machine are let in."""

    def __init__(self, tokens: Iterable[Token], *, local: bool) -> None:
        self._tokens = tuple(tokens)
        self._local = local and not self._tokens

    def check(self, call: HTTPConnection, scope: str) -> str:
        """Return the name of who calls. Raises `Problem` for who may not do what `scope` names."""
        if self._local:
            _check_is_local(call)
            return LOCAL
        if not self._tokens:
            raise Problem(
                403,
                "Nobody may call this: tactful.toml has no token for it. "
                "Add one below [server.tokens].",
            )
        token = self._find(call.headers.get("authorization", ""))
        if token is None:
            raise Problem(
                401,
                "This needs a token: send `Authorization: Bearer TOKEN`.",
                headers={"WWW-Authenticate": 'Bearer realm="tactful"'},
            )
        if scope not in token.scopes:
            raise Problem(403, f"The token `{token.name}` may not do this: it lacks `{scope}`.")
        return token.name

    def _find(self, header: str) -> Token | None:
        """Return the token that a header carries; how long that takes tells nothing of it."""
        kind, _, secret = header.partition(" ")
        if kind.lower() != "bearer":
            return None
        digest = _digest(secret.strip())
        found = [token for token in self._tokens if hmac.compare_digest(token.digest, digest)]
        return found[0] if found else None


def _check_is_local(call: HTTPConnection) -> None:
    """Raise `Problem` for what comes by a proxy, or by a name that somebody else gave us.

    A page of a stranger may have a browser call this machine by a name of its own (DNS rebinding).
    """
    host = call.headers.get("host", "")
    bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    forwarded = any(name in call.headers for name in ("forwarded", "x-forwarded-for", "via"))
    if bare not in _HERE or forwarded or "origin" in call.headers:
        raise Problem(
            403,
            "Without a token only programs on this machine are let in. "
            "Add one below [server.tokens] of tactful.toml.",
        )


class Allowance:
    """Lets each caller do so much in a time; what is left grows back steadily."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(rate.count)
        self._per_second = rate.count / (rate.per.span / SECOND)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, who: str, cost: int) -> None:
        """Take some of what a caller has left. Raises `Problem` when that is not enough."""
        now = self._clock()
        left, at = self._left.get(who, (self._most, now))
        left = min(self._most, left + (now - at) * self._per_second)
        if cost > left:
            self._left[who] = (left, now)
            wait = (min(cost, self._most) - left) / self._per_second
            raise Problem(
                429,
                "These are more events than may come at once.",
                headers={"Retry-After": str(max(1, int(wait + 0.999)))},
            )
        self._left[who] = (left - cost, now)

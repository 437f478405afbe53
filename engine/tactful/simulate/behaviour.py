"""Behaviour: a script of what recipients and channels do, per person or by share (a TOML file).

    seed = 7

    [[behave]]                 # two in ten answer the first text
    share = "20%"
    reply = "REFUND please"
    after = "2 hours"

    [[behave]]                 # one person's e-mail bounces
    key = "A-1007"
    channel = "email"
    outcome = "bounced"
    after = "1 minute"

Rules with a `share` that speak of the same message are slices of one cake, in file order: a person
lies in one slice, decided by the seed and the person's key. Rules with a `key` come first.
"""

import hashlib
import tomllib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tactful.errors import ConfigInvalid
from tactful.values import Duration

Fate = Literal[
    "delivered",  # taken, and arrives (what happens without a rule)
    "accepted",  # taken, and nothing more is heard
    "undelivered", "failed", "bounced",  # taken, and then this status comes `after`
    "no answer", "voicemail",  # likewise, of a call
    "rejected",  # the channel declares it not sent, for good
    "retry",  # the channel declares it not sent, once
    "lost",  # taken, but the answer is lost
    "hang",  # no answer ever comes
]  # fmt: skip


def _share(value: Any) -> Any:
    if isinstance(value, str) and value.endswith("%"):
        try:
            return float(value[:-1]) / 100
        except ValueError:
            return value
    return value


class Rule(BaseModel):
    """One thing that happens when a message reaches a person.

    Who: `key` or `keys`, else a `share`, else everyone. Which: the `message`-th one (1: the first;
    0: every one), of one `channel` or any. What: the channel's `outcome`, its `latency`, and a
    `reply`, a key of the telephone (`press`), an `event` with `values`, or a `complaint`; `after`
    counts from the moment the channel took it. `code` is the provider's with the outcome, and
    `seconds` how long a call lasts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str | None = None
    keys: tuple[str, ...] = ()
    share: Annotated[float | None, BeforeValidator(_share), Field(ge=0, le=1)] = None
    channel: str | None = None
    message: Annotated[int, Field(ge=0)] = 1
    outcome: Fate = "delivered"
    latency: Duration | None = None
    after: Duration = Duration(0)
    reply: str | None = None
    press: Annotated[str | None, Field(pattern="^[0-9]$")] = None
    event: str | None = None
    values: dict[str, str | int | float | bool] = {}
    complaint: bool = False
    code: str = ""
    seconds: Annotated[float | None, Field(ge=0)] = None

    @model_validator(mode="after")
    def _says_who_once(self) -> "Rule":
        if (self.key is not None or self.keys) and self.share is not None:
            raise ValueError("give `key` or `share`, not both")
        return self

    @property
    def people(self) -> frozenset[str]:
        """The keys this rule names."""
        return frozenset((*self.keys, *((self.key,) if self.key is not None else ())))


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    behave: tuple[Rule, ...] = ()


class Behaviour:
    """What happens to each message; without rules, everything is delivered and nobody answers."""

    def __init__(self, rules: Sequence[Rule] = (), seed: int = 0) -> None:
        self._rules = tuple(rules)
        self._seed = seed

    @property
    def empty(self) -> bool:
        """Whether there is no rule at all."""
        return not self._rules

    @property
    def spoils_senders(self) -> bool:
        """Whether a rule plays what providers and people hold against a sender."""
        return any(rule.complaint or rule.code for rule in self._rules)

    def of(self, key: str, channel: str, message: int) -> Rule | None:
        """Return the rule for the `message`-th message to a person on any channel."""
        fitting = [
            rule
            for rule in self._rules
            if rule.channel in (None, channel) and rule.message in (0, message)
        ]
        for rule in fitting:
            if key in rule.people:
                return rule
        start = 0.0
        place = self._place(key, message)
        for rule in fitting:
            if rule.people:
                continue
            if rule.share is None or start <= place < start + rule.share:
                return rule
            start += rule.share
        return None

    def _place(self, key: str, message: int) -> float:
        text = f"{self._seed}/{message}/{key}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:6], "big") / 2**48


def parse_behaviour(text: str, *, name: str, seed: int | None = None) -> Behaviour:
    """Read a behaviour file; `seed` wins over its own. Raises `ConfigInvalid` with all mistakes."""
    try:
        file = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid(f"{name} is not TOML: {error}", help="See https://toml.io.") from error
    except ValidationError as error:
        mistakes = [_told(mistake) for mistake in error.errors()]
        raise ConfigInvalid(f"{name}: " + "; ".join(mistakes)) from error
    return Behaviour(file.behave, file.seed if seed is None else seed)


def _told(mistake: Any) -> str:
    place = [part for part in mistake["loc"] if part != "behave"]
    rule = f"rule {place[0] + 1}" if place and isinstance(place[0], int) else "the file"
    field = ".".join(str(part) for part in place[1:] if isinstance(part, str))
    return f"{rule}, `{field}`: {mistake['msg']}" if field else f"{rule}: {mistake['msg']}"

"""Reads `[accounts]` and `[senders]`: paces that hold over all campaigns, and shipped profiles."""

import tomllib
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tactful.errors import ValueUnreadable
from tactful.guard.folding import fold
from tactful.guard.strategies import WINDOW, Limit, SenderPace
from tactful.language.suggest import nearest
from tactful.plugins.limits import LimitRate
from tactful.plugins.mistakes import Mistake
from tactful.values import Counts


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class HouseThrottle(_Rules):
    """One pace: its limit, how it is kept (`using`), and what it counts."""

    limit: LimitRate
    using: str = WINDOW.name
    counts: Counts = "messages"

    @property
    def said(self) -> str:
        """The pace in words."""
        using = "" if self.using == WINDOW.name else f" using {self.using}"
        counts = "" if self.counts == "messages" else f" counts {self.counts}"
        return f"{self.limit}{using}{counts}"


class Profile(_Rules):
    """What a mail service or a carrier lets an account send, with its source and date."""

    title: str
    source: str
    date: str
    throttles: Annotated[tuple[HouseThrottle, ...], Field(strict=False)]


@cache
def profiles() -> Mapping[str, Profile]:
    """Return the shipped profiles by name."""
    text = files(__package__).joinpath("profiles.toml").read_text("utf-8")
    return {name: Profile.model_validate(table) for name, table in tomllib.loads(text).items()}


class SenderRules(_Rules):
    """`[senders."ADDRESS"]`: paces of one sender, its own and those of a `profile`."""

    throttles: Annotated[tuple[HouseThrottle, ...], Field(strict=False)] = ()
    profile: str | None = None

    @field_validator("profile")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if value is not None and value not in profiles():
            near = nearest(value, profiles())
            known = ", ".join(profiles())
            raise ValueUnreadable(
                f"there is no profile `{value}`",
                help=f"Did you mean `{near}`?" if near else f"Profiles: {known}.",
            )
        return value

    @property
    def held(self) -> Iterator[HouseThrottle]:
        """All paces that hold."""
        if self.profile is not None:
            yield from profiles()[self.profile].throttles
        yield from self.throttles


class AccountRules(SenderRules):
    """`[accounts.NAME]`: paces that all `senders` of an account share."""

    senders: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]


def plain(sender: str) -> str:
    """Return what all spellings of a sender have in common, with or without a name."""
    if "@" in sender:
        return fold(parseaddr(sender)[1] or sender)
    return "".join(letter for letter in sender if letter not in " -().")


class HousePaces:
    """The paces of senders and accounts that the configuration sets."""

    def __init__(
        self, senders: Mapping[str, SenderRules], accounts: Mapping[str, AccountRules]
    ) -> None:
        self._senders = senders
        self._accounts = accounts

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong: an account or a sender without a pace, a sender of two accounts."""
        owner: dict[str, str] = {}
        for name, account in self._accounts.items():
            if not any(account.held):
                yield Mistake(("accounts", name), f"the account `{name}` has no pace", _GIVE)
            for sender in account.senders:
                other = owner.setdefault(plain(sender), name)
                if other != name:
                    yield Mistake(
                        ("accounts", name, "senders"),
                        f"the sender `{sender}` is in the accounts `{other}` and `{name}`",
                        "Leave it in one of them.",
                    )
        for address, rules in self._senders.items():
            if not any(rules.held):
                yield Mistake(("senders", address), f"the sender `{address}` has no pace", _GIVE)

    def __iter__(self) -> Iterator[SenderPace]:
        for address, rules in self._senders.items():
            yield from _paces("sender", plain(address), rules, frozenset([plain(address)]))
        for name, account in self._accounts.items():
            yield from _paces("account", name, account, frozenset(map(plain, account.senders)))

    def of(self, sender: str) -> tuple[SenderPace, ...]:
        """Return the paces that hold for a sender."""
        address = plain(sender)
        return tuple(pace for pace in self if address in pace.senders)


_GIVE = 'Give it `profile = "gmail"`, or throttles = [{ limit = "500 per day" }].'


def _paces(
    kind: str, name: str, rules: SenderRules, senders: frozenset[str]
) -> Iterator[SenderPace]:
    numbers: dict[str, int] = {}
    for one in sorted(rules.held, key=lambda one: (one.limit.per.span, one.limit.count)):
        sort = f"{one.using} {one.counts}"
        numbers[sort] = numbers.get(sort, 0) + 1
        rule = f"{sort} {numbers[sort]}"
        limit = Limit(f"{kind} {name}: {one.said}", one.limit, one.using, one.counts, rule)
        yield SenderPace(f"{kind} {name}", limit, senders)

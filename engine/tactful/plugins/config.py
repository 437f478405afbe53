"""Reads `tactful.toml`: prices, limits, hosts, secrets, and what is said about plugins.

The file is looked for upward from the flow. Without one, everything has its default. Unknown
settings are mistakes: a limit with a slip in its name would otherwise be no limit.
"""

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from tactful.errors import ConfigInvalid, ValueUnreadable
from tactful.language.rules.context import HOUSE_CEILING
from tactful.language.sources import Hosts
from tactful.language.suggest import nearest
from tactful.plugins.accounts import AccountRules, HousePaces, SenderRules
from tactful.plugins.answers import Answers, HouseTexts, Owner
from tactful.plugins.limits import LimitRate
from tactful.plugins.mistakes import Mistake, invalid, mistakes_of
from tactful.plugins.secrets import Secret, SecretPlace, resolve
from tactful.plugins.versions import Requirement
from tactful.values import Duration, Money, Rate

FILE_NAME = "tactful.toml"

_CHANNELS = get_args(Literal["sms", "mms", "email", "voice", "chat"])
_COUNTRY = re.compile(r"[A-Z]{2}")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Limits(_Section):
    """`[limits]`: what always holds, over all campaigns.

    `per_address_per_day` counts messages to one address in any 24 hours. `throttle_ceiling` is the
    fastest pace that a flow may give itself, with its reason. `require_consent` refuses sends that
    only their owner's word stands for. `max_open` bounds what is permitted and has no answer yet.
    """

    per_address_per_day: Annotated[int, Field(ge=1)] = 25
    call_timeout: Duration = Duration.parse("30 seconds")
    max_open: Annotated[int, Field(ge=1)] = 500
    throttle_ceiling: LimitRate = HOUSE_CEILING
    require_consent: bool = False

    @field_validator("call_timeout")
    @classmethod
    def _is_some_time(cls, value: Duration) -> Duration:
        if value.span <= 0:
            raise ValueUnreadable("a call needs some time", help="Write for example 30 seconds.")
        return value


class Consents(_Section):
    """`[consent]`: what it means when a person takes a consent back for one purpose.

    `revoke` is `all`: nothing more is sent on that kind of channel; or `purpose`: nothing of that
    purpose. STOP always means all.
    """

    revoke: Literal["all", "purpose"] = "all"


class PluginRules(BaseModel):
    """`[plugins]`: which plugins may be loaded, which must be, and the settings of each.

    `block` is heard before a plugin is imported. `allow`, when given, blocks all others.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, dict[str, Any]] = Field(init=False)

    block: tuple[str, ...] = ()
    allow: tuple[str, ...] | None = None
    require: tuple[Requirement, ...] = ()

    @field_validator("require", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise ValueUnreadable(
                "this is not a list of plugins", help='Write for example ["csv >= 0.1"].'
            )
        return tuple(Requirement.parse(text) for text in value)

    @property
    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """The tables `[plugins.NAME]`, as they are written."""
        return self.__pydantic_extra__


class Prices(BaseModel):
    """`[prices]`: what one message (one segment of it) costs, by channel and country."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, dict[str, Money]] = Field(init=False)

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        """Read `sms = "0.05 EUR"` as the price in every country."""
        if not isinstance(value, dict):
            return value
        return {
            channel: {"default": price} if isinstance(price, str) else price
            for channel, price in value.items()
        }

    @model_validator(mode="after")
    def _names_are_known(self) -> "Prices":
        for channel, by_country in self.__pydantic_extra__.items():
            guess = nearest(channel, _CHANNELS)
            if channel not in _CHANNELS and guess:
                raise ValueUnreadable(
                    f"there is no channel `{channel}`", help=f"Did you mean `{guess}`?"
                )
            for country in by_country:
                if country != "default" and not _COUNTRY.fullmatch(country):
                    raise ValueUnreadable(
                        f"`{country}` is not a country",
                        help="A country is written with two capitals, such as IE; "
                        "`default` is the price of all others.",
                    )
        return self

    @property
    def currencies(self) -> dict[str, frozenset[str]]:
        """The currencies of each channel that has prices."""
        return {
            channel: frozenset(price.currency for price in by_country.values())
            for channel, by_country in self.__pydantic_extra__.items()
        }

    def goes_by_country(self, channel: str) -> bool:
        """Return whether the price of a channel depends on the country."""
        return not self.__pydantic_extra__.get(channel, {}).keys() <= {"default"}

    def of(self, channel: str, country: str | None) -> Money | None:
        """Return the price of one segment, or None when none is given for this channel there."""
        by_country = self.__pydantic_extra__.get(channel, {})
        return by_country.get(country or "default", by_country.get("default"))


class Network(_Section):
    """`[network]`: the hosts that flows may reach. What plugins reach, their settings say."""

    allow: Hosts = Hosts()


class Secrets(BaseModel):
    """`[secrets]`: where the secrets are kept that flows name. None is looked up before its use."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, SecretPlace] = Field(init=False)

    @property
    def names(self) -> Collection[str]:
        """The names that flows may use."""
        return self.__pydantic_extra__.keys()

    def place(self, name: str) -> SecretPlace:
        """Return where a secret is kept."""
        return self.__pydantic_extra__[name]


class ServerToken(_Section):
    """`[server.tokens.NAME]`: one that may use the API, and what it may do there."""

    secret: SecretPlace
    scopes: list[Literal["events"]] = ["events"]


class Server(_Section):
    """`[server]`: where `serve` listens, who may use its API, and how much.

    `public_url` is our address as others see it.
    """

    public_url: str | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    events_rate: Rate = Rate(1_000, Duration.parse("10 seconds"))
    tokens: dict[str, ServerToken] = {}

    @field_validator("events_rate")
    @classmethod
    def _takes_events(cls, value: Rate) -> Rate:
        if value.count < 1 or value.per.span < 1:
            raise ValueUnreadable(f"`{value}` takes no event at all")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueUnreadable(
                f"`{value}` is not a web address",
                help="Write for example https://care.example.com.",
            )
        if "_" in parts.hostname:
            raise ValueUnreadable(
                f"the host `{parts.hostname}` has an underscore, which no provider calls back",
                help="Use a name of letters, digits and hyphens.",
            )
        if parts.query or parts.fragment or parts.username:
            raise ValueUnreadable(f"`{value}` is more than an address and a path")
        return value.rstrip("/")


class DesksFor(BaseModel):
    """`[desks]`: which desks get the hand-offs of a queue; `default` are those of all others."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, tuple[str, ...]] = Field(init=False)

    def of(self, queue: str) -> tuple[str, ...]:
        """Return the names of the desks of a queue; the built-in inbox has all of them anyway."""
        return self.__pydantic_extra__.get(queue, self.__pydantic_extra__.get("default", ()))

    @property
    def names(self) -> frozenset[str]:
        """The names of all desks that are used."""
        return frozenset(name for names in self.__pydantic_extra__.values() for name in names)


class AlertsFor(_Section):
    """`[alerts]`: the desks that are told when something goes wrong."""

    to: Annotated[tuple[str, ...], Field(strict=False)] = ()


class HousePolicies(_Section):
    """`[policies]`: `approvals` is how many people must approve a plan that is to run live.

    Only where a policy warns of something in it.
    """

    approvals: Annotated[int, Field(ge=1)] = 1


class _File(_Section):
    owner: Owner = Owner()
    texts: HouseTexts = HouseTexts()
    desks: DesksFor = DesksFor()
    alerts: AlertsFor = AlertsFor()
    server: Server = Server()
    prices: Prices = Prices()
    network: Network = Network()
    secrets: Secrets = Secrets()
    limits: Limits = Limits()
    consent: Consents = Consents()
    policies: HousePolicies = HousePolicies()
    plugins: PluginRules = PluginRules()
    senders: dict[str, SenderRules] = {}
    accounts: dict[str, AccountRules] = {}


class Config:
    """The configuration in force: of the file at `path`, if any. Paths count from `folder`."""

    def __init__(self, content: _File, path: Path | None, folder: Path, text: str) -> None:
        self.prices = content.prices
        self.limits = content.limits
        self.consent = content.consent
        self.policies = content.policies
        self.network = content.network
        self.secrets = content.secrets
        self.plugins = content.plugins
        self.server = content.server
        self.owner = content.owner
        self.answers = Answers(content.texts.texts, content.owner)
        self.desks = content.desks
        self.alerts = content.alerts
        self.paces = HousePaces(content.senders, content.accounts)
        self.path = path
        self.folder = folder
        self._text = text

    def secret(self, name: str, environ: Mapping[str, str] = os.environ) -> Secret:
        """Look up a secret of `[secrets]`. Raises `ConfigInvalid` when it is not there."""
        keys = ("secrets", name)
        if name not in self.secrets.names:
            what = f"there is no secret `{name}`"
            raise self.invalid(Mistake(keys, what, f'Add {name} = {{ env = "NAME" }} to it.'))
        return self.resolved(self.secrets.place(name), keys, environ)

    def resolved(
        self, place: SecretPlace, keys: tuple[str, ...], environ: Mapping[str, str] = os.environ
    ) -> Secret:
        """Look up the secret of a setting, named by its keys. Raises `ConfigInvalid`."""
        try:
            found = resolve(dict(place), self.folder, environ)
        except ConfigInvalid as error:
            mistake = Mistake(keys, f"the secret `{keys[-1]}`: {error.message}", error.help)
            raise self.invalid(mistake) from error
        assert isinstance(found, Secret)
        return found

    def invalid(self, *mistakes: Mistake) -> ConfigInvalid:
        """Return the error that tells mistakes of this configuration with their lines."""
        return invalid(self.path, self._text, mistakes)


def find_config(near: Path) -> Path | None:
    """Return the `tactful.toml` of a folder or of the nearest one above it that has one."""
    for folder in (near.resolve(), *near.resolve().parents):
        path = folder / FILE_NAME
        if path.is_file():
            return path
    return None


def load_config(path: Path | None = None, *, near: Path) -> Config:
    """Read the configuration: the file at `path`, or the one found upward from the folder `near`.

    Raises `ConfigInvalid` with all mistakes at once.
    """
    path = path or find_config(near)
    if path is None:
        return Config(_File(), None, near.resolve(), "")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(
            f"the configuration {path} cannot be read",
            help="It must be a text file (UTF-8) that you can read.",
        ) from error
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """Read the text of the configuration at `path`. Raises `ConfigInvalid`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid(
            f"{path.name} is not TOML: {error}", help="See https://toml.io for its rules."
        ) from error
    try:
        content = _File.model_validate(tables)
    except ValidationError as error:
        raise invalid(path, text, mistakes_of(error, _File)) from error
    config = Config(content, path, path.resolve().parent, text)
    if mistakes := [*config.paces.mistakes()]:
        raise config.invalid(*mistakes)
    return config

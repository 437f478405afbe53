"""The settings of the channel `twilio`: the account, how to reach it, and what its senders may."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from tactful.errors import ValueUnreadable
from tactful.guard.addresses import AddressProblem
from tactful.plugins import Secret
from tactful.values import HOUR, SECOND, Duration, Rate
from tactful_twilio.senders import Sender, read_sender
from tactful_twilio.voice.settings import VoiceSettings

LONGEST_VALIDITY = 10 * HOUR
"""Twilio keeps a message in its queue no longer (error 30036; API reference, ValidityPeriod)."""

SHORTEST_VALIDITY = 5 * SECOND
"""Below it messages expire at Twilio by chance (API reference, ValidityPeriod)."""

CALL_TIMEOUT = 30 * SECOND
"""How long the engine waits for one call of this channel."""

_is_sid = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}").fullmatch


class SenderSettings(BaseModel):
    """`[plugins.twilio.senders."+1…"]`: the rate of one sender, and the service it belongs to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: Rate | None = None
    messaging_service: str | None = None

    @field_validator("messaging_service")
    @classmethod
    def _is_a_service(cls, value: str | None) -> str | None:
        return _sid(value, "MG")

    @field_validator("rate")
    @classmethod
    def _lets_something_through(cls, value: Rate | None) -> Rate | None:
        if value is not None and (value.count < 1 or value.per.span <= 0):
            raise ValueUnreadable(
                "at this rate nothing would ever leave", help="Write for example 3 per second."
            )
        return value


class TwilioSettings(BaseModel):
    """`[plugins.twilio]`.

    `timeout` is how long one request may take in all, `validity` how long a message may wait in
    Twilio's queue at most. `signing_key` is the secret of a shared key, where the account signs its
    requests to us with one. `base_url` stands in for Twilio's own address.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_sid: str
    auth_token: Secret
    api_key: str | None = None
    api_secret: Annotated[Secret | None, Field(validate_default=True)] = None
    signing_key: Secret | None = None
    messaging_service: str | None = None
    senders: dict[str, SenderSettings] = {}
    voice: VoiceSettings = VoiceSettings()
    smart_encoding: bool = False
    confirms_opt_out: bool = True
    validity: Duration = Duration(LONGEST_VALIDITY)
    timeout: Duration = Duration.parse("20 seconds")
    at_once: Annotated[int, Field(ge=1, le=200)] = 16
    region: str | None = None
    edge: str | None = None
    base_url: str | None = None

    @field_validator("account_sid", "api_key", "messaging_service")
    @classmethod
    def _is_a_sid(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _sid(value, {"account_sid": "AC", "api_key": "SK"}.get(str(info.field_name), "MG"))

    @field_validator("api_secret")
    @classmethod
    def _has_its_key(cls, value: Secret | None, info: ValidationInfo) -> Secret | None:
        if (value is None) != (info.data.get("api_key") is None):
            raise ValueUnreadable(
                "an API key and its secret come together", help="Give api_key and api_secret both."
            )
        return value

    @field_validator("senders")
    @classmethod
    def _are_senders(cls, value: dict[str, SenderSettings]) -> dict[str, SenderSettings]:
        read: dict[str, SenderSettings] = {}
        for name, settings in value.items():
            sender = read_sender(name)
            if isinstance(sender, AddressProblem):
                raise ValueUnreadable(f"`{name}`: {sender.reason}", help=sender.help)
            read[sender.address] = settings
        return read

    @field_validator("validity")
    @classmethod
    def _twilio_takes_it(cls, value: Duration) -> Duration:
        if not SHORTEST_VALIDITY <= value.span <= LONGEST_VALIDITY:
            raise ValueUnreadable("Twilio takes 5 seconds to 10 hours", help="Write 4 hours, say.")
        return value

    @field_validator("timeout")
    @classmethod
    def _ends_before_the_engine_gives_up(cls, value: Duration) -> Duration:
        if not 0 < value.span < CALL_TIMEOUT:
            raise ValueUnreadable(
                "a request must end before the engine gives it up, after 30 seconds",
                help="Write for example 20 seconds.",
            )
        return value

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^/?#]+(/[^?#]*)?", value):
            raise ValueUnreadable(
                f"`{value}` is not a web address", help="Write for example http://127.0.0.1:4013."
            )
        return value if value is None else value.rstrip("/")

    def of(self, sender: Sender) -> SenderSettings:
        """Return what is set for one sender."""
        return self.senders.get(sender.address, SenderSettings())

    def service_of(self, sender: Sender) -> str | None:
        """Return the messaging service that a sender sends through, if any."""
        if sender.kind == "service":
            return sender.address
        return self.of(sender).messaging_service or self.messaging_service


def _sid(value: str | None, prefix: str) -> str | None:
    if value is not None and not (_is_sid(value) and value.startswith(prefix)):
        raise ValueUnreadable(
            f"this is not a SID that begins with {prefix}",
            help=f"Twilio's console shows it: {prefix} and 32 digits and letters a to f.",
        )
    return value

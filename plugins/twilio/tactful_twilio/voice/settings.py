"""The settings of calls, `[plugins.twilio.voice]`."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tactful.errors import ValueUnreadable
from tactful.values import MINUTE, SECOND, Duration

_is_language = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?").fullmatch


class VoiceSettings(BaseModel):
    """`[plugins.twilio.voice]`.

    `caller` is the name that a call begins with, `language` what is spoken where nothing else is
    known. `opt_out_key` is the key by which a person gets no more calls; empty for none. `ring` is
    how long it rings, `key_timeout` how long a call waits for a key after its last word, `longest`
    when it is ended in any case. `voices` are Twilio's voices by language: `en = "Polly.Amy"`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    caller: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    language: str = "en"
    opt_out_key: str | None = "9"
    machine_detection: bool = True
    ring: Duration = Duration(30 * SECOND)
    key_timeout: Duration = Duration(6 * SECOND)
    longest: Duration = Duration(10 * MINUTE)
    voices: dict[str, str] = {}

    @field_validator("opt_out_key")
    @classmethod
    def _is_a_key(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not re.fullmatch("[0-9*#]", value):
            raise ValueUnreadable(
                f"`{value}` is no key of a telephone", help="Write one of 0 to 9, * and #."
            )
        return value

    @field_validator("ring")
    @classmethod
    def _rings_long_enough(cls, value: Duration) -> Duration:
        return _between(value, 15 * SECOND, 10 * MINUTE, "15 seconds (4 rings) to 10 minutes")

    @field_validator("key_timeout")
    @classmethod
    def _gives_time_for_a_key(cls, value: Duration) -> Duration:
        return _between(value, SECOND, MINUTE, "1 second to 1 minute")

    @field_validator("longest")
    @classmethod
    def _lets_a_text_be_heard(cls, value: Duration) -> Duration:
        return _between(value, MINUTE // 2, 240 * MINUTE, "30 seconds to 4 hours")

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, value: str) -> str:
        if not _is_language(value):
            raise ValueUnreadable(f"`{value}` is no language", help="Write en or en-GB, say.")
        return value

    @field_validator("voices")
    @classmethod
    def _are_languages(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if not _is_language(name):
                raise ValueUnreadable(f"`{name}` is no language", help="Write en or en-GB, say.")
        return value


def _between(value: Duration, least: int, most: int, told: str) -> Duration:
    if not least <= value.span <= most:
        raise ValueUnreadable(f"this must be {told}", help="Write 30 seconds, say.")
    return value

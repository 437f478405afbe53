"""The settings of the policy `service`: where it judges, and the words that a house adds."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tactful.errors import ValueUnreadable
from tactful.runtime.ports import Medium
from tactful_policy_service.lexicon import KINDS, LANGUAGES, NoPhrase, words_of

CARRIER_CHANNELS: tuple[Medium, ...] = ("sms", "mms", "voice")
Phrase = Annotated[str, Field(min_length=1, max_length=200)]


class ServiceSettings(BaseModel):
    """`[plugins.policy_service]`.

    `channels` are those on which it judges every campaign; a flow with `policy service` is judged
    on all. `allow` are words of the house that never count, `marketing` words that always do.
    Kinds of promotion in `off` are not looked for, those in `warn` never refuse. `languages` are
    the lexicons that are used.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: tuple[Medium, ...] = CARRIER_CHANNELS
    languages: tuple[str, ...] = LANGUAGES
    allow: tuple[Phrase, ...] = ()
    marketing: tuple[Phrase, ...] = ()
    off: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()

    @field_validator("languages")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _among(value, LANGUAGES, "lexicon of the language")

    @field_validator("off", "warn")
    @classmethod
    def _are_kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _among(value, tuple(KINDS), "kind of promotion")

    @field_validator("allow", "marketing")
    @classmethod
    def _are_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in value:
            try:
                words_of(phrase)
            except NoPhrase as error:
                raise ValueUnreadable(str(error), help="Write words, as a text has them.") from None
        return value


def _among(value: tuple[str, ...], known: tuple[str, ...], what: str) -> tuple[str, ...]:
    for name in value:
        if name not in known:
            told = f"there is no {what} `{name}`"
            raise ValueUnreadable(told, help=f"There are {', '.join(known)}.")
    return value

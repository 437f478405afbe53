"""The settings of the policy, `[plugins.policy_twilio]`: what a house judges otherwise."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tactful.runtime.ports import Medium

Strictness = Literal["off", "warn", "refuse"]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class TwilioPolicySettings(BaseModel):
    """`categories` says how strictly each is judged: for all, or by country (`{ DE = "off" }`).

    `channels` are those whose campaigns are judged without naming the policy. `words` adds words to
    lists of the rules, `shorteners` adds link shorteners. `age_gate` is the column with the date of
    birth that people gave before they agreed to offers of alcohol; `age` is from when they may.
    """

    model_config = ConfigDict(frozen=True)

    channels: tuple[Medium, ...] = ("sms", "mms", "voice")
    categories: Mapping[str, Strictness | Mapping[Country, Strictness]] = {}
    words: Mapping[str, tuple[str, ...]] = {}
    shorteners: tuple[str, ...] = ()
    age_gate: str = ""
    age: Annotated[int, Field(ge=16, le=25)] = 21

"""The settings of the policy, `[plugins.consent]`: where it judges, how old a consent may be."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from tactful.errors import ValueUnreadable
from tactful.runtime.ports import Medium
from tactful.values import Duration
from tactful_consent.rules import RULES

Told = Literal["refuse", "warn", "off"]


class ConsentSettings(BaseModel):
    """`channels` are those whose campaigns are judged without naming it.

    `rules` changes what a rule says. A first message on a consent older than `reconfirm_after`
    is warned of.
    """

    model_config = ConfigDict(frozen=True)

    channels: tuple[Medium, ...] = ()
    rules: dict[str, Told] = {}
    reconfirm_after: Duration | None = None

    @field_validator("rules")
    @classmethod
    def _are_rules(cls, value: dict[str, Told]) -> dict[str, Told]:
        known = [rule.id for rule in RULES]
        for name in value:
            if name not in known:
                raise ValueUnreadable(
                    f"there is no rule `{name}`", help=f"There is: {', '.join(known)}."
                )
        return value

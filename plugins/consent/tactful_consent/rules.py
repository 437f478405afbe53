"""The rules as data: which messages need what, with the source of each."""

import tomllib
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tactful.runtime.ports import Medium

Need = Literal["record", "proof", "unsubscribe", "sender"]


class Rule(BaseModel):
    """One rule; a list that is empty leaves nothing out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    channels: tuple[Medium, ...] = ()
    purposes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    needs: Need
    told: Literal["refuse", "warn"]
    why: str
    source: str

    def covers(self, channel: str, purpose: str | None, country: str | None) -> bool:
        """Return whether a message is one that it is about; an unknown purpose counts as its."""
        return (
            (not self.channels or channel in self.channels)
            and (not self.purposes or purpose is None or purpose in self.purposes)
            and (not self.countries or country in self.countries)
        )


def _read() -> tuple[Rule, ...]:
    text = resources.files("tactful_consent").joinpath("rules.toml").read_text("utf-8")
    return tuple(Rule.model_validate(table) for table in tomllib.loads(text)["rule"])


RULES = _read()
"""All rules, in the order in which they are told."""

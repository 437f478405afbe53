"""The settings of the policy, `[plugins.quiet_hours]`: other hours, other days, other columns."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from tactful.errors import ValueUnreadable
from tactful.runtime.ports import Medium
from tactful_quiet_hours.days import WEEKDAYS
from tactful_quiet_hours.places import Hours, known_places

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Written = Mapping[str, str]
Purpose = Literal["service", "account", "safety"]

DAYS = frozenset({"all", "holidays", *WEEKDAYS})


class QuietHoursSettings(BaseModel):
    """`places` gives hours by country or state, beside and before those that come along.

    `column` has the state of a recipient (`TX`, `US-TX` or `Texas`). `purposes` are those whose
    messages wait, `channels` those whose campaigns are judged without naming it, and `holidays`
    are more days on which states close that close on holidays.
    """

    model_config = ConfigDict(frozen=True)

    channels: tuple[Medium, ...] = ("sms", "mms", "voice")
    purposes: tuple[Purpose, ...] = ("service", "account")
    column: str = "state"
    places: Mapping[Code, Written] = {}
    holidays: tuple[date, ...] = ()

    @field_validator("places")
    @classmethod
    def _can_be_read(cls, value: Mapping[str, Written]) -> Mapping[str, Written]:
        for code, written in value.items():
            unknown = written.keys() - DAYS
            if unknown:
                raise ValueUnreadable(
                    f"{code}: there is no day `{min(unknown)}`",
                    help="Days are all, mon, tue, wed, thu, fri, sat, sun and holidays.",
                )
            known = known_places().get(code)
            try:
                Hours.read(written, known.hours if known else None)
            except ValueUnreadable as error:
                raise ValueUnreadable(f"{code}: {error.message}", help=error.help) from error
        return value

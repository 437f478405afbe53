"""Words that say who gets the campaign."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from tactful.language.clocks import known_zone
from tactful.language.kinds import Name, Plain
from tactful.language.vocabulary import At, Block, Key, Word
from tactful.language.words.later import OneName, TypeName

ColumnType = Literal["text", "number", "yes/no"]


class Audience(Word):
    """Read the recipients.
    audience from csv "data/orders.csv":"""

    phrase = "audience from"
    place = "top"
    block = Block("audience", required=True)
    condition = "none"
    source: Annotated[str, At(0), Name]
    path: Annotated[str, At(1)]


class KeyColumn(Word):
    """Name the column that tells one row from all others. One key, one journey.
    key order_id"""

    phrase = "key"
    place = "audience"
    condition = "none"
    column: Annotated[str, At(0), OneName]


class AddressColumn(Word):
    """Base of the words that say in which column the engine finds something about a person."""

    place = "audience"
    condition = "none"
    role: ClassVar[str]
    column: Annotated[str, At(0), Name]
    default: Annotated[str | None, Key("default"), Plain] = None


class PhoneColumn(AddressColumn):
    """Name the column with the telephone number.
    phone mobile"""

    phrase = role = "phone"


class EmailColumn(AddressColumn):
    """Name the column with the e-mail address.
    email email"""

    phrase = role = "email"


class CountryColumn(AddressColumn):
    """Name the column with the country; it says how numbers without a country code are read.
    country land default IE"""

    phrase = role = "country"

    @field_validator("default")
    @classmethod
    def _is_country(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z]{2}", value):
            raise ValueError("a country is written with two letters, for example `IE`")
        return value and value.upper()


class TimezoneColumn(AddressColumn):
    """Name the column with the time zone.
    timezone tz default "Europe/Dublin" """

    phrase = role = "timezone"

    @field_validator("default")
    @classmethod
    def _is_zone(cls, value: str | None) -> str | None:
        if value is not None and not known_zone(value):
            raise ValueError(f"there is no time zone named `{value}`")
        return value


class LocaleColumn(AddressColumn):
    """Name the column with the language.
    locale lang default en"""

    phrase = role = "locale"


class ColumnIs(Word):
    """Declare a column that texts and conditions use.
    column order_total number"""

    phrase = "column"
    place = "audience"
    condition = "none"
    name: Annotated[str, At(0), Name]
    type: Annotated[ColumnType, At(1), TypeName]
    header: Annotated[str | None, Key("from")] = None
    optional: bool = False
    default: Annotated[str | None, Key("default"), Plain] = None

    @model_validator(mode="after")
    def _name_is_free(self) -> "ColumnIs":
        if self.name.lower() in ("now", "today", "reply", "yes", "no"):
            raise ValueError(f"`{self.name}` has a meaning of its own; choose another name")
        return self

    @field_validator("default")
    @classmethod
    def _fits_type(cls, value: str | None, info: ValidationInfo) -> str | None:
        type_ = info.data.get("type")
        if value is None:
            return None
        if type_ == "number" and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            raise ValueError(f"`{value}` is not a number, and this column holds numbers")
        if type_ == "yes/no" and value.lower() not in ("yes", "no"):
            raise ValueError(f"`{value}` is neither `yes` nor `no`")
        return value


AUDIENCE: tuple[type[Word], ...] = (
    Audience,
    KeyColumn,
    PhoneColumn,
    EmailColumn,
    CountryColumn,
    TimezoneColumn,
    LocaleColumn,
    ColumnIs,
)

"""Words that say who gets the campaign."""

import re
from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from tactful.currencies import CURRENCIES
from tactful.language.kinds import Column, Name, Names, Plain
from tactful.language.sources import Option
from tactful.language.typed import CurrencyOrZone, TypedValue, misfit
from tactful.language.vocabulary import At, Block, Key, Word
from tactful.language.words.later import OneName, TypeName
from tactful.language.words.settings import check_name_is_free
from tactful.language.zones import known_zone
from tactful.values import SECOND, Duration

ColumnType = Literal["text", "number", "money", "date", "time", "yes/no", "phone", "email"]


class Audience(Word):
    """Read the recipients. With `every`, the source is read again and again: new rows join.
    audience from csv "data/orders.csv":"""

    phrase = "audience from"
    place = "top"
    block = Block("audience", required=True)
    condition = "none"
    source: Annotated[str, At(0), Name]
    path: Annotated[str, At(1)]
    every: Duration | None = None

    @field_validator("every")
    @classmethod
    def _leaves_time(cls, value: Duration | None) -> Duration | None:
        if value is not None and value.span < 10 * SECOND:
            raise ValueError("a source is read again after 10 seconds at the earliest")
        return value


class SourceOption(Word):
    """Base of the lines that tell a source more than where it is."""

    place = "audience"
    condition = "none"
    option: ClassVar[Option]

    @property
    @abstractmethod
    def said(self) -> str:
        """What the line says."""


class Query(SourceOption):
    """Say which rows a database gives. It only reads.
    query "select * from orders where late = 1" """

    phrase = option = "query"
    text: Annotated[str, At(0)]

    @property
    def said(self) -> str:
        return self.text


class TokenFromSecret(SourceOption):
    """Name the secret that opens a web address; `[secrets]` of tactful.toml says where it is kept.
    token from secret grid_token"""

    phrase = "token from secret"
    option = "token"
    secret: Annotated[str, At(0), Name]

    @property
    def said(self) -> str:
        return self.secret


class Sheet(SourceOption):
    """Name the sheet of a spreadsheet that holds the rows; without this line, its first.
    sheet "Late orders" """

    phrase = option = "sheet"
    name: Annotated[str, At(0)]

    @property
    def said(self) -> str:
        return self.name


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
    column order_total money in EUR from "Order total" """

    phrase = "column"
    place = "audience"
    condition = "none"
    name: Annotated[str, At(0), Name]
    type: Annotated[ColumnType, At(1), TypeName]
    in_: Annotated[str | None, Key("in"), CurrencyOrZone] = None
    header: Annotated[str | None, Key("from")] = None
    optional: bool = False
    default: Annotated[str | None, Key("default"), TypedValue] = None

    @model_validator(mode="after")
    def _name_is_free(self) -> "ColumnIs":
        check_name_is_free(self.name)
        return self

    @field_validator("in_")
    @classmethod
    def _is_of_type(cls, value: str | None, info: ValidationInfo) -> str | None:
        type_ = info.data.get("type")
        if value is None or type_ is None:
            return value
        is_currency = value in CURRENCIES
        if type_ == "money" and not is_currency:
            raise ValueError("money is in a currency, for example `in EUR`")
        if type_ == "time" and is_currency:
            raise ValueError("a time is in a zone, for example `in Europe/Dublin`")
        if type_ not in ("money", "time"):
            raise ValueError("only columns of `money` and `time` take `in`")
        return value

    @field_validator("default")
    @classmethod
    def _fits_type(cls, value: str | None, info: ValidationInfo) -> str | None:
        type_ = info.data.get("type")
        wrong = misfit(value, type_, info.data.get("in_")) if value and type_ else None
        if wrong:
            raise ValueError(wrong)
        return value


class UpdateOnEvent(Word):
    """Take over the values that such an event carries into the columns of those it is about.
    update on event order.moved"""

    phrase = "update on event"
    place = "audience"
    condition = "none"
    events: Annotated[tuple[str, ...], At(0), Names]
    same: Annotated[str | None, Key("with same"), Column] = None


AUDIENCE: tuple[type[Word], ...] = (
    Audience,
    Query,
    TokenFromSecret,
    Sheet,
    KeyColumn,
    PhoneColumn,
    EmailColumn,
    CountryColumn,
    TimezoneColumn,
    LocaleColumn,
    ColumnIs,
    UpdateOnEvent,
)

"""The settings of the audience `sqlite`: how long a query may work."""

from pydantic import BaseModel, ConfigDict, field_validator

from tactful.errors import ValueUnreadable
from tactful.values import Duration


class SqliteSettings(BaseModel):
    """`[plugins.sqlite]`. `time_limit` counts the time in which the database works."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_limit: Duration = Duration.parse("1 minute")

    @field_validator("time_limit")
    @classmethod
    def _is_some_time(cls, value: Duration) -> Duration:
        if value.span <= 0:
            raise ValueUnreadable("a query needs some time", help="Write for example 1 minute.")
        return value

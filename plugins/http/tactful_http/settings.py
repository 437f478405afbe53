"""The settings of the audience `http`: how much is taken, and how long a server may take."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tactful.errors import ValueUnreadable
from tactful.values import Duration


class HttpSettings(BaseModel):
    """`[plugins.http]`. `largest_mb` counts what is unpacked, in millions of bytes.

    `timeout` is how long the server may say nothing, `time_limit` how long all of it may take.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    largest_mb: Annotated[int, Field(ge=1)] = 200
    timeout: Duration = Duration.parse("30 seconds")
    time_limit: Duration = Duration.parse("10 minutes")

    @field_validator("timeout", "time_limit")
    @classmethod
    def _is_some_time(cls, value: Duration) -> Duration:
        if value.span <= 0:
            raise ValueUnreadable("an answer needs some time", help="Write for example 30 seconds.")
        return value

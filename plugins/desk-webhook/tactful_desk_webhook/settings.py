"""The settings of the desk, `[plugins.desk_webhook]`."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, field_validator

from tactful.errors import ValueUnreadable
from tactful.plugins import Secret

_LOCAL = ("127.0.0.1", "localhost", "::1")
_LEAST = 16


class WebhookSettings(BaseModel):
    """`url` takes the hand-offs; `secret` signs what goes there and what comes from there."""

    model_config = ConfigDict(frozen=True)

    url: str
    secret: Secret

    @field_validator("url")
    @classmethod
    def _is_kept_secret_on_the_way(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueUnreadable(
                f"`{value}` is not a web address",
                help="Write for example https://help.example.com.",
            )
        if parts.scheme == "http" and parts.hostname not in _LOCAL:
            raise ValueUnreadable(
                "conversations would travel unencrypted to this address", help="Write https://."
            )
        return value

    @field_validator("secret")
    @classmethod
    def _is_long_enough(cls, value: Secret) -> Secret:
        if len(value.reveal()) < _LEAST:
            raise ValueUnreadable(
                f"the secret has fewer than {_LEAST} characters",
                help="Make one, for example with `openssl rand -hex 32`.",
            )
        return value

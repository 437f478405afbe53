"""Keeps secrets out of files, logs and errors: settings name them, the host looks them up."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn, final

from pydantic import BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from tactful.errors import ConfigInvalid, ValueUnreadable

_HELP = 'Write { env = "NAME" } or { file = "PATH" }, and keep the secret itself there.'


@final
class Secret:
    """A secret value. It prints as where it came from; only `reveal` gives it away."""

    __slots__ = ("_value", "source")

    def __init__(self, value: str, source: str) -> None:
        self._value = value
        self.source = source

    def reveal(self) -> str:
        """Return the secret itself, to hand to whoever must have it."""
        return self._value

    def __repr__(self) -> str:
        return f"<secret from {self.source}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _is_secret, serialization=core_schema.plain_serializer_function_ser_schema(repr)
        )


def _is_place(value: object) -> dict[str, str]:
    match value:
        case {"env": str(name), **rest} if name and not rest:
            return {"env": name}
        case {"file": str(name), **rest} if name and not rest:
            return {"file": name}
    raise ValueUnreadable("a secret does not stand in the file itself", help=_HELP)


SecretPlace = Annotated[dict[str, str], BeforeValidator(_is_place)]
"""Where a secret is kept: `{ env = "NAME" }` or `{ file = "PATH" }`."""


def _is_secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    raise ValueUnreadable("a secret does not stand in the file itself", help=_HELP)


def resolve(value: Any, folder: Path, environ: Mapping[str, str] = os.environ) -> Any:
    """Return settings with every `{ env = … }` and `{ file = … }` replaced by its `Secret`.

    Paths count from `folder`. A file's last line break is not part of the secret. Raises
    `ConfigInvalid` when a variable is not set or a file cannot be read.
    """
    match value:
        case {"env": str(name), **rest} if not rest:
            return _from_environment(name, environ)
        case {"file": str(name), **rest} if not rest:
            return _from_file(folder / name)
        case dict():
            return {key: resolve(inner, folder, environ) for key, inner in value.items()}
        case list():
            return [resolve(inner, folder, environ) for inner in value]
    return value


def _from_environment(name: str, environ: Mapping[str, str]) -> Secret:
    found = environ.get(name)
    if not found:
        raise ConfigInvalid(
            f"the environment variable {name}, which holds a secret, is not set",
            help=f"Set {name} before you start Tactful.",
        )
    return Secret(found, f"env {name}")


def _from_file(path: Path) -> Secret:
    try:
        text = path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(
            f"the secret in {path} cannot be read", help="It must be a text file that you can read."
        ) from error
    if not text:
        raise ConfigInvalid(f"the secret in {path} is empty")
    return Secret(text, f"file {path.name}")

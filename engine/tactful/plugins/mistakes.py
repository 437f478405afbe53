"""Tells what is wrong in `tactful.toml`: all mistakes at once, each with its line and a way out."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from pydantic import BaseModel, ValidationError

from tactful.errors import ConfigInvalid, TactfulError
from tactful.language.suggest import nearest
from tactful.plugins.places import line_of

_LISTS = ("list_type", "tuple_type", "set_type", "frozen_set_type")


class Mistake(Struct, frozen=True):
    """One thing that is wrong, where (the keys of the setting), and how to mend it."""

    keys: tuple[str, ...]
    what: str
    mend: str = ""


def invalid(path: Path | None, text: str, mistakes: Sequence[Mistake]) -> ConfigInvalid:
    """Return the error that tells these mistakes of the file at `path` with this text."""
    name = path.name if path else "settings"
    told = []
    for mistake in mistakes:
        line = line_of(text, mistake.keys)
        told.append(f"{name}:{line}: {mistake.what}" if line else f"{name}: {mistake.what}")
    if len(mistakes) == 1:
        return ConfigInvalid(told[0], help=mistakes[0].mend)
    lines = [f"{line}. {m.mend}".rstrip() for line, m in zip(told, mistakes, strict=True)]
    return ConfigInvalid("\n".join(lines))


def mistakes_of(
    error: ValidationError, model: type[BaseModel], prefix: tuple[str, ...] = ()
) -> list[Mistake]:
    """Return what pydantic found, in our words. Values are never repeated: one may be a secret."""
    found: dict[tuple[tuple[str, ...], str], Mistake] = {}
    for item in error.errors(include_input=False, include_url=False):
        keys = prefix + tuple(str(part) for part in item["loc"] if isinstance(part, str))
        cause = item.get("ctx", {}).get("error")
        mistake = _mistake(keys, item["type"], item["msg"], cause, model, len(prefix))
        found.setdefault((keys, mistake.what), mistake)
    return list(found.values())


def _mistake(
    keys: tuple[str, ...],
    kind: str,
    message: str,
    cause: object,
    model: type[BaseModel],
    depth: int,
) -> Mistake:
    name = ".".join(keys)
    if kind in ("extra_forbidden", "dict_type"):  # a table with any name may stand in [plugins]
        return unknown(keys, _settings_of(model, keys[depth:-1]))
    if kind == "missing":
        return Mistake(keys, f"`{name}` is missing", f"Add {keys[-1]} to [{'.'.join(keys[:-1])}].")
    if isinstance(cause, TactfulError):
        return Mistake(keys, f"`{name}`: {cause.message}", cause.help)
    if kind in _LISTS:
        return Mistake(keys, f"`{name}` should be a list", 'Write for example ["one", "two"].')
    if message.startswith("Input should be "):
        return Mistake(keys, f"`{name}` {message.removeprefix('Input ')}")
    return Mistake(keys, f"`{name}`: {message.removeprefix('Value error, ')}")


def unknown(keys: tuple[str, ...], known: Iterable[str]) -> Mistake:
    """Return the mistake of a setting that does not exist, with the one probably meant."""
    options = sorted(known)
    guess = nearest(keys[-1], options)
    table = f" in [{'.'.join(keys[:-1])}]" if keys[:-1] else ""
    mend = f"Did you mean `{guess}`?" if guess else f"Known are {', '.join(options) or 'none'}."
    return Mistake(keys, f"there is no setting `{keys[-1]}`{table}", mend)


def _settings_of(model: type[BaseModel], keys: Iterable[str]) -> Iterable[str]:
    """Return the names of the settings in the table that `keys` lead to."""
    here: Any = model
    for key in keys:
        field = here.model_fields.get(key)
        here = field.annotation if field else None
        if not (isinstance(here, type) and issubclass(here, BaseModel)):
            return ()
    names: dict[str, Any] = here.model_fields
    return names

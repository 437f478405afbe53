"""Reads the script of what recipients and channels do, which `--behave` names."""

from pathlib import Path

from tactful.errors import ConfigInvalid
from tactful.simulate.behaviour import Behaviour, parse_behaviour


def read_behaviour(path: Path | None, seed: int | None = None) -> Behaviour:
    """Return the script; without a file everything arrives and nobody answers.

    Raises `ConfigInvalid` with all its mistakes.
    """
    if path is None:
        return Behaviour()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"{path} cannot be read as text") from error
    return parse_behaviour(text, name=str(path), seed=seed)

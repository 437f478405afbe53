"""Writes a new plugin: a whole distribution, whose tests pass as they are.

The templates are files of the package, with `@name@` where something is filled in. `common/` goes
into every plugin. A name that begins with `dot-` stands for one that begins with a point, because
build tools leave those out.
"""

import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, get_args

from tactful.errors import PluginInvalid, ValueUnreadable

NewKind = Literal["channel", "policy", "throttle", "observer", "audience", "words"]
KINDS: tuple[NewKind, ...] = get_args(NewKind)

LONGEST = 24
"""So many letters a name may have: lines of the templates then stay within 100."""

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_SLOT = re.compile(r"@(\w+)@")
_SUFFIX = ".in"

_NEEDS: Mapping[NewKind, tuple[str, ...]] = {
    "channel": ("httpx>=0.28", "pydantic>=2.11"),
    "policy": ("pydantic>=2.11",),
    "throttle": ("msgspec>=0.19",),
    "observer": ("msgspec>=0.19", "pydantic>=2.11"),
    "audience": ("anyio>=4.8",),
    "words": ("pydantic>=2.11",),
}
_CORE = "tactful>=0.1,<0.2"

_DEVELOP = """\
## Work on it

    python -m venv .venv
    .venv/bin/python -m pip install --upgrade "pip>=25.1"
    .venv/bin/python -m pip install --editable . --group dev
    .venv/bin/pytest

`tactful plugins`, in the same environment, lists it. Its tests begin with those that every plugin
of its kind passes; see "Hooks" in the documentation of Tactful. The licence in this folder is
Apache-2.0; choose your own."""


def check_name(name: str, taken: Collection[str] = ()) -> None:
    """Raise `ValueUnreadable` when a new plugin cannot have a name; `taken` are those of others."""
    if not _NAME.fullmatch(name):
        word = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
        better = f" Perhaps `{word[:LONGEST]}`?" if _NAME.fullmatch(word) else ""
        raise ValueUnreadable(
            f"`{name}` cannot be the name of a plugin",
            help=f"Use small letters, digits and hyphens, and begin with a letter.{better}",
        )
    if len(name) > LONGEST:
        raise ValueUnreadable(
            f"`{name}` is too long for the name of a plugin",
            help=f"Use at most {LONGEST} letters: people write it in their flows.",
        )
    if _module(name) in taken:
        raise ValueUnreadable(
            f"there is a plugin called `{_module(name)}` already",
            help="Two plugins of one name cannot be installed together. Choose another name.",
        )


def new_plugin(kind: NewKind, name: str, into: Path, taken: Collection[str] = ()) -> Path:
    """Write a plugin of a kind into a folder `tactful-NAME` of `into`, and return that folder.

    Raises `ValueUnreadable` for a name that cannot be, `PluginInvalid` when something is there
    already or nothing can be written. A folder that is not written to its end is taken away again.
    """
    check_name(name, taken)
    target = into / f"tactful-{name.replace('_', '-')}"
    if target.exists() or target.is_symlink():
        raise PluginInvalid(
            f"{target} is there already", help="Nothing is overwritten. Choose another name."
        )
    try:
        into.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=into))
        try:
            for path, text in rendered(kind, name).items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_text(text, encoding="utf-8", newline="\n")
            made.chmod(0o755)
            made.rename(target)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise PluginInvalid(f"{target} cannot be written: {error.strerror}") from error
    return target


def rendered(kind: NewKind, name: str) -> dict[str, str]:
    """Return the files of a new plugin: their texts by their paths."""
    values = _values(kind, name)
    templates = files("tactful.plugins") / "templates"
    return dict(item for part in ("common", kind) for item in _files(templates / part, values))


def _module(name: str) -> str:
    return name.replace("-", "_")


def _values(kind: NewKind, name: str) -> dict[str, str]:
    needs = sorted((*_NEEDS[kind], _CORE))
    return {
        "name": _module(name),
        "module": _module(name),
        "package": f"tactful_{_module(name)}",
        "distribution": f"tactful-{name.replace('_', '-')}",
        "TOKEN": f"{_module(name).upper()}_TOKEN",
        "noun": kind,
        "dependencies": "\n".join(f'    "{need}",' for need in needs),
        "develop": _DEVELOP,
    }


def _files(
    template: Traversable, values: Mapping[str, str], below: str = ""
) -> Iterator[tuple[str, str]]:
    for entry in sorted(template.iterdir(), key=lambda entry: entry.name):
        name = _filled(entry.name, values)
        if name.startswith("dot-"):
            name = f".{name.removeprefix('dot-')}"
        if entry.is_dir():
            yield from _files(entry, values, f"{below}{name}/")
        elif name.endswith(_SUFFIX):
            text = _filled(entry.read_text(encoding="utf-8"), values)
            yield below + name.removesuffix(_SUFFIX), text


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: values[slot[1]], text)

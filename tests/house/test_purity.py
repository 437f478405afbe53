"""The pure packages touch no clock, chance, thread, file or network: those come in as values."""

import ast
from collections.abc import Iterator

from tests.house.source import ENGINE_MODULES, Module

PURE = tuple(
    f"tactful.{name}"
    for name in (
        "errors",
        "values",
        "zones",
        "language",
        "graph",
        "journey",
        "guard",
        "rulebook",
        "mail",
    )
)

FORBIDDEN = (
    "anyio",
    "asyncio",
    "http",
    "importlib.resources",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "time",
    "trio",
    "urllib.request",
    "uuid",
)

# (module, what it does all the same): why. Each reads data that ships with the code, and only once.
EXEMPT: dict[tuple[str, str], str] = {
    ("tactful.language.grammar", "pathlib"): "finds the grammar, in a wheel or a checkout",
    ("tactful.zones", "importlib.resources"): "reads tzdata, each table once",
}

PURE_MODULES = [
    m for m in ENGINE_MODULES if m.name in PURE or m.name.startswith(tuple(f"{p}." for p in PURE))
]


def _impurities(module: Module) -> Iterator[str]:
    """Yield what a module does that it must be given: by its imports and by its calls."""
    for item in module.imports:
        yield from (name for name in FORBIDDEN if item.is_of(name))
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="open" | "print" | "input" as name)):
                yield name
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id="datetime" | "date"), attr="now" | "utcnow" | "today" as name
                )
            ):
                yield name


def test_the_core_is_pure() -> None:
    found = {(module.name, what) for module in PURE_MODULES for what in _impurities(module)}
    assert found - set(EXEMPT) == set()


def test_no_exemption_outlives_its_need() -> None:
    found = {(module.name, what) for module in PURE_MODULES for what in _impurities(module)}
    assert set(EXEMPT) - found == set()

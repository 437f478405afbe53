"""The source of the house as the rules see it: modules, and what each imports."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "engine"
PLUGIN_FOLDERS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))


@dataclass(frozen=True)
class Import:
    """One name that a module imports. `typing_only`: it stands under `if TYPE_CHECKING`."""

    name: str
    line: int
    typing_only: bool

    def is_of(self, package: str) -> bool:
        """Say whether the name is the package or something in it."""
        return self.name == package or self.name.startswith(f"{package}.")


@dataclass(frozen=True)
class Module:
    """One Python file, by its dotted name below `base`."""

    path: Path
    base: Path

    def __str__(self) -> str:
        return os.path.relpath(self.path, ROOT)

    @property
    def name(self) -> str:
        parts = self.path.relative_to(self.base).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self))

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(self._walk(self.tree, typing_only=False))

    def _walk(self, node: ast.AST, *, typing_only: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, child.lineno, typing_only)
            elif isinstance(child, ast.ImportFrom):
                for alias in child.names:
                    yield Import(self._target(child, alias.name), child.lineno, typing_only)
            else:
                below = typing_only or _asks_for_type_checking(child)
                yield from self._walk(child, typing_only=below)

    def _target(self, node: ast.ImportFrom, name: str) -> str:
        package = self.name.split(".")
        if self.path.name != "__init__.py":
            package.pop()
        start = package[: len(package) - node.level + 1] if node.level else []
        return ".".join([*start, *([node.module] if node.module else []), name])


def _asks_for_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def modules(base: Path, *folders: str) -> list[Module]:
    """Return the modules of these folders of `base` (of `base` itself when none is named)."""
    tops = [base / folder for folder in folders] or [base]
    return [Module(path, base) for top in tops for path in sorted(top.rglob("*.py"))]


ENGINE_MODULES = modules(ENGINE, "tactful")
PLUGIN_MODULES = [module for folder in PLUGIN_FOLDERS for module in modules(folder)]
TEST_MODULES = [*modules(ROOT, "tests"), Module(ROOT / "conftest.py", ROOT)]
ALL_MODULES = [*ENGINE_MODULES, *PLUGIN_MODULES, *TEST_MODULES]

"""Imports point one way, Lark stays in one module, and plugins use only what anybody may use."""

from collections.abc import Callable, Iterable

from tests.house.source import ENGINE_MODULES, PLUGIN_MODULES, Import, Module

# From the ground up: a package imports only from itself and from what stands before it.
ORDER = (
    "errors",
    "currencies",
    "values",
    "zones",
    "language",
    "graph",
    "journey",
    "guard",
    "rulebook",
    "mail",
    "plugins",
    "store",
    "runtime",
    "simulate",
    "web",
    "lsp",
    "cli",
    "testing",
)

# The ways in: these are not a floor of the house.
DOORS = {"tactful", "tactful.__main__"}

# What a plugin may import from us: the same for those that we ship and for everybody else's.
PUBLIC = (
    "tactful.errors",
    "tactful.guard.addresses",
    "tactful.guard.evidence",
    "tactful.guard.pace",
    "tactful.guard.segments",
    "tactful.guard.standing",
    "tactful.guard.strategies",
    "tactful.language.kinds",
    "tactful.language.sources",
    "tactful.language.vocabulary",
    "tactful.mail",
    "tactful.plugins",
    "tactful.rulebook",
    "tactful.runtime.facts",
    "tactful.runtime.inbound",
    "tactful.runtime.ports",
    "tactful.testing",
    "tactful.values",
    "tactful.zones",
)


def _floor(name: str) -> str:
    """Return the part of the house that a name is of: `guard` for `tactful.guard.pace`."""
    return name.split(".")[1]


def _found(modules: Iterable[Module], wrong: Callable[[Module, Import], bool]) -> list[str]:
    return [
        f"{module}:{item.line} imports {item.name}"
        for module in modules
        for item in module.imports
        if wrong(module, item)
    ]


def _points_up(module: Module, item: Import) -> bool:
    if module.name in DOORS or not item.name.startswith("tactful."):
        return False
    home, target = _floor(module.name), _floor(item.name)
    if target not in ORDER:  # a name that `tactful` itself exports, such as its version
        return False
    if home == "plugins" and item.typing_only:
        return False  # hookspecs name protocols, and those live with their consumers
    return ORDER.index(target) > ORDER.index(home)


def _is_private(_: Module, item: Import) -> bool:
    if not item.is_of("tactful"):
        return False
    if any(part.startswith("_") and part != "__version__" for part in item.name.split(".")):
        return True
    exported = item.name == "tactful" or (
        item.name.count(".") == 1 and _floor(item.name) not in ORDER
    )
    return not exported and not any(item.is_of(module) for module in PUBLIC)


def test_every_module_has_its_floor() -> None:
    names = {module.name for module in ENGINE_MODULES} - DOORS
    assert {_floor(name) for name in names} <= set(ORDER)


def test_imports_point_one_way() -> None:
    assert _found(ENGINE_MODULES, _points_up) == []


def test_lark_is_imported_in_one_module() -> None:
    users = {m.name for m in ENGINE_MODULES if any(item.is_of("lark") for item in m.imports)}
    assert len(users) == 1, users


def test_plugins_import_public_names_only() -> None:
    assert _found(PLUGIN_MODULES, _is_private) == []

"""Every promise is kept by a test, and every test that says so names a promise."""

import ast
from collections.abc import Iterator

from tests.house.promises import PROMISES
from tests.house.source import PLUGIN_MODULES, TEST_MODULES, Module


def _kept_by(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr="promise")):
                for argument in node.args:
                    yield ast.literal_eval(argument)


KEPT = {name for module in (*TEST_MODULES, *PLUGIN_MODULES) for name in _kept_by(module)}


def test_every_promise_is_kept_by_a_test() -> None:
    assert set(PROMISES) - KEPT == set()


def test_every_kept_promise_was_made() -> None:
    assert KEPT - set(PROMISES) == set()

"""Simulations are tested on asyncio and on trio; the parser is built before any loop runs."""

import pytest

from tests.runtime.stage import compile_flow


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run each async test on both backends."""
    return str(request.param)


@pytest.fixture(autouse=True, scope="session")
def _parser_is_built() -> None:
    compile_flow('journey:\n  send sms "Hi"\n')

"""Engine tests run on asyncio and on trio; the parser is built before any loop runs."""

from pathlib import Path

import pytest

from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.sqlite import SqliteStore
from tests.runtime.stage import compile_flow


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run each async test on both backends."""
    return str(request.param)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Run a test over both stores; whoever opens the store closes it."""
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "store.db")


@pytest.fixture(autouse=True, scope="session")
def _parser_is_built() -> None:
    compile_flow('journey:\n  send sms "Hi"\n')

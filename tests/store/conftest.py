"""Every test that asks for `store` runs over both stores, on asyncio and on trio."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.sqlite import SqliteStore


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["memory", "sqlite"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Store]:
    kept: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "s.db")
    await kept.open()
    yield kept
    await kept.close()

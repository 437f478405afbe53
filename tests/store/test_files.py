"""Where a store is, and who owns it."""

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tactful.errors import StoreInvalid, StoreOwned
from tactful.store.files import default_store, parse_url, path_of
from tactful.store.lock import EngineLock, owner_of
from tests.store.sample import AT

_OWN_AND_WAIT = """
import sys
from pathlib import Path
from tactful.store.lock import EngineLock

with EngineLock(Path(sys.argv[1]), command="tactful run other.flow", since=0):
    print("owned", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///store.db", "store.db"),
        ("sqlite:///a b/ü.db", "a b/ü.db"),
        ("sqlite:////var/lib/tactful.db", "/var/lib/tactful.db"),
    ],
)
def test_a_store_is_named_by_url(url: str, path: str) -> None:
    assert parse_url(url) == path_of(url) == Path(path)


@pytest.mark.parametrize(
    "url", ["", "sqlite:///", "sqlite://host/x", "postgresql://host/x", "x.db"]
)
def test_other_urls_are_refused_with_help(url: str) -> None:
    with pytest.raises(StoreInvalid) as caught:
        parse_url(url)
    assert "sqlite:///PATH" in caught.value.help


def test_a_store_is_named_by_path_too(tmp_path: Path) -> None:
    assert path_of(tmp_path) == path_of(str(tmp_path)) == tmp_path
    with pytest.raises(StoreInvalid):
        path_of("mysql://host/x")


def test_a_flow_keeps_its_store_beside_itself() -> None:
    assert default_store("flows/late.flow") == Path("flows/.tactful/store.db")


def _lock(path: Path) -> EngineLock:
    return EngineLock(path, command="tactful run late.flow", since=AT)


def test_a_second_engine_is_refused_and_told_who_has_the_store(tmp_path: Path) -> None:
    path = tmp_path / ".tactful" / "store.db"
    with _lock(path), pytest.raises(StoreOwned) as caught:
        _lock(path).acquire()
    assert re.fullmatch(
        rf"process {os.getpid()} on \S+, `tactful run late\.flow`, since 2023-11-14T22:13:20\.000Z",
        caught.value.owner,
    )
    assert caught.value.owner in str(caught.value)
    assert stat.S_IMODE((tmp_path / ".tactful" / "store.db.lock").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / ".tactful").stat().st_mode) == 0o700


def test_a_store_is_free_again_when_its_engine_ends(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    assert owner_of(path) is None
    lock = _lock(path)
    for _ in range(2):
        with lock:
            assert "tactful run late.flow" in (owner_of(path) or "")
        assert owner_of(path) is None
    lock.release()


def test_the_kernel_frees_the_store_of_a_killed_engine(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    command = [sys.executable, "-c", _OWN_AND_WAIT, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"owned\n"
        with pytest.raises(StoreOwned, match=f"process {other.pid} on .*other.flow"):
            _lock(path).acquire()
        other.send_signal(signal.SIGKILL)
        other.wait(timeout=60)
    with _lock(path):
        assert f"process {os.getpid()} " in (owner_of(path) or "")

"""`tactful doctor`: each thing that is wrong is told, with what to do."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import anyio
import pytest
from click.testing import CliRunner

from tactful.cli.commands import doctor
from tactful.cli.doctoring import house, outside
from tactful.cli.doctoring import providers as asking
from tactful.cli.group import application
from tactful.runtime.ports import Finding
from tactful.store.files import open_to_own

HEALTHY = b'{"status": "ok"}'


@contextmanager
def answering(body: bytes = HEALTHY, status: int = 200, date: str | None = None) -> Iterator[str]:
    """Serve one answer for `/healthz` on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            self.send_header("Date", date or self.date_time_string())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def examined(here: Path, config: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run the command; returns its exit code and what it found, by code."""
    (here / "tactful.toml").write_text(config)
    answer = CliRunner().invoke(application, ["doctor", "--format", "json"])
    found = json.loads(answer.stdout)
    return answer.exit_code, {one["code"]: one for one in found}


def server(url: str) -> str:
    return f'[server]\npublic_url = "{url}"\n'


def test_a_house_that_is_well_ends_with_0(here: Path) -> None:
    with answering() as url:
        code, found = examined(here, server(url))
    assert code == 0
    assert {one["severity"] for one in found.values()} <= {"note", "warning"}
    assert "public_url_silent" not in found


def test_without_a_configuration_it_says_what_is_missing(here: Path) -> None:
    answer = CliRunner().invoke(application, ["doctor"])
    assert answer.exit_code == 0
    assert "there is no tactful.toml" in answer.stdout
    assert "no public address is configured" in answer.stdout
    assert answer.stdout.rstrip().splitlines()[-1].startswith("Nothing is wrong")


def test_a_public_address_that_nobody_answers_is_an_error(here: Path) -> None:
    with answering() as url:
        pass
    code, found = examined(here, server(url))
    assert code == 1
    assert "tactful serve" in found["public_url_silent"]["help"]


@pytest.mark.parametrize(("body", "status"), [(b"<h1>Welcome</h1>", 200), (HEALTHY, 404)])
def test_an_address_where_something_else_answers_is_an_error(
    here: Path, body: bytes, status: int
) -> None:
    with answering(body, status) as url:
        code, found = examined(here, server(url))
    assert code == 1
    assert "public_url_other" in found


def test_a_clock_that_is_off_is_an_error(here: Path) -> None:
    with answering(date="Tue, 01 Jan 2030 00:00:00 GMT") as url:
        code, found = examined(here, server(url))
    assert code == 1
    assert "seconds behind" in found["clock_off"]["message"]


def test_a_secret_that_is_not_there_is_an_error_and_none_is_shown(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THERE", "a-secret-value")
    config = '[secrets]\nthere = { env = "THERE" }\ngone = { env = "GONE_FOR_SURE" }\n'
    code, found = examined(here, config)
    assert code == 1
    assert "GONE_FOR_SURE" in found["config_secret"]["message"]
    assert "a-secret-value" not in json.dumps(found)


def test_a_store_that_others_can_read_is_a_warning(here: Path) -> None:
    path = here / ".tactful" / "store.db"
    path.parent.mkdir()
    open_to_own(path).close()
    assert "store_open" not in {one.code for one in house.store(path)}
    path.chmod(0o644)
    assert "store_open" in {one.code for one in house.store(path)}


def test_a_file_that_is_no_store_is_an_error(here: Path) -> None:
    path = here / "store.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    path.chmod(0o600)
    assert [one.code for one in house.store(path)] == ["store_unreadable"]


def test_a_full_disk_is_an_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "LEAST_SPACE", 2**80)
    assert "store_no_room" in {one.code for one in house.store(here / "store.db")}


def test_an_address_without_encryption_is_an_error(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "SECONDS", 0.01)
    _, found = examined(here, server("http://care.invalid"))
    assert found["public_url_plain"]["severity"] == "error"


# ---- channels -----------------------------------------------------------------------------------


class Well:
    async def examine(self) -> Sequence[Finding]:
        return [Finding("note", "x", "all is well")]


class Broken:
    async def examine(self) -> Sequence[Finding]:
        raise ConnectionError("no route")


class Ending:
    async def examine(self) -> Sequence[Finding]:
        raise SystemExit(3)


class Hanging:
    async def examine(self) -> Sequence[Finding]:
        await anyio.sleep_forever()
        raise AssertionError


@pytest.mark.parametrize(
    ("one", "code"),
    [(Well(), "x"), (Broken(), "examine_failed"), (Ending(), "examine_failed"),
     (Hanging(), "examine_hangs"), (object(), "not_examined")],
)  # fmt: skip
def test_a_channel_that_fails_or_hangs_is_a_finding(
    one: object, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.01)
    (found,) = anyio.run(asking._examine, one)
    assert found.code == code


def test_people_see_what_to_do_below_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    doctor._show(("channel smtp", [Finding("error", "x", "it cannot log in", help="Ask for it.")]))
    assert capsys.readouterr().out.splitlines() == [
        "✗ channel smtp",
        "    ✗ it cannot log in",
        "      Ask for it.",
    ]

"""`tactful serve` as a process: signals are durable before they are answered, and take effect."""

import json
import random
import re
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import anyio
import httpx
import pytest

from tactful.runtime.inbound import Intake
from tactful.store.client import StoreClient
from tactful.testing import RecordingIntake
from tactful.web import serving as serving_module
from tests.cli.shells import number, store_of
from tests.servers.running import free_port
from tests.web.served import FLOW, Served, prepare, run, serving


def signals_in(folder: Path) -> dict[str, str | None]:
    """Return the names of the signals in the store, each with what was done with it."""
    with closing(sqlite3.connect(store_of(folder))) as connection:
        return dict(connection.execute("SELECT dedup, result FROM signal").fetchall())


def accepted(count: int, served: Served) -> None:
    """Wait until so many messages are with the provider."""
    served.until(lambda client: len(client.by_state("accepted")) == count)


def tags(folder: Path) -> set[str]:
    """Return the tags that people have."""
    told = run(folder, "log", "--format", "jsonl").stdout.splitlines()
    return {line["tag"] for line in map(json.loads, told) if line["event"] == "tag"}


def test_it_starts_what_it_is_asked_for_and_tells_what_it_does(tmp_path: Path) -> None:
    prepare(tmp_path)
    with serving(tmp_path, "--live") as served:
        assert "really sends" in served.said
        assert "/hooks/wire/status" in served.said
        accepted(3, served)
        assert httpx.get(f"{served.url}/healthz").json() == {"status": "ok"}
        code, said = served.stop()
    assert code == 3, said
    assert "stopping" in said


def test_it_goes_on_with_what_was_under_way(tmp_path: Path) -> None:
    prepare(tmp_path)
    with serving(tmp_path, "--live") as served:
        accepted(3, served)
        served.kill()
    with serving(tmp_path, "--live") as served:
        assert "goes on with late-order.1" in served.said
        assert (
            served.post("reply", f"from={number(1)}&text=keep&dedup=a".replace("+", "%2B")) == 204
        )
        served.until(lambda client: "wire:a" in signals_in(tmp_path))
        served.until(lambda client: signals_in(tmp_path)["wire:a"] is not None)
        assert served.stop()[0] == 3
    assert signals_in(tmp_path) == {"wire:a": "reached K1"}
    assert tags(tmp_path) == {"keeps"}


def test_a_forged_signature_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    with serving(tmp_path, "--live") as served:
        url = f"{served.url}/hooks/wire/status"
        forged = {"X-Wire-Signature": "00", "X-Forwarded-Proto": "https"}
        assert httpx.post(url, content=b"attempt=1", headers=forged).status_code == 403
        assert httpx.post(url, content=b"attempt=1").status_code == 403
        assert served.stop()[0] == 0
    assert signals_in(tmp_path) == {}


@pytest.mark.promise("SIGNAL", "LOSS")
def test_what_was_answered_well_survives_a_kill(tmp_path: Path) -> None:
    prepare(tmp_path)
    with serving(tmp_path, "--live") as served, httpx.Client() as provider:
        accepted(3, served)
        taken: list[str] = []

        def tell(place: int) -> None:
            dedup = f"n{place}"
            form = f"attempt={1 + place % 3}&status=delivered&dedup={dedup}"
            try:
                if served.post("status", form, provider) == 204:
                    taken.append(dedup)
            except httpx.TransportError:
                return
            if len(taken) == 150:
                served.process.kill()

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(tell, range(400)))
        served.process.communicate()
    assert len(taken) >= 150
    kept = signals_in(tmp_path)
    assert {f"wire:{dedup}" for dedup in taken} <= kept.keys()
    with serving(tmp_path, "--live") as served:
        served.until(lambda client: None not in signals_in(tmp_path).values())
        served.until(lambda client: len(client.by_state("delivered")) == 3)
        served.stop()


@pytest.mark.promise("SIGNAL")
def test_forty_six_statuses_in_random_order_equal_one_ordered_delivery(tmp_path: Path) -> None:
    prepare(tmp_path)
    told = [
        (1, "delivered"),
        (1, "undelivered"),
        (2, "failed"),
        (2, "accepted"),
        (3, "undelivered"),
    ]
    repeated = (told * 10)[:46]
    random.shuffle(repeated)
    with serving(tmp_path, "--live") as served, httpx.Client() as provider:
        accepted(3, served)
        forms = [f"attempt={attempt}&status={name}" for attempt, name in repeated]
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda form: served.post("status", form, provider), forms))
        assert set(answers) == {204}
        served.until(lambda client: None not in signals_in(tmp_path).values())
        with StoreClient(store_of(tmp_path)) as client:
            found = {name: [row.id for row in client.by_state(name)]
                     for name in ("delivered", "failed", "undelivered")}  # fmt: skip
        served.stop()
    assert found == {"delivered": [1], "failed": [2], "undelivered": [3]}
    assert len(signals_in(tmp_path)) == len(told)


def test_a_callback_before_the_call_returns_finds_its_send(tmp_path: Path) -> None:
    prepare(tmp_path, flow=FLOW.replace("is late.", "is late. [calls back]"), port=free_port())
    with serving(tmp_path, "--live") as served:
        served.until(lambda client: len(client.by_state("delivered")) == 3)
        with StoreClient(store_of(tmp_path)) as client:
            rows = client.by_state("delivered")
            assert client.by_state("in doubt") == ()
        served.stop()
    assert [row.provider_id for row in rows] == ["W1", "W2", "W3"]


def test_who_listens_is_started_again_when_it_breaks(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "post").mkdir()
    with serving(tmp_path, "--live") as served:
        (listening,) = re.findall(r"looking for signals: (.+)", served.said)
        assert "wire" in listening.split(", ")  # whatever else is installed listens, too
        accepted(3, served)
        (tmp_path / "post" / "1.txt").write_text(f"{number(2)} keep")
        served.until(lambda client: signals_in(tmp_path).get("wire:post-1.txt") is not None)
        _, said = served.stop()
    assert "wire cannot listen, and is started again: ConnectionError" in said
    assert tags(tmp_path) == {"keeps"}


class Over(BaseException):
    """Ends a listener that would go on for ever."""


def test_who_listens_can_not_end_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = 0

    async def listen(intake: Intake) -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise SystemExit(3)
        raise Over

    monkeypatch.setattr(serving_module, "FIRST_PAUSE", 0.001)
    with pytest.raises(Over):
        anyio.run(serving_module._keep_listening, "wire", listen, RecordingIntake())
    assert begun == 2


def test_a_live_launch_waits_in_an_engine_that_does_not_send(tmp_path: Path) -> None:
    prepare(tmp_path)
    with serving(tmp_path, "--live") as served:
        accepted(3, served)
        served.stop()
    with serving(tmp_path) as served:
        assert (
            "late-order.1 waits: a campaign with --live needs an engine with --live" in served.said
        )
        assert run(tmp_path, "stop", "late-order", "--wait").returncode == 0
        assert served.stop()[0] == 0


def test_a_campaign_whose_channel_is_gone_waits_and_the_others_go_on(tmp_path: Path) -> None:
    asking = FLOW.replace("  wait up to", '  wait 2 seconds\n  send sms "Well?"\n  wait up to')
    prepare(tmp_path, flow=asking)
    (tmp_path / "other.flow").write_text(FLOW.replace("Late order", "Rehearsal"))
    with serving(tmp_path, "--live") as served:
        accepted(3, served)
        served.kill()
    (tmp_path / "tactful.toml").write_text("[server]\nport = 0\n[plugins]\nblock = ['wire']\n")
    assert run(tmp_path, "start", "other.flow").returncode == 0
    with serving(tmp_path, "--live") as served:
        assert "late-order.1 waits: the channel `wire` is not ready" in served.said
        served.until(lambda client: len(client.by_state("delivered")) == 3)
        served.until(lambda client: len(client.by_state("queued")) == 3)
        told = run(tmp_path, "status", "late-order").stdout
        assert "the channel `wire` is not ready" in told
        served.kill()
    (tmp_path / "tactful.toml").unlink()
    with serving(tmp_path, "--live") as served:
        accepted(6, served)
        assert served.stop()[0] == 3


def test_it_tells_which_plugins_with_settings_are_not_on(tmp_path: Path) -> None:
    (tmp_path / "tactful.toml").write_text("[server]\nport = 0\n[plugins.pigeon]\nloft = 1\n")
    with serving(tmp_path) as served:
        _, said = served.stop()
    assert "warning: the plugin `pigeon` is not installed: it has settings" in said


def test_a_launch_without_live_goes_to_the_outbox_beside_one_that_sends(tmp_path: Path) -> None:
    prepare(tmp_path)
    other = FLOW.replace("Late order", "Rehearsal")
    (tmp_path / "other.flow").write_text(other)
    assert run(tmp_path, "start", "other.flow").returncode == 0
    with serving(tmp_path, "--live") as served:
        served.until(lambda client: len(client.by_state("accepted")) == 3)
        served.until(lambda client: len(client.by_state("delivered")) == 3)
        served.stop()
    assert len(list((tmp_path / ".tactful" / "outbox").rglob("*.txt"))) == 3


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = run(tmp_path, "serve", ".", "--port", port)
    assert told.returncode == 1
    assert f"cannot listen at 127.0.0.1:{port}" in told.stderr


def test_a_second_engine_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        told = run(tmp_path, "serve", ".", "--port", "0")
        assert told.returncode == 2
        assert "Another engine owns this store" in told.stderr
        assert served.stop()[0] == 0

"""The desk against a real web server, and its own route behind one."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest

from tactful.errors import ConfigInvalid
from tactful.plugins.config import parse_config
from tactful.plugins.host import PluginHost
from tactful.plugins.secrets import Secret
from tactful.runtime.inbound import CaseWord
from tactful.runtime.ports import Alert, Alerted, Said
from tactful.testing import (
    Answer,
    DeskContract,
    RecordingIntake,
    Request,
    Server,
    sample_case,
    serving,
    serving_hooks,
)
from tactful_desk_webhook import WebhookDesk, WebhookSettings
from tactful_desk_webhook.desk import NotTaken
from tactful_desk_webhook.signing import FRESH_SECONDS, is_genuine, signature

SECRET = "a-secret-of-the-help-desk"


def desk_for(url: str) -> WebhookDesk:
    return WebhookDesk(WebhookSettings(url=url, secret=Secret(SECRET, "env DESK_SECRET")))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(lambda request: Answer()) as server:
        yield server


class TestContract(DeskContract):
    """What every desk keeps."""

    @pytest.fixture(autouse=True)
    def _served(self, server: Server) -> None:
        self.url = server.url("/take")

    def desk(self) -> WebhookDesk:
        return desk_for(self.url)


def opened(url: str) -> None:
    async def work() -> None:
        desk = desk_for(url)
        try:
            said = (Said(1_800_000_000_000_000, "recipient", "sms", "Où est-il ?"),)
            await desk.open(sample_case(1, id="3", conversation=said))
        finally:
            await desk.aclose()

    anyio.run(work)


def test_a_hand_off_arrives_signed_and_with_its_conversation(server: Server) -> None:
    opened(server.url("/take"))
    (request,) = server.requests
    assert request.method == "POST"
    assert is_genuine(request.headers["tactful-signature"], SECRET, request.body, time.time())
    told = request.json()
    assert (told["case"], told["key"], told["queue"]) == ("3", "A-1", "care_queue")
    assert told["conversation"] == [
        {"at": "2027-01-15T08:00:00.000Z", "by": "recipient", "channel": "sms",
         "text": "Où est-il ?"}
    ]  # fmt: skip


def test_the_same_content_has_the_same_idempotency_key(server: Server) -> None:
    opened(server.url("/take"))
    opened(server.url("/take"))
    keys = {request.headers["idempotency-key"] for request in server.requests}
    assert len(keys) == 1


ALERT = Alert(
    17, "in doubt", "late.1", 1_800_000_000_000_000, "nobody knows \ud83d", "late.1", "late"
)


def told(url: str, alert: Alert) -> None:
    async def work() -> None:
        desk = desk_for(url)
        assert isinstance(desk, Alerted)
        try:
            await desk.tell(alert)
        finally:
            await desk.aclose()

    anyio.run(work)


def test_an_alert_arrives_signed_and_the_same_one_with_the_same_key(server: Server) -> None:
    told(server.url("/take"), ALERT)
    told(server.url("/take"), ALERT)
    first, again = server.requests
    assert is_genuine(first.headers["tactful-signature"], SECRET, first.body, time.time())
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert first.json() == {
        "alert": {
            "id": "17", "cause": "in doubt", "about": "late.1", "at": "2027-01-15T08:00:00.000Z",
            "reason": "nobody knows \ufffd", "launch": "late.1", "campaign": "late",
        }
    }  # fmt: skip


def test_an_alert_that_is_not_answered_with_2xx_is_not_taken() -> None:
    with (
        serving(lambda request: Answer(status=503)) as server,
        pytest.raises(NotTaken, match="503"),
    ):
        told(server.url("/take"), ALERT)


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500])
def test_what_is_not_answered_with_2xx_is_not_taken(status: int) -> None:
    def respond(request: Request) -> Answer:
        return Answer(status=status, headers={"Location": "http://127.0.0.1:1/"})

    with serving(respond) as server, pytest.raises(NotTaken, match=str(status)):
        opened(server.url("/take"))
    assert len(server.requests) == 1


def test_a_help_desk_that_cannot_be_reached_has_not_taken_it(server: Server) -> None:
    with pytest.raises(NotTaken, match="cannot be reached") as raised:
        opened("http://127.0.0.1:1/take")
    assert SECRET not in str(raised.value)


async def _examined(url: str) -> list[str]:
    desk = desk_for(url)
    try:
        return [finding.code for finding in await desk.examine()]
    finally:
        await desk.aclose()


def test_the_doctor_learns_whether_anybody_answers(server: Server) -> None:
    assert anyio.run(_examined, server.url("/take")) == []
    assert anyio.run(_examined, "http://127.0.0.1:1/take") == ["desk_webhook_unreachable"]


# ---- signatures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "now", "genuine"),
    [
        (signature(SECRET, b"{}", 1_000), 1_000, True),
        (signature(SECRET, b"{}", 1_000), 1_000 + FRESH_SECONDS - 1, True),
        (signature(SECRET, b"{}", 1_000), 1_000 + FRESH_SECONDS, False),
        (signature(SECRET, b"{}", 1_000), 1_000 - FRESH_SECONDS, False),
        (signature(SECRET, b"{ }", 1_000), 1_000, False),
        (signature("another secret, as long", b"{}", 1_000), 1_000, False),
        ("", 1_000, False),
        ("t=,v1=", 1_000, False),
        ("t=1000", 1_000, False),
        ("t=1000,v1=é", 1_000, False),
        ("t=" + "9" * 400 + ",v1=00", 1_000, False),
    ],
)
def test_only_a_fresh_signature_of_the_body_is_genuine(
    header: str, now: float, genuine: bool
) -> None:
    assert is_genuine(header, SECRET, b"{}", now) is genuine


# ---- what the help desk says --------------------------------------------------------------------


def said(body: bytes, header: str | None = None) -> tuple[int, RecordingIntake]:
    intake = RecordingIntake()
    with serving_hooks({"desk_webhook": desk_for("http://127.0.0.1:1/")}, intake) as server:
        signed = signature(SECRET, body, int(time.time())) if header is None else header
        answer = httpx.post(
            server.hook("desk_webhook", "word"), content=body,
            headers={"Tactful-Signature": signed} if signed else {},
        )  # fmt: skip
    return answer.status_code, intake


def test_an_answer_of_the_help_desk_comes_in() -> None:
    word = {"id": "8c1f", "case": "3", "word": "answer", "text": "On its way", "who": "Ben"}
    status, intake = said(json.dumps(word).encode())
    assert status == 202
    assert intake.signals == [
        CaseWord(case="3", word="answer", dedup="8c1f", text="On its way", who="Ben")
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"id": "1", "case": "3", "word": "shout"}', 400),
        (b'{"id": "1", "case": "3", "word": "answer", "text": " "}', 400),
        (b'{"id": "1", "case": "3", "word": "close", "more": 1}', 400),
        (b'{"id": "1", "case": "3", "word": "close"}', 202),
        (b'{"id": "1", "case": "3", "word": "give back"}', 202),
    ],
)
def test_what_cannot_be_read_is_told(body: bytes, status: int) -> None:
    got, intake = said(body)
    assert got == status
    assert len(intake.signals) == (status == 202)


@pytest.mark.parametrize("header", ["", "t=1,v1=00"])
def test_who_does_not_sign_is_not_heard(header: str) -> None:
    status, intake = said(b'{"id": "1", "case": "3", "word": "close"}', header)
    assert (status, intake.signals) == (403, [])


# ---- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "secret", "told"),
    [
        ("http://help.example.com/x", SECRET, "unencrypted"),
        ("help.example.com", SECRET, "not a web address"),
        ("https://help.example.com", "short", "fewer than 16"),
    ],
)
def test_a_setting_that_would_not_do_is_told(
    tmp_path: Path, url: str, secret: str, told: str
) -> None:
    text = f'[plugins.desk_webhook]\nurl = "{url}"\nsecret = {{ env = "DESK" }}\n'
    config = parse_config(text, tmp_path / "tactful.toml")
    host = PluginHost("desk_webhook", config, tmp_path, {"DESK": secret})
    with pytest.raises(ConfigInvalid, match=told):
        host.settings(WebhookSettings)

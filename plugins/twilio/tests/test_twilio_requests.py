"""Every request that the channel can make is one that Twilio's OpenAPI file allows (Prism)."""

from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tactful.runtime.ports import Accepted, Attachment, Finding, Message, Refused, Retry, Unknown
from tactful.testing import sample_message
from tactful.values import SECOND
from tests.servers.local_twilio import NUMBER, SERVICE
from tests.servers.sending import send

PUBLIC = "https://care.example.com"
EXAMPLE = "AA" + "a" * 32  # what the file gives as the SID of what was created, but for its kind


REQUESTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "from a number": ({"sender": NUMBER}, {}),
    "from a short code": ({"sender": "72345"}, {}),
    "from a name": ({"sender": "Acme Care"}, {}),
    "by a service": ({"sender": SERVICE}, {}),
    "from a number of a service": ({"sender": NUMBER}, {"messaging_service": SERVICE}),
    "smart encoding": ({"text": "“Hello” – it’s us…"}, {"smart_encoding": True}),
    "without an end": ({"expires_at": None}, {}),
    "a short stay in the queue": ({}, {"validity": "5 seconds"}),
    "all letters": ({"text": "您的订单 & Ваш = заказ + 👩‍👩‍👧 % 100"}, {}),
    "a very long text": ({"text": "x" * 1_600}, {}),
    "a picture message without a picture": ({"channel": "mms"}, {}),
    "a call": ({"channel": "voice"}, {}),
    "a call that is told from machines": (
        {"channel": "voice", "keys": ("1", "2"), "leave": "Please call us back."},
        {"public": PUBLIC},
    ),
    "a call with callbacks": ({"channel": "voice"}, {"public": PUBLIC}),
    "with callbacks": ({"attempt": "a/b?c&d=ä"}, {"public": PUBLIC}),
}


@pytest.mark.parametrize("what", REQUESTS)
def test_the_request_is_valid(what: str, prism_url: str, make: Any) -> None:
    changes, settings = REQUESTS[what]
    message = sample_message("sms", **({"sender": NUMBER} | changes))
    outcome = send(make(prism_url, **settings), message)
    assert isinstance(outcome, Accepted), outcome
    assert len(outcome.id) == len(EXAMPLE)


def test_a_request_with_pictures_is_valid(prism_url: str, make: Any, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"GIF89a")
    pictures = tuple(
        Attachment(f"picture {n}.gif", str(tmp_path / "a"), "image/gif") for n in range(10)
    )
    message = sample_message("mms", sender=NUMBER, attachments=pictures)
    assert isinstance(send(make(prism_url, public=PUBLIC), message), Accepted)


@pytest.mark.parametrize("medium", ["sms", "voice"])
def test_what_is_asked_to_find_a_lost_answer_is_valid(
    medium: Any, prism_url: str, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[int] = []

    async def note(answer: httpx.Response) -> None:
        answers.append(answer.status_code)

    noting = partial(httpx.AsyncClient, event_hooks={"response": [note]})
    monkeypatch.setattr("tactful_twilio.transport.httpx.AsyncClient", noting)

    async def ask() -> Any:
        channel = make(prism_url)
        try:
            return await channel.reconcile(sample_message(medium, sender=NUMBER))
        finally:
            await channel.aclose()

    assert anyio.run(ask) is None
    assert answers == ([200] if medium == "voice" else [200, 200])


def test_what_is_asked_for_an_examination_is_valid(prism_url: str, make: Any) -> None:
    async def ask() -> list[Finding]:
        channel = make(prism_url)
        try:
            return list(await channel.examine())
        finally:
            await channel.aclose()

    found = {one.code: one.message for one in anyio.run(ask)}
    # The file's own example of a number breaks the file's rules: that is a 500 of Prism. A request
    # that is not valid would be a 422.
    assert found.pop("twilio_refused").endswith("the numbers of the account (status 500)")
    assert set(found) == {"twilio_not_called_back"}


def test_a_request_that_is_not_valid_would_be_seen(prism_url: str, make: Any) -> None:
    channel = make(prism_url)
    channel._messages.parameters = _without_recipient
    assert isinstance(send(channel, sample_message("sms", sender=NUMBER)), Refused | Retry)


async def _without_recipient(message: Message, now: int) -> dict[str, Any]:
    return {"to": None, "from_": NUMBER, "body": "x", "validity_period": 3.5}


@pytest.mark.parametrize("medium", ["sms", "voice"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Refused), (404, Refused), (429, Retry), (500, Unknown), (503, Unknown)],
)
def test_each_answer_of_the_file_has_its_outcome(
    status: int,
    kind: type,
    medium: Any,
    prism_url: str,
    make: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forced = partial(httpx.AsyncClient, headers={"Prefer": f"code={status}"})
    monkeypatch.setattr("tactful_twilio.transport.httpx.AsyncClient", forced)
    outcome = send(make(prism_url), sample_message(medium, sender=NUMBER))
    assert isinstance(outcome, kind), outcome
    if isinstance(outcome, Retry):
        assert 0 < outcome.after <= SECOND
    if isinstance(outcome, Refused):
        assert outcome.kind == "configuration"

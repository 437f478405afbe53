"""The events API: what is taken, what is refused and where, and who may call."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.errors import StoreInvalid
from tactful.plugins.config import parse_config
from tactful.runtime.reception import Reception
from tactful.store.memory import MemoryStore
from tactful.store.rows import SignalRow
from tactful.values import HOUR, MINUTE, Rate
from tactful.web.api.access import Access, Allowance, Token, tokens_of
from tactful.web.api.events import EventsApi
from tactful.web.api.openapi import describe
from tactful.web.api.routes import api_routes
from tactful.web.app import make_app
from tactful.web.hooks import Hooks
from tests.house.source import ROOT
from tests.runtime.stage import NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

WAITING = """\
journey:
  send sms "Late."
  wait up to 3 hours:
    on event found: tag found
    on event found with same first_name: tag same
    on timeout: tag silent
"""
CAMPAIGN = compile_flow(WAITING)
SHOP = Token("shop", sha256(b"shop-secret").digest(), frozenset({"events"}))
POOR = Token("poor", sha256(b"poor-secret").digest(), frozenset())
EVENT = {"name": "found", "key": "P-1", "values": {"amount": 6}}


@dataclass
class Api:
    """An API over a stage."""

    stage: Stage
    client: httpx.AsyncClient

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        """Post a body, with a token that may."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        usual = {"content-type": "application/json", "authorization": "Bearer shop-secret"}
        told = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        return await self.client.post("/api/events", content=content, headers=usual | told)

    async def signals(self) -> Sequence[SignalRow]:
        """Return the events that wait to be taken in."""
        return (await self.stage.engine.store.news()).signals


@asynccontextmanager
async def api(
    tokens: Sequence[Token] = (SHOP, POOR), *, local: bool = False, rate: str = "1000 per second"
) -> AsyncIterator[Api]:
    """Serve the API over a stage with a launch under way, on a virtual clock."""
    async with on_stage() as stage:
        await stage.begin(CAMPAIGN, [person(1), person(2)])
        events = EventsApi(
            Reception(stage.session),
            stage.session.all_launches,
            Access(tokens, local=local),
            Allowance(Rate.parse(rate), clock=lambda: 0.0),
        )
        server = "https://care.example.com"
        app = make_app(Hooks(server), lambda: True, api_routes(events, server))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as http:
            yield Api(stage, http)


async def test_an_event_reaches_the_journey_of_its_key() -> None:
    async with api() as served:
        active = served.stage.session.engine.actives[1]
        await served.stage.run_until(NINE + MINUTE)
        answer = await served.post(EVENT)
        assert (answer.status_code, answer.json()) == (202, {"taken": 1})
        await served.stage.run(active)
        tags = {line["recipient"]: line["tag"] for line in await served.stage.lines("tag")}
    assert tags == {"P-1": "found", "P-2": "silent"}


async def test_an_event_without_a_key_reaches_all_with_the_same_value() -> None:
    async with api() as served:
        active = served.stage.session.engine.actives[1]
        await served.stage.run_until(NINE + MINUTE)
        body = {"name": "found", "campaign": "late-order", "values": {"first_name": "Ana2"}}
        assert (await served.post(body)).status_code == 202
        await served.stage.run(active)
        tags = {line["recipient"]: line["tag"] for line in await served.stage.lines("tag")}
    assert tags == {"P-1": "silent", "P-2": "same"}


async def test_a_hundred_events_go_in_one_request() -> None:
    async with api() as served:
        body = {"events": [{"name": "found", "key": f"P-{n}"} for n in range(100)]}
        assert (await served.post(body)).json() == {"taken": 100}
        assert [row.key for row in await served.signals()] == [f"P-{n}" for n in range(100)]
        more = {"events": [*body["events"], {"name": "found", "key": "x"}]}
        answer = await served.post(more)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "/events"


async def test_a_repeat_is_answered_alike_and_counts_once() -> None:
    async with api() as served:
        for _ in range(3):
            assert (await served.post({**EVENT, "id": "one"})).status_code == 202
            assert (await served.post(EVENT, Idempotency_Key='"two"')).status_code == 202
            batch = {"events": [EVENT, EVENT]}
            assert (await served.post(batch, Idempotency_Key="three")).status_code == 202
        names = [row.dedup for row in await served.signals()]
    assert names == [
        "event:shop:one",
        "event:shop:two#0",
        "event:shop:three#0",
        "event:shop:three#1",
    ]


async def test_events_without_a_name_of_their_own_count_each_time() -> None:
    async with api() as served:
        for _ in range(3):
            await served.post(EVENT)
        assert len(await served.signals()) == 3


WRONG: list[tuple[Any, int, str]] = [
    (b"{", 400, ""),
    (b"\xff", 400, ""),
    (b'{"name": "\\ud83d", "key": "a"}', 400, ""),
    ([], 422, ""),
    ("found", 422, ""),
    ({}, 422, "/name"),
    ({"name": "found"}, 422, ""),
    ({"name": "found", "key": ""}, 422, "/key"),
    ({"name": "a b", "key": "P-1"}, 422, "/name"),
    ({"name": 1, "key": "P-1"}, 422, "/name"),
    ({"name": "found", "key": 1}, 422, "/key"),
    ({"name": "found", "kye": "P-1", "values": {"a": 1}}, 422, "/kye"),
    ({"name": "found", "values": {"a": [1]}}, 422, "/values/a"),
    ({"name": "found", "values": {"a": None}}, 422, "/values/a"),
    ({"name": "found", "values": {"a": 2**70}}, 422, "/values/a"),
    (b'{"name": "found", "key": "P-1", "values": {"a": NaN}}', 422, "/values/a"),
    ({"name": "found", "values": {"a b": 1}}, 422, "/values/a b"),
    ({"events": []}, 422, "/events"),
    ({"events": [EVENT, {"name": "found"}]}, 422, "/events/1"),
    ({"events": [EVENT, {"key": "x"}], "more": 1}, 422, "/events/1/name"),
    ({**EVENT, "campaign": "other"}, 422, "/campaign"),
    ({"events": [EVENT, {**EVENT, "campaign": "other"}]}, 422, "/events/1/campaign"),
]


@pytest.mark.parametrize(("body", "status", "where"), WRONG, ids=str)
async def test_what_is_wrong_is_told_with_its_place(body: Any, status: int, where: str) -> None:
    async with api() as served:
        answer = await served.post(body)
        assert await served.signals() == ()
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["detail"]
    if where:
        assert any(one["where"].startswith(where) for one in problem["errors"])


NEARLY = st.from_regex(r'\{"name": ?"[a-z]{1,9}", ?"key": [^\ud800-\udfff]{0,30}\}', fullmatch=True)


@given(body=st.binary(max_size=300) | NEARLY.map(str.encode))
@settings(max_examples=100)
async def test_no_body_makes_it_fail(body: bytes) -> None:
    async with api() as served:
        assert (await served.post(body)).status_code in (202, 400, 422)


async def test_a_text_that_cannot_be_kept_is_mended() -> None:
    async with api() as served:
        assert (await served.post({**EVENT, "values": {"a": "x\x00y"}})).status_code == 202
        (row,) = await served.signals()
    assert row.data is not None
    assert msgspec.json.decode(row.data) == {"a": "x\ufffdy"}


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer", 401),
        ("Bearer wrong", 401),
        ("Basic shop-secret", 401),
        ("Bearer poor-secret", 403),
        ("bearer  shop-secret", 202),
    ],
)
async def test_only_a_token_with_the_scope_may_tell_events(header: str, status: int) -> None:
    async with api() as served:
        answer = await served.post(EVENT, Authorization=header)
        assert answer.status_code == status
        assert len(await served.signals()) == (status == 202)
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Host": "localhost:8080"}, 202),
        ({"Host": "[::1]:8080"}, 202),
        ({"Host": "care.example.com"}, 403),
        ({"X_Forwarded_For": "203.0.113.9"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Content_Type": "text/plain"}, 415),
    ],
    ids=str,
)
async def test_without_tokens_only_programs_on_this_machine_are_let_in(
    headers: dict[str, str], status: int
) -> None:
    async with api((), local=True) as served:
        assert (await served.post(EVENT, **headers)).status_code == status


async def test_without_tokens_nobody_is_let_in_where_others_reach_us() -> None:
    async with api((), local=False) as served:
        answer = await served.post(EVENT)
    assert answer.status_code == 403
    assert "[server.tokens]" in answer.json()["detail"]


async def test_tokens_close_the_way_without_one() -> None:
    async with api(local=True) as served:
        assert (await served.post(EVENT, Authorization="")).status_code == 401


async def test_more_than_may_come_at_once_is_put_off() -> None:
    async with api(rate="5 per second") as served:
        for _ in range(5):
            assert (await served.post(EVENT)).status_code == 202
        answer = await served.post(EVENT)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with api() as served:
        assert (await served.post(b" " * (2**20 + 1))).status_code == 413


async def test_what_could_not_be_kept_is_to_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreInvalid("the disk is full")

    async with api() as served:
        monkeypatch.setattr(MemoryStore, "submit", full)
        answer = await served.post(EVENT)
        monkeypatch.undo()
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


async def test_the_descriptions_stand_alone() -> None:
    async with api() as served:
        described = (await served.client.get("/api/openapi.json")).json()
        page = await served.client.get("/api")
    assert described == describe("https://care.example.com")
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "https://care.example.com"}]
    assert "https://care.example.com/api/events" in page.text
    assert "src=" not in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def _refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(_refs, value.values())) if value else own
    return set().union(*map(_refs, value)) if isinstance(value, list) and value else set()


def test_the_description_names_no_schema_that_is_not_there() -> None:
    described = describe("https://care.example.com")
    names = {ref.rpartition("/")[2] for ref in _refs(described)}
    assert names <= described["components"]["schemas"].keys()


def test_tokens_are_looked_up_and_short_ones_refused() -> None:
    text = '[server.tokens.shop]\nsecret = { env = "SHOP" }\n'
    config = parse_config(text, ROOT / "tactful.toml")
    (token,) = tokens_of(config, {"SHOP": "x" * 32})
    assert (token.name, token.scopes) == ("shop", frozenset({"events"}))
    with pytest.raises(Exception, match="fewer than 20 characters"):
        tokens_of(config, {"SHOP": "short"})
    with pytest.raises(Exception, match="SHOP"):
        tokens_of(config, {})


def test_an_allowance_grows_back() -> None:
    now = 0.0
    allowance = Allowance(Rate.parse("10 per 10 seconds"), clock=lambda: now)
    allowance.take("a", 10)
    allowance.take("b", 10)
    with pytest.raises(Exception, match="more events"):
        allowance.take("a", 1)
    now = 1.0
    allowance.take("a", 1)
    now = float(HOUR)
    allowance.take("a", 10)
    with pytest.raises(Exception, match="more events"):
        allowance.take("a", 1)

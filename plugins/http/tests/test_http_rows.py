"""Whatever form the answer has, its rows come out; from allowed hosts only, and within limits."""

import csv
import io
import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest

from tactful.errors import AudienceInvalid
from tactful.language.sources import Hosts
from tactful.plugins import Secret
from tactful.runtime.ports import AudienceSource, Finding, Row, RowProblem
from tactful.testing import Answer, AudienceContract, Request, Server, serving
from tactful.testing.servers import as_json, packed
from tactful.values import Duration
from tactful_http import HttpAudience, HttpSettings

Item = Row | RowProblem | Finding


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(lambda request: Answer(status=404)) as running:
        yield running


@pytest.fixture
def reader() -> Iterator[HttpAudience]:
    made = HttpAudience(HttpSettings())
    yield made
    anyio.run(made.aclose)


class Contract(AudienceContract):
    content_type: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _run(self, server: Server, reader: HttpAudience) -> None:
        self.server = server
        self._reader = reader

    def reader(self) -> HttpAudience:
        return self._reader

    @abstractmethod
    def body(self, columns: Sequence[str], rows: list[Sequence[str]], bad: int) -> bytes:
        """Return an answer with these rows, and so many that cannot be read."""

    def _serve(
        self, columns: Sequence[str], rows: Iterable[Sequence[str]], bad: int
    ) -> AudienceSource:
        body = self.body(columns, list(rows), bad)
        headers = {"Content-Type": self.content_type}
        self.server.respond = lambda request: Answer(body, headers=headers)
        return source(self.server, "/people")

    def write(
        self, folder: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> AudienceSource:
        return self._serve(columns, rows, 0)

    def spoil(
        self, folder: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], bad: int
    ) -> AudienceSource:
        return self._serve(columns, rows, bad)

    def absent(self, folder: Path) -> AudienceSource:
        return source(self.server, "/none")


class TestJson(Contract):
    content_type = "application/json; charset=utf-8"

    def body(self, columns: Sequence[str], rows: list[Sequence[str]], bad: int) -> bytes:
        items: list[Any] = [dict(zip(columns, row, strict=True)) for row in rows]
        if bad:
            items[bad - 1] = 7
        if not rows:
            return b"[]"
        return json.dumps({"count": len(items), "people": items}).encode()


class TestJsonLines(Contract):
    content_type = "application/x-ndjson"

    def body(self, columns: Sequence[str], rows: list[Sequence[str]], bad: int) -> bytes:
        lines = [json.dumps(dict(zip(columns, row, strict=True))) for row in rows]
        if bad:
            lines[bad - 1] = lines[bad - 1][:-1]
        return "\n".join(lines).encode()


class TestCsv(Contract):
    content_type = "text/csv"

    def body(self, columns: Sequence[str], rows: list[Sequence[str]], bad: int) -> bytes:
        out = io.StringIO()
        written = [row[:-1] if at == bad else row for at, row in enumerate(rows, 1)]
        csv.writer(out).writerows([columns, *written])
        return out.getvalue().encode()


def source(server: Server, path: str, token: str = "", *hosts: str) -> AudienceSource:
    options = {"token": Secret(token, "env GRID_TOKEN")} if token else {}
    return AudienceSource(server.url(path), options, {}, Hosts.of([server.host, *hosts]))


def read(reader: HttpAudience, wanted: AudienceSource) -> list[Item]:
    async def collect() -> list[Item]:
        return [item async for item in reader.rows(wanted)]

    return anyio.run(collect)


PEOPLE = [{"id": 1, "name": {"first": "Zoë"}, "total": 19.90}, {"id": 2, "ok": True}]
ROWS = [
    Row(1, {"id": "1", "name.first": "Zoë", "total": "19.9"}),
    Row(2, {"id": "2", "ok": "yes"}),
]
LINES = "\n".join(map(json.dumps, PEOPLE)).encode()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/people", as_json(PEOPLE)),
        ("/people", as_json({"people": PEOPLE})),
        ("/people", as_json({"count": 2, "tags": {"list": [1]}, "people": PEOPLE, "next": None})),
        ("/people", packed(as_json(PEOPLE))),
        ("/people", Answer(json.dumps(PEOPLE, indent=2).encode())),
        ("/people.json?late=1", Answer(json.dumps(PEOPLE).encode(), 200, {"Content-Type": "x/y"})),
        ("/people", Answer(LINES, headers={"Content-Type": "application/jsonl"})),
        ("/people", Answer(LINES, headers={"Content-Type": "application/json"})),
        ("/people.jsonl", Answer(LINES, headers={"Content-Type": "text/plain"})),
        ("/people", Answer(b"\xef\xbb\xbf" + LINES)),
    ],
)
def test_one_list_answered_in_many_ways_is_read_the_same(
    server: Server, reader: HttpAudience, path: str, answer: Answer
) -> None:
    server.respond = lambda request: answer
    assert tuple(reader.columns(source(server, path))) == ("id", "name.first", "total", "ok")
    assert read(reader, source(server, path)) == ROWS
    assert len(server.requests) == 1


def test_numbers_keep_their_digits(server: Server, reader: HttpAudience) -> None:
    body = b'[{"a": 12345678901234567890, "b": 19.90, "c": 1e2}]'
    server.respond = lambda request: Answer(body, headers={"Content-Type": "application/json"})
    cells = {"a": "12345678901234567890", "b": "19.90", "c": "100"}
    assert read(reader, source(server, "/x")) == [Row(1, cells)]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (as_json({"a": [{}], "b": [{}]}), "several lists: `a`, `b`"),
        (as_json({"count": 2}), "no list of rows"),
        (as_json("x"), "no list of rows"),
        (Answer(b'[{"id": 1}, {"id"', headers={"Content-Type": "application/json"}), "broken JSON"),
        (Answer(b'[{"id": "\xff"}]', headers={"Content-Type": "application/json"}), "broken JSON"),
        (Answer(b"<!doctype html><h1>Log in", headers={"Content-Type": "text/html"}), "a web page"),
        (Answer(b"  <html>", headers={"Content-Type": "application/json"}), "a web page"),
        (Answer(b"", headers={"Content-Type": "text/csv"}), "is empty"),
        (Answer(b"[]", cut=5), "cannot be reached"),
        (Answer(b"[]", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
        (Answer(status=500), "answers 500 Internal Server Error"),
        (Answer(status=204), "answers 204"),
        (Answer(b"<h1>Sorry</h1>\n<p>Come back later.</p>", 503), "503.*“Sorry Come back later.”"),
        (Answer(b"x" * 5_000, 400), "400 Bad Request: “x{119}…”"),
    ],
)
def test_an_answer_that_is_no_list_is_told_with_a_way_out(
    server: Server, reader: HttpAudience, answer: Answer, says: str
) -> None:
    server.respond = lambda request: answer
    for ask in (
        lambda: reader.columns(source(server, "/people?key=s3cret")),
        lambda: read(reader, source(server, "/people?key=s3cret")),
    ):
        with pytest.raises(AudienceInvalid, match=says) as raised:
            ask()
        assert raised.value.help
        assert "s3cret" not in str(raised.value)


def test_a_server_that_does_not_run_is_told(reader: HttpAudience) -> None:
    with serving(lambda request: Answer()) as server:
        gone = source(server, "/people")
    with pytest.raises(AudienceInvalid, match="cannot be reached"):
        read(reader, gone)


# ---- hosts and tokens ---------------------------------------------------------------------------


def sends_on(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_who_is_sent_on_within_the_host_follows(
    server: Server, reader: HttpAudience, status: int
) -> None:
    server.respond = lambda request: (
        sends_on("/new", status) if request.path == "/old" else as_json(PEOPLE)
    )
    assert read(reader, source(server, "/old", "s3cret")) == ROWS
    assert [r.headers.get("authorization") for r in server.requests] == ["Bearer s3cret"] * 2


@pytest.mark.promise("SECRET")
def test_nobody_is_followed_to_a_host_that_is_not_allowed(
    server: Server, reader: HttpAudience
) -> None:
    with serving(lambda request: as_json(PEOPLE)) as other:
        server.respond = lambda request: sends_on(other.url("/people"))
        with pytest.raises(AudienceInvalid, match=f"sends us on.*{other.host}") as raised:
            read(reader, source(server, "/people"))
        assert raised.value.help
        assert other.requests == []


@pytest.mark.promise("SECRET")
def test_another_host_is_not_shown_the_token(server: Server, reader: HttpAudience) -> None:
    with serving(lambda request: as_json(PEOPLE)) as other:
        server.respond = lambda request: sends_on(other.url("/people"))
        assert read(reader, source(server, "/people", "s3cret", other.host)) == ROWS
        assert server.requests[0].headers["authorization"] == "Bearer s3cret"
        assert "authorization" not in other.requests[0].headers


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_nobody_is_followed_to_what_is_no_web_address(
    server: Server, reader: HttpAudience, to: str
) -> None:
    server.respond = lambda request: sends_on(to)
    with pytest.raises(AudienceInvalid, match="is not a web address"):
        read(reader, source(server, "/people"))


def test_who_is_sent_round_in_a_circle_stops(server: Server, reader: HttpAudience) -> None:
    server.respond = lambda request: sends_on("/people")
    with pytest.raises(AudienceInvalid, match="more than 5 times"):
        read(reader, source(server, "/people"))
    assert len(server.requests) == 6


def test_a_host_that_is_not_allowed_is_not_asked(server: Server, reader: HttpAudience) -> None:
    wanted = AudienceSource(server.url("/people"), {}, {}, Hosts.of(["grid.example.com"]))
    with pytest.raises(AudienceInvalid, match="does not allow") as raised:
        reader.columns(wanted)
    assert server.host in raised.value.help
    assert server.requests == []


@pytest.mark.promise("SECRET")
def test_a_token_never_goes_over_an_open_line(reader: HttpAudience) -> None:
    hosts = Hosts.of(["grid.invalid"])
    options = {"token": Secret("s3cret", "env GRID_TOKEN")}
    with pytest.raises(AudienceInvalid, match="over plain http") as raised:
        reader.columns(AudienceSource("http://grid.invalid/people", options, {}, hosts))
    assert "https" in raised.value.help


@pytest.mark.promise("SECRET")
@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_is_told_and_not_repeated(
    server: Server, reader: HttpAudience, status: int
) -> None:
    server.respond = lambda request: Answer(b"unknown token: s3cret", status)
    with pytest.raises(AudienceInvalid, match=str(status)) as raised:
        read(reader, source(server, "/people", "s3cret"))
    assert "token" in raised.value.help
    assert "s3cret" not in str(raised.value)


# ---- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [False, True])
def test_an_answer_that_is_too_large_is_refused(server: Server, pack: bool) -> None:
    reader = HttpAudience(HttpSettings(largest_mb=1))
    answer = as_json([{"id": "x" * 1_100_000}])
    server.respond = lambda request: packed(answer) if pack else answer
    with pytest.raises(AudienceInvalid, match="more than 1 MB") as raised:
        read(reader, source(server, "/people"))
    assert "largest_mb" in raised.value.help


def test_a_server_that_says_nothing_is_given_up(server: Server) -> None:
    reader = HttpAudience(HttpSettings(timeout=Duration.parse("1 second")))
    server.respond = lambda request: Answer(silent=True)
    with pytest.raises(AudienceInvalid, match="does not answer within 1 second"):
        read(reader, source(server, "/people"))


# ---- asked again --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "asks"),
    [({"ETag": '"v1"'}, "if-none-match"), ({"Last-Modified": "Tue, 24 Nov 2026 09:00:00 GMT"},
                                          "if-modified-since")],
)  # fmt: skip
def test_who_asks_again_asks_for_what_is_new(
    server: Server, reader: HttpAudience, says: dict[str, str], asks: str
) -> None:
    def respond(request: Request) -> Answer:
        known = request.headers.get(asks) in says.values()
        return Answer(status=304) if known else as_json(PEOPLE, **says)

    server.respond = respond
    wanted = source(server, "/people")
    assert [read(reader, wanted) for _ in range(3)] == [ROWS] * 3
    assert [asks in request.headers for request in server.requests] == [False, True, True]
    server.respond = lambda request: as_json([{"id": 3}], ETag='"v2"')
    assert read(reader, wanted) == [Row(1, {"id": "3"})]
    assert tuple(reader.columns(wanted)) == ("id",)


def test_what_one_token_was_answered_is_not_told_to_another(
    server: Server, reader: HttpAudience
) -> None:
    server.respond = lambda request: as_json(PEOPLE, ETag='"v1"')
    read(reader, source(server, "/people", "one"))
    read(reader, source(server, "/people", "two"))
    assert "if-none-match" not in server.requests[1].headers


def test_answers_are_for_their_owner_only_and_go_away(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reader = HttpAudience(HttpSettings())
    server.respond = lambda request: as_json(PEOPLE)
    for _ in range(3):
        read(reader, source(server, "/people"))
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert len(list(folder.rglob("people"))) == 1
    anyio.run(reader.aclose)
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_cannot_be_used_leaves_nothing_on_the_disk(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reader = HttpAudience(HttpSettings(largest_mb=1))
    server.respond = lambda request: Answer(b"x" * 1_500_000)
    for _ in range(2):
        with pytest.raises(AudienceInvalid, match="more than 1 MB"):
            reader.columns(source(server, "/big"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    anyio.run(reader.aclose)

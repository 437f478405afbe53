"""Channels, policies and readers that do more than raise: the engine and the others go on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest

from tactful.errors import AudienceInvalid
from tactful.graph.compile import compile_source
from tactful.language import Installed, Vocabulary
from tactful.language.sources import Takes
from tactful.language.words import CORE_WORDS
from tactful.runtime.audience.opening import open_audience
from tactful.runtime.judging import remarks_on, view_of
from tactful.runtime.loading import load_in_time
from tactful.runtime.ports import (
    Accepted,
    AudienceSource,
    Finding,
    FlowView,
    Message,
    PolicyVerdict,
    Refused,
    Retry,
    Row,
    SendOutcome,
)
from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import HOUR
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person

pytestmark = [pytest.mark.anyio, pytest.mark.promise("POISON")]

ONE = 'journey:\n  send sms "Hello {{ first_name }}"\n'


# ---- channels -----------------------------------------------------------------------------------


def raising(error: BaseException) -> Callable[[Message], Any]:
    def answer(message: Message) -> Any:
        raise error

    return answer


class Wordless(Exception):
    """An error that cannot say what is wrong."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


ANSWERS: list[tuple[Callable[[Message], Any], str, str]] = [
    (raising(SystemExit(3)), "in doubt", "it tried to end the program"),
    (raising(Wordless()), "in doubt", "Wordless: it cannot say"),
    (raising(ValueError("half \ud83d of \x00")), "in doubt", "ValueError: half \ufffd of \ufffd"),
    (raising(ValueError("long " * 10_000)), "in doubt", "ValueError: long"),
    (lambda m: Accepted(None), "in doubt", "gave no outcome"),  # type: ignore[arg-type]
    (lambda m: Retry("soon", "busy"), "in doubt", "gave no outcome"),  # type: ignore[arg-type]
    (lambda m: Refused("bad \ud83d\x00"), "rejected", "bad \ufffd\ufffd"),
    (lambda m: Refused(None), "in doubt", "gave no outcome"),  # type: ignore[arg-type]
    (lambda m: "sent", "in doubt", "gave no outcome, but 'sent'"),
    (lambda m: Accepted("id \ud83d"), "accepted", ""),
]  # fmt: skip


class Answering(RecordingChannel):
    """A channel that answers as it is told for one person, whatever that is."""

    def __init__(self, answer: Callable[[Message], Any]) -> None:
        super().__init__()
        self.answering = answer

    async def send(self, message: Message) -> SendOutcome:
        if message.key == "P-1":
            return self.answering(message)  # type: ignore[no-any-return]
        return await super().send(message)


@pytest.mark.parametrize(("answer", "state", "why"), ANSWERS)
async def test_an_answer_that_no_channel_may_give_concerns_its_message_only(
    store: Store, answer: Callable[[Message], Any], state: str, why: str
) -> None:
    async with on_stage(store, channel=Answering(answer)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(4)])
        await stage.run(active)
        rows = await stage.ledger()
    assert [row.state for row in rows] == ["delivered", state, "delivered", "delivered"]
    assert why in (rows[1].reason or "")
    assert len(rows[1].reason or "") <= 500


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_cancellation_of_a_channels_own_making_is_in_doubt(anyio_backend: str) -> None:
    async with on_stage(channel=Answering(raising(asyncio.CancelledError()))) as stage:
        active = await stage.begin(compile_flow(ONE), [person(n) for n in range(4)])
        await stage.run(active)
        rows = await stage.ledger()
    assert [row.state for row in rows] == ["delivered", "in doubt", "delivered", "delivered"]
    assert rows[1].reason == "it was cancelled from within"


# ---- policies -----------------------------------------------------------------------------------


class Odd:
    """A policy that does as it is told, for messages and for campaigns."""

    name = "fake"
    version = "1"

    def __init__(self, verdict: Callable[[], Any], findings: Callable[[], Any] = tuple) -> None:
        self._verdict, self._findings = verdict, findings

    def check_flow(self, flow: FlowView) -> Sequence[Finding]:
        return self._findings()  # type: ignore[no-any-return]

    async def check_message(self, message: Message, facts: Mapping[str, Any]) -> PolicyVerdict:
        return self._verdict()  # type: ignore[no-any-return]


def boom(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(
    "verdict",
    [
        boom(SystemExit(3)),
        boom(Wordless()),
        lambda: PolicyVerdict("perhaps", "fake"),  # type: ignore[arg-type]
        lambda: True,
    ],
)
async def test_a_policy_without_a_proper_verdict_refuses(verdict: Callable[[], Any]) -> None:
    async with on_stage(policies=(Odd(verdict),)) as stage:
        active = await stage.begin(compile_flow(ONE), [person(1)])
        await stage.run(active)
        assert await stage.ends() == {"P-1": "unreachable"}
    assert stage.channel.messages == []


@pytest.mark.promise("CLOSED")
async def test_a_policy_that_is_gone_holds_its_campaign_and_says_so(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(f"policy gone\n{ONE}"), [person(1)])
        await stage.run_until(NINE + HOUR)
        assert active.lanes["text"].of({}).row.problem == "the policy `gone` is not installed"
    assert stage.channel.messages == []


def told(findings: Callable[[], Any]) -> list[tuple[str, int, str]]:
    """Return what is told of a flow whose policy finds this."""
    policies = {"fake": Odd(lambda: None, findings)}
    compiled = compile_source(
        f"{HEAD}policy fake\n{ONE}",
        path="test.flow",
        vocabulary=Vocabulary({"core": tuple(CORE_WORDS)}),
        installed=Installed(
            audiences={"csv": Takes()}, channels=frozenset({"outbox"}), policies={"fake"}
        ),
        judge=lambda campaign: remarks_on(campaign, policies),
    )
    severe = any(found.severity == "error" for found in compiled.diagnostics)
    assert (compiled.campaign is None) == severe
    return [(found.severity, found.span.line, found.message) for found in compiled.diagnostics]


_LINE = HEAD.count("\n") + 1


@pytest.mark.promise("CLOSED")
@pytest.mark.parametrize(
    ("findings", "severity", "line", "says"),
    [
        (lambda: [Finding("error", "offer", "it sells", 3)], "error", 3, "says: it sells"),
        (lambda: [Finding("warning", "offer", "it may sell")], "warning", _LINE, "it may sell"),
        (lambda: [Finding("warning", "offer", "lost", 9_999)], "warning", 1, "lost"),
        (boom(RuntimeError("boom")), "error", _LINE, "it failed, so nothing may leave"),
        (boom(SystemExit(3)), "error", _LINE, "it failed"),
        (lambda: None, "error", _LINE, "it failed"),
        (lambda: ["it sells"], "error", _LINE, "it failed"),
    ],
)
def test_what_a_policy_finds_in_a_campaign_is_told_at_its_line(
    findings: Callable[[], Any], severity: str, line: int, says: str
) -> None:
    ((is_severe, at, message),) = told(findings)
    assert (is_severe, at) == (severity, line)
    assert message.startswith("the policy `fake` says: ")
    assert says in message


def test_a_note_of_a_policy_is_no_diagnostic() -> None:
    assert told(lambda: [Finding("note", "length", "it is short")]) == []


def test_a_policy_sees_every_text_with_its_line() -> None:
    view = view_of(compile_flow(ONE))
    assert (view.name, view.purpose, view.owner) == ("Late order", "service", "care@example.com")
    assert view.senders["sms"] == "+353 1 555 0100"
    (text,) = view.texts
    assert (text.channel, text.stage, text.text) == ("sms", "journey", "Hello {{ first_name }}")
    assert text.line == HEAD.count("\n") + 2


# ---- readers ------------------------------------------------------------------------------------


class Reader:
    """An audience reader that does as it is told."""

    name = "csv"
    takes = Takes("file")

    def __init__(
        self,
        columns: Callable[[], Any] = lambda: ["id", "mobile", "email", "tz", "first_name"],
        rows: Callable[[], Any] = list,
    ) -> None:
        self._columns, self._rows = columns, rows
        self.close: Callable[[], None] = lambda: None

    def columns(self, source: AudienceSource) -> Sequence[str]:
        return self._columns()  # type: ignore[no-any-return]

    async def rows(self, source: AudienceSource) -> AsyncIterator[Any]:
        try:
            for row in self._rows():
                yield row() if callable(row) else row
        finally:
            self.close()


async def read(reader: Reader, folder: Path) -> list[Any]:
    audience = compile_flow(ONE).audience
    recipients = await open_audience(audience, reader, folder, channels=["sms"])
    return [item async for item in recipients]


CELLS = {"id": "A", "mobile": "+353871234567", "email": "", "tz": "", "first_name": "Ann"}


@pytest.mark.parametrize(
    ("reader", "why"),
    [
        (Reader(columns=boom(RuntimeError("boom"))), "RuntimeError: boom"),
        (Reader(columns=boom(SystemExit(3))), "end the program"),
        (Reader(columns=lambda: [1, 2]), "no names of columns"),
        (Reader(columns=lambda: None), "TypeError"),
        (Reader(rows=boom(RuntimeError("boom"))), "RuntimeError: boom"),
        (Reader(rows=lambda: [Row(1, CELLS), boom(SystemExit(3))]), "end the program"),
        (Reader(rows=lambda: [Row(1, CELLS), "a row"]), "this is no row: 'a row'"),
    ],
)
async def test_a_reader_that_fails_is_told_by_its_name(
    reader: Reader, why: str, tmp_path: Path
) -> None:
    with pytest.raises(AudienceInvalid, match="the audience reader `csv` failed") as raised:
        await read(reader, tmp_path)
    assert why in raised.value.message
    assert "author" in raised.value.help


async def test_a_row_whose_cells_are_no_texts_is_out_and_the_others_are_in(tmp_path: Path) -> None:
    rows: list[Any] = [Row(1, {**CELLS, "id": 7}), Row(2, None), Row(3, CELLS)]  # type: ignore[dict-item, arg-type]
    found = await read(Reader(rows=lambda: rows), tmp_path)
    assert [getattr(item, "key", None) for item in found] == [None, None, "A"]


async def test_a_reader_that_cannot_close_has_been_read_all_the_same(tmp_path: Path) -> None:
    reader = Reader(rows=lambda: [Row(1, CELLS)])
    assert len(await read(reader, tmp_path)) == 1


async def test_a_reader_that_hangs_holds_only_its_own_launch_up() -> None:
    async def never() -> AsyncIterator[Any]:
        await anyio.sleep_forever()
        yield

    async with on_stage() as stage:
        flow = compile_flow(ONE)
        graph = flow.graph.model_copy(update={"campaign": "slow", "name": "slow"})
        stuck = await stage.session.begin(
            flow.model_copy(update={"graph": graph}),
            flow_path="",
            audience_path="",
            live=False,
            now=NINE,
        )

        async def load() -> None:
            await stage.session.rereading.first(stuck, never())

        load_in_time(stage.engine, stuck, load)
        active = await stage.begin(flow, [person(n) for n in range(4)])
        await stage.run(active)
        assert active.row.state == "finished"
        assert stuck.row.state == "loading"

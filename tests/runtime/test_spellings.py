"""However a mail address is written, it is one: for a STOP, for limits, consent and answers."""

from collections.abc import Callable

import msgspec
import pytest

from tactful.plugins.config import Limits
from tactful.runtime.inbound import Complaint, DeliveryStatus
from tactful.runtime.reception import row_of
from tactful.store.contract import Store
from tactful.store.rows import ConsentRow, SuppressionRow
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, Instant
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio

LISTED = "Zoé@bücher.example"
ALSO_LISTED = "zoe\u0301@BÜCHER.example"
HEARD = "ZOÉ@XN--BCHER-KVA.EXAMPLE"
FOLDED = "zoé@xn--bcher-kva.example"

OTHER_HEAD = HEAD.replace("Late order", "Other order")
THIRD_HEAD = HEAD.replace("Late order", "Third order")
TWICE = """\
journey:
  send email:
    subject "One"
    "One"
  wait 2 hours
  send email:
    subject "Two"
    "Two"
"""
LATER = TWICE.replace("journey:", "journey:\n  wait 2 hours")
ASKING = """\
journey:
  send email:
    subject "Ready?"
    "Ready?"
  wait up to 3 days:
    on reply "yes":
      send email:
        subject "Thanks"
        "Thank you."
"""


def _reply(stage: Stage, text: str) -> None:
    data = msgspec.json.encode({"text": text}).decode()
    stage.raw(NINE + HOUR, "reply", channel="email", address=HEARD, data=data)


def _unsubscribe(stage: Stage) -> None:
    stage.raw(NINE + HOUR, "opt_out", channel="email", address=HEARD)


def _complain(stage: Stage) -> None:
    told = Complaint(channel="email", dedup="c1", address=HEARD)
    stage.session.incoming.later(NINE + HOUR, row_of(told, "wire", NINE + HOUR))


def _bounce(stage: Stage) -> None:
    told = DeliveryStatus(attempt="1", status="bounced", dedup="b1", gone=True)
    stage.session.incoming.later(NINE + HOUR, row_of(told, "wire", NINE + HOUR))


def _withdraw(stage: Stage) -> None:
    row = SuppressionRow(HEARD, "email", NINE, "a call")
    stage.engine.group.rows.suppressions.append(row)
    _order(stage, NINE + HOUR, HEARD, ["email"], given=False)


def _consent(stage: Stage, at: Instant, address: str, *, given: bool) -> None:
    row = ConsentRow(address, "email", "service", given, at, "a form")
    stage.engine.group.rows.consents.append(row)
    _order(stage, at, address, [], given=given)


def _order(stage: Stage, at: Instant, address: str, groups: list[str], *, given: bool) -> None:
    told = {"address": address, "groups": groups, "given": given}
    stage.order(at, "consent", data=msgspec.json.encode(told).decode())


@pytest.mark.promise("STOP")
@pytest.mark.parametrize(
    "stop", [lambda stage: _reply(stage, "STOP"), _unsubscribe, _complain, _bounce, _withdraw]
)
async def test_a_stop_in_any_spelling_stops_all_of_them(
    store: Store, stop: Callable[[Stage], None]
) -> None:
    async with on_stage(store, channel=RecordingChannel(delivered=False)) as stage:
        one = await stage.begin(compile_flow(TWICE), [person(1, email=LISTED), person(2)])
        two = await stage.begin(compile_flow(TWICE, OTHER_HEAD), [person(1, email=ALSO_LISTED)])
        later = await stage.begin(compile_flow(LATER, THIRD_HEAD), [person(1, email=FOLDED)])
        await stage.run_until(NINE + MINUTE)
        stop(stage)
        for active in (one, two, later):
            await stage.run(active)
        assert [row.address for row in await store.suppressions()] == [FOLDED]
        messages = stage.channel.messages
    wanted = [m for m in messages if m.key == "P-1" and m.text in ("One", "Two")]
    assert {(m.to, m.text) for m in wanted} == {(LISTED, "One"), (ALSO_LISTED, "One")}
    assert len(wanted) == 2
    assert [m.text for m in messages if m.key == "P-2"] == ["One", "Two"]


@pytest.mark.promise("STOP")
async def test_the_confirmation_goes_to_the_address_as_the_list_writes_it(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1, email=LISTED)])
        _reply(stage, "STOP")
        await stage.run(active)
        assert await stage.ends() == {"P-1": "opted_out"}
        messages = stage.channel.messages
    assert [m.to for m in messages] == [LISTED, LISTED]
    assert "opted out" in messages[1].text


@pytest.mark.promise("STOP")
async def test_a_start_in_any_spelling_lifts_a_stop_in_any_other(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.engine.group.rows.suppressions.append(
            SuppressionRow(ALSO_LISTED, "email", NINE, "by hand")
        )
        active = await stage.begin(compile_flow(LATER), [person(1, email=LISTED)])
        _reply(stage, "START")
        await stage.run(active)
        assert await store.suppressions() == ()
    assert [m.text for m in stage.channel.messages] == ["One", "Two"]


async def test_an_answer_in_any_spelling_reaches_its_journey(store: Store) -> None:
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ASKING), [person(1, email=LISTED)])
        _reply(stage, "yes")
        await stage.run(active)
    assert [(m.to, m.text) for m in stage.channel.messages] == [
        (LISTED, "Ready?"),
        (LISTED, "Thank you."),
    ]


@pytest.mark.parametrize("flow", [TWICE, LATER])
async def test_the_limit_of_a_day_is_that_of_all_spellings(store: Store, flow: str) -> None:
    people = [person(2, email=ALSO_LISTED), person(3)]
    async with on_stage(store, limits=Limits(per_address_per_day=2)) as stage:
        one = await stage.begin(compile_flow(TWICE), [person(1, email=LISTED)])
        two = await stage.begin(compile_flow(flow, OTHER_HEAD), people)
        await stage.run(one)
        await stage.run(two)
        refused = {line["code"] for line in await stage.lines("refused")}
        got = [m.to for m in stage.channel.messages]
    assert refused == {"daily_limit"}
    assert sum(to in (LISTED, ALSO_LISTED) for to in got) == 2
    assert got.count(person(3).email or "") == 2


async def test_a_consent_in_any_spelling_is_a_consent_and_so_is_its_end(store: Store) -> None:
    async with on_stage(store, limits=Limits(require_consent=True)) as stage:
        people = [person(1, email=LISTED), person(2)]
        active = await stage.begin(compile_flow(LATER), people)
        _consent(stage, NINE + HOUR, HEARD, given=True)
        await stage.run_until(NINE + 3 * HOUR)
        _consent(stage, NINE + 3 * HOUR, ALSO_LISTED, given=False)
        await stage.run(active)
        refused = [(line["recipient"], line["code"]) for line in await stage.lines("refused")]
    assert [(m.to, m.text) for m in stage.channel.messages] == [(LISTED, "One")]
    assert set(refused) == {("P-1", "withdrawn"), ("P-2", "no_consent")}

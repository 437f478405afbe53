"""With `every`, the audience is read again: new rows join, and nobody comes twice."""

from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.errors import AudienceInvalid
from tactful.graph.model import Campaign
from tactful.runtime.active import Active
from tactful.runtime.audience.recipients import OutRow, Problem, Recipient
from tactful.store.memory import MemoryStore
from tactful.values import DAY, HOUR, MINUTE, SECOND, iso
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person, rows_of

pytestmark = pytest.mark.anyio

EVERY = HEAD.replace('"people.csv":', '"people.csv" every 1 hour:')
OPEN = 'quiet hours none because "a test"\nexpires after 30 days\n'
HELLO = OPEN + '\njourney:\n  send sms "Hello {{ id }}"\n'
VISIT = f"""\
{OPEN}
journey:
  wait until 24 hours before starts_at
  send sms "Tomorrow"
"""


@dataclass
class Source:
    """What is in the audience now. `failure` is what reading it leads to."""

    people: list[Recipient | OutRow]
    failure: Exception | None = None
    readings: list[int] = field(default_factory=list)

    async def open_again(self, active: Active) -> AsyncIterable[Recipient | OutRow]:
        if self.failure is not None:
            raise self.failure
        self.readings.append(len(self.people))
        return rows_of([*self.people])


def visits() -> Campaign:
    """Compile the flow of a visit."""
    column = "column first_name text"
    head = EVERY.replace(column, f"{column}\n  column starts_at time optional")
    return compile_flow(VISIT, head)


def out(number: int, key: str = "") -> OutRow:
    return OutRow(number, key or None, (Problem(number, "phone", "bad_phone", "too short"),))


async def sent_to(stage: Stage) -> Counter[str]:
    return Counter([line["recipient"] for line in await stage.lines("sent")])


async def outs_told(stage: Stage) -> list[tuple[int, str]]:
    lines = await stage.lines("refused")
    return [(line["row"], line["code"]) for line in lines if "row" in line]


async def test_new_rows_join_a_running_launch() -> None:
    source = Source([person(1), person(2)])
    async with on_stage(open_again=source.open_again) as stage:
        active = await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        await stage.run_until(NINE + 30 * MINUTE)
        assert await sent_to(stage) == {"P-1": 1, "P-2": 1}
        source.people += [person(3), person(4)]
        await stage.run_until(NINE + 90 * MINUTE)
        assert await sent_to(stage) == {"P-1": 1, "P-2": 1, "P-3": 1, "P-4": 1}
        read = [line for line in await stage.lines("signal") if line["kind"] == "audience read"]
        assert [(line["at"], line["joined"]) for line in read] == [(iso(NINE + HOUR), 2)]
        assert active.row.rows == 4


async def test_a_launch_that_is_read_again_stays_open_until_it_is_stopped() -> None:
    source = Source([person(1)])
    async with on_stage(open_again=source.open_again) as stage:
        active = await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        await stage.run_until(NINE + 5 * HOUR + MINUTE)
        assert active.row.state not in ("finished", "stopped")
        assert active.next_read == NINE + 6 * HOUR
        assert len(source.readings) == 5
        stage.order(NINE + 6 * HOUR + MINUTE, "stop", campaign="late-order")
        await stage.run(active)
        assert active.row.state == "stopped"
        assert stage.clock.now() == NINE + 6 * HOUR + MINUTE


async def test_an_audience_without_every_is_read_once() -> None:
    source = Source([person(1)])
    async with on_stage(open_again=source.open_again) as stage:
        active = await stage.begin(compile_flow(HELLO), [*source.people])
        await stage.run(active)
        assert active.row.state == "finished"
        assert source.readings == []


async def test_who_reads_once_finishes_also_with_every() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(HELLO, EVERY), [person(1)])
        await stage.run(active)
        assert active.row.state == "finished"


async def test_an_engine_that_runs_another_campaign_does_not_finish_it() -> None:
    store = MemoryStore()
    source = Source([person(1)])
    async with on_stage(store, open_again=source.open_again) as stage:
        await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        await stage.run_until(NINE + 30 * MINUTE)
    other = HEAD.replace("Late order", "Other")
    async with on_stage(store, start=NINE + DAY) as stage:
        await stage.run(await stage.begin(compile_flow(HELLO, other), [person(2)]))
        states = {active.name: active.row.state for active in stage.engine.actives.values()}
        assert states == {"late-order.1": "running", "other.1": "finished"}


async def test_a_campaign_that_is_no_longer_read_again_finishes() -> None:
    source = Source([person(1)])
    async with on_stage(open_again=source.open_again) as stage:
        active = await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        await stage.run_until(NINE + 90 * MINUTE)
        await stage.session.adopt(active, compile_flow(HELLO), stage.clock.now())
        await stage.run(active)
        assert active.row.state == "finished"
        assert len(source.readings) == 1


@pytest.mark.promise("LOSS")
@pytest.mark.promise("ONCE")
@pytest.mark.parametrize("head", [HEAD, EVERY.replace("1 hour", "10 minutes")])
async def test_a_change_during_a_long_reading_neither_ends_the_launch_nor_reads_twice(
    head: str,
) -> None:
    source = Source([person(1)])
    reading, rest = anyio.Event(), anyio.Event()

    async def slow_rows() -> AsyncIterator[Recipient | OutRow]:
        reading.set()
        await rest.wait()
        for one in source.people:
            yield one

    async def open_again(active: Active) -> AsyncIterable[Recipient | OutRow]:
        source.readings.append(stage.engine.loading)
        return slow_rows()

    async with on_stage(open_again=open_again) as stage:
        active = await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        source.people += [person(number) for number in range(2, 5)]

        async def change() -> None:
            await reading.wait()
            await stage.session.adopt(active, compile_flow(HELLO, head), stage.clock.now())
            assert active.next_read in (None, NINE + HOUR)  # the reading that is under way
            stage.engine.wake()
            await anyio.wait_all_tasks_blocked()
            assert not active.finished
            rest.set()

        stage.engine.at_start(change)
        await stage.run_until(NINE + HOUR + 5 * MINUTE)
        assert await sent_to(stage) == {f"P-{number}": 1 for number in range(1, 5)}
        assert len(source.readings) == 1
        assert (active.row.state == "finished") is (head == HEAD)


@pytest.mark.promise("EDIT")
async def test_only_a_changed_date_reaches_a_journey_under_way() -> None:
    first = [person(n, starts_at=iso(NINE + 3 * DAY)) for n in (1, 2, 3)]
    source = Source(list(first))
    async with on_stage(open_again=source.open_again) as stage:
        await stage.begin(visits(), [*source.people])
        await stage.run_until(NINE + 30 * MINUTE)
        source.people = [
            person(1, starts_at=iso(NINE + 5 * DAY)),
            person(2, starts_at=iso(NINE + 3 * DAY), first_name="Other", phone="+12025550177"),
            person(3, starts_at=iso(NINE + 2 * HOUR)),
        ]
        await stage.run_until(NINE + 6 * DAY)
        lines = {line["recipient"]: line for line in await stage.lines("sent")}
        assert {key: line["at"] for key, line in lines.items()} == {
            "P-1": iso(NINE + 4 * DAY),
            "P-2": iso(NINE + 2 * DAY),
            "P-3": iso(NINE + HOUR),
        }
        assert lines["P-2"]["to"] == person(2).phone
        data = [line for line in await stage.lines("signal") if line["kind"] == "new data"]
        assert [(line["recipient"], line["values"]) for line in data] == [
            ("P-1", {"starts_at": iso(NINE + 5 * DAY)}),
            ("P-3", {"starts_at": iso(NINE + 2 * HOUR)}),
        ]


async def test_a_date_that_the_data_did_not_have_starts_a_wait() -> None:
    source = Source([person(1, starts_at=None)])
    async with on_stage(open_again=source.open_again) as stage:
        await stage.begin(visits(), [*source.people])
        await stage.run_until(NINE + 5 * HOUR)
        source.people = [person(1, starts_at=iso(NINE + 2 * DAY))]
        await stage.run_until(NINE + 3 * DAY)
        assert [line["at"] for line in await stage.lines("sent")] == [iso(NINE + DAY)]


async def test_a_key_that_stands_twice_counts_as_its_first_row_in_every_reading() -> None:
    first, second = iso(NINE + 3 * DAY), iso(NINE + 9 * DAY)
    people = [person(1, starts_at=first), person(2, key="P-1", starts_at=second)]
    source = Source([*people])
    async with on_stage(open_again=source.open_again) as stage:
        await stage.begin(visits(), [*source.people])
        await stage.run_until(NINE + 10 * HOUR)
        assert await stage.lines("signal") == []
        assert await outs_told(stage) == [(2, "duplicate_key")]
        source.people = [person(1, key="new", starts_at=None), *people]
        await stage.run_until(NINE + 4 * DAY)
        assert (await sent_to(stage))["P-1"] == 1
        assert [line["at"] for line in await stage.lines("sent")] == [iso(NINE + 2 * DAY)]


async def test_a_source_that_is_down_is_told_once_and_tried_again() -> None:
    source = Source([person(1)])
    async with on_stage(open_again=source.open_again) as stage:
        active = await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        source.failure = AudienceInvalid("the grid does not answer")
        await stage.run_until(NINE + 3 * HOUR + MINUTE)
        assert active.row.audience_problem == "the grid does not answer"
        assert active.row.audience_read_at == NINE
        source.failure = RuntimeError("a plugin's own words, which may hold an address")
        await stage.run_until(NINE + 4 * HOUR + MINUTE)
        source.failure = None
        source.people.append(person(2))
        await stage.run_until(NINE + 5 * HOUR + MINUTE)
        assert (active.row.audience_problem, active.row.audience_read_at) == ("", NINE + 5 * HOUR)
        told = [(line["kind"], line.get("reason")) for line in await stage.lines("signal")]
        assert told == [
            ("audience not read", "the grid does not answer"),
            ("audience not read", "its reader failed (RuntimeError)"),
            ("audience read", None),
        ]
        assert await sent_to(stage) == {"P-1": 1, "P-2": 1}


@pytest.mark.promise("LOSS")
async def test_a_row_that_is_out_is_told_once_and_comes_in_when_it_is_mended() -> None:
    source = Source([person(1), out(2, "P-2"), out(3), person(4, phone=None, email=None)])
    async with on_stage(open_again=source.open_again) as stage:
        await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        await stage.run_until(NINE + 4 * HOUR)
        told = [(2, "bad_phone"), (3, "bad_phone"), (4, "no_address")]
        assert await outs_told(stage) == told
        source.people = [out(1, "P-0"), person(2), person(3), person(4)]
        await stage.run_until(NINE + 6 * HOUR)
        assert await outs_told(stage) == [*told, (1, "bad_phone")]
        assert await sent_to(stage) == {"P-1": 1, "P-2": 1, "P-3": 1, "P-4": 1}


@pytest.mark.promise("ONCE")
async def test_after_a_crash_the_audience_is_read_at_once_and_nobody_comes_twice() -> None:
    store = MemoryStore()
    source = Source([person(1), out(2, "P-2")])
    async with on_stage(store, open_again=source.open_again) as stage:
        await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        await stage.run_until(NINE + 90 * MINUTE)
    source.people = [person(9), *source.people, out(4, "P-4")]
    later = NINE + 2 * DAY
    async with on_stage(store, start=later, open_again=source.open_again) as stage:
        active = await stage.begin(compile_flow(HELLO, EVERY), [])
        await stage.run_until(later + 90 * MINUTE)
        assert await sent_to(stage) == {"P-1": 1, "P-9": 1}
        assert await outs_told(stage) == [(2, "bad_phone"), (4, "bad_phone")]
        assert active.next_read == later + 2 * HOUR


async def test_a_paused_campaign_is_read_and_sends_nothing() -> None:
    source = Source([person(1)])
    async with on_stage(open_again=source.open_again) as stage:
        await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
        stage.order(NINE + 10 * MINUTE, "pause", campaign="late-order")
        source.people.append(person(2))
        await stage.run_until(NINE + 3 * HOUR)
        assert await sent_to(stage) == {"P-1": 1}
        stage.order(NINE + 3 * HOUR + MINUTE, "resume", campaign="late-order")
        await stage.run_until(NINE + 4 * HOUR)
        assert await sent_to(stage) == {"P-1": 1, "P-2": 1}


keys = st.lists(st.sampled_from("abcdefgh"), max_size=12)


@pytest.mark.promise("ONCE")
@settings(max_examples=40)
@given(st.lists(keys, min_size=1, max_size=4))
def test_however_rows_come_go_move_and_repeat_each_key_is_written_to_once(
    lists: list[list[str]],
) -> None:
    def people(of: list[str]) -> list[Recipient | OutRow]:
        return [person(number, key=key) for number, key in enumerate(of, 1)]

    async def run() -> None:
        source = Source(people(lists[0]))
        async with on_stage(open_again=source.open_again) as stage:
            await stage.begin(compile_flow(HELLO, EVERY), [*source.people])
            for number, of in enumerate(lists):
                source.people = people(of)
                await stage.run_until(NINE + number * HOUR + 30 * MINUTE)
            await stage.run_until(NINE + 12 * HOUR)
            assert await sent_to(stage) == dict.fromkeys({k for of in lists for k in of}, 1)

    anyio.run(run)


@pytest.mark.promise("POISON")
async def test_a_source_that_fails_in_its_first_reading_is_tried_again_and_ends_nobody() -> None:
    source = Source([person(1), person(2)])

    async def broken() -> AsyncIterator[Recipient | OutRow]:
        yield person(1)
        raise AudienceInvalid("the connection is lost")

    async with on_stage(open_again=source.open_again) as stage:
        campaign = compile_flow(HELLO)
        active = await stage.session.begin(
            campaign, flow_path="", audience_path="", live=False, now=stage.clock.now()
        )

        async def load() -> None:
            rereading = stage.session.rereading
            await rereading.first_beside_others(active, broken(), campaign.audience)

        stage.engine.at_start(load)
        other = compile_flow(HELLO, HEAD.replace("Late order", "Other"))
        await stage.begin(other, [person(9)])
        await stage.run_until(NINE + 30 * SECOND)
        assert active.row.audience_problem == "the connection is lost"
        await stage.run_until(NINE + 2 * MINUTE)
        assert (active.row.state, active.row.audience_problem) == ("finished", "")
        assert await sent_to(stage) == {"P-1": 1, "P-2": 1, "P-9": 1}


@pytest.mark.promise("EDIT")
async def test_an_audience_that_is_named_in_another_way_by_its_start_is_opened_anew() -> None:
    source = Source([person(1, town="Cork")])
    old = compile_flow(HELLO, EVERY)
    column = "column first_name text"
    head = EVERY.replace(column, f"{column}\n  column town text")
    new = compile_flow(HELLO.replace("{{ id }}", "{{ town }}"), head)
    async with on_stage(open_again=source.open_again) as stage:
        active = await stage.session.begin(
            old, flow_path="", audience_path="", live=False, now=stage.clock.now()
        )
        await stage.session.adopt(active, new, stage.clock.now())

        async def load() -> None:
            await stage.session.rereading.first(active, rows_of([person(1)]), old.audience)

        stage.engine.at_start(load)
        await stage.run_until(NINE + MINUTE)
        assert [message.text for message in stage.channel.messages] == ["Hello Cork"]


@pytest.mark.promise("EDIT")
async def test_who_was_read_for_one_form_enters_with_it_though_a_newer_one_comes() -> None:
    reading, rest = anyio.Event(), anyio.Event()

    async def slow() -> AsyncIterator[Recipient | OutRow]:
        reading.set()
        await rest.wait()
        yield person(1)

    async with on_stage() as stage:
        active = await stage.session.begin(
            compile_flow(HELLO), flow_path="", audience_path="", live=False, now=stage.clock.now()
        )

        async def load() -> None:
            await stage.session.rereading.first(active, slow())

        async def change() -> None:
            await reading.wait()
            newer = compile_flow(HELLO.replace("Hello", "Bye"))
            await stage.session.adopt(active, newer, stage.clock.now())
            rest.set()

        stage.engine.at_start(load)
        stage.engine.at_start(change)
        await stage.run(active)
        assert [message.text for message in stage.channel.messages] == ["Hello P-1"]

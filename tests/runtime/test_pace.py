"""The pace, end to end: how fast a campaign goes, and who goes first."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.runtime.lanes import ANSWER, FIRST, LATER, URGENT, pick
from tactful.runtime.ports import Message
from tactful.store.contract import Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import SendRow
from tactful.values import HOUR, MINUTE, SECOND, Instant, Span
from tests.runtime.stage import HEAD, NINE, Stage, compile_flow, on_stage, person, slow

ONE_TEXT = 'journey:\n  send sms "Hi {{ first_name }}, your order is late."\n'
OTHER_HEAD = HEAD.replace("Late order", "Other order")
CHANNELS = """\
journey:
  send sms "One"
  send mms "Two"
"""

pytestmark = pytest.mark.anyio


def most_in(stamps: Sequence[Instant], period: Span) -> int:
    """Return how many stamps the fullest half-open window of one period holds."""
    return max((sum(start <= at < start + period for at in stamps) for start in stamps), default=0)


def assert_paced(rows: Sequence[SendRow], limit: int = 10, period: Span = 5 * MINUTE) -> None:
    """Assert the promise PACE on the moments at which calls began and at which they ended."""
    assert most_in([row.called_at for row in rows if row.called_at is not None], period) <= limit
    assert most_in([row.ended_at for row in rows if row.ended_at is not None], period) <= limit


async def sent_rows(stage: Stage) -> list[SendRow]:
    """Return the ledger's rows that reached the channel, in order of their calls."""
    rows = [row for row in await stage.ledger() if row.called_at is not None]
    return sorted(rows, key=lambda row: row.called_at or 0)


@pytest.mark.promise("PACE")
async def test_five_hundred_texts_take_245_minutes_and_no_window_holds_more_than_ten() -> None:
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(500)])
        await stage.run(active)
        sent = await stage.lines("sent")
        rows = await sent_rows(stage)
    assert len(sent) == len(rows) == 500
    for stamps in ([row.called_at or 0 for row in rows], [row.ended_at or 0 for row in rows]):
        stamps.sort()
        assert stamps[-1] - NINE == 245 * MINUTE
        assert all(b - a >= 5 * MINUTE for a, b in zip(stamps, stamps[10:], strict=False))


@pytest.mark.promise("LOSS")
async def test_every_recipient_ends_in_a_named_state(store: Store) -> None:
    people = [person(1), person(2, phone=None, email=None), person(3, zone=None, phone=None)]
    async with on_stage(store) as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), people)
        await stage.run(active)
        assert await stage.ends() == {"P-1": "finished", "P-2": "unreachable", "P-3": "unreachable"}


@pytest.mark.promise("PACE")
async def test_a_slow_channel_never_gets_more_than_the_limit(store: Store) -> None:
    async with on_stage(store, wrap=slow(lambda message: 20 * SECOND)) as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(35)])
        await stage.run(active)
        rows = await sent_rows(stage)
    assert len(rows) == 35
    assert_paced(rows)
    assert (rows[-1].called_at or 0) - NINE == 3 * (5 * MINUTE + 20 * SECOND)


@pytest.mark.promise("PACE")
@given(
    latencies=st.lists(st.integers(0, 25 * SECOND), min_size=1, max_size=7),
    waits=st.lists(st.integers(0, 9), min_size=12, max_size=40),
    limits=st.lists(st.tuples(st.integers(1, 10), st.integers(1, 8)), min_size=1, max_size=3),
    restarts=st.lists(st.integers(1, 50), max_size=3),
)
@settings(max_examples=25)
async def test_any_latencies_arrivals_limits_and_restarts_keep_the_pace(
    latencies: list[Span],
    waits: list[int],
    limits: list[tuple[int, int]],
    restarts: list[int],
) -> None:
    def latency(message: Message) -> Span:
        return latencies[int(message.attempt) % len(latencies)]

    def flow(change: int) -> str:
        count, minutes = limits[change % len(limits)]
        return f"throttle sms {count} per {minutes + 5} minutes\n{ARRIVALS}"

    people = [person(n, first_name="x" * (wait + 1)) for n, wait in enumerate(waits)]
    store, at = MemoryStore(), NINE
    for change, minutes in enumerate(sorted(restarts)):
        async with on_stage(store, start=at, wrap=slow(latency)) as stage:
            await stage.begin(compile_flow(flow(change)), people)
            at = max(at, NINE + minutes * MINUTE)
            await stage.run_until(at)
    async with on_stage(store, start=at, wrap=slow(latency)) as stage:
        active = await stage.begin(compile_flow(flow(len(restarts))), people)
        await stage.run(active)
        rows = [row for row in await stage.ledger() if row.ended_at is not None]
        assert len(await stage.ends()) == len(people)
    loosest = max(count for count, _ in limits)
    assert_paced(rows, loosest, (min(minutes for _, minutes in limits) + 5) * MINUTE)


ARRIVALS = "journey:\n" + "".join(
    f'  when first_name is "{"x" * (wait + 1)}":\n    wait {wait + 1} minutes\n'
    for wait in range(10)
) + '  send sms "Hello"\n'  # fmt: skip


@pytest.mark.promise("PACE")
async def test_a_changed_limit_counts_at_once_for_what_was_sent_before() -> None:
    slower = "throttle sms 2 per 10 minutes\n" + ONE_TEXT
    async with on_stage() as stage:
        people = [person(n) for n in range(16)]
        active = await stage.begin(compile_flow(ONE_TEXT), people)
        await stage.run_until(NINE + 4 * MINUTE)
        await stage.begin(compile_flow(slower), people)
        await stage.run(active)
        stamps = [row.called_at or 0 for row in await sent_rows(stage)]
    later = [at for at in stamps if at > NINE]
    assert len(stamps) - len(later) == 10
    assert later == [NINE + 10 * MINUTE] * 2 + [NINE + 20 * MINUTE] * 2 + [NINE + 30 * MINUTE] * 2


@pytest.mark.promise("PACE")
async def test_a_restart_frees_no_slot_early(store: Store) -> None:
    people = [person(n) for n in range(25)]
    async with on_stage(store) as stage:
        await stage.begin(compile_flow(ONE_TEXT), people)
        await stage.run_until(NINE + MINUTE)

    async with on_stage(store, start=NINE + 2 * MINUTE) as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), people)
        await stage.run(active)
        rows = await sent_rows(stage)
    assert_paced(rows)
    assert sorted({(row.called_at or 0) - NINE for row in rows}) == [0, 5 * MINUTE, 10 * MINUTE]


@pytest.mark.promise("PACE")
async def test_two_campaigns_do_not_eat_each_others_allowance() -> None:
    async with on_stage() as stage:
        one = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(20)])
        two = await stage.begin(
            compile_flow(ONE_TEXT, OTHER_HEAD), [person(n) for n in range(20, 40)]
        )
        await stage.run(one)
        await stage.run(two)
        rows = await sent_rows(stage)
    for launch in (one, two):
        mine = [row for row in rows if row.launch == launch.row.id]
        assert [(row.called_at or 0) - NINE for row in mine] == [0] * 10 + [5 * MINUTE] * 10


@pytest.mark.promise("PACE")
async def test_sms_and_mms_share_one_pace() -> None:
    head = HEAD + '  mms from "+353 1 555 0100" through outbox\n'
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow(CHANNELS, head.replace("outbox\n\n  mms", "outbox\n  mms")),
            [person(n) for n in range(10)],
        )
        await stage.run(active)
        rows = await sent_rows(stage)
    assert {row.channel for row in rows} == {"sms", "mms"}
    assert_paced(rows)
    assert (rows[-1].called_at or 0) - NINE == 5 * MINUTE


async def test_chat_has_no_pace_of_its_own() -> None:
    head = HEAD.rstrip() + '\n  chat from "acme" through outbox\n\n'
    async with on_stage() as stage:
        active = await stage.begin(
            compile_flow('journey:\n  send chat "Hi"\n', head), [person(n) for n in range(60)]
        )
        await stage.run(active)
        rows = await sent_rows(stage)
    assert {row.called_at for row in rows} == {NINE}
    assert len(rows) == 60


async def test_no_free_slot_idles_while_a_permitted_send_waits() -> None:
    latencies = (3 * SECOND, 17 * SECOND, 0, 28 * SECOND)
    wrap = slow(lambda message: latencies[int(message.attempt) % 4])
    async with on_stage(wrap=wrap) as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(50)])
        await stage.run(active)
        rows = await sent_rows(stage)
    free_at = sorted((row.ended_at or 0) + 5 * MINUTE for row in rows)[:40]
    assert [row.permitted_at for row in rows[10:]] == free_at


async def test_an_answer_overtakes_first_messages_which_keep_one_slot_in_five() -> None:
    flow = """\
journey:
  send sms "Ready?"
  wait up to 2 hours:
    on reply "yes": send sms "Thank you."
"""
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow), [person(n) for n in range(40)])
        for number in range(10):
            stage.reply(NINE + MINUTE, number, "yes")
        await stage.run(active)
        rows = await sent_rows(stage)
    second = [row.text for row in rows if row.called_at == NINE + 5 * MINUTE]
    assert second.count("Thank you.") == 8
    assert second.count("Ready?") == 2


@given(
    counts=st.fixed_dictionaries({prio: st.integers(0, 30) for prio in range(5)}),
    slots=st.integers(0, 60),
    since=st.integers(0, 4),
)
def test_classes_go_in_order_and_first_messages_get_one_slot_in_five(
    counts: dict[int, int], slots: int, since: int
) -> None:
    waiting = {prio: list(range(count)) for prio, count in counts.items()}
    chosen, _ = pick(waiting, slots, since)
    assert len(chosen) == min(slots, sum(counts.values()))
    for prio, count in counts.items():
        mine = [place for its, place in chosen if its == prio]
        assert mine == list(range(count))[: len(mine)]
    order = [prio for prio, _ in chosen]
    firsts = counts[FIRST]
    for start in range(len(order) - 4):
        if order[:start].count(FIRST) < firsts and order[: start + 5].count(FIRST) < firsts:
            assert FIRST in order[start : start + 5]
    for place, prio in enumerate(order):
        better = [p for p in range(prio) if order[:place].count(p) < counts[p]]
        assert not better or prio == FIRST


def test_urgent_goes_before_answers_and_later_messages_last() -> None:
    waiting = {
        LATER: ["later"],
        FIRST: ["first"],
        ANSWER: ["answer"],
        URGENT: ["urgent"],
        0: ["ok"],
    }
    chosen, _ = pick(waiting, 5, 0)
    assert [name for _, name in chosen] == ["ok", "urgent", "answer", "first", "later"]


async def test_within_a_class_the_first_due_goes_first_then_the_row() -> None:
    async with on_stage() as stage:
        people = [person(n) for n in (5, 3, 9, 1, 4, 8, 2, 7, 6, 10, 12, 11)]
        active = await stage.begin(compile_flow(ONE_TEXT), people)
        await stage.run(active)
        keys = [message.key for message in stage.channel.messages]
    assert keys == [one.key for one in people]


@pytest.mark.promise("PACE")
async def test_a_call_that_was_cut_off_keeps_its_slot_until_a_period_after_its_end() -> None:
    async with on_stage(wrap=slow(lambda message: HOUR)) as stage:
        active = await stage.begin(compile_flow(ONE_TEXT), [person(n) for n in range(11)])
        await stage.run(active)
        rows = await sent_rows(stage)
    assert {row.state for row in rows} == {"in doubt"}
    assert (rows[-1].called_at or 0) - NINE == 30 * SECOND + 5 * MINUTE

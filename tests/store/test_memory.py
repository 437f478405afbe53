"""What only the store in memory promises: it stays small, and hands its log on."""

import random
import tracemalloc

import pytest
from msgspec.structs import replace

from tactful.store.contract import Group
from tactful.store.heap import Queue
from tactful.store.memory import MemoryStore
from tactful.store.rows import EventRow, SendRow
from tests.store.sample import (
    AT,
    entered,
    event,
    everything,
    filled,
    held,
    journey,
    journeys,
    moved,
    permitted,
    recipient,
    send,
    sends,
)

Logged = tuple[EventRow, str | None, SendRow | None]


@pytest.fixture
def log() -> list[Logged]:
    return []


@pytest.fixture
def store(log: list[Logged]) -> MemoryStore:
    return MemoryStore(log=lambda *logged: log.append(logged))


@pytest.mark.anyio
async def test_events_go_to_the_log_with_key_and_send_and_are_not_kept(
    store: MemoryStore, log: list[Logged]
) -> None:
    sent = event(journey=1, event="sent", send=1)
    await filled(store, entered(1), Group(events=[event(AT + 7)]))
    await store.write(Group(new_sends={1: permitted(1, 1)}, events=[sent]))
    final = permitted(1, 1, state="delivered")
    await store.write(Group(sends={1: final}, events=[replace(sent, event="delivered")]))
    assert log == [
        (event(AT + 7), None, None),
        (sent, "K-1", permitted(1, 1)),
        (replace(sent, event="delivered"), "K-1", final),
    ]
    assert await everything(store.events()) == []
    assert (await store.open()).last_at == AT + 7


@pytest.mark.anyio
async def test_with_a_log_the_big_fields_of_what_is_over_are_let_go(store: MemoryStore) -> None:
    await filled(store, entered(1, 2), sends(permitted(1, 1), permitted(2, 2)))
    final = permitted(1, 1, state="bounced", reason="full", verdict="{}", subject="s")
    await filled(store, moved(final), journeys(journey(1, ended="finished")))
    assert (await store.load([1], 0))[0].recipient == recipient(1, due=None, data="{}")
    assert await store.sends([1]) == (permitted(1, 1, state="bounced", text=""),)
    assert (await store.load([2], 0))[0].recipient.data == recipient(2).data
    assert await store.sends([2]) == (permitted(2, 2),)
    assert (await store.load([1], AT))[0].recent_phone == 1
    assert [row.id for row in await store.asked("+353850000002", ["sms"])] == [2]


@pytest.mark.anyio
async def test_without_a_log_everything_is_kept() -> None:
    store = MemoryStore()
    await filled(store, entered(1), sends(permitted(1, 1, state="delivered")))
    await store.write(journeys(journey(1, ended="finished")))
    assert (await store.sends([1]))[0].text == send(1, 1).text
    assert (await store.load([1], 0))[0].recipient == recipient(1, due=None)


@pytest.mark.anyio
async def test_a_waiting_journey_takes_less_than_a_kilobyte(store: MemoryStore) -> None:
    count = 5_000
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    await _fill(store, count)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert (after - before) / count < 1024


async def _fill(store: MemoryStore, count: int) -> None:
    """Give each of many recipients data, a journey under way, and one message that arrived."""
    for number in range(1, count + 1):
        to = f"+3538{number:08}"
        data = f'{{"name":"Recipient {number}","order":"A-{number:06}","town":"Galway"}}'
        row = recipient(number, phone=to, email=None, data=data, key=f"A-{number:06}")
        message = permitted(number, number, AT + number, to=to, text=f"Order {number} is late.")
        at = journey(number, due=AT + number, state=f'{{"at":[3],"visits":[1,{number}]}}')
        await store.write(Group(recipients=[row], new_sends={number: message}))
        over = replace(message, state="delivered", provider_id=f"o-{number}", ended_at=AT + 1)
        await store.write(Group(sends={number: over}, journeys={number: at}))


@pytest.mark.anyio
async def test_queues_do_not_grow_with_what_has_moved(store: MemoryStore) -> None:
    await filled(store, entered(1, 2, 3), sends(held(1, 1), send(2, 2, due=5)))
    for turn in range(5_000):
        await store.write(journeys(journey(1, due=AT + turn)))
        await store.write(moved(held(1, 1, since=turn), send(2, 2, due=turn)))
    cases = store._cases
    lengths = [len(cases._due_journeys), len(cases._due_sends), *map(len, cases._lanes.values())]
    assert max(lengths) < 1_100
    assert (await store.scan(AT + 10_000, 0, 9)).next_due is None


def test_a_queue_gives_what_holds_in_order_each_once() -> None:
    chance = random.Random(7)
    holding: dict[int, int] = {}
    queue: Queue[tuple[int, int]] = Queue(lambda entry: holding.get(entry[1]) == entry[0])
    for _ in range(20_000):
        number, at = chance.randrange(50), chance.randrange(30)
        if number in holding:
            queue.drop()
        if chance.random() < 0.3:
            holding.pop(number, None)
        else:
            holding[number] = at
            queue.add((at, number))
    expected = sorted((at, number) for number, at in holding.items())
    assert queue.count == len(holding)
    assert queue.first(100) == (expected, None)
    assert queue.first(5) == (expected[:5], expected[5])
    below = [entry for entry in expected if entry[0] < 10]
    assert queue.first(100, (10,)) == (below, expected[len(below)])
    assert queue.first(100) == (expected, None)

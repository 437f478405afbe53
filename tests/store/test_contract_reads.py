"""What every store finds again: due and held work with its facts, counts, the log."""

import pytest
from msgspec.structs import replace

from tactful.journey.lifecycle import SendState
from tactful.store.contract import MOST_REPLIES, Group, Known, Store
from tests.store.sample import (
    AT,
    entered,
    event,
    everything,
    filled,
    held,
    journey,
    journeys,
    launch,
    moved,
    permitted,
    recipient,
    send,
    sends,
    signal,
)

pytestmark = pytest.mark.anyio


async def test_due_journeys_come_by_due_and_number(store: Store) -> None:
    dues = {1: 30, 2: 10, 3: 20, 4: 10, 5: None, 6: 99}
    await store.write(Group(recipients=[recipient(n, due=due) for n, due in dues.items()]))
    scan = await store.scan(now=30, since=0, limit=10)
    assert [loaded.recipient.id for loaded in scan.journeys] == [2, 4, 3, 1]
    assert scan.next_due == 99
    scan = await store.scan(now=30, since=0, limit=2)
    assert [loaded.recipient.id for loaded in scan.journeys] == [2, 4]
    assert scan.next_due == 20


async def test_a_scan_takes_nothing_away(store: Store) -> None:
    await filled(store, entered(1, 2, due=5), sends(send(1, 1, due=4)))
    assert await store.scan(9, 0, 10) == await store.scan(9, 0, 10)


async def test_nothing_due_says_when_the_next_is(store: Store) -> None:
    assert (await store.scan(5, 0, 10)).next_due is None
    await filled(store, entered(1, due=50), sends(send(1, 1, due=40)))
    scan = await store.scan(5, 0, 10)
    assert (scan.journeys, scan.sends, scan.next_due) == ((), (), 40)


async def test_a_journey_that_moved_is_due_at_its_new_time_only(store: Store) -> None:
    await store.write(entered(1, 2, 3, due=5))
    await store.write(
        journeys(journey(1, due=8), journey(2, due=None), journey(3, due=5, ended="dropped"))
    )
    assert (await store.scan(7, 0, 10)).journeys == ()
    await store.write(journeys(journey(1, due=5), journey(2, due=5)))
    await store.write(journeys(journey(1, due=8)))
    await store.write(journeys(journey(1, due=5)))
    scan = await store.scan(7, 0, 10)
    assert [loaded.recipient.id for loaded in scan.journeys] == [1, 2]
    assert scan.next_due is None


async def test_due_sends_come_by_due_with_their_journeys(store: Store) -> None:
    await store.write(entered(1, 2))
    await store.write(
        sends(
            send(1, 1, due=20),
            send(2, 2, due=10),
            send(3, 2, visit=2, due=30),
            held(4, 1, visit=2),
            permitted(5, 1, due=5, visit=3),
        )
    )
    scan = await store.scan(20, 0, 10)
    assert [(row.id, loaded.recipient.id) for row, loaded in scan.sends] == [(2, 2), (1, 1)]
    assert scan.next_due == 30
    assert (await store.scan(20, 0, 1)).next_due == 20


async def test_held_sends_come_by_lane_class_time_and_journey(store: Store) -> None:
    await store.write(entered(1, 2, 3))
    await store.write(
        sends(
            held(1, 3, since=5),
            held(2, 1, since=5),
            held(3, 2, since=4),
            held(4, 1, since=9, visit=2, prio=0),
            held(5, 1, since=1, visit=3, lane=2),
            held(6, 1, since=1, visit=4, due=7),
        )
    )
    found = await store.lane(1, 4, since=0, limit=10)
    assert [(row.id, loaded.recipient.id) for row, loaded in found] == [(3, 2), (2, 1), (1, 3)]
    assert [row.id for row, _ in await store.lane(1, 4, 0, 2)] == [3, 2]
    assert [row.id for row, _ in await store.lane(1, 0, 0, 9)] == [4]
    assert await store.lane(7, 0, 0, 9) == ()
    assert await store.waiting() == {1: {4: 3, 0: 1}, 2: {4: 1}}


async def test_a_send_leaves_its_lane_when_it_moves(store: Store) -> None:
    await filled(store, entered(1, 2, 3, 4), sends(*(held(n, n) for n in (1, 2, 3, 4))))
    await store.write(
        moved(permitted(1, 1), held(2, 2, state="cancelled"), held(3, 3, lane=2), held(4, 4, due=1))
    )
    assert await store.lane(1, 4, 0, 9) == ()
    assert await store.waiting() == {2: {4: 1}}
    await store.write(moved(held(4, 4)))
    assert [row.id for row, _ in await store.lane(1, 4, 0, 9)] == [4]


async def test_loading_leaves_out_what_is_not_there(store: Store) -> None:
    await store.write(entered(1, 2, 3))
    loaded = await store.load([3, 99, 1, 3], since=0)
    assert [item.recipient.id for item in loaded] == [3, 1]
    assert await store.load([], since=0) == ()
    assert await store.sends([]) == ()


async def test_facts_count_what_an_address_got_over_all_launches(store: Store) -> None:
    phone, email = "+353850000001", "k1@example.org"
    await store.write(entered(1))
    await store.write(entered(2, launch=2, phone=phone, email=None))
    await store.write(entered(3, launch=2, phone=None, email=email))
    await store.write(entered(4))
    await store.write(
        sends(
            permitted(1, 1, at=100, to=phone),
            permitted(2, 1, at=99, to=phone, visit=2),
            permitted(3, 1, at=101, to=email, visit=3, channel="email"),
            permitted(4, 2, at=500, to=phone, launch=2),
            permitted(5, 3, at=500, to=email, launch=2, channel="email"),
            held(6, 1, to=phone, visit=4),
            permitted(7, 4, at=500),
        )
    )
    first, second, third = await store.load([1, 2, 3], since=100)
    assert (first.recent_phone, first.recent_email) == (2, 2)
    assert (second.recent_phone, second.recent_email) == (2, 0)
    assert (third.recent_phone, third.recent_email) == (0, 2)
    assert (await store.load([1], since=102))[0].recent_phone == 1


async def test_open_sends_are_those_queued_or_sending(store: Store) -> None:
    states: list[SendState] = ["queued", "sending", "accepted", "in doubt", "cancelled", "queued"]
    await store.write(entered(1))
    await store.write(sends(*(send(n, 1, visit=n, state=s) for n, s in enumerate(states, 1))))
    assert [row.id for row in (await store.load([1], 0))[0].open] == [1, 2, 6]
    assert [row.id for row in await store.by_state("queued")] == [1, 6]
    assert [row.id for row in await store.by_state("in doubt")] == [4]
    assert [row.id for row in await store.by_state("queued", limit=1)] == [1]


async def test_a_reply_belongs_to_the_journey_that_asked_last(store: Store) -> None:
    phone = "+353850000009"
    await store.write(entered(1, 2, 3, 4, 5, phone=phone))
    await store.write(
        sends(
            permitted(1, 1, at=10, to=phone),
            permitted(2, 1, at=40, to=phone, visit=2),
            permitted(3, 2, at=30, to=phone, channel="mms"),
            permitted(4, 3, at=50, to="k3@example.org", channel="email"),
            permitted(5, 4, at=60, to=phone),
            held(6, 5, to=phone),
            permitted(7, 2, at=20, to=phone, visit=2),
        )
    )
    await store.write(journeys(journey(4, ended="finished")))
    assert [row.id for row in await store.asked(phone, ["sms", "mms"])] == [5, 2, 3]
    assert [row.id for row in await store.asked(phone, ["mms"])] == [3]
    assert [row.id for row in await store.asked(phone, ["sms"])] == [5, 2, 7]
    assert [row.id for row in await store.asked("k3@example.org", ["email"])] == [4]
    assert await store.asked("nobody", ["sms"]) == ()


async def test_an_answer_in_a_chat_belongs_to_whom_its_key_names(store: Store) -> None:
    launches = Group(launches={1: launch(1), 2: launch(2)})
    await filled(store, launches, entered(1, 2), entered(3, launch=2, key="K-1"))
    await store.write(
        sends(
            permitted(1, 1, at=10, to="K-1", channel="chat"),
            permitted(2, 2, at=20, to="K-2", channel="chat"),
            permitted(3, 3, at=30, to="K-1", channel="chat", launch=2),
        )
    )
    assert [row.id for row in await store.asked("K-1", ["chat"])] == [3, 1]
    assert [row.id for row in await store.asked("K-2", ["chat"])] == [2]
    assert await store.asked("K-2", ["sms"]) == ()
    assert await store.asked("K-9", ["chat"]) == ()


async def test_keys_find_their_journeys(store: Store) -> None:
    await filled(store, entered(1, 2), entered(3, launch=2, row=9))
    assert await store.keys(1, ["K-1", "K-3", "K-2"]) == {
        "K-1": Known(1, 1),
        "K-2": Known(2, 2),
    }
    assert await store.keys(2, ["K-3"]) == {"K-3": Known(3, 9)}
    assert await store.journey_of(1, "K-2") == 2
    assert await store.journey_of(1, "K-3") is None


async def test_live_journeys_are_counted_and_listed_in_pages(store: Store) -> None:
    await filled(store, entered(1, 2, 3, 4, 5), entered(6, launch=2), entered(7, ended="out"))
    await store.write(journeys(journey(2, ended="finished")))
    assert await store.live(1) == 4
    assert await store.live(9) == 0
    assert await store.live_journeys(1, after=0, limit=2) == (1, 3)
    assert await store.live_journeys(1, after=3, limit=9) == (4, 5)


@pytest.mark.promise("LOSS")
async def test_counts_name_the_end_of_every_recipient(store: Store) -> None:
    await filled(store, entered(1, 2, 3, 4), entered(5, launch=2))
    await store.write(journeys(journey(1, ended="finished"), journey(2, ended="finished")))
    await store.write(journeys(journey(3, ended="expired")))
    email = send(3, 2, visit=2, channel="email", state="bounced")
    await store.write(sends(held(1, 1), held(2, 2), email, held(4, 5, launch=2)))
    counts = await store.counts(1)
    assert counts.journeys == {"finished": 2, "expired": 1, "live": 1}
    assert counts.sends == {"sms": {"queued": 2}, "email": {"bounced": 1}}


async def test_counts_add_up_what_was_paid_for_and_leave_out_what_was_declared_not_sent(
    store: Store,
) -> None:
    await filled(store, entered(1, 2, 3, 4), entered(5, launch=2))
    await store.write(
        sends(
            permitted(1, 1, cost="0.05 EUR"),
            permitted(2, 2, cost="0.05 EUR", state="bounced"),
            permitted(3, 3, cost="0.10 EUR", state="in doubt"),
            permitted(4, 4, cost="0.05 EUR", state="retried"),
            permitted(5, 4, visit=2, cost="0.05 EUR", state="rejected"),
            permitted(6, 4, visit=3),
            permitted(7, 5, launch=2, cost="0.05 EUR"),
        )
    )
    assert (await store.counts(1)).costs == {"0.05 EUR": 2, "0.10 EUR": 1}


async def test_the_log_comes_in_order_with_keys_and_sends(store: Store) -> None:
    await filled(store, entered(1, 2), sends(permitted(1, 1)))
    sent = event(AT + 1, journey=1, event="sent", send=1, step=3, visit=1, data='{"a":1}')
    await store.write(Group(events=[event(launch=None), event(journey=2, event="entered"), sent]))
    log = await everything(store.events())
    assert log == [
        (1, event(launch=None), None, None),
        (2, event(journey=2, event="entered"), "K-2", None),
        (3, sent, "K-1", permitted(1, 1)),
    ]
    assert await everything(store.events(launch=1)) == log[1:]
    assert await everything(store.events(journey=1)) == log[2:]
    assert await everything(store.events(after=1)) == log[1:]
    assert await everything(store.events(launch=5)) == []


async def test_a_long_log_is_read_whole(store: Store) -> None:
    await store.write(Group(events=[event(n) for n in range(2_500)]))
    assert [number for number, *_ in await everything(store.events())] == [*range(1, 2_501)]


@pytest.mark.promise("LATE")
async def test_a_sooner_expiry_brings_due_forward_and_never_back(store: Store) -> None:
    await filled(store, entered(1, 2, 3, 4, 5), entered(6, launch=2))
    await store.write(
        journeys(
            journey(1, due=AT + 90),
            journey(2, due=None),
            journey(3, due=AT + 10),
            journey(4, due=None, ended="finished"),
            journey(5, due=None, entered_at=None),
            journey(6, due=AT + 90),
        )
    )
    await store.expire_sooner(1, 50)
    loaded = await store.load([1, 2, 3, 4, 5, 6], 0)
    assert [item.journey.due for item in loaded] == [AT + 50, AT + 50, AT + 10, None, None, AT + 90]
    scan = await store.scan(AT + 50, 0, 10)
    assert [item.recipient.id for item in scan.journeys] == [3, 1, 2]


async def test_alone_nothing_has_changed(store: Store) -> None:
    await store.write(entered(1))
    assert await store.changed() is False


async def test_the_replies_of_an_address_are_kept_also_when_they_are_done_with(
    store: Store,
) -> None:
    others = [signal(address="+353850000002"), signal(kind="opt_out"), signal(at=AT - 9)]
    await store.write(Group(signals=[*others, signal(at=AT + 2), signal(at=AT + 1)]))
    new = (await store.news()).signals
    await store.write(Group(taken_signals={row.id: replace(row, taken_at=AT) for row in new[:4]}))
    found = await store.replies("+353850000001", AT)
    assert [(row.id, row.at) for row in found] == [(5, AT + 1), (4, AT + 2)]
    await store.write(Group(signals=[signal(at=AT + n) for n in range(MOST_REPLIES)]))
    assert len(await store.replies("+353850000001", AT)) == MOST_REPLIES
    assert await store.replies("+353850000001", AT + MOST_REPLIES) == ()

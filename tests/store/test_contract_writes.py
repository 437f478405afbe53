"""What every store keeps, and how: groups, their order, their failures, what is unique."""

from functools import partial

import anyio
import pytest
from msgspec.structs import replace

from tactful.errors import TactfulError
from tactful.store.contract import Group, GroupRefused, Known, Store
from tests.store.sample import (
    AT,
    case,
    consent,
    entered,
    event,
    everything,
    filled,
    held,
    journey,
    journeys,
    lane,
    launch,
    moved,
    order,
    permitted,
    recipient,
    revision,
    send,
    sends,
    signal,
    standing,
    suppression,
)

pytestmark = pytest.mark.anyio


async def test_a_new_store_is_empty_and_numbers_begin_at_one(store: Store) -> None:
    opened = await store.open()
    assert (opened.launches, opened.revisions, opened.lanes, opened.last_at) == ((), (), (), None)
    assert opened.next_journey == opened.next_send == opened.next_launch == 1
    assert opened.next_revision == opened.next_lane == 1


async def test_opening_tells_what_is_there_and_the_next_numbers(store: Store) -> None:
    await store.write(
        Group(
            recipients=[recipient(7)],
            new_sends={9: send(9, 7)},
            launches={3: launch(3, live=True, finished_at=AT)},
            revisions=[revision(4), revision(5)],
            lanes={2: lane(2)},
            events=[event(AT), event(AT + 5), event(AT + 3)],
        )
    )
    opened = await store.open()
    assert opened.launches == (launch(3, live=True, finished_at=AT),)
    assert opened.launches[0].live is True
    assert opened.revisions == (revision(4), revision(5))
    assert opened.lanes == (lane(2),)
    assert opened.next_journey == 8
    assert opened.next_send == 10
    assert (opened.next_launch, opened.next_revision, opened.next_lane) == (4, 6, 3)
    assert opened.last_at == AT + 5


async def test_rows_come_back_as_they_went_in(store: Store) -> None:
    whole = send(
        1,
        1,
        subject="Late",
        lane=4,
        prio=2,
        since=5,
        due=6,
        expires_at=7,
        permit=8,
        permitted_at=9,
        called_at=10,
        ended_at=11,
        guards=12,
        verdict='{"allow":true}',
        provider_id="x",
        reason="r",
        state="accepted",
    )
    await store.write(Group(recipients=[recipient(1)], new_sends={1: whole}))
    await store.write(journeys(journey(1, due=3)))
    assert await store.sends([1]) == (whole,)
    (loaded,) = await store.load([1], since=0)
    assert loaded.recipient == recipient(1)
    assert loaded.journey == journey(1, due=3)


async def test_a_journey_stands_as_its_recipient_came_until_it_moves(store: Store) -> None:
    await store.write(Group(recipients=[recipient(1, due=5), recipient(2, due=None, ended="out")]))
    first, second = await store.load([1, 2], since=0)
    assert first.journey == journey(1, due=5, state=None, entered_at=None)
    assert second.journey == journey(2, state=None, ended="out", entered_at=None)


async def test_launches_and_lanes_are_replaced_by_number(store: Store) -> None:
    await store.write(Group(launches={1: launch(1), 2: launch(2)}, lanes={1: lane(1)}))
    await store.write(
        Group(launches={2: launch(2, state="paused")}, lanes={1: lane(1, "[1]"), 2: lane(2)})
    )
    opened = await store.open()
    assert opened.launches == (launch(1), launch(2, state="paused"))
    assert opened.lanes == (lane(1, "[1]"), lane(2))


async def test_standings_are_replaced_by_observer_group_and_sender(store: Store) -> None:
    first, other = standing("+1"), standing("+2")
    mail = standing("+1", group="email")
    await store.write(Group(standings={row.key: row for row in (other, first, mail)}))
    worse = standing("+1", standing="paused", reasons="half is lost", since=AT, state="\\u0000")
    await store.write(Group(standings={worse.key: worse}))
    assert (await store.open()).standings == (mail, worse, other)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(entered(1), id="number of a recipient"),
        pytest.param(entered(3, key="K-1"), id="key of a recipient"),
        pytest.param(entered(4, 5, key="twice"), id="key within the group"),
        pytest.param(sends(send(1, 2)), id="number of a send"),
        pytest.param(sends(send(3, 1)), id="attempt of a send"),
        pytest.param(sends(send(3, 2), send(4, 2)), id="attempt within the group"),
        pytest.param(Group(revisions=[revision(1)]), id="number of a revision"),
    ],
)
async def test_of_a_group_with_a_row_that_is_there_nothing_is_kept(
    store: Store, bad: Group
) -> None:
    await filled(store, entered(1, 2), sends(send(1, 1)), Group(revisions=[revision(1)]))
    bad.recipients.insert(0, recipient(10, due=None))
    bad.new_sends[10] = send(10, 10)
    bad.events.append(event())
    bad.launches[1] = launch(1)
    bad.suppressions.append(suppression())
    with pytest.raises(GroupRefused):
        await store.write(bad)
    opened = await store.open()
    assert (opened.next_journey, opened.next_send, opened.launches) == (3, 2, ())
    assert await everything(store.events()) == []
    assert await store.suppressions() == ()
    assert await store.live(1) == 2


async def test_one_key_may_be_in_two_launches_and_one_step_be_visited_twice(store: Store) -> None:
    await store.write(Group(recipients=[recipient(1), recipient(2, key="K-1", launch=2)]))
    await store.write(sends(send(1, 1), send(2, 1, visit=2), send(3, 1, attempt=2)))
    assert await store.journey_of(1, "K-1") == 1
    assert await store.journey_of(2, "K-1") == 2
    assert len(await store.sends([1, 2, 3])) == 3


async def test_groups_and_reads_happen_in_the_order_asked_for(store: Store) -> None:
    told: list[int] = []

    def done(number: int, error: BaseException | None) -> None:
        told.append(number)

    await store.write(entered(1))
    for number in range(1, 21):
        store.submit(sends(send(number, 1, visit=number)), partial(done, number))
    assert len(await store.sends(range(1, 21))) == 20
    assert told == [*range(1, 21)]


async def test_a_bad_group_among_others_fails_alone(store: Store) -> None:
    told: dict[int, BaseException | None] = {}

    def done(number: int, error: BaseException | None) -> None:
        told[number] = error

    await store.write(entered(1))
    for number in range(1, 10):
        visit = 1 if number == 5 else number
        store.submit(sends(send(number, 1, visit=visit)), partial(done, number))
    kept = await store.sends(range(1, 10))
    assert [row.id for row in kept] == [1, 2, 3, 4, 6, 7, 8, 9]
    assert isinstance(told.pop(5), GroupRefused)
    assert told == dict.fromkeys([1, 2, 3, 4, 6, 7, 8, 9])


async def test_a_done_that_submits_is_told_in_its_turn(store: Store) -> None:
    finished = anyio.Event()
    deepest, depth, left = 0, 0, 50

    def done(error: BaseException | None) -> None:
        nonlocal deepest, depth, left
        assert error is None
        depth, left = depth + 1, left - 1
        deepest = max(deepest, depth)
        if left:
            store.submit(Group(events=[event()]), done)
        else:
            finished.set()
        depth -= 1

    store.submit(Group(events=[event()]), done)
    with anyio.fail_after(60):
        await finished.wait()
    assert deepest == 1
    assert len(await everything(store.events())) == 50


async def test_names_get_numbers_once(store: Store) -> None:
    first = await store.intern(["ask", "remind", "ask"])
    assert first == {"ask": 1, "remind": 2}
    assert await store.intern(["remind", "näher", "ask"]) == {"remind": 2, "näher": 3, "ask": 1}
    assert await store.names([3, 1, 99]) == {1: "ask", 3: "näher"}


@pytest.mark.promise("SIGNAL")
async def test_a_repeated_signal_is_dropped(store: Store) -> None:
    await store.write(Group(signals=[signal("a"), signal("b"), signal("a", data='"NO"')]))
    await store.write(Group(signals=[signal("b"), signal(None), signal(None), signal("c")]))
    news = (await store.news()).signals
    assert [(row.id, row.dedup, row.data) for row in news] == [
        (1, "a", '"YES"'),
        (2, "b", '"YES"'),
        (3, None, '"YES"'),
        (4, None, '"YES"'),
        (5, "c", '"YES"'),
    ]


@pytest.mark.promise("SIGNAL")
async def test_a_signal_that_was_taken_is_no_news_and_still_drops_its_repeats(store: Store) -> None:
    await store.write(Group(signals=[signal("a"), signal("b")]))
    first = (await store.news()).signals[0]
    await store.write(
        Group(taken_signals={first.id: replace(first, taken_at=AT, result="went on")})
    )
    await store.write(Group(signals=[signal("a")]))
    assert [row.dedup for row in (await store.news()).signals] == ["b"]


async def test_orders_are_news_until_they_are_applied_oldest_first(store: Store) -> None:
    await store.write(Group(orders=[order("pause"), order("resume")]))
    await store.write(Group(orders=[order("stop", campaign="late", key="K", data="{}")]))
    first, second, third = (await store.news()).orders
    assert [first.kind, second.kind, third.kind] == ["pause", "resume", "stop"]
    await store.write(
        Group(applied_orders={second.id: replace(second, applied_at=AT, result="done")})
    )
    assert (await store.news()).orders == (first, third)
    assert (await store.news(limit=1)).orders == (first,)


@pytest.mark.promise("STOP")
async def test_a_suppression_holds_until_it_is_lifted(store: Store) -> None:
    await store.write(entered(1))
    await store.write(Group(suppressions=[suppression(), suppression(group="email")]))
    await store.write(Group(suppressions=[suppression(at=AT + 9), suppression("z@example.org")]))
    assert await store.suppressions("+353850000001") == (suppression(group="email"), suppression())
    assert len(await store.suppressions()) == 3
    assert (await store.load([1], 0))[0].suppressed_phone == ("email", "text")
    await store.write(Group(lifted=[("+353850000001", "text"), ("nobody", "text")]))
    assert await store.suppressions("+353850000001") == (suppression(group="email"),)
    assert (await store.load([1], 0))[0].suppressed_phone == ("email",)
    await store.write(Group(suppressions=[suppression()], lifted=[("+353850000001", "text")]))
    assert suppression() in await store.suppressions()


async def test_consents_are_all_kept_oldest_first(store: Store) -> None:
    await store.write(Group(consents=[consent(), consent("b")]))
    await store.write(Group(consents=[consent(given=False)]))
    assert await store.consents() == (consent(), consent("b"), consent(given=False))
    assert await store.consents("+353850000001") == (consent(), consent(given=False))
    assert (await store.consents())[0].given is True


async def test_hand_offs_stay_in_the_inbox_until_they_are_closed(store: Store) -> None:
    await store.write(Group(inbox=[case(), case(kind="reply", step=3, visit=1)]))
    first, second = await store.inbox()
    assert (first, second) == (case(id=1), case(id=2, kind="reply", step=3, visit=1))
    closed = replace(first, state="closed", closed_at=AT)
    await store.write(Group(closed_inbox={first.id: closed}))
    assert await store.inbox() == (second,)
    assert await store.inbox(open_only=False) == (closed, second)


async def test_sends_and_journeys_are_replaced_whole(store: Store) -> None:
    await filled(store, entered(1), sends(held(1, 1)))
    later = permitted(1, 1, AT + 1, verdict="v", text="new text", lane=None)
    await filled(store, moved(later), journeys(journey(1, ended="finished")))
    assert await store.sends([1]) == (later,)
    assert (await store.load([1], 0))[0].journey == journey(1, ended="finished")


async def test_what_every_store_raises_is_an_error_with_a_message(store: Store) -> None:
    await store.write(entered(1))
    with pytest.raises(TactfulError, match=r"\w+"):
        await store.write(entered(1))


async def test_a_recipient_gets_other_data_and_stays_who_it_is(store: Store) -> None:
    await store.write(entered(1, 2))
    changed = recipient(1, data='{"day":2}', digest="0f", phone=None, row=9, key="other", due=AT)
    await store.write(Group(refreshed={1: changed, 7: recipient(7)}))
    found = [loaded.recipient for loaded in await store.load([1, 2, 7], AT)]
    assert found == [
        recipient(1, due=None, data='{"day":2}', digest="0f"),
        recipient(2, due=None),
    ]
    assert await store.keys(1, ["K-1", "K-2"]) == {"K-1": Known(1, 1, "0f"), "K-2": Known(2, 2)}


async def test_a_launch_remembers_how_its_audience_was_read(store: Store) -> None:
    row = launch(1, audience_read_at=AT, audience_problem="the grid does not answer")
    await store.write(Group(launches={1: row}))
    assert (await store.open()).launches == (row,)

"""The store beside a running engine: what other commands read and append."""

import threading
from pathlib import Path

import anyio
import pytest
from msgspec.structs import replace

from tactful.errors import StoreInvalid
from tactful.store.client import StoreClient
from tactful.store.contract import Group, GroupRefused
from tactful.store.sqlite import SqliteStore
from tactful.values import SECOND
from tests.store.sample import (
    AT,
    case,
    consent,
    entered,
    event,
    everything,
    filled,
    held,
    lane,
    launch,
    order,
    permitted,
    sends,
    signal,
    standing,
    suppression,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_store_that_is_not_there_is_an_error_with_help(path: Path) -> None:
    with pytest.raises(StoreInvalid, match="no store at") as caught:
        StoreClient(path)
    assert "tactful run" in caught.value.help
    assert not path.exists()


def test_a_store_can_be_made_for_what_comes_before_any_campaign(path: Path) -> None:
    for _ in range(2):
        with StoreClient(f"sqlite:///{path}", create=True) as client:
            client.append_order(order())
    with StoreClient(path) as client:
        assert [row.id for row in client.orders()] == [1, 2]


async def test_it_reads_what_the_engine_wrote(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await filled(store, entered(1, 2), sends(held(1, 1), permitted(2, 2)))
    await store.intern(["ask"])
    await store.write(
        Group(
            launches={1: launch(1)},
            lanes={1: lane(1)},
            standings={standing().key: standing()},
            events=[event(AT + n, journey=1, send=1) for n in range(2_100)],
            consents=[consent()],
            suppressions=[suppression()],
            inbox=[case(), case(state="closed")],
            signals=[signal("a")],
        )
    )
    counts, news, inbox = await store.counts(1), await store.news(), await store.inbox()
    log = await everything(store.events())

    def beside() -> None:
        with StoreClient(path) as client:
            assert client.launches() == (launch(1),)
            assert client.lanes() == (lane(1),)
            assert client.standings() == (standing(),)
            assert client.latest() == AT + 2_099
            assert client.counts(1) == counts
            assert client.journey_of(1, "K-2") == 2
            assert [*client.events()] == log
            assert len([*client.events(journey=1, after=2_000)]) == 100
            assert client.names([1]) == {1: "ask"}
            assert client.sends([1]) == (held(1, 1),)
            assert client.by_state("sending") == (permitted(2, 2),)
            assert client.news() == news
            assert client.suppressions() == (suppression(),)
            assert client.consents("+353850000001") == (consent(),)
            assert client.inbox() == inbox
            assert len(client.inbox(open_only=False)) == 2

    await anyio.to_thread.run_sync(beside)
    await store.close()


def test_signals_are_appended_once(path: Path) -> None:
    with StoreClient(path, create=True) as client:
        assert client.append_signal(signal("a")) == 1
        assert client.append_signal(signal("a")) is None
        assert client.append_signal(signal(None)) == 2
        assert len(client.news().signals) == 2


@pytest.mark.promise("STOP")
def test_a_consent_its_suppression_and_its_order_are_kept_together(path: Path) -> None:
    with StoreClient(path, create=True) as client:
        told = order("consent")
        number = client.apply_consent([consent(given=False)], told, suppress=[suppression()])
        assert client.suppressions() == (suppression(),)
        assert client.consents() == (consent(given=False),)
        assert client.order(number) == replace(told, id=number)
        taken = replace(told, id=number)
        with pytest.raises(GroupRefused):
            client.apply_consent([consent()], taken, lift=[("+353850000001", "text")])
        assert client.suppressions() == (suppression(),)
        client.apply_consent([consent()], told, lift=[("+353850000001", "text")])
        assert client.suppressions() == ()
        assert len(client.consents()) == 2


def test_an_order_that_no_engine_applies_is_waited_for_in_vain(path: Path) -> None:
    with StoreClient(path, create=True) as client:
        assert client.wait_applied(client.append_order(order()), timeout=0) is None
        assert client.wait_applied(99, timeout=0) is None


def test_an_order_is_waited_for_until_an_engine_applies_it(path: Path) -> None:
    with StoreClient(path, create=True) as client:
        number = client.append_order(order())

        async def engine() -> None:
            store = SqliteStore(path)
            await store.open()
            (row,) = (await store.news()).orders
            applied = replace(row, applied_at=AT, result="paused")
            await store.write(Group(applied_orders={row.id: applied}))
            await store.close()

        thread = threading.Thread(target=anyio.run, args=(engine,))
        thread.start()
        row = client.wait_applied(number, timeout=60 * SECOND)
        thread.join()
    assert row == replace(order(), id=number, applied_at=AT, result="paused")


async def test_it_says_why_sends_wait_and_how_many_stand_in_each_lane(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await filled(
        store,
        entered(1, 2, 3, 4),
        sends(
            held(1, 1, due=AT + SECOND), held(2, 2, due=AT), held(3, 3, due=AT), held(4, 4, lane=7)
        ),
        Group(
            events=[
                event(journey=1, send=1, event="held", data='{"by":"guard","reason":"first"}'),
                event(journey=1, send=1, event="held", data='{"by":"guard","reason":"night"}'),
                event(journey=2, send=2, event="held", data='{"by":"guard","reason":"night"}'),
            ]
        ),
    )

    def beside() -> None:
        with StoreClient(path) as client:
            again, night = client.held(1)
            assert (again.by, again.reason, again.sends, again.until) == (None, None, 1, AT)
            assert (night.by, night.reason, night.sends, night.until) == ("guard", "night", 2, AT)
            assert client.held(2) == ()
            assert client.waiting() == {7: {held(4, 4).prio: 1}}
            assert {n: row.key for n, row in client.recipients([2, 9]).items()} == {2: "K-2"}
            assert client.last_event() == 3
            assert client.revisions() == ()

    await anyio.to_thread.run_sync(beside)
    await store.close()


def test_a_signal_that_no_engine_takes_is_waited_for_in_vain(path: Path) -> None:
    with StoreClient(path, create=True) as client:
        number = client.append_signal(signal("a")) or 0
        assert client.signal(number) == replace(signal("a"), id=number)
        assert client.wait_taken(number, timeout=0) is None
        assert client.wait_taken(99, timeout=0) is None

"""What every store keeps of people's data: read in pages, and changed when the data changes."""

import pytest

from tactful.store.contract import Group, Store
from tests.store.sample import AT, entered, journey, journeys, recipient

pytestmark = pytest.mark.anyio


async def test_the_data_of_live_journeys_comes_in_pages(store: Store) -> None:
    people = [recipient(n, data=f'{{"n":{n}}}') for n in (1, 2, 3, 5)]
    await store.write(Group(recipients=[*people, recipient(4, launch=2), recipient(6, ended="x")]))
    await store.write(journeys(journey(2, ended="stopped")))
    assert await store.data_of(1, 0, 2) == ((1, '{"n":1}'), (3, '{"n":3}'))
    assert await store.data_of(1, 3, 2) == ((5, '{"n":5}'),)
    assert await store.data_of(1, 5, 2) == ()
    assert await store.data_of(7, 0, 2) == ()


async def test_new_data_is_found_wherever_the_recipient_is_read(store: Store) -> None:
    await store.write(entered(1, 2, due=AT))
    text = '{"name":"Zoë \\"Z\\"","n":1.5,"none":null}'
    await store.write(Group(refreshed={1: recipient(1, data=text), 99: recipient(99)}))
    assert [loaded.recipient.data for loaded in await store.load([1], 0)] == [text]
    scan = await store.scan(AT, 0, 9)
    assert [loaded.recipient.data for loaded in scan.journeys] == [text, recipient(2).data]
    assert (await store.data_of(1, 0, 1)) == ((1, text),)
    (loaded,) = await store.load([1], 0)
    assert loaded.recipient == recipient(1, due=loaded.recipient.due, data=text)

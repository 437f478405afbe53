"""However an address is written, a store knows it again, and keeps what people are sent to."""

import pytest
from msgspec.structs import replace

from tactful.store.contract import Group, Store
from tests.store.sample import (
    AT,
    consent,
    filled,
    launch,
    permitted,
    recipient,
    sends,
    signal,
    suppression,
)

pytestmark = pytest.mark.anyio

FOLDED = "zoé@xn--bcher-kva.example"
LISTS = ("Zoé@bücher.example", "zoe\u0301@BÜCHER.example", FOLDED)
HEARD = "ZOÉ@XN--BCHER-KVA.EXAMPLE"
OTHER = "zoe@example.org"


async def _written(store: Store) -> Store:
    people = [recipient(n, email=email, due=None) for n, email in enumerate((*LISTS, OTHER), 1)]
    rows = [
        permitted(n, n, at=AT + n, channel="email", to=email)
        for n, email in enumerate((*LISTS, OTHER), 1)
    ]
    return await filled(store, Group(recipients=people), sends(*rows))


@pytest.mark.promise("STOP")
async def test_a_suppression_is_of_every_spelling(store: Store) -> None:
    await _written(store)
    await store.write(Group(suppressions=[suppression(HEARD, "email")]))
    await store.write(Group(suppressions=[suppression(LISTS[0], "email", AT + 9)]))
    kept = suppression(FOLDED, "email")
    assert await store.suppressions() == (kept,)
    assert [await store.suppressions(one) for one in LISTS] == [(kept,)] * 3
    loaded = await store.load([1, 2, 3, 4], 0)
    assert [one.suppressed_email for one in loaded] == [("email",)] * 3 + [()]
    await store.write(Group(lifted=[(LISTS[1], "email")]))
    assert await store.suppressions() == ()
    assert (await store.load([1], 0))[0].suppressed_email == ()


async def test_recent_messages_are_those_to_every_spelling(store: Store) -> None:
    await _written(store)
    assert [one.recent_email for one in await store.load([1, 2, 3, 4], AT + 2)] == [2, 2, 2, 1]


async def test_an_answer_belongs_to_whom_we_wrote_in_any_spelling(store: Store) -> None:
    await _written(store)
    asked = await store.asked(HEARD, ["email"])
    assert [(row.journey, row.to) for row in asked] == [(3, LISTS[2]), (2, LISTS[1]), (1, LISTS[0])]
    assert await store.asked(HEARD, ["sms"]) == ()


async def test_a_key_that_looks_like_an_address_is_compared_as_it_is(store: Store) -> None:
    keys = ("Ann@example.org", "ann@example.org")
    people = [recipient(n, key=key, email=None, due=None) for n, key in enumerate(keys, 1)]
    rows = [permitted(n, n, channel="chat", to=key) for n, key in enumerate(keys, 1)]
    await filled(store, Group(launches={1: launch(1)}, recipients=people), sends(*rows))
    assert [[row.journey for row in await store.asked(key, ["chat"])] for key in keys] == [[1], [2]]


async def test_replies_are_those_in_every_spelling_as_they_were_written(store: Store) -> None:
    rows = [signal(str(n), address=one, at=AT + n) for n, one in enumerate((*LISTS, OTHER))]
    await store.write(Group(signals=rows))
    assert [row.address for row in await store.replies(HEARD, AT)] == [*LISTS]
    taken = {row.id: replace(row, taken_at=AT) for row in (await store.news()).signals}
    await store.write(Group(taken_signals=taken))
    assert [row.address for row in await store.replies(HEARD, AT + 1)] == [*LISTS[1:]]


async def test_consents_are_of_every_spelling(store: Store) -> None:
    await store.write(Group(consents=[consent(LISTS[0]), consent(OTHER)]))
    await store.write(Group(consents=[consent(HEARD, given=False)]))
    mine = (consent(FOLDED), consent(FOLDED, given=False))
    assert await store.consents(LISTS[1]) == mine
    assert len(await store.consents()) == 3

"""Whatever is written, in whatever groups, both stores say the same."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tactful.journey.lifecycle import SendState
from tactful.store.contract import Group, GroupRefused, Store
from tactful.store.memory import MemoryStore
from tactful.store.rows import JourneyRow, RecipientRow, SendRow
from tactful.store.sqlite import SqliteStore
from tests.store.sample import (
    case,
    consent,
    event,
    everything,
    lane,
    launch,
    order,
    recipient,
    signal,
    standing,
    suppression,
)
from tests.store.sample import send as sample_send

PHONES = ("+353850000001", "+353850000002")
EMAILS = ("é@example.org", "b@example.org", "E\u0301@Example.org", "B@EXAMPLE.ORG")
STATES: tuple[SendState, ...] = get_args(SendState)

moments = st.integers(0, 40)
maybe = st.none() | moments
texts = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8
) | st.sampled_from(['"', "\\u0000", "null", "1", "[]"])


def _person(number: int, **drawn: Any) -> RecipientRow:
    """Addresses go with the number, so that a send fits its recipient whichever group is kept."""
    phone = None if number % 3 == 0 else PHONES[number % 2]
    email = None if number % 5 == 0 else EMAILS[number % 4]
    return recipient(number, phone=phone, email=email, **drawn)


recipients = st.builds(
    _person,
    st.integers(1, 12),
    launch=st.integers(1, 2),
    key=st.sampled_from("abcdefgh"),
    data=texts,
    digest=st.sampled_from(["", "0f"]),
    due=maybe,
    ended=st.sampled_from([None, None, "out"]),
)
journeys = st.builds(
    JourneyRow,
    id=st.integers(1, 12),
    due=maybe,
    state=st.none() | texts,
    ended=st.sampled_from([None, None, "finished", "expired"]),
    entered_at=maybe,
)
changes = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["queued", "queued", *STATES]),
        "lane": st.none() | st.integers(1, 2),
        "prio": st.integers(0, 1),
        "since": moments,
        "due": maybe,
        "permitted_at": maybe,
        "text": texts,
        "reason": st.none() | texts,
        "leave": st.none() | texts,
        "cost": st.sampled_from([None, "0.05 EUR", "0.1 EUR"]),
    }
)


@st.composite
def new_sends(draw: st.DrawFn) -> SendRow:
    person = _person(draw(st.integers(1, 12)))
    channel, to = draw(st.sampled_from([("sms", person.phone), ("email", person.email)]))
    return sample_send(
        draw(st.integers(1, 30)),
        person.id,
        visit=draw(st.integers(1, 2)),
        attempt=draw(st.integers(1, 3)),
        channel=channel,
        to=to or "nowhere",
        **draw(changes),
    )


addresses = st.sampled_from((*PHONES, *EMAILS))
few_addresses = st.lists(addresses, max_size=2)


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """Any changes, some of which repeat what is there and must be refused."""
    group = Group(
        recipients=draw(st.lists(recipients, max_size=4)),
        refreshed={row.id: row for row in draw(st.lists(recipients, max_size=3))},
        journeys={row.id: row for row in draw(st.lists(journeys, max_size=4))},
        new_sends={row.id: row for row in draw(st.lists(new_sends(), max_size=4))},
        events=[event(at, journey=1, send=1) for at in draw(st.lists(moments, max_size=2))],
        signals=[
            signal(dedup, address=draw(addresses), at=draw(moments))
            for dedup in draw(st.lists(st.sampled_from("ab"), max_size=2))
        ],
        suppressions=[suppression(one, at=draw(moments)) for one in draw(few_addresses)],
        lifted=[(one, "text") for one in draw(few_addresses)],
    )
    if draw(st.booleans()):
        group.orders, group.consents, group.inbox = [order()], [consent(draw(addresses))], [case()]
        group.lanes, group.launches = {1: lane(1)}, {1: launch(1)}
        watched = standing(state=draw(texts), reasons=draw(texts), since=draw(moments))
        group.standings = {watched.key: watched}
    return group


async def _sound(store: Store, group: Group, updates: dict[int, dict[str, Any]]) -> Group:
    """Keep of a group what its users promise: sends have recipients, changed rows are there."""
    people = {item.recipient.id for item in await store.load([*range(13)], 0)}
    people |= {row.id for row in group.recipients}
    group.new_sends = {n: row for n, row in group.new_sends.items() if row.journey in people}
    kept = await store.sends([*updates])
    group.sends = {row.id: replace(row, **updates[row.id]) for row in kept}
    for row in kept:
        if row.permitted_at is not None:
            change = {"permitted_at": row.permitted_at}
            group.sends[row.id] = replace(group.sends[row.id], **change)
    return group


async def _write(store: Store, group: Group) -> str:
    try:
        await store.write(group)
    except GroupRefused:
        return "refused"
    return "kept"


async def _all(store: Store, now: int, since: int, limit: int) -> dict[str, Any]:
    both = range(1, 3)
    return {
        "opened": replace(await store.open(), salt=""),
        "scan": await store.scan(now, since, limit),
        "lanes": [await store.lane(n, p, since, limit) for n in both for p in (0, 1)],
        "waiting": await store.waiting(),
        "load": await store.load([*range(12, 0, -1)], since),
        "keys": [await store.keys(n, "abcdefgh") for n in both],
        "asked": [await store.asked(a, ["sms", "email"]) for a in (*PHONES, *EMAILS)],
        "sends": await store.sends([*range(40)]),
        "states": [await store.by_state(state) for state in STATES],
        "news": await store.news(),
        "live": [(await store.live(n), await store.live_journeys(n, 3, 5)) for n in both],
        "counts": [await store.counts(n) for n in both],
        "events": await everything(store.events()),
        "suppressions": await store.suppressions(),
        "replies": [await store.replies(one, since) for one in (*PHONES, *EMAILS)],
        "consents": await store.consents(),
        "consents of one": [await store.consents(one) for one in EMAILS],
        "inbox": await store.inbox(),
    }


@settings(max_examples=60)
@given(
    st.lists(st.tuples(groups(), st.dictionaries(st.integers(1, 30), changes)), max_size=5),
    moments,
    moments,
    st.integers(1, 5),
)
@pytest.mark.promise("LOSS")
def test_both_stores_tell_the_same(
    made: list[tuple[Group, dict[int, dict[str, Any]]]], now: int, since: int, limit: int
) -> None:
    async def compare(path: Path) -> None:
        memory, sqlite = MemoryStore(), SqliteStore(path)
        await sqlite.open()
        for drawn, updates in made:
            group = await _sound(memory, drawn, updates)
            assert await _write(memory, group) == await _write(sqlite, group)
        for span in (None, 3):
            if span is not None:
                await memory.expire_sooner(1, span)
                await sqlite.expire_sooner(1, span)
            assert await _all(memory, now, since, limit) == await _all(sqlite, now, since, limit)
        await sqlite.close()

    with TemporaryDirectory() as folder:
        anyio.run(compare, Path(folder) / "store.db")

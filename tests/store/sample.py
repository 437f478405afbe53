"""Rows to test stores with: whole, valid and small; a test names only what it is about."""

from collections.abc import AsyncIterator
from typing import Any, TypeVar

from msgspec.structs import replace

from tactful.store.contract import Group, Store
from tactful.store.rows import (
    ConsentRow,
    EventRow,
    InboxRow,
    JourneyRow,
    LaneRow,
    LaunchRow,
    OrderRow,
    RecipientRow,
    RevisionRow,
    SendRow,
    SignalRow,
    StandingRow,
    SuppressionRow,
)

T = TypeVar("T")

AT = 1_700_000_000_000_000


def recipient(number: int, **changes: Any) -> RecipientRow:
    row = RecipientRow(
        id=number,
        launch=1,
        key=f"K-{number}",
        row=number,
        phone=f"+35385000{number:04}",
        email=f"k{number}@example.org",
        zones="Europe/Dublin",
        locale="en",
        data='{"name":"Ana \\"A\\" Ó"}',
        revision=1,
        due=AT,
    )
    return replace(row, **changes)


def journey(number: int, **changes: Any) -> JourneyRow:
    row = JourneyRow(id=number, due=None, state='{"at":1}', ended=None, entered_at=AT)
    return replace(row, **changes)


def send(number: int, journey: int, **changes: Any) -> SendRow:
    row = SendRow(
        id=number,
        journey=journey,
        launch=1,
        step=1,
        index=0,
        visit=1,
        attempt=1,
        channel="sms",
        to=f"+35385000{journey:04}",
        sender="+353860000000",
        text="Your order is late.\nSorry — “we” know 🙂",
        subject=None,
        segments=1,
        state="queued",
    )
    return replace(row, **changes)


def held(number: int, journey: int, **changes: Any) -> SendRow:
    return replace(send(number, journey), **{"lane": 1, "since": AT, **changes})


def permitted(number: int, journey: int, at: int = AT, **changes: Any) -> SendRow:
    return replace(send(number, journey), **{"state": "sending", "permitted_at": at, **changes})


def event(at: int = AT, **changes: Any) -> EventRow:
    return replace(EventRow(at=at, launch=1, journey=None, event="order"), **changes)


def launch(number: int, **changes: Any) -> LaunchRow:
    row = LaunchRow(
        id=number,
        campaign="late",
        number=number,
        state="running",
        revision=1,
        guards=2,
        flow_path="late.flow",
        audience_path="orders.csv",
        started_at=AT,
    )
    return replace(row, **changes)


def revision(number: int) -> RevisionRow:
    return RevisionRow(number, "graph", "late", f"d{number}", '{"steps":[]}', AT)


def lane(number: int, state: str = "{}") -> LaneRow:
    return LaneRow(number, "late", "text", "window", state)


def standing(sender: str = "+353860000000", **changes: Any) -> StandingRow:
    return replace(StandingRow("arrivals", "text", sender, 1, '{"last":"a"}'), **changes)


def signal(dedup: str | None = None, **changes: Any) -> SignalRow:
    row = SignalRow(id=0, at=AT, kind="reply", dedup=dedup, address="+353850000001", data='"YES"')
    return replace(row, **changes)


def order(kind: str = "pause", **changes: Any) -> OrderRow:
    return replace(OrderRow(id=0, at=AT, who="ana", kind=kind, because="storm"), **changes)


def suppression(
    address: str = "+353850000001", group: str = "text", at: int = AT
) -> SuppressionRow:
    return SuppressionRow(address, group, at, "STOP")


def consent(address: str = "+353850000001", *, given: bool = True) -> ConsentRow:
    return ConsentRow(address, "sms", "service", given, AT, "form", "ana")


def case(**changes: Any) -> InboxRow:
    row = InboxRow(0, AT, "hand_off", 1, 1, "care", "high", "calls back")
    return replace(row, **changes)


def entered(*numbers: int, **changes: Any) -> Group:
    """Recipients whose journeys wait for a signal only."""
    return Group(recipients=[recipient(n, **{"due": None, **changes}) for n in numbers])


def sends(*rows: SendRow) -> Group:
    return Group(new_sends={row.id: row for row in rows})


def moved(*rows: SendRow) -> Group:
    return Group(sends={row.id: row for row in rows})


def journeys(*rows: Any) -> Group:
    return Group(journeys={row.id: row for row in rows})


async def everything(items: AsyncIterator[T]) -> list[T]:
    return [item async for item in items]


async def filled(store: Store, *groups: Group) -> Store:
    """Write groups one after another, and return the store."""
    for group in groups:
        await store.write(group)
    return store

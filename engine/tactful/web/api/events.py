"""`POST /api/events`: something happened elsewhere, and journeys that wait for it learn of it."""

from collections.abc import Callable, Sequence
from typing import Annotated

import anyio
import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tactful.errors import StoreInvalid
from tactful.runtime.faults import kept
from tactful.runtime.reception import Reception
from tactful.store.rows import LaunchRow, SignalRow
from tactful.web.api.access import Access, Allowance
from tactful.web.api.problems import Mistake, Problem, mistakes_of
from tactful.web.body import TooLarge, read_body

MOST_EVENTS = 100
"""The most events of one request."""
MOST_BODY = 2**20
"""The largest body of one request, in bytes."""
BODY_SECONDS = 15.0
"""So long a body may take to arrive."""
_GREATEST = 10**15  # beyond, a program in another language may not read the same number

Short = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]*$", max_length=100)]
Text = Annotated[str, Field(max_length=2_000)]
Whole = Annotated[int, Field(ge=-_GREATEST, le=_GREATEST)]
Number = Annotated[float, Field(ge=-_GREATEST, le=_GREATEST)]


class Event(BaseModel):
    """Something that happened: `on event NAME` lines of journeys take it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    name: Name = Field(description="What happened, as flows name it: `parcel_delivered`.")
    key: Short | None = Field(None, description="The recipient it is about.")
    campaign: Short | None = Field(
        None, description="Only this campaign (`late-order`) or launch (`late-order.2`)."
    )
    values: dict[Name, Text | bool | Whole | Number] = Field(
        default_factory=dict,
        max_length=50,
        description="What it tells. Without a key it reaches everybody whose row has the same "
        "value in a column that a flow compares: `on event NAME with same region`.",
    )
    id: Short | None = Field(
        None, description="Of two events with the same id, the second changes nothing."
    )

    @model_validator(mode="after")
    def _is_about_somebody(self) -> "Event":
        if self.key is None and not self.values:
            raise ValueError("say whom it is about: a `key`, or `values` that flows compare")
        return self


class Events(BaseModel):
    """Several events in one request; all of them are taken, or none."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    events: list[Event] = Field(min_length=1, max_length=MOST_EVENTS)


Launches = Callable[[], Sequence[LaunchRow]]


class EventsApi:
    """Takes events in. `launches` says which there are."""

    def __init__(
        self, reception: Reception, launches: Launches, access: Access, allowance: Allowance
    ) -> None:
        self._reception = reception
        self._launches = launches
        self._access = access
        self._allowance = allowance

    async def take(self, request: Request) -> Response:
        """Answer one request: 202 when its events are durable, or a problem."""
        try:
            who = self._access.check(request, "events")
            events = await _read(request)
            self._allowance.take(who, len(events))
            self._check_campaigns(events)
            key = _idempotency_key(request)
            await self._reception.keep(
                [self._row(event, who, key, place) for place, event in enumerate(events)]
            )
        except Problem as problem:
            return problem.answer()
        except StoreInvalid:
            later = {"Retry-After": "5"}
            return Problem(503, "This could not be kept. Tell it again.", headers=later).answer()
        return JSONResponse({"taken": len(events)}, status_code=202)

    def _check_campaigns(self, events: Sequence[Event]) -> None:
        named = {event.campaign for event in events} - {None}
        if not named:
            return
        known = {name for row in self._launches() for name in (row.campaign, row.name)}
        wrong = [
            Mistake(_at(events, place, "campaign"), "there is no such campaign here")
            for place, event in enumerate(events)
            if event.campaign is not None and event.campaign not in known
        ]
        if wrong:
            raise Problem(422, "A campaign that is named is not here.", errors=wrong)

    def _row(self, event: Event, who: str, key: str | None, place: int) -> SignalRow:
        dedup = None
        if event.id is not None:
            dedup = f"event:{who}:{event.id}"
        elif key is not None:
            dedup = f"event:{who}:{key}#{place}"
        values = {
            name: kept(value) if isinstance(value, str) else value
            for name, value in event.values.items()
        }
        return SignalRow(
            id=0,
            at=self._reception.now,
            kind="event",
            dedup=dedup and kept(dedup),
            campaign=event.campaign,
            key=event.key and kept(event.key),
            name=event.name,
            data=msgspec.json.encode(values).decode() if values else None,
        )


async def _read(request: Request) -> Sequence[Event]:
    """Return the events of a request. Raises `Problem`."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Problem(415, "Send JSON, with `Content-Type: application/json`.")
    try:
        with anyio.fail_after(BODY_SECONDS):
            body = await read_body(request.receive, request.headers, MOST_BODY)
        read = from_json(body)
    except TimeoutError as error:
        raise Problem(408, "The body took too long.") from error
    except TooLarge as error:
        raise Problem(413, f"The body is too large: {error}.") from error
    except ConnectionError as error:
        raise Problem(400, "The body did not end.") from error
    except ValueError as error:
        raise Problem(400, f"The body is not JSON: {error}.") from error
    try:
        if isinstance(read, dict) and "events" in read:
            return Events.model_validate(read).events
        return [Event.model_validate(read)]
    except ValidationError as error:
        raise Problem(
            422, "The body is JSON, but not as it should be.", errors=mistakes_of(error)
        ) from error


def _at(events: Sequence[Event], place: int, field: str) -> str:
    return f"/{field}" if len(events) == 1 else f"/events/{place}/{field}"


def _idempotency_key(request: Request) -> str | None:
    """Return what the header of this name says; it may stand in quotes."""
    key = request.headers.get("idempotency-key", "").strip().strip('"')
    if len(key) > 200:
        raise Problem(400, "The Idempotency-Key has more than 200 characters.")
    return key or None

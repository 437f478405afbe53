"""The alerts of a store, gathered beside the engine that may be running."""

from typing import Any

import msgspec
from msgspec import Struct

from tactful.runtime.alerts import HEEDED, KEPT, Alerts
from tactful.runtime.ports import Alert
from tactful.store.client import StoreClient
from tactful.values import Instant, iso


class AlertTold(Struct, frozen=True):
    """An alert, and the desks that have been told of it."""

    alert: Alert
    told: tuple[str, ...]


def alerts_of(client: StoreClient, now: Instant) -> tuple[AlertTold, ...]:
    """Return the alerts of the last day, the newest of each cause and subject, oldest first."""
    alerts = Alerts()
    launches = {row.id: row for row in client.launches()}
    for number, event in client.lines(HEEDED, client.number_before(now - KEPT)):
        alerts.add(number, event, launches)
    return tuple(AlertTold(*one) for one in alerts.all())


def as_json(one: AlertTold) -> dict[str, Any]:
    """Return an alert as programs get it."""
    fields = msgspec.structs.asdict(one.alert)
    named = {"launch": one.alert.launch or None, "campaign": one.alert.campaign or None}
    return {**fields, **named, "at": iso(one.alert.at), "told": [*one.told]}

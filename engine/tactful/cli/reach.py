"""Tells beforehand whom an event without a key is for: those whose row has the value it carries."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tactful.cli.suggest import did_you_mean
from tactful.errors import TactfulError

if TYPE_CHECKING:
    from tactful.store.client import StoreClient
    from tactful.store.rows import LaunchRow

_PAGE = 1_000

Compared = dict[str, frozenset[str]]
"""The columns that a launch compares, by the name of the event."""


def count_reached(
    client: "StoreClient", launches: "Iterable[LaunchRow]", name: str, values: Mapping[str, Any]
) -> int:
    """Count the journeys under way that an event is for by the values that it carries.

    Raises `TactfulError` when no launch can tell by these values whom it is for.
    """
    found = False
    count = 0
    known: Compared = {}
    for launch in launches:
        compared, key = _compared(client, launch)
        known |= {event: known.get(event, frozenset()) | compared[event] for event in compared}
        columns = compared.get(name, frozenset()).intersection(values)
        if key in values:
            columns |= {key}
        if columns:
            found = True
            count += _count(client, launch.id, columns, values)
    if not found:
        raise _not_told(name, known)
    return count


def _not_told(name: str, known: Compared) -> TactfulError:
    if columns := " or ".join(f"`{column}`" for column in sorted(known.get(name, ()))):
        return TactfulError(
            f"The event carries nothing that tells whom it is for: give a value of {columns}",
            help=f"For one recipient: tactful send-event {name} --key K",
        )
    return TactfulError(
        f"No campaign under way says `on event {name} with same COLUMN`."
        f"{did_you_mean(name, known)}",
        help=f"For one recipient: tactful send-event {name} --key K",
    )


def _compared(client: "StoreClient", launch: "LaunchRow") -> tuple[Compared, str]:
    """Return what a launch compares, and its key column, if that is one."""
    import json

    from tactful.graph.compared import compared_columns
    from tactful.graph.model import Audience, StepGraph

    found: Compared = {}
    key = ""
    for row in client.revisions():
        more: Compared = {}
        if row.kind == "graph" and row.campaign == launch.campaign:
            more = compared_columns(StepGraph.model_validate_json(row.data))
        elif row.id == launch.guards:
            audience = Audience.model_validate(json.loads(row.data)["audience"])
            key = audience.key[0] if len(audience.key) == 1 else ""
            lines = [line for line in audience.updates if line.same is not None]
            more = {name: frozenset([str(line.same)]) for line in lines for name in line.names}
        found |= {name: found.get(name, frozenset()) | columns for name, columns in more.items()}
    return found, key


def _count(
    client: "StoreClient", launch: int, columns: Collection[str], values: Mapping[str, Any]
) -> int:
    import msgspec

    from tactful.graph.comparisons import same_value

    count = after = 0
    while page := client.data_of(launch, after, _PAGE):
        after = page[-1][0]
        for _, data in page:
            row = msgspec.json.decode(data)
            count += any(same_value(row.get(name), values[name]) for name in columns)
    return count

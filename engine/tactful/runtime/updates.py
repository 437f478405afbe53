"""Takes the values that an event carries over into the row of a person it is about."""

from collections.abc import Collection
from typing import Any

from tactful.errors import ValueUnreadable
from tactful.graph.comparisons import same_value
from tactful.graph.model import Column
from tactful.graph.texts import show
from tactful.journey.inputs import Value, Values
from tactful.runtime.active import Live
from tactful.runtime.audience.cells.nothing import bare, tidy, unusable
from tactful.runtime.audience.cells.places import read_zone
from tactful.runtime.audience.columns import Clues, column_cell
from tactful.runtime.engine import Engine
from tactful.runtime.refreshing import renew
from tactful.values import Instant


def update(
    engine: Engine, live: Live, name: str, values: Values, now: Instant, *, mine: bool
) -> dict[str, Any]:
    """Change the columns that an event of this name carries, and renew waits for their dates.

    Returns what the log has to say: the `problem` of values that cannot be read, which leave their
    columns as they were.
    """
    lines = [line for line in live.active.campaign.audience.updates if name in line.names]
    shared = {
        line.same
        for line in lines
        if line.same is not None and same_value(live.values.get(line.same), values.get(line.same))
    }
    if not lines or not (mine or shared):
        return {}
    # What told whom the event is for stays as the row has it: `north` is no news to the North.
    changes, problems = _read(live, values, but=shared)
    if changes:
        renew(engine, live, changes, now, digest=None)
    return {"problem": "; ".join(problems)} if problems else {}


def _read(live: Live, values: Values, but: Collection[str]) -> tuple[dict[str, Value], list[str]]:
    changes: dict[str, Value] = {}
    problems = []
    audience = live.active.campaign.audience
    for column in audience.columns:
        if column.name not in values or column.name in audience.key or column.name in but:
            continue
        try:
            value = _value(live, column, show(values[column.name]))
        except ValueUnreadable as error:
            problems.append(f"{column.name}: {error.message}")
            continue
        if value != live.values.get(column.name):
            changes[column.name] = value
    return changes, problems


def _value(live: Live, column: Column, written: str) -> Value:
    """Read a value as a cell of this column and this row is read. Raises `ValueUnreadable`."""
    cell = column_cell(column, None, None)
    text = tidy(written) if cell.is_text else bare(tidy(written))
    if reason := unusable(text):
        raise ValueUnreadable(reason[1])
    if text and not cell.is_empty(text):
        return cell.read(text, _clues(live))
    if cell.default is None and not cell.optional:
        raise ValueUnreadable("it is empty")
    return cell.default


def _clues(live: Live) -> Clues:
    role = live.active.campaign.audience.country
    country = (live.values.get(role.column) or role.default) if role else None
    return Clues(_zone(live), show(country) if country else None)


def _zone(live: Live) -> str | None:
    role = live.active.campaign.audience.timezone
    zone = (live.values.get(role.column) or role.default) if role else None
    return read_zone(show(zone)) if zone else None

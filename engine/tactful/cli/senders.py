"""How the senders of a store stand, gathered beside the engine that may be running."""

from typing import Any

import msgspec
from msgspec import Struct

from tactful.cli.asking import UNDER_WAY
from tactful.graph.channels import group_of
from tactful.graph.model import Guards
from tactful.guard.standing import Gauge, Standing
from tactful.runtime.observed import gauges_of
from tactful.runtime.stands import stand_of
from tactful.store.client import StoreClient
from tactful.store.rows import StandingRow
from tactful.values import Instant, iso


class SenderWord(Struct, frozen=True):
    """What one observer, or (empty `by`) a person, says of a sender on one group of channels.

    An empty `sender`: of all senders of the group. `problem` says why the observer cannot be asked.
    """

    sender: str
    group: str
    by: str
    standing: Standing
    since: Instant
    advice: str
    reasons: str
    problem: str
    gauges: tuple[Gauge, ...] = ()


class SenderStands(Struct, frozen=True):
    """How one sender stands on one group of channels: the worst that is said of it."""

    sender: str
    group: str
    standing: Standing
    since: Instant
    until: Instant | None
    slow: str
    campaigns: tuple[str, ...]
    words: tuple[SenderWord, ...]


def senders_of(client: StoreClient) -> tuple[SenderStands, ...]:
    """Return all senders of the launches under way, and those of which anything is known."""
    rows = client.standings()
    guards = {row.id: row for row in client.revisions()}
    used: dict[tuple[str, str], list[str]] = {}
    for launch in client.launches():
        row = guards.get(launch.guards)
        if row is not None:
            declared = Guards.model_validate(msgspec.json.decode(row.data)["guards"])
            for sender in declared.senders:
                mine = used.setdefault((group_of(sender.channel), sender.address), [])
                if launch.state in UNDER_WAY:
                    mine.append(launch.campaign)
    for row_ in rows:
        if row_.sender:
            used.setdefault((row_.group, row_.sender), [])
    return tuple(
        _stands(sender, group, tuple(dict.fromkeys(campaigns)), _words_on(rows, group, sender))
        for (group, sender), campaigns in sorted(used.items())
    )


def word_of(row: StandingRow) -> SenderWord:
    """Return what a row of the store says."""
    return SenderWord(
        sender=row.sender,
        group=row.group,
        by=row.observer,
        standing=row.standing,
        since=row.since,
        advice=row.advice,
        reasons=row.reasons,
        problem=row.problem,
        gauges=gauges_of(row.gauges),
    )


def _words_on(rows: tuple[StandingRow, ...], group: str, sender: str) -> tuple[StandingRow, ...]:
    return tuple(row for row in rows if row.group == group and row.sender in (sender, ""))


def _stands(
    sender: str, group: str, campaigns: tuple[str, ...], rows: tuple[StandingRow, ...]
) -> SenderStands:
    stand = stand_of(rows)
    return SenderStands(
        sender=sender,
        group=group,
        standing=stand.standing,
        since=min((row.since for row in rows if row.standing == stand.standing), default=0),
        until=stand.until,
        slow=str(stand.slow) if stand.slow is not None else "",
        campaigns=campaigns,
        words=tuple(word_of(row) for row in rows),
    )


def as_json(one: SenderStands) -> dict[str, Any]:
    """Return a sender as programs get it."""
    return {
        "sender": one.sender,
        "group": one.group,
        "standing": one.standing,
        "since": iso(one.since) if one.since else None,
        "until": iso(one.until) if one.until is not None else None,
        "slow": one.slow or None,
        "campaigns": list(one.campaigns),
        "observers": [
            {
                "by": word.by or "a person",
                "standing": word.standing,
                "since": iso(word.since) if word.since else None,
                "advice": word.advice or None,
                "reasons": word.reasons or None,
                "problem": word.problem or None,
                "gauges": [gauge_json(gauge) for gauge in word.gauges],
            }
            for word in one.words
        ],
    }


def gauge_json(gauge: Gauge) -> dict[str, Any]:
    """Return a figure as programs get it."""
    return {**msgspec.structs.asdict(gauge), "value": gauge.value}


def history_of(client: StoreClient, one: SenderStands) -> list[dict[str, Any]]:
    """Return the moves of a sender, oldest first: when, from what to what, by whom and why."""
    moves: dict[tuple[Any, ...], dict[str, Any]] = {}
    for _, event, _, _ in client.events(None, None):
        if event.event != "standing" or not event.data:
            continue
        told = msgspec.json.decode(event.data)
        mine = told.get("group") == one.group and told.get("sender") in (one.sender, "")
        if mine and told.get("standing") and told.get("before") != told.get("standing"):
            move = {
                "at": iso(event.at),
                "before": told["before"],
                "standing": told["standing"],
                "by": told.get("by", ""),
                "reason": told.get("reason", ""),
            }
            moves[tuple(move.values())] = move  # each launch that it concerns has its own line
    return [*moves.values()]

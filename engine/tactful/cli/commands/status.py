"""`tactful status`: how campaigns stand, and what a person should look at."""

from typing import TYPE_CHECKING, Any

import click

from tactful.cli.live import held_words
from tactful.cli.options import format_option, full_option, store_option
from tactful.cli.output import heading, json_page, say, table
from tactful.cli.spans import clock_words, count
from tactful.cli.stores import launches_named, store_path

if TYPE_CHECKING:
    from tactful.cli.alerted import AlertTold
    from tactful.cli.senders import SenderWord
    from tactful.cli.standing import LaneStanding, LaunchStanding, StoreStanding

MOST_LANES = 12
MOST_DOUBTS = 10
"""So many sends in doubt are listed for people; JSON has all."""

_STYLES = {"running": "green", "loading": "green", "paused": "yellow", "stopped": "red"}

_STANDS = {
    "healthy": "yellow",  # told for its observer that cannot be asked
    "watched": "yellow",
    "slowed": "yellow",
    "paused": "red",
    "flagged": "red",
}


@click.command()
@click.argument("campaign", required=False)
@full_option
@format_option("human", "json")
@store_option
def command(campaign: str | None, full: bool, form: str, store: str | None) -> None:
    """Say how campaigns stand.

    For each launch: how many recipients are under way and how the others ended, what was sent,
    what waits and why, the pace, and which sends are in doubt. Above them: the alerts of the last
    day, and how the senders stand.

    \b
    Examples:
      tactful status
      tactful status late-order --format json
    """
    from tactful.cli.standing import standing
    from tactful.store.client import StoreClient

    with StoreClient(store_path(store)) as client:
        launches = launches_named(client, campaign) if campaign else client.launches()
        stands = standing(client, launches, full=full)
    if form == "json":
        json_page(_as_json(stands))
        return
    _show(stands)


# ---- for people ---------------------------------------------------------------------------------


def _show(stands: "StoreStanding") -> None:
    say(f"store   {stands.url}")
    say(f"engine  {stands.engine or 'none is running'}")
    if stands.orders or stands.signals:
        waiting = f"{count(stands.orders, 'order')}, {count(stands.signals, 'signal')}"
        say(f"news    not taken up yet: {waiting}")
    if not stands.launches:
        say("Nothing has been run yet.")
    for one in stands.alerts:
        _show_alert(one)
    for sender in stands.senders:
        _show_sender(sender)
    for launch in stands.launches:
        _show_launch(launch)


def _show_alert(one: "AlertTold") -> None:
    """Show what somebody should know, and who was told of it."""
    alert, told = one.alert, f"told {', '.join(one.told)}" if one.told else "nobody was told"
    say(
        f"alert   {clock_words(alert.at)} {alert.cause}, {alert.about}: {alert.reason} ({told})",
        "red",
    )


def _show_sender(stands: "SenderWord") -> None:
    """Show how a sender stands, and what its observer says or why it cannot."""
    from tactful.cli.gauges import gauge_rows

    well = stands.standing == "healthy" and not stands.problem
    since = f" since {clock_words(stands.since)}" if stands.standing != "healthy" else ""
    said = [part for part in (stands.reasons, _advised(stands)) if part]
    if stands.problem:
        said.append(f"the observer cannot be asked: {stands.problem}")
    why = "" if well else f": {'; '.join(said) or 'it gave no reason'}"
    say(
        f"sender  {stands.sender or 'all senders'} ({stands.group}) is {stands.standing}{since}, "
        f"says {stands.by or 'a person'}{why}",
        "" if well else _STANDS[stands.standing],
    )
    told = [gauge for gauge in stands.gauges if gauge.limit is not None or gauge.events]
    if told:
        table(("", "", "", "", ""), [(f"  {name}", *rest) for name, *rest in gauge_rows(told)],
              right=(2,))  # fmt: skip


def _advised(stands: "SenderWord") -> str:
    return f"it advises: {stands.advice}" if stands.advice else ""


def _show_launch(stands: "LaunchStanding") -> None:
    launch, progress = stands.launch, stands.progress
    heading(f"{launch.name}  {launch.state}")
    rows = [("began", clock_words(launch.started_at))]
    if progress.because:
        rows.append(("held", held_words(progress)))
    if progress.starts_at is not None:
        rows.append(("starts at", clock_words(progress.starts_at)))
    if launch.finished_at is not None:
        rows.append(("ended", clock_words(launch.finished_at)))
    ended = [f"{number:,} {state.replace('_', ' ')}" for state, number in progress.ended.items()]
    under_way = [f"{progress.live:,} under way"] if progress.live else []
    rows.append(("recipients", f"{progress.rows:,}: {', '.join(under_way + ended) or 'none yet'}"))
    if stands.every is not None and launch.finished_at is None:
        rows.append(("audience", _audience(stands)))
    rows.append(("messages", _messages(stands)))
    if stands.costs or stands.budget:
        spent = " + ".join(stands.costs) or "nothing"
        rows.append(("cost", f"{spent} of {stands.budget}" if stands.budget else spent))
    rows.append(("answered", f"{progress.answered:,}"))
    busy = [lane for lane in stands.lanes if not lane.part or lane.waits or lane.busy]
    rows += [(_pace_name(lane), _pace(lane)) for lane in busy[:MOST_LANES]]
    if len(busy) > MOST_LANES:
        rows.append(("paces", f"{len(busy) - MOST_LANES:,} more: see --format json"))
    rows += [
        ("held", f"{held.sends:,} until {clock_words(held.until)}: {_why(held.by, held.reason)}")
        for held in stands.held
    ]
    if stands.crowded:
        rows.append(("held", f"{stands.crowded}: only answers and urgent messages leave"))
    if stands.open_inbox:
        rows.append(("inbox", f"{stands.open_inbox:,} wait for a person: tactful inbox"))
    if stands.interrupted:
        rows.append(
            ("interrupted", f"{count(stands.interrupted, 'send')} when the engine went away: "
             f"tactful run {launch.flow_path}")
        )  # fmt: skip
    table(("", ""), rows, styles={0: "dim"})
    _show_doubts(stands)


def _audience(stands: "LaunchStanding") -> str:
    launch = stands.launch
    words = [f"read every {stands.every} until `tactful stop {launch.campaign}`"]
    if launch.audience_read_at is not None:
        words.append(f"last {clock_words(launch.audience_read_at)}")
    if launch.audience_problem:
        words.append(f"it cannot be read now: {launch.audience_problem}")
    return ", ".join(words)


def _messages(stands: "LaunchStanding") -> str:
    progress = stands.progress
    parts = [f"{progress.sent:,} sent", f"{progress.delivered:,} delivered"]
    parts += [
        f"{number:,} {word}"
        for word, number in (
            ("waiting", progress.waiting),
            ("being sent", progress.sending - stands.interrupted),
            ("refused", progress.refused),
            ("failed", progress.failed),
            ("in doubt", progress.in_doubt),
        )
        if number
    ]
    return ", ".join(parts)


def _pace_name(lane: "LaneStanding") -> str:
    return f"{'and' if lane.beside else 'pace'} {lane.group} {lane.part}".rstrip()


def _pace(lane: "LaneStanding") -> str:
    waits = "" if lane.beside else f"{lane.waits:,} waiting"
    if lane.problem:
        return f"held, {waits}: {lane.problem}" if waits else f"held: {lane.problem}"
    if lane.limit is not None:
        use = f"{lane.busy} of {count(lane.slots or 0, 'slot')} in use"
        limit = (lane.said if lane.beside else lane.limit).removeprefix("throttle ")
        waits = ", ".join(part for part in (f"{limit}: {use}", waits) if part)
    elif lane.beside:
        waits = lane.said.removeprefix("throttle ")
    if lane.held_by:
        when = f"until {clock_words(lane.held_until)}" if lane.held_until else "until a call ends"
        return f"{waits}, the next by `{lane.held_by}` {when}"
    return f"{waits}, next {clock_words(lane.next)}" if lane.next is not None else waits


def _why(by: str | None, reason: str | None) -> str:
    if by and reason and reason.startswith(by):  # `quiet hours until …` says by whom already
        return reason
    return ", ".join(part for part in (by, reason) if part) or "tried again"


def _show_doubts(stands: "LaunchStanding") -> None:
    for doubt in stands.doubts[:MOST_DOUBTS]:
        say(
            f"in doubt: attempt {doubt.attempt}, {doubt.channel} to {doubt.recipient} "
            f"({doubt.to}): tactful settle {doubt.attempt} sent|not-sent",
            "magenta",
        )
    if (more := len(stands.doubts) - MOST_DOUBTS) > 0:
        say(f"in doubt: {more} more, see --format json", "magenta")


# ---- for programs -------------------------------------------------------------------------------


def _as_json(stands: "StoreStanding") -> dict[str, Any]:
    import msgspec

    from tactful.cli import alerted
    from tactful.cli.senders import gauge_json

    return {
        "store": stands.url,
        "engine": stands.engine,
        "orders_waiting": stands.orders,
        "signals_waiting": stands.signals,
        "alerts": [*map(alerted.as_json, stands.alerts)],
        "senders": [
            {
                **msgspec.structs.asdict(sender),
                "since": _iso(sender.since),
                "gauges": [gauge_json(gauge) for gauge in sender.gauges],
            }
            for sender in stands.senders
        ],
        "launches": [_launch_json(launch) for launch in stands.launches],
    }


def _launch_json(stands: "LaunchStanding") -> dict[str, Any]:
    import msgspec

    launch, progress = stands.launch, stands.progress
    return {
        "launch": launch.name,
        "campaign": launch.campaign,
        "state": launch.state,
        "because": progress.because or None,
        "live": launch.live,
        "flow": launch.flow_path,
        "started_at": _iso(launch.started_at),
        "starts_at": _iso(launch.starts_at),
        "finished_at": _iso(launch.finished_at),
        "rows": progress.rows,
        "audience": {
            "every": stands.every,
            "read_at": _iso(launch.audience_read_at),
            "problem": launch.audience_problem or None,
        },
        "under_way": progress.live,
        "ended": progress.ended,
        "sent": progress.sent,
        "delivered": progress.delivered,
        "waiting": progress.waiting,
        "sending": progress.sending,
        "answered": progress.answered,
        "refused": progress.refused,
        "failed": progress.failed,
        "in_doubt": progress.in_doubt,
        "costs": list(stands.costs),
        "budget": stands.budget,
        "crowded": stands.crowded,
        "open_inbox": stands.open_inbox,
        "interrupted": stands.interrupted,
        "lanes": [*map(_lane_json, stands.lanes)],
        "held": [
            {"sends": held.sends, "until": _iso(held.until), "by": held.by, "reason": held.reason}
            for held in stands.held
        ],
        "doubts": [
            {
                **msgspec.structs.asdict(doubt),
                "since": _iso(doubt.since),
                "settle": f"tactful settle {doubt.attempt} sent|not-sent",
            }
            for doubt in stands.doubts
        ],
    }


def _iso(at: int | None) -> str | None:
    from tactful.values import iso

    return iso(at) if at is not None else None


def _lane_json(lane: "LaneStanding") -> dict[str, Any]:
    import msgspec

    moments = {"next": _iso(lane.next), "held_until": _iso(lane.held_until)}
    return {**msgspec.structs.asdict(lane), **moments}

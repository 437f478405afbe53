"""Quiet hours, end to end: nothing leaves outside the window, but the exceptions that are named."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tactful.guard.zones import candidate_zones
from tactful.runtime.audience.recipients import Recipient
from tactful.runtime.ports import ChannelLimits
from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import DAY, HOUR, MINUTE, Instant, instant, moment, parse_instant
from tests.runtime.stage import HEAD, compile_flow, on_stage, person, slow

pytestmark = pytest.mark.anyio

ZONES = (
    "Pacific/Honolulu",
    "America/New_York",
    "Europe/Dublin",
    "Asia/Kathmandu",
    "Australia/Sydney",
)
# Both edges of summer time in 2026: New York, Dublin, and (in the other half of the year) Sydney.
EDGES = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01")
MANY_TEXTS = """\
quiet hours 21:00 to 08:00 recipient time
throttle sms 10 per 5 minutes
journey:
  go to again
stage again:
  send sms "Still late."
  wait 5 hours
  go to again at most 14
"""
NIGHT = parse_instant("2026-12-01T22:30:00Z")  # in Dublin
HOURS_OF_A_ZONE = compile_flow(
    'quiet hours 21:00 to 08:00 Asia/Kathmandu\njourney:\n  send sms "Hi"\n'
)


def travellers() -> list[Recipient]:
    """One person in each zone, and one whose toll-free number may be anywhere in North America."""
    some = [person(n, zone=zone) for n, zone in enumerate(ZONES)]
    return [*some, person(50, zone=None, phone="+18885550123")]


def is_open(at: Instant, zones: tuple[str, ...]) -> bool:
    """Say whether the wall clocks of all zones stand between 08:00 and 21:00."""
    hours = [moment(at).astimezone(ZoneInfo(zone)).hour for zone in zones]
    return all(8 <= hour < 21 for hour in hours)


@pytest.mark.promise("HOURS")
@pytest.mark.parametrize("edge", EDGES)
async def test_nothing_leaves_outside_the_window_over_the_edges_of_summer_time(edge: str) -> None:
    day = date.fromisoformat(edge) - timedelta(days=1)
    start = parse_instant(f"{day.isoformat()}T11:00:00Z")
    people = travellers()
    zones = {one.key: one.zones for one in people}
    assert all(zones.values())
    async with on_stage(start=start) as stage:
        active = await stage.begin(compile_flow(MANY_TEXTS), people)
        await stage.run(active)
        rows = [row for row in await stage.ledger() if row.called_at is not None]
    assert len(rows) > 40
    assert [
        row for row in rows if not is_open(row.called_at or 0, zones[key_of(row.journey)])
    ] == []


def key_of(journey: int) -> str:
    return travellers()[journey - 1].key


@pytest.mark.promise("HOURS")
async def test_all_zones_of_a_number_must_be_inside_the_window() -> None:
    anywhere = person(1, zone=None, phone="+18885550123")
    assert len(anywhere.zones) > 4
    async with on_stage(start=parse_instant("2026-12-01T12:00:00Z")) as stage:
        active = await stage.begin(compile_flow('journey:\n  send sms "Hi"\n'), [anywhere])
        await stage.run(active)
        (row,) = await stage.ledger()
    assert is_open(row.called_at or 0, candidate_zones(None, "+18885550123", None))


@pytest.mark.promise("HOURS")
async def test_a_held_send_says_until_when_and_which_line_holds_it(store: Store) -> None:
    flow = 'quiet hours 20:00 to 09:00 recipient time\njourney:\n  send sms "Hi"\n'
    async with on_stage(store, start=NIGHT) as stage:
        active = await stage.begin(compile_flow(flow), [person(1)])
        await stage.run(active)
        (held,) = await stage.lines("held")
        (sent,) = await stage.lines("sent")
    assert held["by"] == "quiet hours"
    assert held["line"] == HEAD.count("\n") + 1
    assert sent["at"] == "2026-12-02T09:00:00.000Z"


@pytest.mark.promise("HOURS")
async def test_an_answer_to_the_persons_own_reply_passes_and_the_ledger_says_so() -> None:
    async with on_stage(start=NIGHT - 2 * HOUR) as stage:
        active = await stage.begin(compile_flow("journey:\n" + ASKING), [person(1)])
        stage.reply(NIGHT, 1, "yes")
        await stage.run(active)
        rows = await stage.ledger()
        (sent,) = [line for line in await stage.lines("sent") if line["text"] == "Thank you."]
    assert rows[1].called_at == NIGHT
    assert sent["verdict"] == "allow"
    reasons = msgspec.json.decode(rows[1].verdict or "{}")["reasons"]
    assert [reason["code"] for reason in reasons] == ["conversation"]


ASKING = """\
  send sms "Ready?"
  wait up to 3 days:
    on reply "yes": send sms "Thank you."
    on reply "later": go to later
    on event bell: send sms "A bell."
stage later:
  wait 11 minutes
  send sms "Now?"
"""


@pytest.mark.promise("HOURS")
async def test_nothing_else_passes() -> None:
    morning = parse_instant("2026-12-02T08:00:00Z")
    async with on_stage(start=NIGHT - 2 * HOUR) as stage:
        active = await stage.begin(compile_flow("journey:\n" + ASKING), [person(1), person(2)])
        stage.event(NIGHT, "P-1", "bell")
        stage.reply(NIGHT, 2, "later")
        await stage.run(active)
        called = {row.text: row.called_at for row in await stage.ledger()}
    assert called == {"Ready?": NIGHT - 2 * HOUR, "A bell.": morning, "Now?": morning}


@pytest.mark.promise("HOURS")
async def test_an_answer_that_waits_too_long_for_its_turn_waits_for_the_morning() -> None:
    async with on_stage(start=NIGHT - 2 * HOUR) as stage:
        flow = "throttle sms 1 per 6 minutes\njourney:\n" + ASKING
        active = await stage.begin(compile_flow(flow), [person(n) for n in range(4)])
        for number in range(4):
            stage.reply(NIGHT, number, "yes")
        await stage.run(active)
        rows = [row for row in await stage.ledger() if row.text == "Thank you."]
    called = sorted(row.called_at or 0 for row in rows)
    assert called[:2] == [NIGHT, NIGHT + 6 * MINUTE]
    assert called[2] == parse_instant("2026-12-02T08:00:00Z")


@pytest.mark.promise("HOURS")
async def test_what_waits_for_a_slow_channel_is_held_when_it_becomes_quiet() -> None:
    channel = RecordingChannel(limits=ChannelLimits(at_once=1, call_timeout=HOUR))
    start = parse_instant("2026-12-01T20:55:00Z")
    wrap = slow(lambda message: 3 * MINUTE)
    async with on_stage(start=start, channel=channel, wrap=wrap) as stage:
        active = await stage.begin(
            compile_flow('journey:\n  send sms "Hi"\n'), [person(n) for n in range(5)]
        )
        await stage.run(active)
        called = sorted(row.called_at or 0 for row in await stage.ledger() if row.called_at)
        assert set((await stage.ends()).values()) == {"finished"}
    morning = start + 11 * HOUR + 5 * MINUTE
    assert called == [start, start + 3 * MINUTE, *(morning + n * 3 * MINUTE for n in range(3))]


@pytest.mark.promise("HOURS", "STOP")
async def test_the_confirmation_of_an_opt_out_passes() -> None:
    async with on_stage(start=NIGHT - 2 * HOUR) as stage:
        active = await stage.begin(compile_flow("journey:\n" + ASKING), [person(1)])
        stage.reply(NIGHT, 1, "STOP")
        await stage.run(active)
        rows = await stage.ledger()
    assert [row.called_at for row in rows] == [NIGHT - 2 * HOUR, NIGHT]


@pytest.mark.promise("LOSS")
async def test_a_row_whose_zones_share_no_hour_is_out() -> None:
    flow = 'quiet hours 12:00 to 10:00 recipient time\njourney:\n  send sms "Hi"\n'
    people = [person(1), person(2, zone=None, phone="+18885550123")]
    async with on_stage() as stage:
        active = await stage.begin(compile_flow(flow), people)
        await stage.run(active)
        (refused,) = await stage.lines("refused")
        assert await stage.ends() == {"P-1": "finished", "P-2": "unreachable"}
    assert (refused["recipient"], refused["code"]) == ("P-2", "no_common_hour")


@pytest.mark.promise("HOURS")
async def test_hours_of_a_zone_count_for_everybody() -> None:
    start = instant(moment(NIGHT).replace(hour=16))  # 21:45 in Kathmandu
    async with on_stage(start=start) as stage:
        active = await stage.begin(HOURS_OF_A_ZONE, [person(1)])
        await stage.run(active)
        (row,) = await stage.ledger()
    assert DAY > (row.called_at or 0) - start > 9 * HOUR

"""Paces of senders and accounts in tactful.toml: over all campaigns, restarts and changes of it."""

import re
from pathlib import Path

import pytest

from tactful.errors import ConfigInvalid
from tactful.guard.strategies import WINDOW, SenderPace
from tactful.plugins.accounts import HousePaces, plain, profiles
from tactful.plugins.config import parse_config
from tactful.runtime.paces import PaceFor
from tactful.simulate.plan import make_plan
from tactful.store.contract import Store
from tactful.values import HOUR, MINUTE
from tests.runtime.stage import HEAD, NINE, compile_flow, on_stage, person, rows_of
from tests.runtime.test_sender_pace import is_done, run_all
from tests.runtime.test_several_paces import assert_paced

pytestmark = pytest.mark.anyio

FLOW = 'throttle sms 100 per minute because "a test"\njourney:\n  send sms "Hi"\n'
OTHER_HEAD = HEAD.replace("Late order", "Other order")
SENDER = "+353 1 555 0100"
FIVE = f"""
[accounts.main]
senders = ["{SENDER}", "care@example.com"]
throttles = [{{ limit = "5 per hour" }}]
"""


def paces(text: str) -> HousePaces:
    return parse_config(text, Path("tactful.toml")).paces


def pace_for(text: str) -> PaceFor:
    house = paces(text)

    def of(medium: str, through: str, sender: str) -> tuple[SenderPace, ...]:
        return house.of(sender)

    return of


FIVE_PER_HOUR = pace_for(FIVE)
CONFIG = parse_config("", Path("tactful.toml"))


@pytest.mark.promise("PACE")
async def test_campaigns_of_one_account_share_its_pace_fairly(store: Store) -> None:
    async with on_stage(store, pace_for=FIVE_PER_HOUR) as stage:
        one = await stage.begin(compile_flow(FLOW), [person(n) for n in range(10)])
        two = await stage.begin(compile_flow(FLOW, OTHER_HEAD), [person(n) for n in range(10, 20)])
        await run_all(stage, [one, two])
        rows = await stage.ledger()
    assert_paced(rows, "5 per hour")
    assert max(row.called_at or 0 for row in rows) == NINE + 3 * HOUR  # no slot stays empty
    second_hour = [row for row in rows if (row.called_at or 0) == NINE + HOUR]
    assert {row.launch for row in second_hour} == {1, 2}  # neither eats the other's turn


@pytest.mark.promise("PACE")
async def test_the_pace_of_an_account_holds_over_a_restart_and_when_it_comes_later(
    store: Store,
) -> None:
    people = [person(n) for n in range(12)]
    slow = 'throttle sms 3 per 10 minutes\njourney:\n  send sms "Hi"\n'
    async with on_stage(store) as stage:  # nothing is said of the account yet
        await stage.begin(compile_flow(slow), people)
        await stage.run_until(NINE + 5 * MINUTE)
    for minutes in (15, 30):
        async with on_stage(store, start=NINE + minutes * MINUTE, pace_for=FIVE_PER_HOUR) as stage:
            await stage.begin(compile_flow(slow), people)
            await stage.run_until(NINE + (minutes + 5) * MINUTE)
    async with on_stage(store, start=NINE + 40 * MINUTE, pace_for=FIVE_PER_HOUR) as stage:
        active = await stage.begin(compile_flow(slow), people)
        assert not is_done(stage, active.campaign)
        await stage.run(active)
        rows = await stage.ledger()
    assert_paced(rows, "5 per hour", "3 per 10 minutes")
    assert max(row.called_at or 0 for row in rows) < NINE + 3 * HOUR


async def test_the_plan_says_which_pace_makes_it_last() -> None:
    plan = await make_plan(
        compile_flow(FLOW),
        rows_of([person(n) for n in range(12)]),
        start=NINE,
        config=CONFIG,
        strategies={"window": WINDOW},
        pace_for=FIVE_PER_HOUR,
    )
    assert plan.last_send == NINE + 2 * HOUR
    (finding,) = [finding for finding in plan.findings if finding.code == "PL113"]
    assert finding.message == (
        "Of several paces, `account main: 5 per hour` holds messages back longest: 2 hours in all."
    )
    assert plan.days == {"2026-12-01": 12}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            '[accounts.a]\nsenders = ["x@y.example"]\nprofile = "gmial"',
            "there is no profile `gmial`",
        ),
        ('[accounts.a]\nsenders = ["x@y.example"]', "the account `a` has no pace"),
        ('[senders."+1555"]', "the sender `+1555` has no pace"),
        (
            '[accounts.a]\nsenders = ["x@y.example"]\nprofile = "gmail"\n'
            '[accounts.b]\nsenders = ["X <X@y.example>"]\nprofile = "gmail"',
            "is in the accounts `a` and `b`",
        ),
        ('[accounts.a]\nsenders = []\nprofile = "gmail"', "senders"),
        (
            '[accounts.a]\nsenders = ["a@b.example"]\nthrottles = [{ limit = "0 per day" }]',
            "lets nothing through",
        ),
    ],
)
def test_a_wrong_account_is_told(text: str, what: str) -> None:
    with pytest.raises(ConfigInvalid, match=re.escape(what)):
        paces(text)


def test_a_sender_has_its_own_paces_those_of_its_account_and_of_their_profiles() -> None:
    house = paces(
        f'{FIVE}\n[senders."{SENDER}"]\nprofile = "toll_free"\n'
        'throttles = [{ limit = "9 per day", counts = "segments" }]'
    )
    assert [pace.limit.said for pace in house.of("+35315550100")] == [
        "sender +35315550100: 3 per second counts segments",
        "sender +35315550100: 9 per day counts segments",
        "account main: 5 per hour",
    ]
    assert [pace.name for pace in house.of("Acme Care <Care@example.com>")] == ["account main"]
    assert house.of("+35315550199") == ()


def test_every_profile_has_its_source_and_date() -> None:
    assert {"gmail", "google_workspace", "microsoft_365", "toll_free"} <= profiles().keys()
    for profile in profiles().values():
        assert profile.source
        assert profile.date
        assert profile.throttles


def test_spellings_of_a_sender_are_one() -> None:
    assert plain("+353 (1) 555-0100") == plain("+35315550100")
    assert plain("Acme <A@B.example>") == plain("a@b.example")

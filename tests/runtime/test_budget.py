"""A budget holds over turns, channels, crashes and live changes, to the last cent."""

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful.plugins.config import Prices
from tactful.runtime.costs import Costs, Spent, shown, sums
from tactful.runtime.ports import Accepted, Message, Refused, Retry, SendOutcome
from tactful.store.contract import Store
from tactful.testing import RecordingChannel
from tactful.values import HOUR, MINUTE, Money
from tests.runtime.stage import NINE, compile_flow, on_stage, person

pytestmark = pytest.mark.anyio


def prices(text: str) -> Prices:
    return Prices.model_validate(tomllib.loads(text))


CENTS = prices('sms = "0.05 EUR"\nemail = "0.01 EUR"\n')
FLOW = """\
budget {budget}
quiet hours none because "a test"
throttle sms 3 per minute because "a test"

journey:
  send sms "Hi":
    on refused: go to by_email
stage by_email:
  send email:
    subject "Hi"
    "By mail"
"""


def flow(budget: str = "0.20 EUR") -> str:
    return FLOW.format(budget=budget)


async def test_what_would_go_beyond_the_budget_takes_its_arm(store: Store) -> None:
    async with on_stage(store, prices=CENTS) as stage:
        people = [person(n) for n in range(6)]
        active = await stage.begin(compile_flow(flow("0.22 EUR")), people)
        await stage.run(active)
        sent = [line["channel"] for line in await stage.lines("sent")]
        refused = await stage.lines("refused")
        costs = {line["cost"] for line in await stage.lines("sent")}
        assert active.spent.of("EUR") == Decimal("0.22")
        assert (await store.counts(active.row.id)).costs == {"0.05 EUR": 4, "0.01 EUR": 2}
    assert sorted(sent) == ["email"] * 2 + ["sms"] * 4
    assert {(line["code"], line["by"]) for line in refused} == {("budget", "budget")}
    assert refused[0]["line"] == 16
    assert refused[0]["reason"] == "it costs 0.05 EUR, and 0.02 EUR of 0.22 EUR is left"
    assert costs == {"0.05 EUR", "0.01 EUR"}


async def test_what_the_channel_declares_not_sent_gives_its_cost_back() -> None:
    def answer(message: Message) -> SendOutcome | None:
        if message.key == "P-0":
            return Refused("no such number")
        if message.key == "P-1" and message.attempt == "2":
            return Retry(MINUTE, "later")
        return Accepted(message.attempt)

    async with on_stage(prices=CENTS, channel=RecordingChannel(answer)) as stage:
        people = [person(n) for n in range(5)]
        active = await stage.begin(compile_flow(flow("0.15 EUR")), people)
        await stage.run(active)
        sent = [line["recipient"] for line in await stage.lines("sent") if line["channel"] == "sms"]
        assert active.spent.of("EUR") <= Decimal("0.15")
    assert len(sent) == 3


async def test_a_budget_of_which_much_is_spent_holds_after_a_restart(store: Store) -> None:
    campaign = compile_flow(flow("0.20 EUR"))
    people = [person(n) for n in range(8)]
    async with on_stage(store, prices=CENTS) as stage:
        await stage.begin(campaign, people)
        await stage.run_until(NINE + MINUTE // 2)
        assert len(await stage.lines("sent")) == 3
    async with on_stage(store, prices=CENTS, start=NINE + HOUR) as stage:
        active = await stage.begin(campaign, people)
        assert active.spent.of("EUR") == Decimal("0.15")
        await stage.run(active)
        sent = [line["channel"] for line in await stage.lines("sent")]
    assert sent.count("sms") == 4


async def test_a_new_budget_counts_at_once() -> None:
    async with on_stage(prices=CENTS) as stage:
        people = [person(n) for n in range(8)]
        active = await stage.begin(compile_flow(flow("1 EUR")), people)
        await stage.run_until(NINE + MINUTE // 2)
        await stage.session.adopt(active, compile_flow(flow("0.20 EUR")), stage.clock.now())
        await stage.run(active)
        sent = [line["channel"] for line in await stage.lines("sent")]
    assert sent.count("sms") == 4


@pytest.mark.promise("CLOSED")
async def test_without_a_price_nothing_leaves_on_a_budget() -> None:
    irish = prices('sms = { IE = "0.05 EUR" }\nemail = "0.01 USD"\n')
    async with on_stage(prices=irish) as stage:
        active = await stage.begin(compile_flow(flow()), [person(1)])
        await stage.run(active)
        refused = await stage.lines("refused")
        assert await stage.lines("sent") == []
    assert [line["reason"] for line in refused] == [
        "no price in EUR is known for sms to this address",
        "no price in EUR is known for email to this address",
    ]


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=12),
    st.integers(1, 1_000),
    st.sampled_from(["0.05 EUR", "0.0075 EUR", "0.1 EUR"]),
)
@settings(max_examples=25, deadline=None)
async def test_no_texts_and_no_prices_spend_more_than_the_budget(
    lengths: list[int], budget: int, price: str
) -> None:
    text = (
        f"budget {Decimal(budget) / 1000} EUR\n"
        'throttle sms 200 per minute because "a test"\n'
        'journey:\n  send sms "{{ first_name }}"\n'
    )
    people = [person(n, first_name="x" * length) for n, length in enumerate(lengths)]
    async with on_stage(prices=prices(f'sms = "{price}"\n')) as stage:
        active = await stage.begin(compile_flow(text), people)
        await stage.run(active)
        paid = [Money.parse(line["cost"]).amount for line in await stage.lines("sent")]
        left = Decimal(budget) / 1000 - sum(paid)
        assert left >= 0
        refused = [line["segments"] for line in await stage.lines("refused")]
    each = Money.parse(price).amount
    assert len(paid) + len(refused) == len(lengths)
    assert all(segments * each > left for segments in refused)


def test_costs_are_exact_and_go_by_country_and_segments() -> None:
    costs = Costs(prices('sms = { IE = "0.0075 EUR", default = "0.05 EUR" }\n'))
    assert costs.of("sms", "+353871234567", 3) == Money(Decimal("0.0225"), "EUR")
    assert costs.of("sms", "+12025550143", 1) == Money(Decimal("0.05"), "EUR")
    assert costs.of("email", "a@example.com", 1) is None
    spent = Spent()
    for _ in range(3):
        spent.add("0.1 EUR")
    spent.add("0.1 EUR", -2)
    assert spent.of("EUR") == Decimal("0.1")
    assert spent.of("USD") == 0


@pytest.mark.parametrize(
    ("money", "words"),
    [("4.2 EUR", "4.20 EUR"), ("60 EUR", "60 EUR"), ("0.0075 EUR", "0.0075 EUR"),
     ("1.10 EUR", "1.10 EUR"), ("1E+1 EUR", "10 EUR")],
)  # fmt: skip
def test_amounts_are_shown_as_people_write_them(money: str, words: str) -> None:
    assert shown(Money.parse(money)) == words


def test_sums_are_by_currency() -> None:
    assert list(map(shown, sums({"0.05 EUR": 3, "0.10 EUR": 1, "0.05 USD": 1}))) == [
        "0.25 EUR",
        "0.05 USD",
    ]

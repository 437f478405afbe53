"""What sends cost, by the prices of the house, and what a launch has spent of its budget."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from tactful.guard.addresses import region_of
from tactful.plugins.config import Prices
from tactful.values import Money

_money = lru_cache(1_000)(Money.parse)
_region = lru_cache(10_000)(region_of)


def region(address: str | None) -> str | None:
    """Return the country of a number; None for what is none."""
    return _region(address) if address and address.startswith("+") else None


class Costs:
    """Prices every send: so many segments at what one costs to the country of the number."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices

    def of(self, channel: str, to: str, segments: int) -> Money | None:
        """Return what a send costs; None when no price is known."""
        country = region(to) if self._prices.goes_by_country(channel) else None
        price = self._prices.of(channel, country)
        return None if price is None else Money(price.amount * segments, price.currency)


class Spent:
    """What a launch has paid or promised to pay, by currency; exact."""

    def __init__(self) -> None:
        self._sums: dict[str, Decimal] = {}

    def add(self, cost: str, times: int = 1) -> None:
        """Count a cost as the ledger keeps it; `times` less than nought takes it back."""
        money = _money(cost)
        before = self._sums.get(money.currency, Decimal(0))
        self._sums[money.currency] = before + money.amount * times

    def of(self, currency: str) -> Decimal:
        """Return the sum in one currency."""
        return self._sums.get(currency, Decimal(0))


def sums(costs: Mapping[str, int]) -> list[Money]:
    """Return what attempts cost in all, counted by what each costs, one sum for each currency."""
    by_currency: dict[str, Decimal] = {}
    for cost, times in costs.items():
        money = _money(cost)
        before = by_currency.get(money.currency, Decimal(0))
        by_currency[money.currency] = before + money.amount * times
    return [Money(amount, currency) for currency, amount in sorted(by_currency.items())]


def shown(money: Money) -> str:
    """Return an amount as people read it, without zeros that say nothing: `4.2 EUR` as `4.20`."""
    amount = money.amount.normalize()
    exponent = amount.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) and exponent < 0 else 0
    return f"{amount:.{places}f} {money.currency}"

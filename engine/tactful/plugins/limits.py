"""Rates as a configuration may give them: one that lets nothing through is a mistake."""

from typing import Annotated

from pydantic import AfterValidator

from tactful.errors import ValueUnreadable
from tactful.values import Rate


def _lets_something_through(rate: Rate) -> Rate:
    if rate.count < 1 or rate.per.span < 1:
        raise ValueUnreadable(f"`{rate}` lets nothing through")
    return rate


LimitRate = Annotated[Rate, AfterValidator(_lets_something_through)]
"""A rate that lets at least one through in a length of time."""

"""Flows of any length, without mistakes and dense with words."""

from tests.language.flows import LATE_ORDER

_STAGE = """
stage part_{number}:
  send sms "Order {{{{ order_id }}}} of {{{{ first_name | or('you') }}}} is late.":
    on not delivered within 30 minutes: go to by_email
  wait up to 24 hours:
    on reply "keep", "wait", "later":
      tag keeps_order_{number}
      send sms "Thank you!" when order_total above 10 and sms_ok
    on reply "refund": go to refund
    on reply number 1 to 5 as score: tag scored
    on other reply as words: go to agent
    on event order.shipped, order.delivered as news: stop because "shipped"
    on timeout: go to {following}
"""


def long_flow(lines: int) -> str:
    """Return a flow of about so many lines: stages that lead from one to the next."""
    count = max(1, (lines - LATE_ORDER.count("\n")) // _STAGE.count("\n"))
    stages = [
        _STAGE.format(number=n, following=f"part_{n + 1}" if n < count else "by_email")
        for n in range(1, count + 1)
    ]
    first = LATE_ORDER.replace("on timeout: go to by_email", "on timeout: go to part_1", 1)
    return first + "".join(stages)

"""What the tests of the language share: a flow without mistakes, and how it is checked."""

from tactful.language import Checked, Installed, Kept, Vocabulary, check
from tactful.language.rules.context import kept_by_window
from tactful.language.sources import Hosts, Takes
from tactful.language.words import CORE_WORDS
from tactful.values import DAY, Rate


def keeps(throttle: str, rate: Rate) -> Kept:
    """Know one throttle besides `window`: it counts by the day, and two days meet at midnight."""
    if throttle != "by_day":
        return kept_by_window(throttle, rate)
    if rate.per.span != DAY:
        return Kept(0, "it counts by the day")
    return Kept(2 * rate.count)


VOCABULARY = Vocabulary({"core": CORE_WORDS})
INSTALLED = Installed(
    {
        "csv": Takes("file"),
        "sqlite": Takes("file", ("query",), ("query",)),
        "http": Takes("address", ("token",)),
    },
    frozenset({"outbox", "twilio", "smtp"}),
    secrets=("grid_token",),
    hosts=Hosts.of(["grid.example.com", "127.0.0.1:8123"]),
    prices={"sms": {"EUR"}, "email": {"EUR"}},
    policies={"no_offers"},
    observers={"arrivals"},
    gauges={"sms": ["undelivered_rate"], "email": ["complaint_rate"], "voice": ["answer_rate"]},
    throttles={"window", "by_day"},
    keeps=keeps,
)

LATE_ORDER = '''campaign "Delayed order"
owner "care@example.com"
purpose service
expires after 5 days

audience from csv "orders.csv":
  key order_id
  phone mobile
  email mail
  country land default IE
  timezone tz default "Europe/Dublin"
  locale lang default en
  column first_name text optional
  column order_total number from "Order total" default 0
  column sms_ok yes/no

senders:
  sms from "+353 1 555 0100" through twilio
  email from "Acme Care <care@example.com>" through smtp

consent for sms when sms_ok
quiet hours 21:00 to 08:00 recipient time
throttle sms 10 per 5 minutes
set tell_more to yes

journey:
  send sms "Hi {{ first_name | or('there') }}, order {{ order_id }} is late. KEEP or REFUND?":
    on not delivered within 30 minutes: go to by_email
  wait up to 24 hours:
    on reply "keep", "wait":
      tag keeps_order
      send sms "Thank you!" when order_total above 10
    on reply "refund": go to refund
    on reply number 1 to 5 as score: tag scored
    on other reply: go to agent
    on event order.shipped, order.delivered as news: stop because "shipped"
    on timeout: go to by_email

stage refund:
  when order_total above 200 and not sms_ok:
    hand off to refunds_team priority high:
      note "Please approve {{ order_id }}."
    stop
  otherwise when first_name is one of "Ana", "Bo":
    tag vip
  otherwise:
    tag small
  set refund_status to "requested"

stage by_email:
  send email:
    subject "Order {{ order_id }}"
    """
    Dear {{ first_name | or("customer") }},

    it is late: {{ refund_status | upper }}.
    """
    on bounced: stop

stage agent:
  hand off to care_queue:
    note "They wrote: {{ reply }}"

scenario "a refund":
  clock 2026-12-01 10:00
  given:
    order_id "A-1"
    order_total 250
    sms_ok no
    mobile missing
  expect email containing "A-1" within 5 minutes
  email bounces after 1 minute
  event order.shipped after 2 days
  expect no hand off to refunds_team within 1 hour
  expect refund_status is missing
  expect end
'''


def checked(text: str, vocabulary: Vocabulary = VOCABULARY) -> Checked:
    """Check a flow with the core's words."""
    return check(text, path="late.flow", vocabulary=vocabulary, plugins=INSTALLED)


def changed(old: str, new: str) -> str:
    """Return the flow with one thing changed."""
    assert old in LATE_ORDER, old
    return LATE_ORDER.replace(old, new, 1)

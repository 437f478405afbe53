"""A flow for scenarios, and how tests play them."""

import anyio

from tactful.graph.compile import Compiled, compile_source
from tactful.guard.strategies import WINDOW
from tactful.language import Installed, Vocabulary
from tactful.language.sources import Takes
from tactful.language.words import CORE_WORDS
from tactful.plugins.config import Limits
from tactful.simulate.scenarios.play import Played, Player
from tactful.simulate.scenarios.script import Script, scripts_of

FLOW = """campaign "Late order"
owner "care@example.com"
purpose service
expires after 6 days

audience from csv "orders.csv":
  key order_id
  phone mobile
  email mail
  country land default IE
  timezone tz default "Europe/Dublin"
  locale lang default en
  column first_name text
  column order_total number from "Order total"
  column sms_ok yes/no default yes

senders:
  sms from "+353 20 9155 000" through outbox
  email from "Acme Care <care@example.com>" through outbox

consent for sms when sms_ok
set origin to "shop"

journey:
  send sms "Hi {{ first_name | or('there') }}, order {{ order_id }} is late. KEEP or REFUND?":
    on not delivered within 30 minutes: go to by_email
  wait up to 24 hours:
    on reply "keep":
      tag keeps_it
      send sms "Thank you!" when order_total above 10
      send sms "We will write when it ships."
    on reply "refund": go to refund
    on event order.shipped as news: send sms "Shipped by {{ news.carrier }}, {{ first_name }}."
    on timeout: go to by_email

stage refund:
  set wish to "refund"
  when order_total above 200:
    hand off to refunds_team priority high:
      note "Please approve {{ order_id }}. They wrote: {{ reply }}"
    stop
  otherwise:
    send sms "Your refund is on its way."

stage by_email:
  send email:
    subject "Order {{ order_id }} is late"
    "Dear {{ first_name | or('customer') }}, it is late."
  wait up to 2 days:
    on reply "refund": go to refund
"""

VOCABULARY = Vocabulary({"core": CORE_WORDS})
INSTALLED = Installed({"csv": Takes()}, frozenset({"outbox"}))


def compile_text(text: str) -> Compiled:
    """Compile a flow that has no mistakes."""
    made = compile_source(text, path="late.flow", vocabulary=VOCABULARY, installed=INSTALLED)
    assert made.campaign is not None, made.diagnostics
    return made


def player(made: Compiled) -> Player:
    """Return a player of a flow's scenarios."""
    assert made.campaign is not None
    return Player(made.campaign, {"window": WINDOW}, Limits())


def played(*lines: str, backend: str = "asyncio") -> Played:
    """Play one scenario of these lines, as they stand inside it."""
    text = "".join(f"  {line}\n" for line in lines)
    return play_text(f'{FLOW}\nscenario "it":\n{text}', backend)


def play_text(text: str, backend: str = "asyncio") -> Played:
    """Play the one scenario of a flow."""
    made = compile_text(text)
    (script,) = scripts(made)
    return anyio.run(player(made).play, script, backend=backend)


def scripts(made: Compiled) -> list[Script]:
    """Return the scenarios of a flow, ready to be played."""
    assert made.flow is not None
    assert made.campaign is not None
    return scripts_of(made.flow, made.campaign)

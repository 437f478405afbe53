"""What the reference of the words shows of each: lines that compile, and where they belong.

A word that is not here is shown by the last line of its docstring, which a test compiles too.
"""

TOP, JOURNEY, SCENARIO = "at the top", "in the journey", "in a scenario"
"""Titles of examples: they tell readers where lines stand, and tests what to put around them."""

EXAMPLES: dict[str, tuple[str, str]] = {
    "audience from": (
        TOP,
        """
audience from csv "data/orders.csv":
  key order_id
  phone mobile
  column first_name text optional
""",
    ),
    "senders": (
        TOP,
        """
senders:
  sms from "+353 20 9155 000" through outbox
  email from "Acme Care <care@example.com>" through outbox
""",
    ),
    "text": (
        TOP,
        """
text apology:
  for sms: "Hi {{ first_name }}, your order is late."
  for email:
    subject "Order {{ order_id }}"
    "Dear {{ first_name }}, your order is late."
""",
    ),
    "languages": (
        TOP,
        """
languages en, fr default en

text apology:
  in en: "Hi {{ first_name }}, your order is late."
  in fr: "Bonjour {{ first_name }}, votre commande a du retard."
""",
    ),
    "journey": (
        "",
        """
journey:
  send sms "Hello {{ first_name }}."
  wait 2 days
  send sms "Hello again."
""",
    ),
    "stage": (
        "",
        """
stage refund:
  send sms "Your refund is on its way."
  hand off to refunds
""",
    ),
    "scenario": (
        SCENARIO,
        """
scenario "a refund goes to a person":
  given:
    order_id "A-1"
    first_name "Ana"
  expect sms containing "Hello Ana"
  reply "Refund please" after 2 hours
  expect hand off to refunds
""",
    ),
    "at any time": (
        TOP,
        """
at any time:
  on event payment.succeeded: stop because "paid"
  on reply "agent": hand off to care_queue
""",
    ),
    "send sms": (
        JOURNEY,
        '''
send sms "Hello {{ first_name }}, your order is late."
send email:
  subject "Order {{ order_id }} is late"
  """
  Dear {{ first_name | or("customer") }},

  we are sorry: your order is late.
  """
''',
    ),
    "wait up to": (
        JOURNEY,
        """
wait up to 24 hours:
  on reply "refund", "money back": go to refund
  on timeout: go to by_email
""",
    ),
    "wait until": (
        JOURNEY,
        """
wait until 10:00 recipient time
wait until monday 09:00 Europe/Dublin
""",
    ),
    "when": (
        JOURNEY,
        """
when order_total above 100:
  hand off to care_queue
otherwise:
  tag small_order
""",
    ),
    "otherwise": (
        JOURNEY,
        """
when vip:
  hand off to care_queue
otherwise when order_total above 100:
  tag big_order
otherwise:
  stop
""",
    ),
    "repeat": (
        JOURNEY,
        """
repeat at most 3 times every 1 day:
  send sms "Reminder {{ attempt }}: please confirm order {{ order_id }}."
""",
    ),
    "split": (
        JOURNEY,
        """
split wording:
  variant short 50%:
    send sms "Order {{ order_id }} is late."
  variant friendly 50%:
    send sms "Hi {{ first_name }}, we are sorry: order {{ order_id }} is late."
""",
    ),
    "on reply": (
        JOURNEY,
        """
wait up to 24 hours:
  on reply "refund", "money back": go to refund
  on reply exactly "1": tag first_choice
  on reply number 2 to 5 as choice: tag other_choice
  on reply yes: tag agreed
""",
    ),
    "on other reply": (
        JOURNEY,
        """
wait up to 24 hours:
  on reply yes: tag agreed
  on other reply as words: hand off to care_queue
""",
    ),
    "on timeout": (
        JOURNEY,
        """
wait up to 24 hours:
  on reply yes: tag agreed
  on timeout: go to by_email
""",
    ),
    "on too late": (
        JOURNEY,
        """
wait until 2026-12-24 18:00 Europe/Dublin:
  on too late: go to by_email
""",
    ),
    "on": (
        JOURNEY,
        """
send sms "Order {{ order_id }} is late.":
  on not delivered within 30 minutes: go to by_email
""",
    ),
    "leave": (
        JOURNEY,
        """
send voice "Press 1 to keep your table, 2 to speak to us.":
  leave "This is Acme. Please call us back about your table."
  on pressed 1: tag confirmed
  on pressed 2: hand off to host_desk
""",
    ),
    "hand off to": (
        JOURNEY,
        """
hand off to care_queue priority high:
  note "Order {{ order_id }} is late."
""",
    ),
    "expect hand off": (
        SCENARIO,
        """
scenario "a refund goes to a person":
  reply "Refund please" after 2 hours
  expect hand off to refunds
""",
    ),
    "given": (
        SCENARIO,
        """
scenario "a greeting by name":
  given:
    order_id "A-1"
    first_name "Ana"
    order_total 250
  expect sms containing "Ana"
""",
    ),
}

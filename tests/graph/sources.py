"""Flows as text, and the vocabulary they are compiled with."""

from tactful.graph.compile import Compiled, compile_source
from tactful.graph.model import Campaign
from tactful.language import Installed, Vocabulary
from tactful.language.sources import Takes
from tactful.language.words import CORE_WORDS

VOCABULARY = Vocabulary({"core": CORE_WORDS})
INSTALLED = Installed(audiences={"csv": Takes()}, channels=frozenset(["outbox"]))
VERSIONS = {"csv": 1, "outbox": 2, "letters": 3}

TOP = """\
campaign "Late order"
owner "care@example.com"
purpose service
audience from csv "orders.csv":
  key order_id
  phone mobile
  email mail
  country land default IE
  column first_name text
  column total number from "Order total" optional default 2.5
  column vip yes/no default no
senders:
  sms from "+353 1 555 0100" through outbox
  email from "Care <care@example.com>" through outbox
"""


def compiled(text: str) -> Compiled:
    """Check and compile a whole file."""
    return compile_source(
        text,
        path="late.flow",
        vocabulary=VOCABULARY,
        installed=INSTALLED,
        plugin_versions=VERSIONS,
    )


def campaign(body: str, settings: str = "", senders: str = "senders:\n") -> Campaign:
    """Compile settings and stages below the usual top of a file, which must be right.

    `senders` is that line with more senders below it.
    """
    top = TOP.replace("senders:\n", senders)
    made = compiled(f"{top}{settings}\n{body}")
    assert made.campaign is not None, made.diagnostics
    return made.campaign

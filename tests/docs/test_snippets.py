"""What README and docs show compiles, and what they configure can be read."""

import re
import textwrap
import tomllib
from pathlib import Path

import anyio
import pytest

from tactful.graph.compile import compile_source
from tactful.guard.strategies import WINDOW
from tactful.language import Installed, Vocabulary
from tactful.language.sources import Hosts, Takes
from tactful.language.words import CORE_WORDS
from tactful.plugins.config import Limits, parse_config
from tactful.simulate.behaviour import parse_behaviour
from tactful.simulate.scenarios.play import Player
from tactful.simulate.scenarios.script import scripts_of
from tests.docs.fences import PAGES, Fence, all_fences, fences
from tests.docs.words import CONDITIONS
from tests.house.source import ROOT

VOCABULARY = Vocabulary({"core": CORE_WORDS})
INSTALLED = Installed(
    audiences={
        "csv": Takes("file"),
        "jsonl": Takes("file"),
        "xlsx": Takes("file", ("sheet",)),
        "sqlite": Takes("file", ("query",), ("query",)),
        "http": Takes("address", ("token",)),
    },
    channels=frozenset(["outbox", "paper", "webchat"]),
    prices={"sms": {"EUR"}, "voice": {"EUR"}, "email": {"EUR"}},
    secrets=("grid_token",),
    policies={"no_offers", "service"},
    observers={"arrivals", "sms", "email", "voice", "chat", "repetition"},
    gauges={"email": ["complaint_rate"], "sms": ["undelivered_rate"]},
    throttles={"window", "smooth", "new_number"},
    hosts=Hosts.of(["grid.example.com"]),
)

SETTINGS = """\
campaign "Late order"
purpose service

audience from csv "orders.csv":
  key order_id
  phone mobile
  email email
  column first_name text
  column order_total number
  column vip yes/no
  column sms_ok yes/no
  column status text

senders:
  sms from "+353 20 9155 000" through outbox
  voice from "+353 20 9155 000" through outbox
  email from "Acme Care <care@example.com>" through outbox
"""
JOURNEY = """
journey:
  send sms "Hello {{ first_name }}."
"""
PROVEN = """
journey:
  send sms "Hello {{ first_name }}.":
    on not delivered: go to by_email
  wait up to 1 day:
    on reply "refund": hand off to refunds

stage by_email:
  send email:
    subject "About {{ order_id }}"
    "Hello {{ first_name }}."
"""
STAGES = """
stage by_email:
  send email:
    subject "About {{ order_id }}"
    "Hello {{ first_name }}."

stage refund:
  hand off to refunds
"""


def flow_of(fence: Fence) -> str:
    """Return a whole flow: a fragment, known by its title, gets the rest around it."""
    if fence.title == "in the journey":
        body = textwrap.indent(fence.text, "  ")
        stages = STAGES.strip().split("\n\n")
        used = [stage for stage in stages if f"go to {stage.split()[1].strip(':')}" in body]
        return "\n".join([SETTINGS, f"journey:\n{body}", "\n\n".join(used)]).rstrip() + "\n"
    if fence.title == "in a scenario":
        return f"{SETTINGS}{PROVEN}\n{fence.text}"
    if fence.title == "at the top":
        return f"{_without_given(fence.text).rstrip()}\n\n{fence.text}{JOURNEY}"
    return fence.text


def _without_given(settings: str) -> str:
    """Return the usual settings without the blocks that a fragment gives itself."""
    firsts = {line.split()[0].strip(":") for line in settings.splitlines() if line[:1].isalpha()}
    blocks = SETTINGS.replace("\npurpose", "\n\npurpose").split("\n\n")
    return "\n\n".join(block for block in blocks if block.split()[0].strip(":") not in firsts)


@pytest.mark.parametrize("fence", all_fences("flow"), ids=str)
def test_every_flow_that_is_shown_compiles(fence: Fence) -> None:
    text = flow_of(fence)
    made = compile_source(
        text, path=str(fence), vocabulary=VOCABULARY, installed=INSTALLED, plugin_versions={}
    )
    wrong = [found for found in made.diagnostics if found.severity == "error"]
    assert not wrong, f"{text}\n{wrong}"


@pytest.mark.parametrize(
    "fence", [one for one in all_fences("flow") if 'scenario "' in one.text], ids=str
)
def test_every_scenario_that_is_shown_comes_true(fence: Fence) -> None:
    made = compile_source(
        flow_of(fence), path=str(fence), vocabulary=VOCABULARY, installed=INSTALLED
    )
    assert made.flow is not None
    assert made.campaign is not None
    player = Player(made.campaign, {"window": WINDOW}, Limits())
    for script in scripts_of(made.flow, made.campaign):
        played = anyio.run(player.play, script)
        assert played.passed, (script.name, played.unmet)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_begins_in_a_way_that_github_and_mkdocs_understand(page: Path) -> None:
    marks = re.findall(r"^ *```", page.read_text("utf-8"), re.MULTILINE)
    assert len(marks) == 2 * len(list(fences(page)))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_that_is_shown_compiles(condition: str) -> None:
    text = f"{SETTINGS}\njourney:\n  tag shown when {condition}\n"
    made = compile_source(
        text, path="shown.flow", vocabulary=VOCABULARY, installed=INSTALLED, plugin_versions={}
    )
    assert made.campaign is not None, made.diagnostics


@pytest.mark.parametrize("fence", all_fences("toml"), ids=str)
def test_every_configuration_that_is_shown_can_be_read(fence: Fence, tmp_path: Path) -> None:
    content = tomllib.loads(fence.text)
    if "project" in content:
        assert "tactful" in content["project"]["entry-points"]
    elif "behave" in content:
        parse_behaviour(fence.text, name=str(fence))
    else:
        parse_config(fence.text, tmp_path / "tactful.toml")

"""The pages of the reference say what the code says, all of it and no more."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from tactful.cli.group import application
from tactful.guard.pace import Throttle
from tactful.guard.standing import Observer
from tactful.guard.strategies import Strategy
from tactful.journey.lifecycle import SIGNALS
from tactful.plugins import hookspecs
from tactful.plugins.config import Limits, PluginRules
from tactful.plugins.kinds import NAMED, WORDS
from tactful.runtime import ports
from tactful_outbox import OutboxSettings
from tests.docs.reference import DOCS, pages
from tests.house.source import ENGINE, ROOT

REFERENCE = DOCS / "reference"


def _codes(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


def _rows(page: Path) -> dict[str, str]:
    """Return the table rows of a page by what stands in their first column, without its ticks."""
    found = re.findall(r"^\| `([^`]+)` \| (.*) \|$", page.read_text("utf-8"), re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_the_generated_pages_are_up_to_date(page: Path) -> None:
    assert page.read_text("utf-8") == pages()[page], "run `make reference`"


# ---- plugins ------------------------------------------------------------------------------------

PROTOCOLS: tuple[type, ...] = (
    ports.Channel, ports.Policy, ports.AudienceReader, ports.Desk, ports.Runtime,
    Throttle, Observer, Strategy,
)  # fmt: skip


def test_every_hook_is_explained() -> None:
    text = (REFERENCE / "hooks.md").read_text("utf-8")
    hooks = {name for name in vars(hookspecs) if name.startswith("tactful_")}
    assert set(re.findall(r"^## `(tactful_\w+)`", text, re.MULTILINE)) == hooks
    assert {kind.hook for kind in (*NAMED, WORDS)} == hooks


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.__name__)
def test_every_member_of_every_protocol_is_explained(protocol: type) -> None:
    text = (REFERENCE / "hooks.md").read_text("utf-8")
    members = {name for name in vars(protocol) if not name.startswith("_")}
    members |= {name for name in get_type_hints(protocol) if not name.startswith("_")}
    named = {found.split("(")[0].split(":")[0].removeprefix("async ") for found in _codes(text)}
    assert members <= named


@pytest.mark.parametrize("kind", [*NAMED, WORDS], ids=lambda kind: kind.noun)
def test_what_a_plugin_object_must_have_is_explained_below_its_hook(kind: Any) -> None:
    text = (REFERENCE / "hooks.md").read_text("utf-8")
    section = text.split(f"## `{kind.hook}`")[1].split("\n## ")[0]
    named = {found.split("(")[0].split(":")[0].removeprefix("async ") for found in _codes(section)}
    assert set(kind.members) <= named


# ---- configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Limits, PluginRules, OutboxSettings])
def test_every_setting_is_told_with_its_default(model: type[BaseModel]) -> None:
    rows = _rows(REFERENCE / "configuration.md")
    for name, field in model.model_fields.items():
        assert name in rows
        default = field.default
        if isinstance(default, bool):
            assert f"`{str(default).lower()}`" in rows[name]
        elif default not in (None, (), {}):
            assert f"`{default}`" in rows[name]


# ---- event log ----------------------------------------------------------------------------------

_COLUMNS = {"at", "launch", "recipient", "event", "step", "stage", "visit", "attempt", "revision",
            "guards", "channel", "to", "sender", "text", "segments", "cost", "verdict"}  # fmt: skip


def _logged() -> Iterator[tuple[str, set[str]]]:
    """Yield each event that the engine writes by a fixed name, with the names of its values."""
    for path in (ENGINE / "tactful" / "runtime").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in ("log", "log_step", "log_launch") and len(node.args) > 2:
                name = node.args[1]
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield name.value, {word.arg for word in node.keywords if word.arg}


def test_every_event_is_told_with_its_fields() -> None:
    rows = _rows(REFERENCE / "event-log.md")
    outcomes = {name.replace(" ", "_") for name in SIGNALS} - {"accepted"}
    seen = outcomes | {"refused", "expired", "tag", "set"}
    for event, fields in _logged():
        seen.add(event)
        assert event in rows
        assert fields <= _codes(rows[event]) | _COLUMNS, event
    assert seen == rows.keys() - _COLUMNS


def test_a_log_holds_nothing_but_what_the_reference_tells() -> None:
    flows = ROOT / "flows"
    answer = CliRunner().invoke(
        application,
        ["simulate", "--format", "jsonl", "--start", "2026-12-01 09:00 Europe/Dublin",
         "--behave", str(flows / "delayed_order.behave.toml"), str(flows / "delayed_order.flow")],
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    rows = _rows(REFERENCE / "event-log.md")
    assert rows.keys() >= _COLUMNS
    for written in answer.stdout.splitlines():
        line = msgspec.json.decode(written)
        assert line.keys() <= _COLUMNS | _codes(rows[line["event"]]), line

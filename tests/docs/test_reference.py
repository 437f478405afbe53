"""The pages of the reference say what the code says, all of it and no more."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from tactful.cli.group import application
from tactful.journey.lifecycle import SIGNALS
from tactful.plugins import PluginHost, builtin, hookspecs
from tactful.plugins.config import Limits, PluginRules, parse_config
from tactful.plugins.discovery import Candidate
from tactful.plugins.kinds import NAMED, WORDS
from tactful.plugins.manager import Plugins
from tactful_outbox import OutboxSettings
from tests.docs.hook_examples import MINIMAL
from tests.docs.hooks import PAGES, Page
from tests.docs.reference import DOCS, pages
from tests.house.source import ENGINE, ROOT
from tests.house.test_imports import PUBLIC

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

HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("tactful_"))


def test_every_hook_is_explained_on_a_page_of_its_own() -> None:
    text = (REFERENCE / "hooks.md").read_text("utf-8")
    linked = re.findall(r"^\| \[`(tactful_\w+)`\]\(hooks/(\w+)\.md\)", text, re.MULTILINE)
    assert sorted(name for name, _ in linked) == HOOKS
    assert {(page.kind.hook, page.path.stem) for page in PAGES} == set(linked)
    assert {kind.hook for kind in (*NAMED, WORDS)} == set(HOOKS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.kind.noun)
def test_what_a_plugin_object_must_have_is_explained_on_the_page_of_its_hook(page: Page) -> None:
    named = {re.split(r"[(:]", code)[0].removeprefix("async ") for code in _codes(_text(page))}
    assert set(page.kind.members) <= named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.kind.noun)
def test_the_smallest_example_of_a_hook_is_a_plugin_that_works(page: Page, tmp_path: Path) -> None:
    plugin = ModuleType("example")
    exec(compile(MINIMAL[page.kind.hook], "example", "exec"), vars(plugin))
    plugins = Plugins(
        parse_config("", tmp_path / "tactful.toml"),
        data_folder=tmp_path,
        candidates=[
            Candidate("core", "1", "tactful", lambda: builtin),
            Candidate("example", "1", "example", lambda: plugin),
        ],
    )
    example = plugins.listing()[1]
    assert (example.state, example.why) == ("on", "")
    assert [one.split()[0] for one in example.supplies] == [page.kind.noun]


def test_what_is_public_is_told() -> None:
    text = (DOCS / "explanation" / "plugin-api.md").read_text("utf-8")
    told = {name for row in re.findall(r"^\| (`tactful\..*?) \|", text, re.MULTILINE)
            for name in _codes(row)}  # fmt: skip
    assert told == set(PUBLIC)
    assert f"it is {hookspecs.API}." in text


def test_everything_that_the_host_has_is_told() -> None:
    text = (REFERENCE / "hooks.md").read_text("utf-8")
    has = {name for name in vars(PluginHost) if not name.startswith("_")} | {"name"}
    assert has == set(re.findall(r"^\| `host\.(\w+)", text, re.MULTILINE))


def _text(page: Page) -> str:
    return page.path.read_text("utf-8")


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

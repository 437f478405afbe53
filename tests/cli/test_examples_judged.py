"""The example flows say what carriers ask for: no policy that ships with us has anything to say."""

import json
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT

FLOWS = ROOT / "flows"


def _check(*flows: Path) -> set[str]:
    """Return the codes that `tactful check` tells, with the plugins that a user has."""
    done = subprocess.run(
        [sys.executable, "-m", "tactful", "check", "--format", "json", *map(str, flows)],
        capture_output=True,
        text=True,
        check=False,
    )
    return {row["code"] for row in json.loads(done.stdout)}


def test_the_shipped_policies_find_nothing_in_the_example_flows() -> None:
    flows = sorted(FLOWS.glob("*.flow"))
    assert len(flows) > 10
    assert _check(*flows) == set()


def test_they_find_a_first_message_that_does_not_say_how_to_stop(tmp_path: Path) -> None:
    said = (FLOWS / "hello.flow").read_text(encoding="utf-8")
    changed = said.replace(" Reply STOP to opt out.", "")
    assert changed != said
    flow = tmp_path / "hello.flow"
    flow.write_text(changed, encoding="utf-8")
    assert "TF520" in _check(flow)

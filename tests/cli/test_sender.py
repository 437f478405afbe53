"""`tactful sender`: how senders stand, and stopping one in all campaigns."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from tactful.cli.group import application

FLOW = """\
campaign "Late order"
purpose service
owner "care@example.com"
quiet hours none because "a test"

audience from csv "people.csv":
  key id
  phone mobile

senders:
  sms from "+353 20 9155 000" through outbox

journey:
  send sms "Hello"
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "late.flow").write_text(FLOW)
    (tmp_path / "people.csv").write_text("id,mobile\n1,+12025550101\n2,+12025550102\n")
    return tmp_path / "s.db"


def call(store: Path, *words: str) -> Result:
    return CliRunner().invoke(application, [*words, "--store", f"sqlite:///{store}"])


def run(store: Path) -> Result:
    return call(store, "run", str(store.parent / "late.flow"), "--speed", "max", "--again")


def test_a_sender_that_is_flagged_stops_in_every_campaign_until_it_is_cleared(store: Path) -> None:
    assert run(store).exit_code == 0
    told = call(store, "sender", "flag", "+353209155000", "--because", "shown as spam")
    assert told.exit_code == 0, told.output
    run(store)
    listed = call(store, "sender", "list").output
    assert "flagged" in listed
    assert "shown as spam" in listed
    ends = msgspec.json.decode(call(store, "status", "--format", "json").output)
    assert [launch["ended"] for launch in ends["launches"]] == [{"finished": 2}, {"expired": 2}]
    call(store, "sender", "clear", "+353 20 9155 000", "--because", "the label is gone")
    run(store)
    (sender,) = msgspec.json.decode(
        call(store, "sender", "show", "+353209155000", "--format", "json").output
    )
    assert sender["standing"] == "healthy"
    assert [(one["before"], one["standing"]) for one in sender["history"]] == [
        ("healthy", "flagged"), ("flagged", "healthy"),
    ]  # fmt: skip
    shown = call(store, "sender", "show", "+353209155000").output
    assert "flagged -> healthy" in shown


def test_a_sender_that_nobody_knows_is_told(store: Path) -> None:
    run(store)
    told = call(store, "sender", "show", "+15550100")
    assert told.exit_code == 1
    assert "tactful sender list" in told.output


def test_a_store_without_campaigns_has_no_senders(store: Path) -> None:
    call(store, "sender", "flag", "+15550100", "--because", "a test")
    assert "No campaign" in call(store, "sender", "list").output

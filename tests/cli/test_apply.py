"""`tactful apply` from a second shell: what is told, what is kept, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tactful.store.client import StoreClient
from tests.cli.shells import FLOW, begin, here, sent, store_of, until, write_campaign

NEW = FLOW.replace("is late", "is very late")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a campaign that an engine runs: ten of twelve messages have left."""
    folder = tmp_path_factory.mktemp("running")
    write_campaign(folder)
    process = begin(folder, "run", "late.flow")
    until(folder, lambda client: len(sent(client)) == 10)
    yield folder
    process.kill()
    process.communicate()


@pytest.fixture
def folder(running: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(running)
    yield running
    write_campaign(running)


def _orders(folder: Path) -> int:
    with StoreClient(store_of(folder)) as client:
        return len(client.orders())


def test_a_changed_file_is_applied_and_what_is_different_is_told(folder: Path) -> None:
    write_campaign(folder, flow=NEW.replace("quiet hours none because", "# quiet hours none"))
    answer = here("apply", "late.flow", "--because", "kinder", "--wait")
    assert answer.code == 0, answer.err
    assert "~ the text of send sms (in journey)" in answer.out
    assert "~ quiet hours, tighter: none → 21:00 to 08:00 recipient time" in answer.out
    assert "applied: revision" in answer.out
    with StoreClient(store_of(folder)) as client:
        order = client.orders()[-1]
    assert (order.kind, order.campaign, order.because) == ("apply", "late-order.1", "kinder")
    assert msgspec.json.decode(order.data or "")["journeys"] == "keep"
    again = here("apply", "late.flow")
    assert (again.code, again.out) == (
        0, "late-order.1 has this form already; there is nothing to apply.\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("flow", "options", "code", "said"),
    [
        (NEW.replace("journey:", "jurney:"), [], 1, "late.flow has mistakes"),
        (NEW, ["--journeys", "move"], 1, "not available yet"),
        (NEW, ["--journeys", "texts"], 1, "not available yet"),
        (NEW, ["--journeys", "all"], 2, "'keep'"),
        (NEW.replace("Late order", "Other"), [], 1, "has no campaign `other`"),
    ],
)
def test_what_cannot_be_applied_is_told_and_changes_nothing(
    flow: str, options: list[str], code: int, said: str, folder: Path
) -> None:
    before = _orders(folder)
    write_campaign(folder, flow=flow)
    answer = here("apply", "late.flow", *options)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert _orders(folder) == before


def test_journeys_are_stopped_and_the_campaign_is_over(folder: Path) -> None:
    write_campaign(folder, flow=NEW.replace("2 hours", "3 hours"))
    answer = here("apply", "late.flow", "--journeys", "stop", "--because", "wrong price", "--wait")
    assert answer.code == 0, answer.err
    assert "12 journeys cancelled" in answer.out
    until(folder, lambda client: client.launches()[-1].state == "finished")
    ended = here("log", "late-order", "--format", "jsonl").lines
    reasons = [line["because"] for line in ended if line["event"] == "ended"]
    assert reasons == ["wrong price"] * 12
    after = here("apply", "late.flow")
    assert (after.code, "is finished" in after.err) == (1, True)

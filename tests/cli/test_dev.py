"""`tactful dev` on a real folder: what is saved takes over at once, and nothing makes it fall."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tactful.store.client import StoreClient
from tactful.store.files import default_store
from tests.cli.shells import FLOW, PATIENCE, begin, second_shell, sent, until, write_campaign

OTHER = FLOW.replace("Late order", "Other order")


class Working:
    """A `tactful dev` at work: its lines are waited for, in order."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.folder = folder
        self.flow = folder / "late.flow"
        self.process = process
        self.told: list[str] = []

    def until(self, *words: str) -> str:
        """Read lines until one holds all these words, and return it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.append(line.rstrip("\n"))
            if all(word in line for word in words):
                return line
        raise AssertionError(f"{words} never came:\n" + "\n".join(self.told))

    def save(self, text: str) -> None:
        """Save the flow in place."""
        self.flow.write_text(text)

    def end(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
        return self.process.returncode


@contextmanager
def _working(folder: Path, *options: str) -> Iterator[Working]:
    process = begin(folder, "dev", *options)
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        yield Working(folder, process)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Working]:
    """A `dev` that runs the first form of a flow."""
    write_campaign(tmp_path)
    with _working(tmp_path) as working:
        working.until("late.flow: revision", "late-order.1 begun", "12 in, 0 out", "12 sms")
        until(tmp_path, lambda client: len(sent(client)) == 5, store="dev.db")
        yield working


def _launches(folder: Path) -> list[tuple[str, str, int]]:
    with StoreClient(folder / ".tactful" / "dev.db") as client:
        return [(row.name, row.state, sum(client.counts(row.id).journeys.values()))
                for row in client.launches()]  # fmt: skip


@pytest.mark.promise("EDIT")
def test_a_save_takes_over_and_a_mistake_leaves_the_last_good_form_running(dev: Working) -> None:
    dev.save(FLOW.replace("is late", "is so late"))
    dev.until("active after", "1 change", "at most 1 sms per person")
    dev.until("~ the text of send sms (in journey)")
    dev.save(FLOW.replace("journey:", "jurney:"))
    assert "goes on" in dev.until("late.flow: 1 mistake")
    dev.until("error[TF201]")
    dev.until("did you mean `journey`?")
    dev.save(FLOW)
    dev.until("late.flow: revision", "1 change")
    assert dev.end() == 0
    assert _launches(dev.folder) == [("late-order.1", "running", 5)]


def _in_place(path: Path, text: str) -> None:
    path.write_text(text)


def _atomically(path: Path, text: str) -> None:
    fresh = path.with_name(".late.flow.tmp")
    fresh.write_text(text)
    os.replace(fresh, path)


def _like_vim(path: Path, text: str) -> None:
    backup = path.with_name(path.name + "~")
    path.rename(backup)
    path.write_text(text)
    backup.unlink()


def _in_two_pieces(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text[:50])
        file.flush()
        file.write(text[50:])


@pytest.mark.parametrize("save", [_in_place, _atomically, _like_vim, _in_two_pieces])
def test_however_an_editor_saves_it_is_seen(
    save: Callable[[Path, str], None], dev: Working
) -> None:
    for hours in (3, 4):
        save(dev.flow, FLOW.replace("2 hours", f"{hours} hours"))
        dev.until(f"→ wait up to {hours} hours (in journey)")


def test_flows_come_and_go_also_many_at_once(dev: Working) -> None:
    inner = dev.folder / "more"
    inner.mkdir()
    (inner / "people.csv").write_bytes((dev.folder / "people.csv").read_bytes())
    names = [f"flow{number}" for number in range(10)]
    for name in names:
        (inner / f"{name}.flow").write_text(FLOW.replace("Late order", name))
    begun = {dev.until("more/flow", ".1 begun").split(".flow: ")[0].split("/")[1] for _ in names}
    assert begun == set(names)
    (inner / "flow3.flow").unlink()
    dev.until("more/flow3.flow: gone")
    (dev.folder / "twin.flow").write_text(FLOW)
    dev.until("twin.flow: the campaign `late-order` is that of late.flow already")


def test_the_audience_counts_too(dev: Working) -> None:
    people = dev.folder / "people.csv"
    rows = people.read_text()
    people.unlink()
    dev.until("no plan: the audience")
    people.write_text(rows + "\nK13,+12025550113,k13@example.com,Kim 13")
    dev.until("13 in, 0 out", "13 sms")


def test_a_file_that_a_flow_uses_counts_too(dev: Working) -> None:
    text = dev.folder / "text.txt"
    dev.save(FLOW.replace('send sms "Hi {{ name }}, your order is late. Reply KEEP or REFUND."',
                          'send sms using "text.txt"'))  # fmt: skip
    dev.until("late.flow: 1 mistake")
    text.write_text("Hi {{ name }}, it is late.")
    dev.until("late.flow: revision", "1 change")
    text.write_text("Hi {{ nme }}, it is late.")
    dev.until("late.flow: 1 mistake")
    text.write_text("Hi {{ name }}, it is very late.")
    dev.until("late.flow: revision", "1 change")


def test_scenarios_are_played_on_every_save(dev: Working) -> None:
    scenario = """
scenario "silent":
  given:
    id "K1"
    name "Kim"
  expect sms containing "late"
  expect tag silent
"""
    dev.save(FLOW + scenario)
    dev.until("late.flow: revision", "1 scenario ok")
    dev.save(FLOW + scenario.replace("expect tag silent", "expect tag loud"))
    dev.until("late.flow: revision", "1 of 1 scenario FAILED")


def test_a_broken_configuration_is_told_and_the_work_goes_on(dev: Working) -> None:
    config = dev.folder / "tactful.toml"
    config.write_text("not [ toml")
    dev.until("tactful.toml is not TOML")
    dev.save(FLOW.replace("2 hours", "3 hours"))
    dev.until("→ wait up to 3 hours")
    config.write_text("[limits]\nper_address_per_day = 7\n")
    dev.until("late.flow: revision", "nothing is new")
    config.write_text('[plugins]\nrequire = ["no-such-plugin"]\n')
    dev.until("no-such-plugin")
    dev.save(FLOW.replace("2 hours", "4 hours"))
    dev.until("→ wait up to 4 hours")


def test_what_cannot_be_read_is_told_and_the_work_goes_on(dev: Working) -> None:
    dev.flow.write_bytes(b'campaign "\xff')
    dev.until("is not UTF-8 text", "goes on")
    dev.flow.unlink()
    dev.until("late.flow: gone")
    dev.flow.mkdir()
    (dev.flow / "inner.flow").write_text(OTHER)
    dev.until("inner.flow: revision", "other-order.1 begun")


def test_a_folder_that_goes_away_is_waited_for(dev: Working) -> None:
    away = dev.folder.with_name("away")
    dev.folder.rename(away)
    dev.until("late.flow: gone")
    away.rename(dev.folder)
    dev.until("late.flow: revision", "active after")
    dev.save(FLOW.replace("2 hours", "3 hours"))
    dev.until("→ wait up to 3 hours")
    assert dev.end() == 0


def test_a_store_that_is_removed_is_made_anew(dev: Working) -> None:
    store = dev.folder / ".tactful" / "dev.db"
    store.rename(store.with_name("gone.db"))
    dev.flow.touch()
    dev.until("late.flow: revision", "late-order.1 begun")
    assert store.is_file()


def test_the_next_dev_goes_on_where_this_one_ended(dev: Working) -> None:
    assert dev.end() == 0
    with _working(dev.folder, "--sample", "7") as again:
        again.until("late.flow: revision", "nothing is new")
        again.save(FLOW.replace("2 hours", "3 hours"))
        again.until("→ wait up to 3 hours")
        assert again.end() == 0
    assert _launches(dev.folder) == [("late-order.1", "running", 7)]
    assert not default_store(dev.flow).exists()


def test_a_second_dev_is_told_who_works_here(dev: Working) -> None:
    answer = second_shell(dev.folder, "dev")
    assert answer.code == 2
    assert "Another engine owns this store" in answer.err
    assert "`dev`" in answer.err


def test_a_folder_without_flows_waits_for_the_first(tmp_path: Path) -> None:
    with _working(tmp_path) as working:
        working.until("0 flows")
        write_campaign(tmp_path)
        working.until("late.flow: revision", "late-order.1 begun")
        assert working.end() == 0

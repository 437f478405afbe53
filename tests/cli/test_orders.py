"""Orders and signals: what is refused at once, and what is kept for when an engine next runs."""

from pathlib import Path

import msgspec
import pytest

from tactful.cli.commands.send_event import read_values
from tactful.store.client import StoreClient
from tests.cli.shells import begin, here, number, sent, store_of, until, write_campaign

ROWS = 12


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a campaign that was killed: two of its messages still wait for their turn."""
    folder = tmp_path_factory.mktemp("interrupted")
    write_campaign(folder, rows=ROWS)
    process = begin(folder, "run", "late.flow")
    until(folder, lambda client: len(sent(client)) == 10)
    process.kill()
    process.communicate()
    return folder


@pytest.fixture
def folder(interrupted: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(interrupted)
    return interrupted


@pytest.mark.parametrize(
    ("command", "kind", "key", "data"),
    [
        ("pause late-order", "pause", None, None),
        ("resume late-order.1", "resume", None, None),
        ("stop late-order", "stop", None, None),
        ("drop late-order K2", "drop", "K2", None),
    ],
)
def test_an_order_is_kept_with_who_when_and_why(
    command: str, kind: str, key: str | None, data: str | None, folder: Path
) -> None:
    answer = here(*command.split(), "--because", "prices changed")
    assert answer.code == 0
    assert "No engine is running" in answer.out
    with StoreClient(store_of(folder)) as client:
        order = client.orders()[-1]
    assert (order.kind, order.campaign, order.key, order.data) == (kind, "late-order.1", key, data)
    assert order.because == "prices changed"
    assert order.who
    assert order.at > 0
    assert order.applied_at is None


def test_stop_all_names_no_campaign(folder: Path) -> None:
    assert "stop late-order.1" in here("stop", "--all").out
    with StoreClient(store_of(folder)) as client:
        assert client.orders()[-1].campaign is None


def test_a_start_is_kept_with_the_whole_path(folder: Path) -> None:
    assert here("start", "late.flow", "--audience", "people.csv").code == 0
    with StoreClient(store_of(folder)) as client:
        order = client.orders()[-1]
    assert order.campaign == "late-order"
    assert msgspec.json.decode(order.data or "") == {
        "flow": str(folder / "late.flow"),
        "audience": str(folder / "people.csv"),
        "live": False,
    }


def test_a_flow_with_mistakes_is_not_started(folder: Path, tmp_path: Path) -> None:
    flow = write_campaign(tmp_path, flow='campaign "Bad"\n')
    answer = here("start", str(flow))
    assert answer.code == 1
    assert "error" in answer.err
    assert not store_of(tmp_path).exists()


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("pause late-ordr", 1, "Did you mean `late-order`?"),
        ("pause nothing", 1, "There is: late-order."),
        ("drop late-order K99", 1, "has no recipient `K99`"),
        ("reply late-order K99 hello", 1, "has no recipient `K99`"),
        ("reply --from 12 hello", 1, "cannot be used"),
        ("reply late-order hello", 2, "Give CAMPAIGN KEY TEXT."),
        ("reply --from +12025550101 late-order K1 hello", 2, "give the text alone"),
        ("reply late-order K1 hello --channel smss", 2, "Did you mean `sms`?"),
        ("send-event found --key K99", 1, "has a recipient `K99`"),
        ("send-event found --key K1 --value amount", 2, "is not NAME=VALUE"),
        ("send-event found", 2, "Say whom it is about"),
        ("send-event found --value region=north", 1, "No campaign under way says `on event found"),
        ("stop", 2, "--all"),
        ("stop late-order --all", 2, "--all"),
        ("settle 99 sent", 1, "There is no attempt 99"),
        ("settle 1 sent", 1, "not in doubt, but delivered"),
        ("settle 1 sent --resend", 2, "--resend goes with `not-sent`"),
        ("settle 1 lost", 2, "not-sent"),
        ("pause --wait late-order", 2, "Put --wait last"),
        ("inbox close 99", 1, "The inbox has no item 99"),
        ("status nothing", 1, "has no campaign `nothing`"),
        ("log nothing", 1, "has no campaign `nothing`"),
        ("log --key K99", 1, "no recipient `K99`"),
        ("consent add 12 --channel sms --source x", 1, "cannot be used"),
        ("consent add +12025550101 --channel sms", 2, "--source"),
        ("pause late-order --store mysql://x", 1, "is not a store"),
        ("pause late-order --store sqlite:///none.db", 1, "no store at none.db"),
    ],
)
def test_what_cannot_be_is_told_at_once(command: str, code: int, said: str, folder: Path) -> None:
    with StoreClient(store_of(folder)) as client:
        before = client.orders(), client.news()
    answer = here(*command.split())
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    with StoreClient(store_of(folder)) as client:
        assert (client.orders(), client.news()) == before


def test_nobody_takes_an_order_up_while_no_engine_runs(folder: Path) -> None:
    answer = here("pause", "late-order", "--wait=0")
    assert answer.code == 1
    assert "No engine took it up within 0 seconds" in answer.err
    assert "It is kept" in answer.err


@pytest.mark.parametrize(
    ("args", "channel", "address", "key"),
    [
        (("late-order", "K1"), "sms", None, "K1"),
        (("late-order", "K1", "--channel", "email"), "email", None, "K1"),
        (("--from", " +1 (202) 555-0101 "), "sms", number(1), None),
        (("--from", "K1@EXAMPLE.com"), "email", "K1@example.com", None),
    ],
)
def test_a_reply_is_kept_as_it_came(
    args: tuple[str, ...], channel: str, address: str | None, key: str | None, folder: Path
) -> None:
    assert here("reply", *args, "Yes, keep it").code == 0
    with StoreClient(store_of(folder)) as client:
        signal = client.news().signals[-1]
    assert (signal.kind, signal.channel, signal.address) == ("reply", channel, address)
    assert signal.key == key
    assert msgspec.json.decode(signal.data or "") == {"text": "Yes, keep it"}


@pytest.mark.promise("SIGNAL")
def test_an_event_with_an_id_counts_once(folder: Path) -> None:
    event = ("send-event", "paid", "--key", "K1", "--value", "amount=59.90", "--id", "pay-1")
    assert here(*event).out.startswith("noted")
    assert here(*event).out.startswith("came before")
    with StoreClient(store_of(folder)) as client:
        (signal,) = (one for one in client.news().signals if one.name == "paid")
    assert msgspec.json.decode(signal.data or "") == {"amount": 59.9}


def test_values_of_events_are_numbers_yes_no_or_texts() -> None:
    said = ["a=1", "b=-2.50", "c=yes", "d=no", "e=", "f=007", "g=x=y", "h=+353871234567"]
    assert read_values(said) == {
        "a": 1, "b": -2.5, "c": True, "d": False, "e": "", "f": "007", "g": "x=y",
        "h": "+353871234567",
    }  # fmt: skip


def test_a_key_that_was_pressed_is_kept_for_the_engine(folder: Path) -> None:
    assert here("press", "late-order", "K2", "7").code == 0
    with StoreClient(store_of(folder)) as client:
        signal = client.news().signals[-1]
    assert (signal.kind, signal.campaign, signal.key, signal.name) == (
        "press",
        "late-order.1",
        "K2",
        "7",
    )


@pytest.mark.parametrize("digit", ["12", "a", ""])
def test_a_key_is_one_digit(digit: str, folder: Path) -> None:
    answer = here("press", "late-order", "K2", digit)
    assert answer.code == 2
    assert "one of 0 to 9" in answer.err

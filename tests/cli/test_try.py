"""`tactful try`: what a test sends to whom, what holds it, and what it leaves behind."""

import signal
from pathlib import Path

import pytest

from tactful.runtime.ports import Medium
from tactful.runtime.trying import marked
from tactful.store.client import StoreClient
from tactful.testing import sample_message
from tests.cli.shells import FLOW, PATIENCE, begin, here, store_of, until, write_campaign

ME = "+12025550199"


def _outbox(folder: Path) -> list[str]:
    files = (folder / ".tactful" / "outbox").rglob("*.*")
    return [path.read_text() for path in files if path.suffix in (".txt", ".eml")]


def test_a_test_comes_marked_to_oneself_and_not_to_the_person_of_the_row(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path)
    answer = here("try", str(flow), "--to", ME, "--row", "K2", "--full")
    assert answer.code == 0, answer.err
    assert f"sms to {ME}, 1 segment" in answer.out
    assert "The journey now waits" in answer.err
    (text,) = _outbox(tmp_path)
    assert "[TEST] Hi Kim 2," in text
    assert ME in text
    assert "+12025550102" not in text


def test_a_test_leaves_nothing_in_the_store_of_the_campaign_nor_under_way(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path)
    for row in ("1", "2"):
        assert here("try", str(flow), "--to", ME, "--row", row).code == 0
    assert not store_of(tmp_path).exists()
    with StoreClient(store_of(tmp_path).with_name("try.db")) as client:
        assert [(row.number, row.state) for row in client.launches()] == [
            (1, "stopped"), (2, "stopped")
        ]  # fmt: skip
    assert len(_outbox(tmp_path)) == 2


def test_addresses_are_masked_unless_they_are_asked_for(tmp_path: Path) -> None:
    answer = here("try", str(write_campaign(tmp_path)), "--to", ME, "--row", "1")
    assert ME not in answer.out + answer.err


def test_who_has_opted_out_gets_no_test_until_that_is_lifted(tmp_path: Path) -> None:
    flow, store = write_campaign(tmp_path), f"sqlite:///{store_of(tmp_path)}"
    of = (ME, "--channel", "sms", "--source", "a call", "--store", store)
    assert here("consent", "remove", *of).code == 0
    refused = here("try", str(flow), "--to", ME, "--row", "1")
    assert refused.code == 1
    assert "refused" in refused.err
    assert not _outbox(tmp_path)
    assert here("consent", "add", *of).code == 0
    assert here("try", str(flow), "--to", ME, "--row", "1").code == 0


def test_hand_offs_of_tests_hold_no_test_for_nobody_works_on_them(tmp_path: Path) -> None:
    hold = "hold when inbox above 0\n\njourney:\n  hand off to refunds"
    flow = write_campaign(tmp_path, flow=FLOW.replace("journey:", hold))
    for _ in range(2):
        assert here("try", str(flow), "--to", ME, "--row", "1").code == 0
    assert len(_outbox(tmp_path)) == 2


def test_quiet_hours_hold_a_test_and_end_it(tmp_path: Path) -> None:
    hours = "quiet hours 00:00 to 12:30"
    other = "quiet hours 12:00 to 00:30"
    text = FLOW.replace('quiet hours none because "a test at any hour"', "{}")
    for number, line in enumerate((hours, other)):
        folder = tmp_path / str(number)
        folder.mkdir()
        flow = write_campaign(folder, flow=text.replace("{}", line, 1))
        answer = here("try", str(flow), "--to", ME, "--row", "1")
        if answer.code == 3:
            assert "Held until" in answer.err
            assert not _outbox(folder)
            return
    raise AssertionError(f"neither was held: {answer}")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--to", ME, "--row", "K99"), 1, "no row `K99`"),
        (("--to", "12", "--row", "1"), 1, "`12` cannot be used"),
        (("--to", "me@example.com", "--row", "1"), 1, "--to gives no address"),
        (("--to", ME, "--to", ME, "--row", "1"), 2, "one number and one mail address"),
    ],
)
def test_what_cannot_be_tried_is_told(
    tmp_path: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    answer = here("try", str(write_campaign(tmp_path)), *args)
    assert answer.code == code
    assert said in answer.err
    assert not _outbox(tmp_path)


MAIL = FLOW.replace(
    'sms from "+12025550199" through outbox',
    'sms from "+12025550199" through outbox\n  email from "care@example.com" through outbox',
).replace(
    "journey:\n",
    'journey:\n  send email "Dear {{ name }}, it is late.":\n    subject "Your order"\n',
    1,
)


def test_a_test_may_have_a_number_and_a_mail_address(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path, flow=MAIL)
    mine = ("--to", ME, "--to", "me@example.com")
    answer = here("try", str(flow), *mine, "--row", "K2")
    assert answer.code == 0, answer.err
    mail, text = sorted(_outbox(tmp_path), key=lambda one: "Subject:" not in one)
    assert "Subject: [TEST] Your order" in mail
    assert "To: me@example.com" in mail
    assert "Dear Kim 2, it is late." in mail
    assert "[TEST] Hi Kim 2," in text


def test_what_is_to_go_to_an_address_that_was_not_given_goes_nowhere(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path, flow=MAIL)
    answer = here("try", str(flow), "--to", "me@example.com", "--row", "K2")
    assert "k2@example.com" not in answer.out + answer.err
    assert [("Subject:" in one) for one in _outbox(tmp_path)] == [True]


@pytest.mark.parametrize("medium", ["sms", "mms", "voice", "chat"])
def test_every_medium_is_marked_where_the_person_sees_or_hears_it(medium: Medium) -> None:
    message = sample_message(medium, leave="Call us back.")
    test = marked(message)
    assert test.text == f"[TEST] {message.text}"
    assert test.leave == "[TEST] Call us back."
    assert test.subject == message.subject


def test_a_mark_that_makes_a_text_longer_is_counted() -> None:
    assert marked(sample_message("sms", text="a" * 160)).segments == 2


def test_ctrl_c_ends_a_test_and_leaves_nothing_under_way(tmp_path: Path) -> None:
    flow = write_campaign(tmp_path)
    slow = f'[plugins.outbox]\nslow = {{ "{ME}" = "2 seconds" }}\n'
    (tmp_path / "tactful.toml").write_text(slow)
    process = begin(tmp_path, "try", flow.name, "--to", ME, "--row", "1")
    until(tmp_path, lambda client: bool(client.by_state("sending")), store="try.db")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 3
    with StoreClient(store_of(tmp_path).with_name("try.db")) as client:
        assert [row.state for row in client.launches()] == ["stopped"]
    assert len(_outbox(tmp_path)) == 1

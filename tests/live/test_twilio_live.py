"""Texts and calls through Twilio, there and back: the real engine, the SDK, and local servers."""

from collections.abc import Iterator

import httpx
import pytest

from tests.live.served import Served, served
from tests.servers.local_twilio import ACCOUNT, NUMBER, TOKEN, LocalTwilio, local_twilio
from tests.servers.telephone import Telephone

FLOW = f"""
campaign "Table tonight"
owner "host@example.com"
purpose service

audience from csv "people.csv":
  key id
  phone mobile
  column name text

senders:
  sms from "{NUMBER}" through twilio
  voice from "{NUMBER}" through twilio

quiet hours none because "a test at any hour"

journey:
  send sms "Hi {{{{ name }}}}, do you keep your table tonight? Reply YES or NO.":
    on undelivered within 1 hour: go to by_phone
  wait up to 1 hour:
    on reply "yes": tag keeps
    on reply "no": tag gives_up
    on timeout: tag silent

stage by_phone:
  send voice "Hello {{{{ name }}}}. Press 1 to keep your table, 2 to give it up.":
    leave "Please call us back about your table."
    on pressed 1: tag keeps
    on pressed 2: tag gives_up
    on other key: tag unsure
    on voicemail: tag machine
    on no answer: tag nobody
"""

PEOPLE = ("Ann", "Bea", "Cid", "Dan", "Eve", "Fay", "Gus")


def number(name: str) -> str:
    """Return the number of a person."""
    return f"+35387123450{PEOPLE.index(name)}"


@pytest.fixture(scope="module")
def twilio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTwilio]:
    with local_twilio(tmp_path_factory.mktemp("twilio")) as running:
        yield running


@pytest.fixture(scope="module")
def house(twilio: LocalTwilio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("house")
    rows = [f"{name},{number(name)},{name}" for name in PEOPLE]
    (folder / "people.csv").write_text("\n".join(["id,mobile,name", *rows]), encoding="utf-8")
    (folder / "table.flow").write_text(FLOW, encoding="utf-8")
    settings = (
        f'[plugins.twilio]\naccount_sid = "{ACCOUNT}"\nauth_token = {{ env = "TWILIO_TOKEN" }}\n'
        f'base_url = "{twilio.url}"\n\n[plugins.twilio.senders."{NUMBER}"]\n'
        'rate = "100 per second"\n\n[plugins.twilio.voice]\ncaller = "The Table"\n'
    )
    with served(folder, settings, {"TWILIO_TOKEN": TOKEN}) as house:
        twilio.listen_at(NUMBER, sms_url=f"{house.url}/hooks/twilio/inbound")
        house.tactful("start", "table.flow", "--live", "--wait", "30")
        house.until("the texts", lambda: len(twilio.messages(From=NUMBER)) == len(PEOPLE))
        yield house


def text_to(twilio: LocalTwilio, name: str) -> str:
    """Return the SID of the text that a person got."""
    (text,) = twilio.messages(To=number(name))
    return str(text["sid"])


def call_to(house: Served, twilio: LocalTwilio, name: str) -> tuple[str, str]:
    """Let a person's text fail, and return the SID of their call and where it is told."""
    twilio.message_becomes(text_to(twilio, name), "undelivered")
    (call,) = house.until(f"the call of {name}", lambda: twilio.calls(To=number(name)))
    attempt = next(
        line["attempt"] for line in house.log()
        if line.get("recipient") == name and line.get("channel") == "voice"
    )  # fmt: skip
    return str(call["sid"]), f"{house.url}/hooks/twilio/voice?attempt={attempt}"


def test_a_text_is_delivered_and_answered(house: Served, twilio: LocalTwilio) -> None:
    twilio.message_becomes(text_to(twilio, "Ann"), "delivered")
    house.tells("Ann", "delivered sms")
    twilio.person_writes("yes please", number=number("Ann"))
    story = house.tells("Ann", "ended finished")
    heard = [one for one in story if "sms" in one or "tag" in one]
    assert heard[-4:] == ["sent sms", "delivered sms", "reply sms", "tag keeps"]


def test_stop_ends_the_journey_and_nothing_more_is_sent(house: Served, twilio: LocalTwilio) -> None:
    twilio.person_writes("STOP", number=number("Bea"))
    house.tells("Bea", "ended opted_out")
    assert len(twilio.messages(To=number("Bea"))) == 1  # Twilio itself has answered


def test_an_undelivered_text_is_followed_by_a_call_with_a_key(
    house: Served, twilio: LocalTwilio
) -> None:
    sid, url = call_to(house, twilio, "Cid")
    twilio.call_becomes(sid, "in-progress")
    with httpx.Client(timeout=30) as client:
        telephone = Telephone(TOKEN, client)
        heard = telephone.call(url, "2", CallSid=sid, CallStatus="in-progress", AnsweredBy="human")
    twilio.call_becomes(sid, "completed")
    assert heard[0] == "This is The Table."
    assert heard[1] == "Hello Cid. Press 1 to keep your table, 2 to give it up."
    assert heard[-1] == "Thank you. Goodbye."
    story = house.tells("Cid", "ended finished")
    heard = [one for one in story if "voice" in one or "tag" in one]
    assert heard[-3:] == ["sent voice", "delivered voice", "tag gives_up"]


def test_a_machine_is_left_a_message(house: Served, twilio: LocalTwilio) -> None:
    sid, url = call_to(house, twilio, "Dan")
    with httpx.Client(timeout=30) as client:
        told = {"CallSid": sid, "CallStatus": "in-progress", "AnsweredBy": "machine_end_beep"}
        heard = Telephone(TOKEN, client).call(url, **told)
    twilio.call_becomes(sid, "completed")
    assert heard == ["This is The Table.", "Please call us back about your table."]
    assert "tag machine" in house.tells("Dan", "ended finished")


@pytest.mark.parametrize(("name", "status"), [("Eve", "no-answer"), ("Fay", "busy")])
def test_nobody_picks_up(house: Served, twilio: LocalTwilio, name: str, status: str) -> None:
    sid, _ = call_to(house, twilio, name)
    twilio.call_becomes(sid, "ringing")
    twilio.call_becomes(sid, status)
    assert "tag nobody" in house.tells(name, "ended finished")


def test_the_opt_out_key_ends_calls(house: Served, twilio: LocalTwilio) -> None:
    sid, url = call_to(house, twilio, "Gus")
    with httpx.Client(timeout=30) as client:
        heard = Telephone(TOKEN, client).call(url, "9", CallSid=sid, CallStatus="in-progress")
    assert heard[-1] == "You will get no more calls from us. Goodbye."
    assert "opt_out voice" in house.tells("Gus", "ended opted_out")

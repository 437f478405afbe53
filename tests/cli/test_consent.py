"""Consent on the command line: records with their proof, and the opt-outs they end or begin."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tactful.store.client import StoreClient
from tests.cli.shells import here, store_of

PHONE = "+35320910" + "1234"

FLOW = """\
campaign "Late order"
owner "care@example.com"
purpose service

audience from csv "people.csv":
  key id
  email email

senders:
  email from "Acme <care@example.com>" through outbox

quiet hours none because "a test"

journey:
  send email:
    subject "Late"
    "Your order is late."
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(*args: str) -> Any:
    return here("consent", "list", *args, "--full", "--format", "json").json


def test_a_consent_keeps_its_proof(folder: Path) -> None:
    said = here("consent", "add", "+353 20 910 1234", "--channel", "sms", "--source", "form 12")
    assert said.code == 0
    assert PHONE not in said.out
    (consent,) = listed()["consents"]
    assert (consent["address"], consent["channel"], consent["purpose"]) == (PHONE, "sms", "service")
    assert (consent["given"], consent["source"]) == (True, "form 12")
    assert consent["who"]
    assert consent["at"].endswith("Z")


@pytest.mark.promise("STOP")
def test_a_consent_taken_back_is_an_opt_out_of_the_whole_group(folder: Path) -> None:
    for given in ("add", "remove"):
        here("consent", given, PHONE, "--channel", "mms", "--source", "a call")
    kept = listed()
    assert [row["given"] for row in kept["consents"]] == [True, False]
    assert [(row["address"], row["group"]) for row in kept["opt_outs"]] == [(PHONE, "text")]
    with StoreClient(store_of(folder)) as client:
        order = client.orders()[-1]
    assert order.kind == "consent"
    assert msgspec.json.decode(order.data or "") == {
        "address": PHONE, "groups": ["text"], "given": False
    }  # fmt: skip


def test_a_new_consent_ends_the_opt_out_of_its_group_alone(folder: Path) -> None:
    for channel in ("sms", "voice"):
        here("consent", "remove", PHONE, "--channel", channel, "--source", "a call")
    here("consent", "add", PHONE, "--channel", "sms", "--source", "a form")
    assert [row["group"] for row in listed()["opt_outs"]] == ["voice"]


@pytest.mark.promise("STOP")
def test_an_opt_out_in_one_spelling_stops_what_a_list_writes_in_another(folder: Path) -> None:
    here("consent", "remove", "ZOE@Example.COM", "--channel", "email", "--source", "a call")
    (folder / "late.flow").write_text(FLOW, encoding="utf-8")
    (folder / "people.csv").write_text("id,email\nZ,Zoe@example.com\nB,Bo@example.com\n")
    assert here("run", "late.flow", "--speed", "max").code == 0
    log = here("log", "--full", "--format", "jsonl").lines
    went = [(line["recipient"], line["to"]) for line in log if line["event"] == "sent"]
    assert went == [("B", "Bo@example.com")]
    refused = [(line["recipient"], line["code"]) for line in log if line["event"] == "refused"]
    assert refused == [("Z", "suppressed")]


def test_the_list_of_one_address_holds_no_other(folder: Path) -> None:
    here("consent", "add", PHONE, "--channel", "sms", "--source", "a form")
    here("consent", "remove", "Ann@EXAMPLE.com", "--channel", "email", "--source", "a call")
    kept = listed("Ann@example.com")
    assert [row["address"] for row in kept["consents"]] == ["ann@example.com"]
    assert [row["group"] for row in kept["opt_outs"]] == ["email"]


@pytest.mark.promise("SECRET")
def test_the_list_masks_addresses_unless_asked(folder: Path) -> None:
    here("consent", "add", PHONE, "--channel", "sms", "--source", "a form")
    assert PHONE not in here("consent", "list").out
    assert PHONE not in here("consent", "list", "--format", "json").out
    assert PHONE in here("consent", "list", "--full").out


def test_nothing_recorded_is_said_in_words(folder: Path) -> None:
    here("consent", "add", PHONE, "--channel", "sms", "--source", "a form")
    assert here("consent", "list", "ann@example.com").out == "Nothing is recorded.\n"

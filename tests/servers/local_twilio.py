"""A Twilio on this machine (npm `emulate`): it remembers messages and calls, and calls us back.

It calls back before it answers a request that creates a message. What carriers and people do is
told to it: deliveries, replies, calls that end.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.servers.node import HERE, node, script
from tests.servers.running import free_port, running

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "token-of-the-local-account"
KEY, KEY_SECRET = "SK00000000000000000000000000000001", "secret-of-the-local-key"
SERVICE = "MG00000000000000000000000000000001"
# Calls must show a number that somebody can have; here they reach nobody but this machine.
NUMBER, OTHER_NUMBER = "+13022220000", "+13022220001"


@dataclass
class LocalTwilio:
    """A local Twilio that runs at `url`, with one account, two numbers and a messaging service."""

    url: str
    _client: httpx.Client = field(repr=False)

    def messages(self, **where: str) -> list[dict[str, Any]]:
        """Return its messages, the newest first; `To` and `From` choose."""
        return self._list("Messages", "messages", where)

    def calls(self, **where: str) -> list[dict[str, Any]]:
        """Return its calls, the newest first."""
        return self._list("Calls", "calls", where)

    def message_becomes(self, sid: str, status: str) -> None:
        """Let a carrier say what became of a message; who asked for it is called back."""
        self._simulate("message-status", MessageSid=sid, Status=status)

    def call_becomes(self, sid: str, status: str) -> None:
        """Let a call go on, or end."""
        self._simulate("call-status", CallSid=sid, Status=status)

    def person_writes(self, text: str, *, number: str, to: str = NUMBER) -> None:
        """Let a person text one of our numbers."""
        self._simulate("inbound-message", From=number, To=to, Body=text)

    def listen_at(self, number: str, *, sms_url: str) -> None:
        """Say whom Twilio calls when a text comes in."""
        path = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
        found = self._json("GET", f"{path}.json", params={"PhoneNumber": number})
        (owned,) = found["incoming_phone_numbers"]
        self._json("POST", f"{path}/{owned['sid']}.json", data={"SmsUrl": sms_url})

    def _list(self, resource: str, key: str, where: dict[str, str]) -> list[dict[str, Any]]:
        path = f"/2010-04-01/Accounts/{ACCOUNT}/{resource}.json"
        asked = {"PageSize": "1000", **where}
        found: list[dict[str, Any]] = self._json("GET", path, params=asked)[key]
        return found

    def _simulate(self, what: str, **values: str) -> None:
        self._json("POST", f"/_twilio/simulate/{what}", data=values)

    def _json(self, method: str, path: str, **rest: Any) -> Any:
        answer = self._client.request(method, f"{self.url}{path}", **rest)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def local_twilio(folder: Path) -> Iterator[LocalTwilio]:
    """Run a local Twilio; `folder` takes its configuration."""
    seed = folder / "twilio.json"
    seed.write_text(json.dumps(_seed()), encoding="utf-8")
    port = free_port()
    command = [str(node()), "--require", str(HERE / "loopback.cjs")]
    command += [str(script("emulate", "dist/index.js")), "start", "--service", "twilio"]
    command += ["--port", str(port), "--seed", str(seed)]
    with (
        running(command, "Config:"),
        httpx.Client(auth=(ACCOUNT, TOKEN), timeout=30) as client,
    ):
        yield LocalTwilio(f"http://127.0.0.1:{port}", client)


def _seed() -> dict[str, Any]:
    return {
        "twilio": {
            "account": {"sid": ACCOUNT, "auth_token": TOKEN},
            "api_keys": [{"sid": KEY, "secret": KEY_SECRET}],
            "phone_numbers": [{"phone_number": NUMBER}, {"phone_number": OTHER_NUMBER}],
            "messaging_services": [
                {"sid": SERVICE, "friendly_name": "Care", "phone_numbers": [NUMBER]}
            ],
        }
    }

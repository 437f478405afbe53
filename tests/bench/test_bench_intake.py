"""Webhooks per second, signed and durable before the answer, beside an empty handler in one run."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tactful.store.client import StoreClient
from tests.bench.intake_server import ACCOUNT, TOKEN
from tests.house.source import ROOT

PUBLIC = "https://care.example.com"
CLIENTS = 64
ROUND = 4_000
ROUNDS = 5


def _request(path: str, body: bytes, signature: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: care.example.com\r\nUser-Agent: TwilioProxy/1.1\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _statuses(first: int) -> list[bytes]:
    """Return a report about each of the next attempts, signed by Twilio's own code."""
    validator = RequestValidator(TOKEN)
    made = []
    for attempt in range(first, first + ROUND):
        sid = f"SM{attempt:032x}"
        form = {
            "MessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "From": "+12025550199",
            "To": f"+1202555{attempt % 10_000:04d}", "MessageStatus": "delivered",
            "SmsStatus": "delivered", "ApiVersion": "2010-04-01", "Body": "",
        }  # fmt: skip
        path = f"/hooks/twilio/status?attempt={attempt}"
        signature = validator.compute_signature(PUBLIC + path, form)
        made.append(_request(path, urlencode(form).encode(), signature))
    return made


async def _round(port: int, requests: Sequence[bytes]) -> float:
    """Send requests over a few connections that stay open; returns how many a second."""
    left = iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in left:
            writer.write(request)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 204"), answer
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*[client() for _ in range(CLIENTS)])
    return len(requests) / (time.perf_counter() - begun)


@pytest.mark.bench
def test_signed_webhooks_beside_an_empty_handler(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "tests.bench.intake_server", str(tmp_path)]
    path = os.pathsep.join((str(ROOT), str(ROOT / "engine"), str(ROOT / "plugins" / "twilio")))
    server = subprocess.Popen(
        [*call, str(ROUND * ROUNDS), PUBLIC],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().rpartition(":")[2])
        empty, intake = [], []
        for turn in range(ROUNDS):
            statuses = _statuses(turn * ROUND + 1)
            nothing = [request.replace(b"/hooks/twilio/status", b"/empty") for request in statuses]
            empty.append(asyncio.run(_round(port, nothing)))
            intake.append(asyncio.run(_round(port, statuses)))
            with StoreClient(tmp_path / "store.db") as client:
                while len(client.by_state("accepted", 100_000)) > (ROUNDS - turn - 1) * ROUND:
                    time.sleep(0.02)
    finally:
        server.kill()
        server.communicate()
    ratio = median(intake) / median(empty)
    print(
        f"\nintake {median(intake):,.0f}/s ({min(intake):,.0f} to {max(intake):,.0f}), "
        f"empty handler {median(empty):,.0f}/s, ratio {ratio:.2f}"
    )
